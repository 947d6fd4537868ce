"""A KPI along periods: which numbers a page asks for, and its chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from kpis.models import Kpi
from kpis.numbers import Cell, Scope, rules_of
from kpis.periods import Window
from kpis.timeline import Step, period_name
from teams.models import Organization
from web.charts import Lines, Point, lines
from web.columns import Column, Columns, columns
from web.formats import format_value

MOST_MARKS = 3  # as many names of months as fit beside each other on a phone, Thai ones with their year too


@dataclass(frozen=True)
class Reading:
    """A step with its numbers; None where nothing was recorded."""

    step: Step
    value: Decimal | None
    previous: Decimal | None
    last_year: Decimal | None


@dataclass(frozen=True)
class Series:
    """A KPI of one scope along periods, oldest first."""

    kpi: Kpi
    readings: Sequence[Reading]


@dataclass(frozen=True)
class SeriesPlan:
    """What a series reads."""

    kpi: Kpi
    scope: Scope
    steps: Sequence[Step]

    @property
    def cells(self) -> list[Cell]:
        return [self._cell(window) for step in self.steps for window in step.windows]

    def series(self, numbers: Mapping[Cell, Decimal | None]) -> Series:
        return Series(self.kpi, [self.reading(step, numbers) for step in self.steps])

    def reading(self, step: Step, numbers: Mapping[Cell, Decimal | None]) -> Reading:
        def value(window: Window | None) -> Decimal | None:
            return numbers[self._cell(window)] if window else None

        return Reading(step, value(step.window), value(step.previous), value(step.last_year))

    def _cell(self, window: Window) -> Cell:
        return Cell(self.kpi, self.scope, window)


def chart_of(series: Series, name: str, organization: Organization) -> SafeString | None:
    """Columns for what grows through a period, else a line. None with fewer than two values.

    `name` says whose numbers they are.
    """
    return _columns(series, name, organization) if series.kpi.is_accruing else _lines(series, name, organization)


def _columns(series: Series, name: str, organization: Organization) -> SafeString | None:
    readings = series.readings
    if sum(reading.value is not None for reading in readings) < 2:
        return None
    names = [_named(reading.step, organization) for reading in readings]
    return columns(
        Columns(
            label=_label(series, name, names[0], names[-1]),
            columns=[
                Column(text, reading.value, reading.last_year, reading.step.is_over)
                for text, reading in zip(names, readings, strict=True)
            ],
            write=lambda value: _short(value, series.kpi, organization),
        )
    )


def _lines(series: Series, name: str, organization: Organization) -> SafeString | None:
    last = len(series.readings) - 1
    names = [_named(reading.step, organization) for reading in series.readings]
    points = [
        Point(Decimal(i) / last, reading.value, names[i], reading.step.is_over)
        for i, reading in enumerate(series.readings)
        if last and reading.value is not None
    ]
    if len(points) < 2:
        return None
    before = [
        Point(Decimal(i) / last, reading.last_year)
        for i, reading in enumerate(series.readings)
        if reading.last_year is not None
    ]
    every = max(-(-last // (MOST_MARKS - 1)), 1)
    return lines(
        Lines(
            label=_label(series, name, points[0].name, points[-1].name),
            actual=points,
            expected=before,
            write=lambda value: _short(value, series.kpi, organization),
            marks=[(Decimal(i) / last, names[i]) for i in range(last, -1, -every)],
            from_zero=False,
        )
    )


def _label(series: Series, name: str, first: str, last: str) -> str:
    words = {"kpi": series.kpi.label, "scope": name, "first": first, "last": last}
    return gettext("%(kpi)s of %(scope)s from %(first)s to %(last)s") % words


def _named(step: Step, organization: Organization) -> str:
    return period_name(step.window, step.kind, rules_of(organization), _language())


def _short(value: Decimal, kpi: Kpi, organization: Organization) -> str:
    return format_value(value, kpi.unit, kpi.decimals, _language(), organization.currency, short=True)


def _language() -> str:
    return (get_language() or "en")[:2]
