"""When messages are due, by tables: zones around their clock changes, ladders, cadences, outages."""

import datetime as dt
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from reminders.moments import Clock, Notice, check_in_notice, deadline_notice, overdue_notice, step_after
from teams.calendar import WorkCalendar

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
BANGKOK = Clock(ZoneInfo("Asia/Bangkok"), ZoneInfo("Asia/Bangkok"))
WEEKDAYS = WorkCalendar(frozenset({1, 2, 3, 4, 5}))


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def bangkok(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Bangkok"))


@pytest.mark.parametrize(
    ("own", "home", "day", "expected"),
    [
        ("Asia/Bangkok", "Asia/Bangkok", "2026-11-23", "2026-11-23 02:00"),
        # Europe and America change their clocks on different days.
        ("Europe/Berlin", "Europe/Berlin", "2026-03-28", "2026-03-28 08:00"),
        ("Europe/Berlin", "Europe/Berlin", "2026-03-29", "2026-03-29 07:00"),
        ("Europe/Berlin", "Europe/Berlin", "2026-10-24", "2026-10-24 07:00"),
        ("Europe/Berlin", "Europe/Berlin", "2026-10-25", "2026-10-25 08:00"),
        ("America/New_York", "America/New_York", "2026-03-07", "2026-03-07 14:00"),
        ("America/New_York", "America/New_York", "2026-03-08", "2026-03-08 13:00"),
        ("America/New_York", "America/New_York", "2026-10-31", "2026-10-31 13:00"),
        ("America/New_York", "America/New_York", "2026-11-01", "2026-11-01 14:00"),
        # Half an hour of summer time.
        ("Australia/Lord_Howe", "Australia/Lord_Howe", "2026-04-04", "2026-04-03 22:00"),
        ("Australia/Lord_Howe", "Australia/Lord_Howe", "2026-04-05", "2026-04-04 22:30"),
        ("Australia/Lord_Howe", "Australia/Lord_Howe", "2026-10-03", "2026-10-02 22:30"),
        ("Australia/Lord_Howe", "Australia/Lord_Howe", "2026-10-04", "2026-10-03 22:00"),
        # Samoa went from the day's end to its beginning and had no 30 December 2011.
        ("Pacific/Apia", "Pacific/Apia", "2011-12-29", "2011-12-29 19:00"),
        ("Pacific/Apia", "Pacific/Apia", "2011-12-30", "2011-12-30 19:00"),
        ("Pacific/Apia", "Pacific/Apia", "2011-12-31", "2011-12-30 19:00"),
        ("Pacific/Apia", "Pacific/Apia", "2026-11-23", "2026-11-22 20:00"),
        # Far from home: the morning that falls into the organization's day.
        ("America/New_York", "Asia/Bangkok", "2026-11-23", "2026-11-23 14:00"),
        ("Pacific/Honolulu", "Asia/Bangkok", "2026-11-23", "2026-11-22 19:00"),
        ("Pacific/Kiritimati", "Pacific/Honolulu", "2026-11-23", "2026-11-23 19:00"),
        ("Pacific/Apia", "America/New_York", "2026-11-23", "2026-11-23 20:00"),
    ],
)
def test_morning(own: str, home: str, day: str, expected: str) -> None:
    clock = Clock(ZoneInfo(own), ZoneInfo(home))
    assert clock.morning(date.fromisoformat(day)) == utc(expected)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
def test_every_day_has_one_morning_at_nine(zone: str) -> None:
    clock = Clock(ZoneInfo(zone), ZoneInfo(zone))
    days = [date(2026, 1, 1) + dt.timedelta(days=offset) for offset in range(400)]
    mornings = [clock.morning(day) for day in days]
    assert [moment.astimezone(ZoneInfo(zone)).strftime("%H:%M") for moment in mornings] == ["09:00"] * 400
    assert [moment.astimezone(ZoneInfo(zone)).date() for moment in mornings] == days


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-04 08:59", None),  # the notice of 14 days is for the morning of 4 December
        ("2026-12-04 09:00", "2026-12-04"),
        ("2026-12-10 23:00", "2026-12-04"),
        ("2026-12-11 08:59", "2026-12-04"),
        ("2026-12-11 09:00", "2026-12-11"),
        ("2026-12-15 09:00", "2026-12-15"),
        # After an outage only the step that holds: on the 16th nobody is told about the 7 days any more.
        ("2026-12-16 03:00", "2026-12-15"),
        ("2026-12-17 09:00", "2026-12-17"),
        ("2026-12-18 09:00", "2026-12-18"),
        ("2026-12-18 23:59", "2026-12-18"),
        ("2026-12-19 00:00", None),
    ],
)
def test_deadline_ladder(now: str, expected: str | None) -> None:
    notice = deadline_notice(date(2026, 10, 1), date(2026, 12, 18), LONG_AGO, BANGKOK, bangkok(now))
    assert (notice and notice.day) == (expected and date.fromisoformat(expected))


def test_a_step_holds_until_the_next() -> None:
    notice = deadline_notice(date(2026, 10, 1), date(2026, 12, 18), LONG_AGO, BANGKOK, bangkok("2026-12-12 12:00"))
    assert notice == Notice(date(2026, 12, 11), bangkok("2026-12-11 09:00"), bangkok("2026-12-15 09:00"))


def test_the_last_step_holds_until_the_organizations_midnight() -> None:
    clock = Clock(ZoneInfo("America/New_York"), ZoneInfo("Asia/Bangkok"))
    notice = deadline_notice(date(2026, 10, 1), date(2026, 12, 18), LONG_AGO, clock, bangkok("2026-12-18 21:30"))
    assert notice == Notice(date(2026, 12, 18), bangkok("2026-12-18 21:00"), bangkok("2026-12-19 00:00"))


@pytest.mark.parametrize(
    ("start", "agreed", "now", "expected"),
    [
        # A goal of five days gets no notice from the days before it began.
        ("2026-12-14", "2026-12-01 10:00", "2026-12-14 12:00", None),
        ("2026-12-14", "2026-12-01 10:00", "2026-12-15 12:00", "2026-12-15"),
        # A goal agreed at noon gets no notice of the morning before.
        ("2026-10-01", "2026-12-11 12:00", "2026-12-11 12:01", None),
        ("2026-10-01", "2026-12-11 08:00", "2026-12-11 12:01", "2026-12-11"),
    ],
)
def test_no_notice_from_before_the_goal(start: str, agreed: str, now: str, expected: str | None) -> None:
    deadline = date(2026, 12, 18)
    notice = deadline_notice(date.fromisoformat(start), deadline, bangkok(agreed), BANGKOK, bangkok(now))
    assert (notice and notice.day) == (expected and date.fromisoformat(expected))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-18 12:00", None),
        ("2026-12-19 08:59", None),
        ("2026-12-19 09:00", "2026-12-19"),
        ("2026-12-26 08:59", "2026-12-19"),
        ("2026-12-26 09:00", "2026-12-26"),
        ("2027-01-10 12:00", "2027-01-09"),
    ],
)
def test_overdue_weekly(now: str, expected: str | None) -> None:
    notice = overdue_notice(date(2026, 12, 18), BANGKOK, bangkok(now))
    assert (notice and notice.day) == (expected and date.fromisoformat(expected))


# 23 November 2026 is a Monday.
@pytest.mark.parametrize(
    ("since", "cadence", "now", "expected"),
    [
        ("2026-11-16", "weekly", "2026-11-20 12:00", None),
        ("2026-11-16", "weekly", "2026-11-23 08:59", None),
        ("2026-11-16", "weekly", "2026-11-23 09:00", "2026-11-23"),
        ("2026-11-16", "weekly", "2026-11-25 09:00", "2026-11-23"),  # after an outage
        ("2026-11-02", "weekly", "2026-11-25 09:00", "2026-11-23"),  # three weeks without one
        ("2026-11-14", "weekly", "2026-11-21 12:00", None),  # a Saturday's waits
        ("2026-11-14", "weekly", "2026-11-23 09:00", "2026-11-23"),  # for Monday
        ("2026-11-19", "daily", "2026-11-20 09:00", "2026-11-20"),
        ("2026-11-19", "daily", "2026-11-21 09:00", None),
        ("2026-11-20", "daily", "2026-11-23 09:00", "2026-11-23"),
        ("2026-11-23", "daily", "2026-11-23 09:00", None),
        ("2026-10-31", "monthly", "2026-11-30 09:00", "2026-11-30"),
        ("2026-10-23", "monthly", "2026-11-23 09:00", "2026-11-23"),
        ("2026-10-24", "monthly", "2026-11-23 09:00", None),
        ("2026-08-24", "quarterly", "2026-11-23 12:00", None),
        ("2026-08-24", "quarterly", "2026-11-24 12:00", "2026-11-24"),
        ("2026-12-07", "weekly", "2026-11-23 12:00", None),  # a goal that begins later
    ],
)
def test_check_in(since: str, cadence: str, now: str, expected: str | None) -> None:
    notice = check_in_notice(date.fromisoformat(since), date(2026, 12, 31), cadence, WEEKDAYS, BANGKOK, bangkok(now))
    assert (notice and notice.day) == (expected and date.fromisoformat(expected))


def test_check_in_waits_for_the_end_of_a_leave() -> None:
    away = WorkCalendar(WEEKDAYS.working_days, leave=frozenset({date(2026, 11, 23), date(2026, 11, 24)}))
    args = (date(2026, 11, 16), date(2026, 12, 31), "weekly", away, BANGKOK)
    assert check_in_notice(*args, bangkok("2026-11-24 12:00")) is None
    found = check_in_notice(*args, bangkok("2026-11-25 12:00"))
    assert found
    assert found.day == date(2026, 11, 25)
    assert found.until == bangkok("2026-11-30 09:00")


def test_no_check_in_after_the_deadline() -> None:
    args = (date(2026, 11, 2), date(2026, 11, 20), "weekly", WEEKDAYS, BANGKOK)
    assert check_in_notice(*args, bangkok("2026-11-16 12:00"))
    assert check_in_notice(*args, bangkok("2026-11-23 12:00")) is None


def test_a_week_without_working_days_is_checked_in_on_any() -> None:
    never = WorkCalendar(frozenset())
    found = check_in_notice(
        date(2026, 11, 14), date(2026, 12, 31), "weekly", never, BANGKOK, bangkok("2026-11-21 09:00")
    )
    assert found
    assert found.day == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("since", "cadence", "steps", "expected"),
    [
        ("2026-01-31", "monthly", 1, "2026-02-28"),
        ("2026-01-31", "monthly", 2, "2026-03-31"),
        ("2026-11-30", "quarterly", 1, "2027-02-28"),
        ("2027-11-30", "quarterly", 1, "2028-02-29"),
        ("2026-12-15", "monthly", 1, "2027-01-15"),
        ("2026-12-28", "weekly", 2, "2027-01-11"),
    ],
)
def test_steps(since: str, cadence: str, steps: int, expected: str) -> None:
    assert step_after(date.fromisoformat(since), cadence, steps) == date.fromisoformat(expected)
