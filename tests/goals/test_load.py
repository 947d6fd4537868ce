"""Load by arithmetic alone: hours spread over working days, weeks of a person, what is over 100 %."""

import datetime as dt
from decimal import Decimal

import pytest

from goals.load import Work, hours_in, load_by_week, weeks_of
from kpis.periods import Window
from teams.calendar import WorkCalendar

MONDAY = dt.date(2026, 11, 23)
FIVE_DAYS = frozenset(range(1, 6))
PLAIN = WorkCalendar(FIVE_DAYS)
# Wednesday of the first week is a holiday, and the whole second week is leave.
AWAY = WorkCalendar(FIVE_DAYS, frozenset({day := MONDAY + dt.timedelta(days=2)}), frozenset(
    MONDAY + dt.timedelta(days=7 + n) for n in range(7)
))  # fmt: skip


def on(offset: int) -> dt.date:
    """Days after the Monday."""
    return MONDAY + dt.timedelta(days=offset)


def work(hours: str, start: int, end: int) -> Work:
    return Work(Decimal(hours), on(start), on(end))


FIRST = Window(on(0), on(6))
SPREAD = [
    # hours, from, to, calendar, hours that fall into the first week
    ("10", 0, 4, PLAIN, "10"),
    ("10", 0, 11, PLAIN, "5"),
    ("10", -7, 4, PLAIN, "5"),
    ("10", 4, 7, PLAIN, "5"),  # Friday and Monday: the weekend takes nothing
    ("10", 7, 11, PLAIN, "0"),
    ("10", 5, 6, PLAIN, "10"),  # nothing but a weekend: by days
    ("10", 6, 7, PLAIN, "0"),  # Sunday and Monday: all of it on Monday
    ("8", 0, 4, AWAY, "8"),  # four days instead of five
    ("8", 0, 13, AWAY, "8"),  # the second week is leave
    ("6", 7, 13, AWAY, "0"),
    ("0", 0, 4, PLAIN, "0"),
]


@pytest.mark.parametrize(("hours", "start", "end", "calendar", "expected"), SPREAD)
def test_hours_are_spread_over_working_days(
    hours: str, start: int, end: int, calendar: WorkCalendar, expected: str
) -> None:
    assert hours_in(work(hours, start, end), FIRST, calendar) == Decimal(expected)


def test_nothing_is_lost_between_the_weeks() -> None:
    for start, end in ((0, 30), (-3, 17), (5, 6), (2, 2), (-40, 60)):
        task = work("37", start, end)
        weeks = weeks_of(Window(task.start, task.end), 1)
        assert abs(sum((hours_in(task, week, PLAIN) for week in weeks), Decimal(-37))) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("start", "end", "week_start", "first", "count"),
    [(0, 0, 1, 0, 1), (0, 6, 1, 0, 1), (6, 7, 1, 0, 2), (0, 6, 7, -1, 2), (3, 30, 1, 0, 5)],
)
def test_weeks_are_whole_and_begin_where_the_organization_says(
    start: int, end: int, week_start: int, first: int, count: int
) -> None:
    weeks = weeks_of(Window(on(start), on(end)), week_start)
    assert (weeks[0].start, len(weeks)) == (on(first), count)
    assert all(week.days == 7 for week in weeks)


WEEKS = [
    # calendar, promised, thought of; then of each week: capacity, share, over
    (PLAIN, [work("20", 0, 4)], [], [("40", "0.5", False), ("40", "0", False)]),
    (PLAIN, [work("20", 0, 4)], [work("40", 0, 11)], [("40", "1", False), ("40", "0.5", False)]),
    (PLAIN, [work("20", 0, 4)], [work("48", 0, 11)], [("40", "1.1", True), ("40", "0.6", False)]),
    (AWAY, [work("16", 0, 4)], [], [("32", "0.5", False), ("0", None, False)]),
    # Work that lies in a week of leave alone has no hours to stand on.
    (AWAY, [work("16", 7, 11)], [], [("32", "0", False), ("0", None, True)]),
]


@pytest.mark.parametrize(("calendar", "promised", "added", "expected"), WEEKS)
def test_load_by_week(
    calendar: WorkCalendar,
    promised: list[Work],
    added: list[Work],
    expected: list[tuple[str, str | None, bool]],
) -> None:
    weeks = load_by_week(promised, Window(on(0), on(11)), calendar, Decimal(40), added=added)
    found = [(week.capacity, week.share, week.is_over) for week in weeks]
    assert found == [
        (Decimal(hours), None if share is None else Decimal(share), over) for hours, share, over in expected
    ]
