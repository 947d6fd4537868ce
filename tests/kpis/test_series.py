"""What the chart of a KPI draws."""

import datetime as dt
from decimal import Decimal

import pytest

from kpis.models import Kpi
from kpis.periods import Window
from kpis.series import Reading, Series, chart_of
from kpis.timeline import Step
from teams.models import Organization


def series(*values: str | None, aggregation: str = "sum") -> Series:
    windows = [Window(dt.date(2026, n, 1), dt.date(2026, n, 28)) for n in range(1, len(values) + 1)]
    last = len(values) - 1
    readings = [
        Reading(Step("month", window, None, None, n < last), None if text is None else Decimal(text), None, Decimal(2))
        for n, (window, text) in enumerate(zip(windows, values, strict=True))
    ]
    return Series(Kpi(organization_id=1, name="Calls", unit="count", aggregation=aggregation), readings)


def test_totals_are_columns_and_a_running_period_is_hollow() -> None:
    chart = chart_of(series("3", None, "5", "12345"), "Acme", Organization(name="Acme"))
    assert chart
    assert 'aria-label="Calls of Acme from Jan 2026 to Apr 2026"' in chart
    assert chart.count('class="col"') == 2
    assert chart.count('class="col open"') == 1
    assert chart.count('class="was"') == 4
    assert "<title>Apr 2026: 12.3k</title>" in chart


def test_levels_are_a_line_with_last_year_dotted() -> None:
    chart = chart_of(series("3", None, "5", "4", aggregation="average"), "Acme", Organization(name="Acme"))
    assert chart
    assert 'class="act"' in chart
    assert 'class="tgt"' in chart
    assert '<rect class="col' not in chart


@pytest.mark.parametrize("aggregation", ["sum", "average"])
@pytest.mark.parametrize("values", [("1",), (None, "2"), (None, None, None)])
def test_no_chart_of_less_than_two_values(values: tuple[str | None, ...], aggregation: str) -> None:
    assert chart_of(series(*values, aggregation=aggregation), "Acme", Organization(name="Acme")) is None


def test_columns_below_zero_hang_from_the_base() -> None:
    chart = chart_of(series("-4", "4"), "Acme", Organization(name="Acme"))
    assert chart
    assert chart.count('<rect class="col') == 2
    assert "NaN" not in chart
