"""Which days a page of numbers shows, and with which it compares them."""

import datetime as dt
from itertools import pairwise

import pytest

from kpis.periods import PeriodRules, Window
from kpis.timeline import Look, look_at, look_between, step_of, steps_of

PLAIN = PeriodRules()
FISCAL = PeriodRules(week_start=7, fiscal_year_start=10)
TODAY = dt.date(2026, 11, 24)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def window(text: str) -> Window:
    start, end = text.split("..")
    return Window(day(start), day(end))


@pytest.mark.parametrize(
    ("kind", "on", "shown", "previous", "last_year"),
    [
        # running: as many days of the period before, the same days of last year
        ("month", "2026-11-24", "2026-11-01..2026-11-24", "2026-10-01..2026-10-24", "2025-11-01..2025-11-24"),
        ("week", "2026-11-24", "2026-11-23..2026-11-24", "2026-11-16..2026-11-17", "2025-11-23..2025-11-24"),
        ("quarter", "2026-11-24", "2026-10-01..2026-11-24", "2026-07-01..2026-08-24", "2025-10-01..2025-11-24"),
        ("year", "2026-11-24", "2026-01-01..2026-11-24", "2025-01-01..2025-11-24", "2025-01-01..2025-11-24"),
        ("day", "2026-11-24", "2026-11-24..2026-11-24", "2026-11-23..2026-11-23", "2025-11-24..2025-11-24"),
        # over: whole periods
        ("month", "2026-02-10", "2026-02-01..2026-02-28", "2026-01-01..2026-01-31", "2025-02-01..2025-02-28"),
        ("quarter", "2026-01-01", "2026-01-01..2026-03-31", "2025-10-01..2025-12-31", "2025-01-01..2025-03-31"),
        ("day", "2026-03-01", "2026-03-01..2026-03-01", "2026-02-28..2026-02-28", "2025-03-01..2025-03-01"),
    ],
)
def test_like_is_compared_with_like(kind: str, on: str, shown: str, previous: str, last_year: str) -> None:
    step = step_of(look_at(kind, day(on), TODAY, PLAIN), PLAIN)
    assert (step.window, step.previous, step.last_year) == (window(shown), window(previous), window(last_year))


def test_a_long_running_month_is_never_compared_beyond_a_short_one() -> None:
    step = step_of(look_at("month", day("2026-03-30"), day("2026-03-30"), PLAIN), PLAIN)
    assert step.previous == window("2026-02-01..2026-02-28")
    assert not step.is_over


@pytest.mark.parametrize("on", ["2026-11-25", "2999-01-01", "1900-06-01", "0001-01-01"])
def test_other_days_show_the_current_period(on: str) -> None:
    look = look_at("month", day(on), TODAY, PLAIN)
    assert look == Look("month", window("2026-11-01..2026-11-30"), window("2026-11-01..2026-11-24"), False)


def test_the_last_day_of_a_period_is_not_over_yet() -> None:
    look = look_at("month", day("2026-11-30"), day("2026-11-30"), PLAIN)
    assert look.window == look.whole
    assert not look.is_over
    assert look.day_after is None
    assert look_at("month", day("2026-11-30"), day("2026-12-01"), PLAIN).day_after == day("2026-12-01")


@pytest.mark.parametrize(("kind", "count"), [("day", 31), ("week", 14), ("month", 14), ("quarter", 10), ("year", 6)])
def test_periods_follow_one_another_without_a_gap(kind: str, count: int) -> None:
    steps = steps_of(look_at(kind, TODAY, TODAY, FISCAL), FISCAL)
    assert len(steps) == count
    assert steps[-1].window.end == TODAY
    assert [step.is_over for step in steps] == [True] * (count - 1) + [False]
    for earlier, later in pairwise(steps):
        assert earlier.window.end + dt.timedelta(days=1) == later.window.start
        if later.is_over:
            assert later.previous == earlier.window


def test_no_period_lies_before_our_time() -> None:
    assert [step.window.start.year for step in steps_of(look_at("year", day("1901-05-05"), TODAY, PLAIN), PLAIN)] == [
        1900,
        1901,
    ]


@pytest.mark.parametrize(
    ("days", "pieces", "first", "last"),
    [
        ("2026-11-20..2026-11-24", 5, ("day", "2026-11-20..2026-11-20"), ("day", "2026-11-24..2026-11-24")),
        ("2026-09-30..2026-11-24", 9, ("custom", "2026-09-30..2026-10-04"), ("custom", "2026-11-23..2026-11-24")),
        ("2025-01-15..2026-06-30", 18, ("custom", "2025-01-15..2025-01-31"), ("month", "2026-06-01..2026-06-30")),
        ("2026-11-20..2027-01-31", 5, ("day", "2026-11-20..2026-11-20"), ("day", "2026-11-24..2026-11-24")),
    ],
)
def test_any_days_are_cut_where_one_can_still_read_them(
    days: str, pieces: int, first: tuple[str, str], last: tuple[str, str]
) -> None:
    asked = window(days)
    steps = steps_of(look_between(asked.start, asked.end, TODAY), PLAIN)
    assert len(steps) == pieces
    assert [(step.kind, step.window) for step in (steps[0], steps[-1])] == [
        (kind, window(text)) for kind, text in (first, last)
    ]


def test_a_cut_piece_is_compared_with_as_many_days() -> None:
    steps = steps_of(look_between(day("2025-01-15"), day("2026-11-10"), TODAY), PLAIN)
    assert steps[0].previous is None  # it begins in the middle of its month
    assert steps[-1].previous == window("2026-10-01..2026-10-10")


def test_days_that_are_all_to_come_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        look_between(day("2026-11-25"), day("2026-11-30"), TODAY)
