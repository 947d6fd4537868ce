"""Where the fiscal year will end for the main KPIs: beside the organization's target for it, else beside last year."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from goals.coaching import RECORD_DAYS, items_of
from goals.forecasting import foretold
from goals.measures import KpiBook
from goals.models import Goal
from goals.progress import ZERO, Promise, TargetType
from goals.record import Record
from kpis.changes import Change, change
from kpis.models import Kpi
from kpis.numbers import Cell, DayFigures, Request, Scope
from kpis.periods import Window, period_of, shifted
from teams.calendar import WorkCalendar

EVERYONE = Scope.organization()
MOST_MISSING = dt.timedelta(days=31)


@dataclass(frozen=True)
class YearEnd:
    """`low` and `high` hold four of five ends, `probability` is that of reaching `target`; None where the record does
    not say. `is_promised`: the target is the organization's goal for the year; else it is what last year brought.
    """

    kpi: Kpi
    so_far: Decimal | None
    before: Decimal | None  # by the same day of last year
    expected: Decimal | None
    low: Decimal | None
    high: Decimal | None
    probability: Decimal | None
    target: Decimal | None
    is_promised: bool

    @property
    def change(self) -> Change | None:
        return change(self.so_far, self.before, self.kpi)


@dataclass(frozen=True)
class YearPlan:
    """What the outlook of a KPI reads. The goal is the organization's own for the year, where it has one."""

    kpi: Kpi
    goal: Goal | None
    book: KpiBook
    today: dt.date

    @cached_property
    def year(self) -> Window:
        return period_of("year", self.today, self.book.rules)

    @property
    def cells(self) -> list[Cell]:
        return [cell for cell in (self._now, self._same_days, self._last_year) if cell]

    @property
    def requests(self) -> list[Request]:
        """Two years of record."""
        return [(part, EVERYONE, self._span) for part in self._parts]

    def year_end(
        self,
        numbers: Mapping[Cell, Decimal | None],
        days: Mapping[Request, Mapping[dt.date, DayFigures]],
        calendar: WorkCalendar,
    ) -> YearEnd:
        has_last_year = self._reaches_back(days)
        last_year = numbers[self._last_year] if self._last_year and has_last_year else None
        target = self.goal.target if self.goal else last_year
        likely = self._stored or self._foretold(target, days, calendar)
        return YearEnd(
            self.kpi,
            numbers[self._now],
            numbers[self._same_days] if self._same_days and has_last_year else None,
            expected=likely[0],
            low=likely[1],
            high=likely[2],
            probability=None if target is None else likely[3],
            target=target,
            is_promised=self.goal is not None,
        )

    @cached_property
    def _now(self) -> Cell:
        return Cell(self.kpi, EVERYONE, Window(self.year.start, self.today))

    @cached_property
    def _same_days(self) -> Cell | None:
        return self._year_before(Window(self.year.start, self.today))

    @cached_property
    def _last_year(self) -> Cell | None:
        return self._year_before(self.year)

    def _year_before(self, window: Window) -> Cell | None:
        before = shifted(window, ["last_year"], self.book.rules)
        return Cell(self.kpi, EVERYONE, before) if before else None

    @property
    def _span(self) -> Window:
        return Window(self.today - dt.timedelta(days=RECORD_DAYS), self.today)

    @cached_property
    def _stored(self) -> tuple[Decimal | None, ...] | None:
        made = getattr(self.goal, "forecast", None) if self.goal else None
        if made is None or made.day != self.today:
            return None
        return made.expected, made.low, made.high, made.probability

    def _reaches_back(self, days: Mapping[Request, Mapping[dt.date, DayFigures]]) -> bool:
        """Whether the record holds (nearly) all of last year: half a year is nothing to be compared with."""
        if self._last_year is None:
            return False
        begun = [min(found) for part in self._parts if (found := days.get((part, EVERYONE, self._span)))]
        return bool(begun) and min(begun) <= self._last_year.window.start + MOST_MISSING

    def _foretold(
        self,
        target: Decimal | None,
        days: Mapping[Request, Mapping[dt.date, DayFigures]],
        calendar: WorkCalendar,
    ) -> tuple[Decimal | None, ...]:
        """By the forecast of goals, of one to end the year as `target` says."""
        measure = self.book.measure(self.kpi)
        if measure is None:
            return None, None, None, None
        series = {part.code: items_of(part, dict(days.get((part, EVERYONE, self._span), {}))) for part in self._parts}
        made = foretold(self._promise(target or ZERO), measure, Record(series, self.today), calendar)
        return made.expected, made.low, made.high, made.probability

    @property
    def _parts(self) -> Sequence[Kpi]:
        return self.book.parts(self.kpi)

    def _promise(self, target: Decimal) -> Promise:
        is_upward = self.kpi.direction == Kpi.Direction.HIGHER
        return Promise(
            TargetType.INCREASE_TO if is_upward else TargetType.DECREASE_TO,
            self.kpi.is_accruing,
            None,
            target,
            self.year.start,
            self.year.end,
            self.kpi.cadence,
        )


def year_plans(kpis: Sequence[Kpi], goals: Sequence[Goal], book: KpiBook, today: dt.date) -> list[YearPlan]:
    """Totals, and levels that are promised for the year: what a rate comes to over a whole year may be no news at all,
    as with losses that are set against the customers at its opening.
    """
    year = period_of("year", today, book.rules)
    plans = [YearPlan(kpi, year_goal(kpi, goals, year), book, today) for kpi in kpis]
    return [plan for plan in plans if plan.goal or plan.kpi.is_accruing]


def year_goal(kpi: Kpi, goals: Sequence[Goal], year: Window) -> Goal | None:
    """The organization's own running goal for just this year."""
    own = [goal for goal in goals if goal.member_id is None and goal.team_id is None and goal.is_running]
    days = (year.start, year.end)
    return next((goal for goal in own if goal.kpi_id == kpi.pk and (goal.start, goal.deadline) == days), None)
