from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.calendar import WorkCalendar

WEEKDAYS = frozenset({1, 2, 3, 4, 5})
PLAIN = WorkCalendar(WEEKDAYS)
# Monday 7 December 2026 stands in for Father's Day, which falls on the Saturday before.
THAI = WorkCalendar(WEEKDAYS, frozenset({date(2026, 12, 7), date(2026, 12, 10), date(2026, 12, 5)}))
AWAY = WorkCalendar(WEEKDAYS, THAI.holidays, frozenset(date(2026, 12, day) for day in (8, 9, 10)))
NEVER = WorkCalendar(frozenset())


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("calendar", "start", "end", "expected"),
    [
        (PLAIN, "11-23", "11-29", 5),
        (PLAIN, "11-28", "11-29", 0),
        (PLAIN, "11-29", "11-30", 1),
        (PLAIN, "11-23", "11-23", 1),
        (PLAIN, "11-24", "11-23", 0),
        (PLAIN, "10-01", "12-31", 66),
        (THAI, "12-01", "12-31", 21),
        (THAI, "12-05", "12-07", 0),
        (AWAY, "12-07", "12-13", 1),
        (AWAY, "12-01", "12-31", 19),
        (NEVER, "12-01", "12-31", 0),
    ],
)
def test_working_days_between(calendar: WorkCalendar, start: str, end: str, expected: int) -> None:
    assert calendar.working_days_between(day(start), day(end)) == expected


@pytest.mark.parametrize(
    ("calendar", "start", "end", "today", "share"),
    [
        (PLAIN, "11-23", "11-29", "11-22", "0"),
        (PLAIN, "11-23", "11-29", "11-23", "0.2"),
        (PLAIN, "11-23", "11-29", "11-26", "0.8"),
        (PLAIN, "11-23", "11-29", "11-27", "1"),
        (PLAIN, "11-23", "11-29", "11-28", "1"),
        (PLAIN, "11-23", "11-29", "12-31", "1"),
        (PLAIN, "11-28", "12-06", "11-29", "0"),
        (PLAIN, "11-28", "11-29", "11-28", "0.5"),
        (AWAY, "12-07", "12-13", "12-10", "0"),
        (NEVER, "12-01", "12-10", "12-03", "0.3"),
    ],
)
def test_elapsed_share(calendar: WorkCalendar, start: str, end: str, today: str, share: str) -> None:
    assert calendar.elapsed_share(day(start), day(end), day(today)) == Decimal(share)


@pytest.mark.parametrize(
    ("start", "end", "today", "expected"),
    [
        ("11-23", "11-29", "11-20", 5),
        ("11-23", "11-29", "11-23", 4),
        ("11-23", "11-29", "11-27", 0),
        ("11-23", "11-29", "12-05", 0),
        ("12-01", "12-11", "12-04", 3),
    ],
)
def test_remaining(start: str, end: str, today: str, expected: int) -> None:
    assert THAI.remaining(day(start), day(end), day(today)) == expected


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("12-04", 0, "12-04"),
        ("12-05", 0, "12-05"),
        ("12-04", 1, "12-08"),
        ("12-04", 2, "12-09"),
        ("12-04", 3, "12-11"),
        ("12-06", 1, "12-08"),
        ("12-08", -1, "12-04"),
        ("12-11", -2, "12-08"),
    ],
)
def test_add_working_days(start: str, n: int, expected: str) -> None:
    assert THAI.add_working_days(day(start), n) == day(expected)


@pytest.mark.parametrize(("start", "expected"), [("12-04", "12-04"), ("12-05", "12-08"), ("12-10", "12-11")])
def test_next_working_day(start: str, expected: str) -> None:
    assert THAI.next_working_day(day(start)) == day(expected)


def test_what_cannot_be_answered_is_an_error() -> None:
    with pytest.raises(ValueError, match="no working days"):
        NEVER.add_working_days(day("12-01"), 1)
    with pytest.raises(ValueError, match="no working days"):
        NEVER.next_working_day(day("12-01"))
    with pytest.raises(ValueError, match="before its start"):
        PLAIN.elapsed_share(day("12-02"), day("12-01"), day("12-01"))
    with pytest.raises(ValueError, match="1 to 7"):
        WorkCalendar(frozenset({0, 1}))


dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))
calendars = st.builds(
    WorkCalendar,
    st.frozensets(st.integers(1, 7)),
    st.frozensets(dates, max_size=30),
    st.frozensets(dates, max_size=30),
)


@given(calendars, dates, st.integers(0, 200))
def test_count_is_the_count_of_single_days(calendar: WorkCalendar, start: date, length: int) -> None:
    listed = [start + timedelta(offset) for offset in range(length)]
    end = start + timedelta(length - 1)
    assert calendar.working_days_between(start, end) == sum(map(calendar.is_working, listed))


@given(calendars, dates, st.integers(0, 200), st.integers(-10, 210))
def test_done_and_remaining_make_the_whole(calendar: WorkCalendar, start: date, length: int, offset: int) -> None:
    end, today = start + timedelta(length), start + timedelta(offset)
    whole = calendar.working_days_between(start, end)
    done = calendar.working_days_between(start, min(end, today))
    assert done + calendar.remaining(start, end, today) == whole
    share = calendar.elapsed_share(start, end, today)
    assert 0 <= share <= 1
    assert share <= calendar.elapsed_share(start, end, today + timedelta(1))
