"""A KPI along periods: which windows a page asks for, and its chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, gettext

from kpis.models import Kpi
from kpis.numbers import Cell, Scope
from kpis.periods import PeriodRules, Window, period_of, previous_period, shift
from teams.models import Organization
from web.charts import Lines, Point
from web.formats import format_period, format_value

KINDS = ("week", "month", "quarter", "year")
FIRST_YEAR = 1900
MOST_MARKS = 4


def periods_until(kind: str, today: date, rules: PeriodRules, count: int) -> list[Window]:
    """The current period up to today, after the `count` whole ones before it; oldest first."""
    whole = period_of(kind, today, rules)
    windows = [Window(whole.start, today)]
    while len(windows) <= count and whole.start.year > FIRST_YEAR:
        whole = previous_period(kind, whole, rules)
        windows.append(whole)
    return windows[::-1]


@dataclass(frozen=True)
class Step:
    """A period's value and that of the same days a year before."""

    window: Window
    value: Decimal | None
    year_before: Decimal | None


@dataclass(frozen=True)
class Series:
    """A KPI of one scope along periods of one kind: whole ones, and last the current one up to today unless over."""

    kpi: Kpi
    kind: str
    steps: Sequence[Step]
    is_over: bool = False

    @property
    def now(self) -> Step:
        return self.steps[-1]

    @property
    def before(self) -> Step | None:
        return self.steps[-2] if len(self.steps) > 1 else None


@dataclass(frozen=True)
class SeriesPlan:
    """What a series reads."""

    kpi: Kpi
    scope: Scope
    kind: str
    windows: Sequence[Window]
    rules: PeriodRules
    is_over: bool = False  # the last window is a whole period too

    @property
    def cells(self) -> list[Cell]:
        return [cell for window in self.windows for cell in (self._cell(window), self._year_before(window))]

    def series(self, numbers: Mapping[Cell, Decimal | None]) -> Series:
        steps = [
            Step(window, numbers[self._cell(window)], numbers[self._year_before(window)]) for window in self.windows
        ]
        return Series(self.kpi, self.kind, steps, self.is_over)

    def _cell(self, window: Window) -> Cell:
        return Cell(self.kpi, self.scope, window)

    def _year_before(self, window: Window) -> Cell:
        return Cell(self.kpi, self.scope, shift(window, "last_year", self.rules))


def chart_of(series: Series, name: str, organization: Organization) -> Lines | None:
    """None with fewer than two values. `name` says whose numbers they are.

    Only whole periods: a month that has just begun would look like a fall.
    """
    language = (get_language() or "en")[:2]
    steps = series.steps if series.is_over else series.steps[:-1]
    last = len(steps) - 1
    if last < 1:
        return None

    def named(window: Window) -> str:
        start, in_weeks = organization.fiscal_year_start, organization.counts_in_weeks
        return format_period(window.start, window.end, series.kind, language, start, in_weeks)

    points = [
        Point(Decimal(i) / last, step.value, named(step.window))
        for i, step in enumerate(steps)
        if step.value is not None
    ]
    if len(points) < 2:
        return None
    words = {"kpi": series.kpi.label, "scope": name, "first": points[0].name, "last": points[-1].name}
    every = max(last // MOST_MARKS, 1)
    return Lines(
        label=gettext("%(kpi)s of %(scope)s from %(first)s to %(last)s") % words,
        actual=points,
        write=lambda value: _short(value, series.kpi, language, organization.currency),
        marks=[(Decimal(i) / last, named(steps[i].window)) for i in range(0, last + 1, every)],
        from_zero=series.kpi.is_accruing,
    )


def _short(value: Decimal, kpi: Kpi, language: str, currency: str) -> str:
    return format_value(value, kpi.unit, kpi.decimals, language, currency, short=True)
