"""A grid of targets and the goals behind it: what stands in each cell, what was recorded, storing what was typed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from goals.actions import EditConflict, edit_goal, propose_goal, revise_target
from goals.grid import Past, Place
from goals.measures import KpiBook, scope_of, scope_of_owner
from goals.models import Goal
from goals.once import part_of
from goals.owners import Owner, owner_key
from goals.plan import GoalPlan, plan_of
from goals.progress import TargetType
from goals.ramp import ramp_share
from goals.talk import TalkMoved, Voice, offer_anew
from goals.wholes import Piece, Whole, put_together, span_before
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, values
from kpis.periods import Window, shift
from teams.calendars import calendar_of
from teams.models import Organization

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Frame:
    """What a grid is about: a KPI, owners as rows, periods as columns. `parent`: the goal that all of it serves."""

    kpi: Kpi
    rows: tuple[Owner, ...]
    columns: tuple[Window, ...]
    parent: Goal | None = None

    @property
    def adds_up(self) -> bool:
        """Whether targets may be added over rows and columns."""
        return self.kpi.is_accruing

    @property
    def step(self) -> Decimal:
        """Targets are filled in to the last digit that the KPI shows."""
        decimals = self.kpi.decimals + (2 if self.kpi.unit == Kpi.Unit.PERCENT else 0)
        return ONE.scaleb(-decimals)

    @cached_property
    def keys(self) -> list[str]:
        return [_key(owner) for owner in self.rows]

    def goals(self) -> dict[Place, Goal]:
        """The goal of each cell: of this KPI and owner, for exactly these days; of several the newest. One query."""
        members = [owner.member.pk for owner in self.rows if owner.member]
        teams = [owner.team.pk for owner in self.rows if owner.team]
        found = (
            Goal.objects.with_names()
            .filter(Q(member__in=members) | Q(team__in=teams), kpi=self.kpi)
            .filter(start__in=[column.start for column in self.columns])
            .filter(deadline__in=[column.end for column in self.columns])
            .exclude(outcome=Goal.Outcome.DROPPED)
            .order_by("pk")
        )
        rows = {key: number for number, key in enumerate(self.keys)}
        columns = {(column.start, column.end): number for number, column in enumerate(self.columns)}
        return {
            (rows[owner_key(goal)], columns[days]): goal
            for goal in found
            if goal.start and goal.deadline and (days := (goal.start, goal.deadline)) in columns
        }

    def past(self, book: KpiBook, today: dt.date) -> Past:
        """What was recorded a year ago in each cell, and by each row in the span before the grid's. Four queries."""
        whole = Window(self.columns[0].start, self.columns[-1].end)
        before = _known(shift(whole, "previous", book.rules), today)
        cells = {
            (row, column): Cell(self.kpi, _scope(owner), shift(window, "last_year", book.rules))
            for row, owner in enumerate(self.rows)
            for column, window in enumerate(self.columns)
        }
        spans = {row: Cell(self.kpi, _scope(owner), before) for row, owner in enumerate(self.rows)}
        numbers = values([*cells.values(), *spans.values()])
        return Past(
            {place: value for place, cell in cells.items() if (value := numbers[cell]) is not None},
            {row: value for row, cell in spans.items() if (value := numbers[cell]) is not None},
        )

    def ramps(self, organization: Organization) -> dict[Place, Decimal]:
        """The shares of new members' cells that are held to less than a full target. Two queries."""
        new = {row: owner.member for row, owner in enumerate(self.rows) if owner.member and owner.member.joined_on}
        if not (organization.ramp and new and self.adds_up):
            return {}
        calendars = calendar_of(organization, [member.pk for member in new.values()])
        shares = {
            (row, column): ramp_share(member.joined_on, window, organization.ramp, calendars[member.pk])
            for row, member in new.items()
            for column, window in enumerate(self.columns)
        }
        return {place: share for place, share in shares.items() if share < ONE}

    def sums(self, targets: Mapping[Place, Decimal], book: KpiBook, today: dt.date) -> "Sums":
        """What each column comes to, and all of them for the goal that they serve. At most five queries."""
        wholes = [
            self._whole(
                self.kpi, Scope.organization(), window, {at: t for at, t in targets.items() if at[1] == n}, book, today
            )
            for n, window in enumerate(self.columns)
        ]
        parent = self.parent
        if parent is not None and parent.kpi is not None and parent.start and parent.deadline:
            whole = Window(parent.start, parent.deadline)
            wholes.append(self._whole(parent.kpi, scope_of(parent), whole, targets, book, today))
        found = put_together(wholes)
        return Sums(found[: len(self.columns)], found[len(self.columns)] if found[len(self.columns) :] else None)

    def _whole(
        self, kpi: Kpi, scope: Scope, window: Window, targets: Mapping[Place, Decimal], book: KpiBook, today: dt.date
    ) -> Whole:
        pieces = [
            Piece(self.kpi, _scope(self.rows[row]), target, self.columns[column].end)
            for (row, column), target in targets.items()
        ]
        return Whole(kpi, scope, span_before(window, today) or window, pieces, book)


@dataclass(frozen=True)
class Sums:
    """By column, and together; None where the targets say nothing."""

    columns: list[Decimal | None]
    whole: Decimal | None


class GridRefused(Exception):
    """Nothing was stored. `errors` say by place what is wrong; `moved` are goals that somebody else has changed."""

    def __init__(self, errors: dict[Place, str], moved: Sequence[Goal]) -> None:
        super().__init__(errors)
        self.errors = errors
        self.moved = moved


@dataclass(frozen=True)
class Said:
    """What comes with a grid that is stored: the goals' words, the reason for revisions, versions that were read."""

    statement: str
    seen: Mapping[int, int]
    past: Past


@transaction.atomic
def store(frame: Frame, typed: Mapping[Place, Decimal | None], said: Said, voice: Voice) -> int:
    """All that was typed, or nothing; how many cells changed. Raises `GridRefused`.

    An empty cell that gets a number is a new goal, proposed to its owner. A draft's or a proposal's number changes as
    on their own pages, that of a goal which holds by a revision with the reason.
    """
    standing, changed = frame.goals(), 0
    errors: dict[Place, str] = {}
    moved: list[Goal] = []
    for number, place in enumerate(sorted(typed)):
        own = replace(voice, request_id=part_of(voice.request_id, number))
        try:
            with transaction.atomic():
                changed += _store_cell(frame, place, typed[place], standing.get(place), said, own)
        except (EditConflict, TalkMoved) as conflict:
            errors[place] = _("Somebody else has changed this one: save again to put yours in its place.")
            moved.append(conflict.goal)
        except ValidationError as refused:
            errors[place] = " ".join(refused.messages)
    if errors:
        raise GridRefused(errors, moved)
    return changed


def _store_cell(
    frame: Frame, place: Place, target: Decimal | None, goal: Goal | None, said: Said, voice: Voice
) -> bool:
    if goal is None:
        if target is not None:
            propose_goal(_plan(frame, place, target, said), voice)
        return target is not None
    if goal.target == target:
        return False
    if target is None:
        raise ValidationError(_("There is a goal here: drop or withdraw it on its own page."))
    if said.seen.get(goal.pk) != goal.version:
        raise EditConflict(goal)
    if goal.is_closed:
        raise ValidationError(_("This goal is closed and can no longer be changed."))
    if goal.is_promised:
        _revise(goal, target, voice)
    elif goal.is_proposed:
        offer_anew(goal, voice, version=goal.version, target=target)
    else:
        plan = replace(plan_of(goal), target=target)
        edit_goal(goal, plan, version=goal.version, today=voice.today, request_id=voice.request_id)
    return True


def _revise(goal: Goal, target: Decimal, voice: Voice) -> None:
    if not voice.words:
        raise ValidationError(_("This goal holds already: say below why its target changes."))
    assert goal.start is not None
    revise_target(
        goal,
        target=target,
        effective_on=max(voice.today, goal.start),
        reason=voice.words,
        by=voice.member,
        today=voice.today,
        request_id=voice.request_id,
    )


def _plan(frame: Frame, place: Place, target: Decimal, said: Said) -> GoalPlan:
    row, column = place
    owner, window = frame.rows[row], frame.columns[column]
    plan = GoalPlan(
        statement=said.statement,
        kpi=frame.kpi,
        member=owner.member,
        team=owner.team,
        parent=frame.parent,
        target_type=TargetType.INCREASE_TO,
        target=target,
        start=window.start,
        deadline=window.end,
    )
    if frame.kpi.direction == Kpi.Direction.LOWER:
        plan.target_type = TargetType.DECREASE_TO
    if plan.needs_baseline:
        plan.baseline = said.past.previous.get(row)
        if plan.baseline is None:
            raise ValidationError(_("Nothing is recorded to start from. Write this goal on a page of its own."))
        plan.baseline = round(plan.baseline, 6)
    return plan


def _known(window: Window, today: dt.date) -> Window:
    """A span that is not over yet, moved back to end today."""
    return window if window.end <= today else Window(today - dt.timedelta(days=window.days - 1), today)


def _key(owner: Owner) -> str:
    if owner.member is not None:
        return f"member:{owner.member.pk}"
    return f"team:{owner.team.pk}" if owner.team else "organization"


def _scope(owner: Owner) -> Scope:
    return scope_of_owner(owner.member, owner.team)
