"""A goal's card: where it stands, and how to log the next number in one tap."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID, uuid4

from django.db.models import QuerySet

from goals.measures import KpiBook, book_of
from goals.models import Goal
from goals.reading import Standing
from goals.scorecard import lines_of
from kpis.access import may_log_for
from kpis.models import Entry, Kpi
from teams.models import Member, TeamMembership
from teams.reach import parents_of_teams, placed_on, teams_above
from teams.requests import MemberRequest

RECENT_DAYS = 90
UNDO_FOR = dt.timedelta(minutes=15)
MOST_STEPS, MOST_PARTS = 3, 3
ENTRIES_READ = 400


@dataclass(frozen=True)
class Step:
    """One tap. `is_named` where what is logged is a part of the goal's KPI."""

    kpi: Kpi
    value: Decimal
    is_named: bool

    @property
    def key(self) -> str:
        return f"{self.kpi.pk}:{self.value.normalize():f}"

    @property
    def is_added(self) -> bool:
        """What a flow gets on top; a stock or an average is said as it is."""
        return self.kpi.is_accruing


@dataclass
class Card:
    """`logs_for` is whose number is logged here, None where the reader logs nothing."""

    goal: Goal
    standing: Standing
    logs_for: int | None = None
    parts: Sequence[Kpi] = ()
    steps: Sequence[Step] = ()
    last: Entry | None = None
    can_undo: bool = False
    typed: str = ""
    chosen: int | None = None
    error: str = ""
    request_id: UUID = field(default_factory=uuid4)
    other_id: UUID = field(default_factory=uuid4)

    @property
    def is_of_several(self) -> bool:
        """Whether one has to say which KPI it is that one logs."""
        return bool(self.standing.lines or (self.goal.kpi and self.goal.kpi.formula))


def cards_of(goals: Sequence[Goal], standings: Mapping[int, Standing], request: MemberRequest) -> list[Card]:
    """In the order of the goals. A constant number of queries."""
    cards = laid_out(goals, standings, request)
    return offered(cards, entries_lately(cards, request.today), request)


def laid_out(goals: Sequence[Goal], standings: Mapping[int, Standing], request: MemberRequest) -> list[Card]:
    """Cards on which nothing is offered to be logged yet."""
    book = book_of(request.organization)
    loggers = loggers_of(goals, request)
    cards = [Card(goal, standings[goal.pk], loggers.get(goal.pk)) for goal in goals]
    for card in cards:
        if card.logs_for is not None and card.goal.kpi is not None:
            card.parts = _parts(card, book)
    return cards


def entries_lately(cards: Iterable[Card], today: dt.date) -> QuerySet[Entry]:
    """What was logged of late of what is logged on the cards, newest first."""
    wanted = _logged(cards)
    rows = Entry.objects.counted().filter(
        kpi__in={kpi for kpi, _member in wanted},
        member__in={member for _kpi, member in wanted},
        is_split=False,
        date__gte=today - dt.timedelta(days=RECENT_DAYS),
    )
    return rows.order_by("-date", "-pk")[: ENTRIES_READ * max(1, len(wanted))]


def offered(cards: Sequence[Card], lately: Iterable[Entry], request: MemberRequest) -> list[Card]:
    """With the steps that are one tap, by the entries of late, and what may be taken back."""
    wanted = _logged(cards)
    recent: dict[tuple[int, int], list[Entry]] = {pair: [] for pair in wanted}
    for entry in lately if wanted else ():
        if part := wanted.get((entry.kpi_id, entry.member_id)):
            entry.kpi = part
            recent[entry.kpi_id, entry.member_id].append(entry)
    for card in cards:
        _offer(card, recent, request)
    return list(cards)


def _logged(cards: Iterable[Card]) -> dict[tuple[int, int], Kpi]:
    """By KPI and member, the KPI."""
    return {(part.pk, card.logs_for): part for card in cards if card.logs_for is not None for part in card.parts}


def _parts(card: Card, book: KpiBook) -> list[Kpi]:
    """What is logged here; of a scorecard, for each of its lines."""
    kpis = [line.kpi for line in lines_of(card.goal, card.standing)]
    found = [part for kpi in kpis if kpi for part in recordable(book, kpi)[:MOST_PARTS]]
    return list(dict.fromkeys(found))


def recordable(book: KpiBook, kpi: Kpi) -> list[Kpi]:
    """The KPIs whose entries move it: itself, or the parts of its formula."""
    return [part for part in book.steps(kpi) if part.archived_at is None]


def loggers_of(goals: Iterable[Goal], request: MemberRequest) -> dict[int, int]:
    """Whose number the reader logs on a goal: their own, or that of a member whom they lead. At most two queries."""
    running = [goal for goal in goals if goal.is_running]
    me, reach = request.member, request.reach
    if not me.may("log entry"):
        return {}
    above = _own_teams(me, request.today) if any(goal.team_id for goal in running) else frozenset()
    found: dict[int, int] = {}
    for goal in running:
        if goal.member_id is not None:
            if may_log_for(me, reach, goal.member_id):
                found[goal.pk] = goal.member_id
        elif goal.team_id is None or goal.team_id in above:
            found[goal.pk] = me.pk
    return found


def _own_teams(member: Member, today: dt.date) -> frozenset[int]:
    """The member's team and all above it: an entry counts for each of them."""
    own = TeamMembership.objects.filter(placed_on(today), member=member).values_list("team_id", flat=True)
    return teams_above(own, parents_of_teams())


def _offer(card: Card, recent: Mapping[tuple[int, int], list[Entry]], request: MemberRequest) -> None:
    if card.logs_for is None:
        return
    # Of a formula, the buttons say which of its parts they count.
    is_made_of_parts = card.is_of_several
    known = {part.pk: recent.get((part.pk, card.logs_for), []) for part in card.parts}
    each = 1 if is_made_of_parts else MOST_STEPS
    card.steps = [
        Step(part, value, is_made_of_parts)
        for part in card.parts
        for value in typical_steps(part, [entry.value for entry in known[part.pk]], card.standing.target)[:each]
    ]
    entries = [entry for found in known.values() for entry in found]
    card.last = max(entries, key=lambda entry: (entry.date, entry.pk), default=None)
    newest = max(entries, key=lambda entry: entry.pk, default=None)
    if newest is not None and newest.created_by_id == request.user.pk and newest.created_at > request.now - UNDO_FOR:
        card.last, card.can_undo = newest, True


def typical_steps(kpi: Kpi, values: Sequence[Decimal], target: Decimal | None = None) -> list[Decimal]:
    """Round amounts for the buttons, from what is usually recorded; from the target while nothing is.

    A percentage or a stock is a reading and not a step: it is typed.
    """
    if kpi.unit == Kpi.Unit.PERCENT or kpi.aggregation == Kpi.Aggregation.LAST:
        return []
    usual = sorted(value for value in values if value > 0)
    if usual:
        amounts = [usual[len(usual) // 4], usual[len(usual) // 2], usual[len(usual) * 9 // 10]]
    elif kpi.unit == Kpi.Unit.COUNT:
        amounts = [Decimal(1), Decimal(2), Decimal(5)]
    else:
        amounts = [target / share for share in (100, 40, 20)] if target and target > 0 else []
    least = Decimal(1) if kpi.unit == Kpi.Unit.COUNT else Decimal("0.01")
    steps = {max(least, rounded_step(amount)) for amount in amounts}
    if kpi.unit == Kpi.Unit.COUNT and len(steps) > 1 and max(steps) < 50:
        steps.add(Decimal(1))
    return sorted(steps)[:MOST_STEPS]


def rounded_step(amount: Decimal) -> Decimal:
    """The nearest of 1, 2 or 5 times a power of ten: 1,340 is 1,000 and 37,000 is 50,000."""
    magnitude = Decimal(1).scaleb(amount.adjusted())
    nearest = min((1, 2, 5, 10), key=lambda factor: (abs(factor * magnitude - amount), factor))
    return (nearest * magnitude).quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize()
