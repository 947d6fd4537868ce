"""The grid of targets by arithmetic alone, and the ramp of new members."""

import datetime as dt
from decimal import Decimal

import pytest

from goals.grid import Fill, Past, Wish, filled, pasted, season_of
from goals.ramp import months_after, ramp_share
from kpis.periods import Window
from teams.calendar import WorkCalendar
from web.parsing import InvalidInput, parse_number

NAMES = ["Bob", "สุดา", "Carol Li"]


def is_number(text: str) -> bool:
    try:
        parse_number(text)
    except InvalidInput:
        return False
    return True


PASTES = [
    ("1\t2\n3\t4", {(0, 0): "1", (0, 1): "2", (1, 0): "3", (1, 1): "4"}, []),
    ("bob\t1\t2\ncarol li\t\t5", {(0, 0): "1", (0, 1): "2", (2, 1): "5"}, []),
    (
        "Rep\tOct\tNov\r\nสุดา\t1,000\t2,500.5\r\nBob\t7\t8\r\n",
        {(1, 0): "1,000", (1, 1): "2,500.5", (0, 0): "7", (0, 1): "8"},
        [],
    ),
    ("Bob;1;2", {(0, 0): "1", (0, 1): "2"}, []),
    ('"Bob","1,000",2', {(0, 0): "1,000", (0, 1): "2"}, []),
    ("Zoe\t1\nBob\t2", {(0, 0): "2"}, ["Zoe"]),
    ("1\t2\t3", {(0, 0): "1", (0, 1): "2"}, []),  # more columns than there are
    ("1\n2\n3\n4", {(0, 0): "1", (1, 0): "2", (2, 0): "3"}, ["4"]),  # more rows
    ("\n\n", {}, []),
    ("๑๐\t12", {(0, 0): "๑๐", (0, 1): "12"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cells", "refused"), PASTES)
def test_a_block_of_a_spreadsheet_finds_its_cells(text: str, cells: object, refused: list[str]) -> None:
    found = pasted(text, NAMES, 2, is_number)
    assert (found.cells, found.refused) == (cells, refused)


def amounts(text: str) -> dict[tuple[int, int], Decimal]:
    """Rows parted by /, columns by spaces."""
    return {
        (row, column): Decimal(value)
        for row, line in enumerate(text.split("/"))
        for column, value in enumerate(line.split())
        if value != "-"
    }


PAST = Past(amounts("100 300/ 50 50"), {0: Decimal(200), 1: Decimal(90)})
FILLS = [
    (Wish(Fill.LAST_YEAR, 2, 2, Decimal("0.1")), "110 330/55 55"),
    (Wish(Fill.LAST_YEAR, 2, 2), "100 300/50 50"),
    (Wish(Fill.PREVIOUS, 2, 2, Decimal("0.5")), "150 150/68 67"),
    (Wish(Fill.PREVIOUS, 2, 2, season=[Decimal(1), Decimal(3)]), "50 150/23 67"),
    (Wish(Fill.EQUAL, 2, 2, total=Decimal(1000)), "250 250/250 250"),
    (Wish(Fill.EQUAL, 2, 2, total=Decimal(1001)), "251 250/250 250"),
    (Wish(Fill.EQUAL, 3, 1, total=Decimal(1000), step=Decimal(100)), "400/300/300"),
    (Wish(Fill.SHARE, 2, 2, total=Decimal(1000)), "400 400/100 100"),
    (Wish(Fill.SHARE, 2, 2, Decimal("-0.1"), total=Decimal(1000)), "360 360/90 90"),
    (Wish(Fill.EQUAL, 2, 2), ""),  # no total
    # A rate is not divided.
    (Wish(Fill.EQUAL, 2, 2, total=Decimal("0.3"), adds_up=False, step=Decimal("0.001")), "0.3 0.3/0.3 0.3"),
    (Wish(Fill.PREVIOUS, 2, 1, Decimal("0.1"), adds_up=False), "220/99"),
]


@pytest.mark.parametrize(("wish", "expected"), FILLS)
def test_a_grid_is_filled(wish: Wish, expected: str) -> None:
    assert filled(wish, PAST) == amounts(expected)


def test_what_nothing_is_known_about_stays_empty() -> None:
    assert filled(Wish(Fill.LAST_YEAR, 2, 2), Past(amounts("- 7"), {})) == amounts("- 7")


def test_the_season_is_last_year_s() -> None:
    assert season_of(PAST.last_year, 2) == [Decimal("0.3"), Decimal("0.7")]
    assert season_of({}, 4) == [Decimal("0.25")] * 4


PLAIN = WorkCalendar(frozenset(range(1, 8)))
RAMP = (25, 50, 75)


@pytest.mark.parametrize(
    ("joined", "start", "end", "share"),
    [
        ("2026-01-01", "2026-01-01", "2026-01-31", "0.25"),
        ("2026-01-01", "2026-02-01", "2026-02-28", "0.5"),
        ("2026-01-01", "2026-04-01", "2026-04-30", "1"),
        ("2026-01-11", "2026-01-01", "2026-01-20", "0.125"),  # half the days before joining
        ("2026-01-16", "2026-02-11", "2026-02-20", "0.375"),  # five days at 25, five at 50 %
        ("2026-03-27", "2026-06-22", "2026-07-01", "0.875"),  # five days at 75 %, five in full
        ("2027-01-01", "2026-01-01", "2026-01-31", "0"),
    ],
)
def test_the_ramp_by_days(joined: str, start: str, end: str, share: str) -> None:
    window = Window(dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    assert ramp_share(dt.date.fromisoformat(joined), window, RAMP, PLAIN) == Decimal(share)
    assert ramp_share(None, window, RAMP, PLAIN) == ramp_share(dt.date(2026, 1, 1), window, (), PLAIN) == 1


def test_months_after_end_where_the_month_does() -> None:
    assert months_after(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert months_after(dt.date(2026, 12, 15), 2) == dt.date(2027, 2, 15)
