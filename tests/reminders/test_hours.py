"""Working days and quiet hours on a person's own clock, through the changes of the clocks."""

import datetime as dt
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from reminders.hours import Hours
from reminders.moments import Clock, day_notice, deadline_notice, morning_after, week_notice, weekly_notice
from teams.calendar import WorkCalendar

WEEKDAYS = WorkCalendar(frozenset({1, 2, 3, 4, 5}))
NIGHT = (dt.time(22), dt.time(7))


def local(text: str, zone: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "expected"),
    [
        (None, "2026-11-23 03:00", "2026-11-23 03:00"),
        (NIGHT, "2026-11-23 06:59", "2026-11-23 07:00"),
        (NIGHT, "2026-11-23 07:00", "2026-11-23 07:00"),
        (NIGHT, "2026-11-23 21:59", "2026-11-23 21:59"),
        (NIGHT, "2026-11-23 22:00", "2026-11-24 07:00"),
        (NIGHT, "2026-11-23 23:59", "2026-11-24 07:00"),
        ((dt.time(12), dt.time(13)), "2026-11-23 11:59", "2026-11-23 11:59"),
        ((dt.time(12), dt.time(13)), "2026-11-23 12:30", "2026-11-23 13:00"),
        ((dt.time(8), dt.time(10)), "2026-11-21 12:00", "2026-11-23 10:00"),  # Saturday: Monday at nine is quiet
        (None, "2026-11-21 12:00", "2026-11-23 09:00"),
        (NIGHT, "2026-11-20 23:00", "2026-11-23 09:00"),  # Friday night: Saturday at seven is a day off
        ((dt.time(0), dt.time(23, 59)), "2026-11-23 09:00", "2026-11-23 23:59"),
    ],
)
def test_opening(quiet: tuple[dt.time, dt.time] | None, at: str, expected: str) -> None:
    hours = Hours(ZoneInfo("Asia/Bangkok"), WEEKDAYS, quiet)
    assert hours.opening(local(at, "Asia/Bangkok")) == local(expected, "Asia/Bangkok")


@pytest.mark.parametrize(
    ("at", "until", "now", "expected"),
    [
        ("2026-11-20 09:00", "2026-11-24 09:00", "2026-11-20 10:00", "2026-11-20 09:00"),
        ("2026-11-20 09:00", "2026-11-24 09:00", "2026-11-20 08:00", None),
        ("2026-11-20 09:00", "2026-11-24 09:00", "2026-11-24 09:00", None),
        # After an outage, on a Saturday: it can wait for Monday.
        ("2026-11-20 09:00", "2026-11-24 09:00", "2026-11-21 12:00", None),
        # But not if it would have lapsed by then.
        ("2026-11-20 09:00", "2026-11-23 00:00", "2026-11-21 12:00", "2026-11-20 09:00"),
        ("2026-11-20 09:00", "2026-11-23 00:00", "2026-11-21 23:00", None),  # the night is kept all the same
        ("2026-11-20 09:00", "2026-11-23 00:00", "2026-11-22 07:00", "2026-11-20 09:00"),
        # Of a Sunday, with no time until Monday.
        ("2026-11-22 09:00", "2026-11-23 00:00", "2026-11-22 09:00", "2026-11-22 09:00"),
        ("2026-11-22 09:00", "2026-11-25 00:00", "2026-11-22 09:00", None),
        ("2026-11-22 09:00", "2026-11-25 00:00", "2026-11-23 09:00", "2026-11-23 09:00"),
    ],
)
def test_when_a_message_may_come(at: str, until: str, now: str, expected: str | None) -> None:
    zone = "Asia/Bangkok"
    found = Hours(ZoneInfo(zone), WEEKDAYS, NIGHT).moment_for(local(at, zone), local(until, zone), local(now, zone))
    assert found == (expected and local(expected, zone))


# The night before, the night of, and the night after each change of the clocks.
@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("Europe/Berlin", "2026-03-28 23:00", "2026-03-29 05:00"),  # to summer time
        ("Europe/Berlin", "2026-03-27 23:00", "2026-03-28 06:00"),
        ("Europe/Berlin", "2026-10-24 22:00", "2026-10-25 06:00"),  # and back
        ("Europe/Berlin", "2026-10-23 22:00", "2026-10-24 05:00"),
        ("America/New_York", "2026-03-08 04:00", "2026-03-08 11:00"),
        ("America/New_York", "2026-03-07 04:00", "2026-03-07 12:00"),
        ("America/New_York", "2026-11-01 03:00", "2026-11-01 12:00"),
        ("America/New_York", "2026-10-31 03:00", "2026-10-31 11:00"),
        ("Asia/Bangkok", "2026-03-28 16:00", "2026-03-29 00:00"),
        ("Asia/Bangkok", "2026-10-24 16:00", "2026-10-25 00:00"),
        ("Australia/Lord_Howe", "2026-04-04 12:00", "2026-04-04 20:30"),  # half an hour back
        ("Australia/Lord_Howe", "2026-04-03 12:00", "2026-04-03 20:00"),
        ("Australia/Lord_Howe", "2026-10-03 12:00", "2026-10-03 20:00"),  # and forward
        ("Australia/Lord_Howe", "2026-10-02 12:00", "2026-10-02 20:30"),
        ("Pacific/Apia", "2011-12-29 09:00", "2011-12-29 17:00"),  # before the day that Samoa left out
        ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 17:00"),
        ("Pacific/Apia", "2021-04-03 09:00", "2021-04-03 18:00"),  # its last summer time ends
        ("Pacific/Apia", "2020-09-26 12:00", "2020-09-26 17:00"),  # and began
    ],
)
def test_quiet_hours_end_at_seven_on_the_persons_clock(zone: str, at: str, expected: str) -> None:
    hours = Hours(ZoneInfo(zone), quiet=NIGHT)
    assert hours.opening(utc(at)) == utc(expected)
    assert utc(expected).astimezone(ZoneInfo(zone)).time() == dt.time(7)


@pytest.mark.parametrize(
    ("zone", "quiet_until", "at", "expected"),
    [
        # An hour that the clocks leave out ends as soon as they are past it; one that comes twice ends the first time.
        ("Europe/Berlin", dt.time(2, 30), "2026-03-28 23:30", "2026-03-29 01:30"),
        ("Europe/Berlin", dt.time(2, 30), "2026-10-24 23:30", "2026-10-25 00:30"),
        ("America/New_York", dt.time(2, 30), "2026-03-08 05:30", "2026-03-08 07:30"),
        ("America/New_York", dt.time(1, 30), "2026-11-01 04:30", "2026-11-01 05:30"),
        ("Australia/Lord_Howe", dt.time(2, 15), "2026-10-03 14:30", "2026-10-03 15:45"),
        ("Australia/Lord_Howe", dt.time(1, 45), "2026-04-04 13:30", "2026-04-04 14:45"),
    ],
)
def test_an_end_that_comes_twice_or_never(zone: str, quiet_until: dt.time, at: str, expected: str) -> None:
    hours = Hours(ZoneInfo(zone), quiet=(dt.time(22), quiet_until))
    assert hours.opening(utc(at)) == utc(expected)


ZONES = ["Europe/Berlin", "America/New_York", "Asia/Bangkok", "Australia/Lord_Howe", "Pacific/Apia"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_digests_is_one_each_working_day_at_nine(zone: str) -> None:
    """Looked at every half hour of a year with both changes: each working day once, none at another time."""
    clock = Clock(ZoneInfo(zone), ZoneInfo(zone))
    seen: dict[date, dt.datetime] = {}
    moment, end = utc("2026-01-01 00:00"), utc("2027-01-01 00:00")
    while moment < end:
        notice = day_notice(clock, moment, WEEKDAYS)
        if notice:
            seen.setdefault(notice.day, notice.at)
        moment += dt.timedelta(minutes=30)
    days = [date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert set(seen) >= {day for day in days[1:-1] if day.isoweekday() <= 5}
    assert {at.astimezone(ZoneInfo(zone)).time() for at in seen.values()} == {dt.time(9)}
    assert not any(day.isoweekday() > 5 for day in seen)


@pytest.mark.parametrize("zone", ZONES)
def test_each_week_has_one_digest_on_its_first_working_day(zone: str) -> None:
    clock = Clock(ZoneInfo(zone), ZoneInfo(zone))
    calendar = WorkCalendar(WEEKDAYS.working_days, holidays=frozenset({date(2026, 3, 30)}))
    days = [clock.morning(date(2026, 3, 2) + dt.timedelta(days=n)) + dt.timedelta(minutes=5) for n in range(280)]
    found = [week_notice(1, clock, now, calendar) for now in days]
    told = list(dict.fromkeys(notice.day for notice in found if notice))
    assert len(told) == 40
    assert [day for day in told if day.isoweekday() != 1] == [date(2026, 3, 31)]
    assert all(notice.at.astimezone(ZoneInfo(zone)).time() == dt.time(9) for notice in found if notice)


BERLIN = Clock(ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("week_start", "today", "expected"),
    [
        (1, "2026-11-22", None),
        (1, "2026-11-18", "2026-11-16"),
        (1, "2026-11-19", None),
        (1, "2026-11-23", "2026-11-23"),
        (7, "2026-11-22", None),  # a week that begins on Sunday: Monday is its first working day
        (7, "2026-11-23", "2026-11-23"),
        (6, "2026-11-21", None),
    ],
)
def test_a_week_begins_where_the_organization_says(week_start: int, today: str, expected: str | None) -> None:
    now = BERLIN.morning(date.fromisoformat(today)) + dt.timedelta(hours=1)
    notice = week_notice(week_start, BERLIN, now, WEEKDAYS)
    assert (notice and str(notice.day)) == expected


def test_no_week_for_who_is_away_for_all_of_it() -> None:
    away = frozenset(date(2026, 11, 23) + dt.timedelta(days=n) for n in range(5))
    now = BERLIN.morning(date(2026, 11, 27))
    assert week_notice(1, BERLIN, now, WorkCalendar(WEEKDAYS.working_days, leave=away)) is None


@pytest.mark.parametrize(
    ("deadline", "now", "expected"),
    [
        ("2026-11-29", "2026-11-27", "2026-11-27"),  # a Sunday: its days 1 and 0 come on Friday
        ("2026-11-29", "2026-11-26", "2026-11-26"),  # its day 3 is a Thursday
        ("2026-12-06", "2026-11-28", "2026-11-27"),  # its day 7 is a Sunday
        ("2026-12-02", "2026-12-02", "2026-12-02"),
    ],
)
def test_steps_of_a_deadline_come_before_days_off(deadline: str, now: str, expected: str) -> None:
    moment = BERLIN.morning(date.fromisoformat(now)) + dt.timedelta(minutes=1)
    long_ago = utc("2026-01-01 00:00")
    notice = deadline_notice(date(2026, 1, 1), date.fromisoformat(deadline), long_ago, BERLIN, moment, WEEKDAYS)
    assert notice
    assert str(notice.day) == expected


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ("2026-11-23 08:59", "2026-11-23"),
        ("2026-11-23 09:00", "2026-11-23"),
        ("2026-11-23 09:01", "2026-11-24"),
        ("2026-11-20 10:00", "2026-11-23"),
        ("2026-11-21 08:00", "2026-11-23"),
    ],
)
def test_morning_after(happened: str, expected: str) -> None:
    assert str(morning_after(local(happened, "Europe/Berlin"), BERLIN, WEEKDAYS).day) == expected


def test_a_weekly_message_is_not_told_twice_after_a_leave() -> None:
    leave = frozenset(date(2026, 11, 23) + dt.timedelta(days=n) for n in range(12))
    calendar = WorkCalendar(WEEKDAYS.working_days, leave=leave)
    days = [date(2026, 11, 16) + dt.timedelta(days=n) for n in range(40)]
    found = [weekly_notice(date(2026, 11, 17), BERLIN, BERLIN.morning(day), calendar) for day in days]
    told = list(dict.fromkeys(str(notice.day) for notice in found if notice))
    assert told == ["2026-11-17", "2026-12-07", "2026-12-08", "2026-12-15", "2026-12-22"]
