"""Periods of a dashboard, their neighbours and rulers."""

from datetime import date
from decimal import Decimal

import pytest

from dashboards.period import Period, evenly, period_on
from kpis.periods import PeriodRules, Window

TODAY = date(2026, 11, 23)
RULES = PeriodRules(week_start=1, fiscal_year_start=1)
APRIL = PeriodRules(week_start=7, fiscal_year_start=4)


def period(kind: str, on: str = "", today: date = TODAY, rules: PeriodRules = RULES) -> Period:
    return period_on(kind, on, rules, today)


@pytest.mark.parametrize(
    ("kind", "on", "rules", "start", "end"),
    [
        ("quarter", "", RULES, "2026-10-01", "2026-12-31"),
        ("month", "", RULES, "2026-11-01", "2026-11-30"),
        ("year", "", RULES, "2026-01-01", "2026-12-31"),
        ("quarter", "2026-03-31", RULES, "2026-01-01", "2026-03-31"),
        ("month", "2024-02-29", RULES, "2024-02-01", "2024-02-29"),
        ("year", "2026-03-31", APRIL, "2025-04-01", "2026-03-31"),
        ("decade", "2026-03-31", RULES, "2026-01-01", "2026-03-31"),
        ("quarter", "2026-02-30", RULES, "2026-10-01", "2026-12-31"),
        ("quarter", "yesterday", RULES, "2026-10-01", "2026-12-31"),
        ("quarter", "2569-11-23\x00", RULES, "2026-10-01", "2026-12-31"),
        ("year", "9999-12-31", APRIL, "2026-04-01", "2027-03-31"),
    ],
)
def test_the_address_names_a_period(kind: str, on: str, rules: PeriodRules, start: str, end: str) -> None:
    found = period(kind, on, rules=rules)
    assert (found.start, found.end) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("month", Window(date(2026, 10, 1), date(2026, 10, 31)), Window(date(2026, 12, 1), date(2026, 12, 31))),
        ("quarter", Window(date(2026, 7, 1), date(2026, 9, 30)), Window(date(2027, 1, 1), date(2027, 3, 31))),
        ("year", Window(date(2025, 1, 1), date(2025, 12, 31)), Window(date(2027, 1, 1), date(2027, 12, 31))),
    ],
)
def test_neighbours(kind: str, before: Window, after: Window) -> None:
    found = period(kind)
    assert found.previous is not None
    assert found.next is not None
    assert (found.previous.window, found.next.window) == (before, after)


def test_no_neighbour_beyond_the_calendar() -> None:
    assert period("year", "0001-05-05").previous is None
    assert period("year", "9999-05-05").next is None


@pytest.mark.parametrize(
    ("today", "day", "last_day", "is_current", "is_over"),
    [
        (date(2026, 11, 23), 54, date(2026, 11, 23), True, False),
        (date(2026, 10, 1), 1, date(2026, 10, 1), True, False),
        (date(2026, 12, 31), 92, date(2026, 12, 31), True, False),
        (date(2027, 1, 1), 92, date(2026, 12, 31), False, True),
        (date(2026, 9, 30), 0, date(2026, 10, 1), False, False),
    ],
)
def test_how_far(today: date, day: int, last_day: date, is_current: bool, is_over: bool) -> None:
    found = period("quarter", "2026-11-23", today=today)
    assert (found.day, found.days, found.last_day) == (day, 92, last_day)
    assert (found.is_current, found.is_over) == (is_current, is_over)
    assert found.elapsed == Decimal(day) / 92
    assert found.so_far == Window(date(2026, 10, 1), last_day)


def test_the_ruler_names_months_or_days() -> None:
    assert [day for _place, day in period("quarter").marks] == [date(2026, month, 1) for month in (10, 11, 12)]
    assert [day for _place, day in period("year").marks] == [date(2026, month, 1) for month in (1, 4, 7, 10)]
    assert [day.day for _place, day in period("month").marks] == [1, 8, 15, 22]
    assert [place for place, _day in period("quarter").marks] == [0, Decimal(31) / 92, Decimal(61) / 92]
    assert [period(kind).strokes for kind in ("month", "quarter", "year")] == [30, 13, 12]


def test_pieces_end_with_today() -> None:
    weeks = period("quarter").pieces
    assert weeks[0] == Window(date(2026, 10, 1), date(2026, 10, 4))
    assert weeks[-1] == Window(TODAY, TODAY)
    assert len(period("year").pieces) == 11
    assert len(period("month").pieces) == 23
    assert [piece.end for piece in period("quarter", "2026-05-05").pieces][-1] == date(2026, 6, 30)
    assert period("quarter", "2027-05-05").pieces == [Window(date(2027, 4, 1), date(2027, 4, 1))]


def test_small_charts_leave_out_what_is_not_over() -> None:
    assert period("quarter").whole_pieces[-1] == Window(date(2026, 11, 16), date(2026, 11, 22))
    assert [piece.end.day for piece in period("month").whole_pieces] == [1, 8, 15, 22]
    assert len(period("year").whole_pieces) == 10
    assert period("quarter", "2026-08-08").whole_pieces[-1].end == date(2026, 9, 30)
    assert period("quarter", "2027-08-08").whole_pieces == []


@pytest.mark.parametrize(("count", "length"), [(5, 5), (100, 14), (1, 1)])
def test_evenly(count: int, length: int) -> None:
    pieces = [Window(date(2026, 1, day), date(2026, 1, day)) for day in range(1, 15)]
    chosen = evenly(pieces, count)
    assert len(chosen) == length
    assert chosen[0] == pieces[0]
    assert evenly([], count) == []
