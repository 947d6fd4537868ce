"""Every formula of the catalogue against a value reckoned by hand, and through the one way to numbers."""

import datetime as dt
from decimal import Decimal

import pytest

from kpis.actions import add_from_catalogue, log_entry
from kpis.catalogue import CATALOGUE, GROUPS, needed_keys
from kpis.dimensions import examine
from kpis.formula import check, check_definitions, parse, resolve, written
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, values
from kpis.periods import Window
from teams.tenancy import tenant
from tests.cast import Cast

FORMULAS = {key: parse(item.formula) for key, item in CATALOGUE.items() if item.formula}

# Formula, its parts, and what comes out, worked out on paper.
CASES = [
    ("gross_margin", {"revenue": "200000", "cost_of_goods": "120000"}, "0.4"),
    ("net_margin", {"revenue": "200000", "cost_of_goods": "120000", "operating_costs": "50000"}, "0.15"),
    ("sales_growth", {"year_to_date(revenue)": "540000", "last_year(year_to_date(revenue))": "450000"}, "0.2"),
    ("average_deal_size", {"revenue": "200000", "won": "8"}, "25000"),
    ("win_rate", {"won": "38", "lost": "62"}, "0.38"),
    ("leads_to_opportunities", {"leads": "160", "opportunities": "40"}, "0.25"),
    ("opportunities_to_proposals", {"opportunities": "40", "proposals": "20"}, "0.5"),
    ("proposals_to_wins", {"proposals": "20", "won": "8"}, "0.4"),
    # 25 % of 50 % of 40 %: 8 wins of 160 leads.
    ("pipeline_flow", {"leads": "160", "opportunities": "40", "proposals": "20", "won": "8"}, "0.05"),
    ("signups", {"email_signups": "30", "onsite_signups": "12"}, "42"),
    ("prospecting_activity", {"calls": "120", "emails": "80", "meetings": "10"}, "210"),
    ("retention_rate", {"lost_customers": "9", "opening(customers)": "20"}, "0.55"),
    ("churn_rate", {"lost_customers": "9", "opening(customers)": "20"}, "0.45"),
    ("acquisition_cost", {"acquisition_spend": "30000", "new_customers": "12"}, "2500"),
]


@pytest.mark.parametrize(("key", "parts", "expected"), CASES)
def test_value_reckoned_by_hand(key: str, parts: dict[str, str], expected: str) -> None:
    assert resolve(key, FORMULAS, lambda part: Decimal(parts[written(part)])) == Decimal(expected)


def test_every_formula_has_its_case() -> None:
    assert {key for key, _parts, _expected in CASES} == set(FORMULAS)


# A month of a small company, and what came before it; the stock as it stood the evening before.
RECORD = [
    ("customers", "2026-10-31", 20),
    ("revenue", "2025-10-15", 450_000),
    ("revenue", "2026-09-15", 340_000),
    *((code, "2026-11-10", amount) for code, amount in {
        "revenue": 200_000, "cost_of_goods": 120_000, "operating_costs": 50_000, "won": 8, "lost": 12, "leads": 160,
        "opportunities": 40, "proposals": 20, "email_signups": 30, "onsite_signups": 12, "calls": 120, "emails": 80,
        "meetings": 10, "customers": 23, "new_customers": 12, "lost_customers": 9, "acquisition_spend": 30_000,
        "open_pipeline": 900_000, "sales_cycle": 21,
    }.items()),
]  # fmt: skip
NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
IN_NOVEMBER = {key: expected for key, _parts, expected in CASES} | {"win_rate": "0.4"}


def test_a_month_of_a_small_company(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        kpis = {kpi.code: kpi for kpi in add_from_catalogue(CATALOGUE)}
        for code, day, amount in RECORD:
            date = dt.date.fromisoformat(day)
            log_entry(kpi=kpis[code], member=cast.bob, date=date, value=Decimal(amount), by=None)
        cells = {key: Cell(kpis[key], Scope.organization(), NOVEMBER) for key in FORMULAS}
        found = values(cells.values())
    assert {key: found[cell] for key, cell in cells.items()} == {k: Decimal(v) for k, v in IN_NOVEMBER.items()}


def test_formulas_are_whole_and_their_units_fit() -> None:
    units = {key: item.unit for key, item in CATALOGUE.items()}
    for key, formula in FORMULAS.items():
        check(formula, CATALOGUE)
        found = examine(formula, units, CATALOGUE[key].unit)
        assert (found.mismatch, found.remarks) == (None, ()), key
    check_definitions(FORMULAS)


def test_definitions_are_whole() -> None:
    for item in CATALOGUE.values():
        assert bool(item.formula) != bool(item.aggregation)
        assert (item.unit, item.direction, item.cadence) == (
            Kpi.Unit(item.unit).value,
            Kpi.Direction(item.direction).value,
            Kpi.Cadence(item.cadence).value,
        )
        assert item.group in GROUPS
        assert all(str(text) for text in (item.name, item.note, item.source))


def test_parts_come_before_what_is_made_of_them() -> None:
    assert needed_keys(["pipeline_flow"]) == [
        "leads", "opportunities", "leads_to_opportunities", "proposals", "opportunities_to_proposals", "won",
        "proposals_to_wins", "pipeline_flow",
    ]  # fmt: skip
