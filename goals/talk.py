"""The talk by which a goal is agreed on: propose, accept, counter, decline, withdraw, say. One verb, one transaction.

What lies on the table is the goal's own row, and each answer names the version that was read. So nobody agrees to
an offer other than the one they saw: they get `TalkMoved`, with what stands now.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from goals.agreement import asked_by, other_side, sides_of
from goals.further import GoalKpi
from goals.models import Goal, Turn
from goals.plan import plan_of, refusals_to_start
from goals.saving import locked, refuse, save
from teams.models import Member
from teams.reach import Reach

Kind = Turn.Kind


@dataclass
class TalkMoved(Exception):
    """The offer that was answered no longer lies on the table. `goal` is what stands now, `last` the latest turn."""

    goal: Goal
    last: Turn | None


@dataclass(frozen=True)
class Voice:
    """Who speaks, when, and with which words."""

    member: Member
    reach: Reach
    today: dt.date
    now: dt.datetime
    request_id: UUID
    words: str = ""

    def sides(self, goal: Goal) -> frozenset[Goal.Side]:
        return sides_of(goal, self.member, self.reach, self.today)


def propose(goal: Goal, voice: Voice) -> Goal:
    """Lay a draft before the other side; where there is nobody to ask, it is agreed at once."""

    def turn(current: Goal) -> Turn | None:
        if current.is_proposed or current.is_promised:
            return None  # twice is once
        if current.is_closed:
            raise ValidationError(_("This goal is closed and can no longer be changed."))
        said = lay_before(current, voice)
        save(current)
        return said

    return _take(goal, voice, turn)


def lay_before(goal: Goal, voice: Voice) -> Turn | None:
    """What `propose` makes of a draft, and its turn; None where nobody is asked. Nothing is stored."""
    sides = voice.sides(goal)
    if not sides:
        raise PermissionDenied("propose")
    refuse(refusals_to_start(plan_of(goal), voice.today))
    asked = asked_by(goal, sides, voice.today)
    if asked is None:
        hold(goal, voice.today, voice.now)
        return None
    goal.state, goal.waits_for, goal.waits_since = Goal.State.PROPOSED, asked, voice.now
    return _turn(goal, Kind.PROPOSED, voice)


def accept(goal: Goal, voice: Voice, *, version: int) -> Goal:
    """Agree to what lies on the table. The goal runs from its first day on."""

    def turn(current: Goal) -> Turn:
        _require_my_turn(current, voice, version)
        if refused := refusals_to_start(plan_of(current), voice.today):
            raise ValidationError([*refused.values()])
        agree(current, voice.today, voice.now)
        return _turn(current, Kind.ACCEPTED, voice)

    return _take(goal, voice, turn)


def counter(
    goal: Goal,
    voice: Voice,
    *,
    version: int,
    target: Decimal,
    deadline: dt.date,
    further: Mapping[int, Decimal] | None = None,
) -> Goal:
    """Answer an offer by another one; now the first side has to answer. `further`: targets of a scorecard's other KPIs
    that change, by row.
    """

    def turn(current: Goal) -> Turn:
        _require_my_turn(current, voice, version)
        moved = [row for row in current.further.all() if row.target != (further or {}).get(row.pk, row.target)]
        for row in moved:
            row.target = (further or {})[row.pk]
        said = offer(current, voice, target, deadline, moved)
        for row in moved:
            row.save()
            said.further[str(row.kpi_id)] = str(row.target)
        save(current)
        return said

    return _take(goal, voice, turn)


def offer(goal: Goal, voice: Voice, target: Decimal, deadline: dt.date, moved: Sequence[GoalKpi] = ()) -> Turn:
    """Another number on the table: in answer to the other side's offer, or in place of one's own. Nothing is stored.
    `moved`: a scorecard's other KPIs with the targets that they are to have.
    """
    sides, kind = voice.sides(goal), Kind.COUNTERED
    if goal.waits_for not in sides:
        if other_side(goal.waits_for) not in sides:
            raise PermissionDenied("offer")
        kind = Kind.PROPOSED
    elif (target, deadline) == (goal.target, goal.deadline) and not moved:
        raise ValidationError({"target": _("This is the offer already. Change the target or the deadline.")})
    goal.target, goal.deadline, goal.waits_since = target, deadline, voice.now
    _refuse_offer(goal, voice.today, moved)
    if kind == Kind.COUNTERED:
        goal.waits_for = other_side(goal.waits_for)
    return _turn(goal, kind, voice)


def decline(goal: Goal, voice: Voice, *, version: int) -> Goal:
    """Not like this: a draft again, with the reason beside it."""

    def turn(current: Goal) -> Turn:
        _require_my_turn(current, voice, version)
        return _back_to_draft(current, Kind.DECLINED, voice)

    return _take(goal, voice, turn)


def withdraw(goal: Goal, voice: Voice, *, version: int) -> Goal:
    """Take one's own offer back."""

    def turn(current: Goal) -> Turn:
        _require_offer(current, version)
        if other_side(current.waits_for) not in voice.sides(current):
            raise PermissionDenied("withdraw")
        return _back_to_draft(current, Kind.WITHDRAWN, voice)

    return _take(goal, voice, turn)


def say(goal: Goal, voice: Voice) -> Goal:
    """A word between the two sides that leaves the offer as it is."""

    def turn(current: Goal) -> Turn:
        if current.is_closed:
            raise ValidationError(_("This goal is closed and can no longer be changed."))
        if not voice.sides(current):
            raise PermissionDenied("say")
        return _turn(current, Kind.SAID, voice)

    return _take(goal, voice, turn)


def agree(goal: Goal, today: dt.date, now: dt.datetime) -> None:
    """From now on it holds; it runs once its first day has come, see `begin`."""
    hold(goal, today, now)
    save(goal)


def hold(goal: Goal, today: dt.date, now: dt.datetime) -> None:
    """As `agree`; nothing is stored."""
    goal.state, goal.agreed_at = Goal.State.AGREED, now
    goal.waits_for, goal.waits_since = "", None
    begin(goal, today, now)


def begin(goal: Goal, today: dt.date, now: dt.datetime) -> None:
    assert goal.start is not None
    if goal.state == Goal.State.AGREED and goal.start <= today:
        goal.state, goal.started_at = Goal.State.RUNNING, now


def begin_agreed(goal: Goal, today: dt.date, now: dt.datetime) -> bool:
    """What the clock does on the first day of what was agreed on before; whether it began."""
    with transaction.atomic():
        current = locked(goal)
        if current.state != Goal.State.AGREED:
            return False
        begin(current, today, now)
        if current.is_running:
            save(current)
        return current.is_running


def _take(goal: Goal, voice: Voice, turn: Callable[[Goal], Turn | None]) -> Goal:
    """Take a turn; one that was sent twice is taken once: the second waits for the goal's lock and finds the first."""
    with transaction.atomic():
        current = locked(goal)
        if Turn.objects.filter(request_id=voice.request_id).exists():
            return current
        said = turn(current)
        if said is not None:
            said.save()
        return current


def _turn(goal: Goal, kind: Turn.Kind, voice: Voice) -> Turn:
    """What lies on the table now, not stored yet."""
    return Turn(
        goal=goal,
        kind=kind,
        member=voice.member,
        words=voice.words,
        target=goal.target,
        deadline=goal.deadline,
        further={str(row.kpi_id): str(row.target) for row in goal.further.all()} if goal.is_scorecard else {},
        request_id=voice.request_id,
        made_at=voice.now,
    )


def _refuse_offer(goal: Goal, today: dt.date, moved: Sequence[GoalKpi] = ()) -> None:
    """An offer changes targets and deadline; what else is wrong with the goal then is told at the target."""
    plan, offered = plan_of(goal), {row.kpi_id: row.target for row in moved}
    plan.further = tuple(
        replace(line, target=offered.get(line.kpi.pk, line.target)) if line.kpi else line for line in plan.further
    )
    found = refusals_to_start(plan, today)
    refuse({field if field == "deadline" else "target": text for field, text in reversed(found.items())})


def _back_to_draft(goal: Goal, kind: Turn.Kind, voice: Voice) -> Turn:
    goal.state, goal.waits_for, goal.waits_since = Goal.State.DRAFT, "", None
    save(goal)
    return _turn(goal, kind, voice)


def _require_my_turn(goal: Goal, voice: Voice, version: int) -> None:
    _require_offer(goal, version)
    if goal.waits_for not in voice.sides(goal):
        raise PermissionDenied("answer")


def _require_offer(goal: Goal, version: int) -> None:
    if not goal.is_proposed or goal.version != version:
        last = goal.turns.exclude(kind=Kind.SAID).select_related("member").last()
        raise TalkMoved(goal, last)
