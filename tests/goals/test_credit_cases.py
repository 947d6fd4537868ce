"""What goals read where deals are shared, by a table; the shares go the same way as in the product."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from goals.models import Goal
from goals.standing import reckon
from kpis.models import Credit, Entry, Kpi
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.goals.stage import make_goal, make_kpi, record

CASES = Path(__file__).with_name("credit_cases.txt")
START, END = dt.date(2026, 11, 1), dt.date(2026, 11, 30)


def rows() -> list[list[str]]:
    lines = [line for line in CASES.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[1:]]


def put_down(cast: Cast, kpi: Kpi, text: str) -> None:
    who, day, value, *shares = text.split()
    entry = record(kpi, getattr(cast, who), dt.date.fromisoformat(day), value)
    for share in shares:
        name, _, part = share.partition("=")
        Credit.objects.create(entry=entry, member=getattr(cast, name), share=Decimal(part))
    Entry.objects.filter(pk=entry.pk).update(is_split=bool(shares))


@pytest.mark.django_db
@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_table(cast: Cast, row: list[str]) -> None:
    _name, entries, *expected = row
    with tenant(cast.acme.pk):
        kpi = make_kpi("revenue", unit="money", decimals=2)
        for text in entries.split(","):
            put_down(cast, kpi, text)
        owners: tuple[dict[str, Any], ...] = ({"member": cast.bob}, {"member": cast.carol}, {"team": cast.north}, {})
        goals = [make_goal(kpi, start=START, deadline=END, **owner) for owner in owners]
        found = reckon(Goal.objects.with_names(), cast.acme, TODAY)
    assert [found[goal.pk].value for goal in goals] == [Decimal(number) for number in expected]
