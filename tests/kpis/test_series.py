"""Which periods a page shows, and what its chart draws of them."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest

from kpis.models import Kpi
from kpis.periods import PeriodRules, Window
from kpis.series import Series, Step, chart_of, periods_until
from teams.models import Organization

FISCAL = PeriodRules(week_start=7, fiscal_year_start=10)


@pytest.mark.parametrize(
    ("kind", "day", "starts", "end"),
    [
        ("month", dt.date(2026, 3, 31), [dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)], 31),
        ("week", dt.date(2026, 11, 23), [dt.date(2026, 11, 8), dt.date(2026, 11, 15), dt.date(2026, 11, 22)], 23),
        ("quarter", dt.date(2026, 11, 23), [dt.date(2026, 4, 1), dt.date(2026, 7, 1), dt.date(2026, 10, 1)], 23),
        ("year", dt.date(2026, 11, 23), [dt.date(2024, 10, 1), dt.date(2025, 10, 1), dt.date(2026, 10, 1)], 23),
        ("year", dt.date(1901, 10, 2), [dt.date(1900, 10, 1), dt.date(1901, 10, 1)], 2),
    ],
)
def test_whole_periods_before_the_current_one(kind: str, day: dt.date, starts: list[dt.date], end: int) -> None:
    windows = periods_until(kind, day, FISCAL, 2)
    assert [window.start for window in windows] == starts
    assert windows[-1].end == day
    assert windows[-1].end.day == end
    for earlier, later in pairwise(windows):
        assert earlier.end + dt.timedelta(days=1) == later.start


def series(*values: str | None) -> Series:
    windows = [Window(dt.date(2026, n, 1), dt.date(2026, n, 28)) for n in range(1, len(values) + 1)]
    steps = [
        Step(window, None if text is None else Decimal(text), None)
        for window, text in zip(windows, values, strict=True)
    ]
    return Series(Kpi(organization_id=1, name="Calls", unit="count", aggregation="sum"), "month", steps)


def test_chart_leaves_out_the_current_period_and_those_without_a_value() -> None:
    chart = chart_of(series("3", None, "5", "1"), "Acme", Organization(name="Acme"))
    assert chart
    assert [(point.at, point.value) for point in chart.actual] == [(Decimal(0), Decimal(3)), (Decimal(1), Decimal(5))]
    assert chart.label == "Calls of Acme from Jan 2026 to Mar 2026"
    assert chart.write(Decimal(12345)) == "12.3k"


@pytest.mark.parametrize("values", [("1",), ("1", "2"), ("1", None, "2"), (None, None, None)])
def test_no_chart_of_less_than_two_values(values: tuple[str | None, ...]) -> None:
    assert chart_of(series(*values), "Acme", Organization(name="Acme")) is None
