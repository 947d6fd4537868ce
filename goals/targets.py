"""A grid of targets and the goals behind it: what stands in each cell, what was recorded, storing what was typed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from goals.grid import Past, Place
from goals.measures import KpiBook, scope_of, scope_of_owner
from goals.models import Goal
from goals.owners import Owner, owner_key
from goals.ramp import ramp_share
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

    def goals(self, *, lock: bool = False) -> dict[Place, Goal]:
        """The goal of each cell: of this KPI and owner, for exactly these days; of several the newest. One query."""
        members = [owner.member.pk for owner in self.rows if owner.member]
        teams = [owner.team.pk for owner in self.rows if owner.team]
        found = (
            (Goal.objects.select_for_update(of=("self",)) if lock else Goal.objects)
            .with_names()
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


def _known(window: Window, today: dt.date) -> Window:
    """A span that is not over yet, moved back to end today."""
    return window if window.end <= today else Window(today - dt.timedelta(days=window.days - 1), today)


def _key(owner: Owner) -> str:
    if owner.member is not None:
        return f"member:{owner.member.pk}"
    return f"team:{owner.team.pk}" if owner.team else "organization"


def _scope(owner: Owner) -> Scope:
    return scope_of_owner(owner.member, owner.team)
