"""When a message is due: in the morning of the person's own clock, as a moment in UTC.

Days are the organization's. A person far away gets the message on the morning that falls into the organization's day,
so that "due today" is true when it is read. Local times are reckoned with zoneinfo and never stored.
"""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

from teams.calendar import WorkCalendar

MORNING = dt.time(9)
ONE_DAY = dt.timedelta(days=1)
WEEK = 7
DAYS_BEFORE = (14, 7, 3, 1, 0)
_STEP_DAYS = {"daily": 1, "weekly": WEEK}
_STEP_MONTHS = {"monthly": 1, "quarterly": 3}


@dataclass(frozen=True)
class Clock:
    """The person's time zone and the organization's."""

    own: dt.tzinfo
    home: dt.tzinfo

    def morning(self, day: dt.date) -> dt.datetime:
        """9:00 on the person's clock within the organization's day, in UTC.

        A day that neither clock has (a zone that jumped over the date line) gives the next morning.
        """
        for offset in (0, -1, 1):
            moment = _nine(day + dt.timedelta(days=offset), self.own)
            if moment.astimezone(self.home).date() == day:
                return moment
        return _nine(day, self.own)

    def end_of(self, day: dt.date) -> dt.datetime:
        """The midnight after the organization's day, in UTC."""
        return dt.datetime.combine(day + ONE_DAY, dt.time(0), self.home).astimezone(dt.UTC)

    def today(self, now: dt.datetime) -> dt.date:
        """The organization's day."""
        return now.astimezone(self.home).date()


@dataclass(frozen=True)
class Notice:
    """One step of a ladder of messages: the day it is about, from when to when it is worth sending."""

    day: dt.date
    at: dt.datetime
    until: dt.datetime


def deadline_notice(
    start: dt.date, deadline: dt.date, agreed_at: dt.datetime, clock: Clock, now: dt.datetime
) -> Notice | None:
    """The step of 14, 7, 3, 1, 0 days before the deadline that holds now, or None.

    A later step takes an earlier one's place, so that an outage is not followed by a pile. Steps from before the goal
    began or was agreed are nobody's.
    """
    days = [day for before in DAYS_BEFORE if (day := deadline - dt.timedelta(days=before)) >= start]
    mornings = [clock.morning(day) for day in days]
    ends = [*mornings[1:], clock.end_of(deadline)]
    for day, at, until in zip(days, mornings, ends, strict=True):
        if at <= now < until:
            return Notice(day, at, until) if at >= agreed_at else None
    return None


def overdue_notice(deadline: dt.date, clock: Clock, now: dt.datetime) -> Notice | None:
    """The weekly message of a goal past its deadline, the first on the morning after it; None before that."""
    weeks = (clock.today(now) - deadline - ONE_DAY).days // WEEK
    for week in (weeks, weeks - 1):
        day = deadline + ONE_DAY + dt.timedelta(weeks=week)
        at = clock.morning(day)
        if week >= 0 and at <= now:
            return Notice(day, at, clock.morning(day + dt.timedelta(weeks=1)))
    return None


def check_in_notice(
    since: dt.date, deadline: dt.date, cadence: str, calendar: WorkCalendar, clock: Clock, now: dt.datetime
) -> Notice | None:
    """The latest check-in that has become due, one cadence (or several) after `since`; None where none has.

    Falls on working days of the person only, and not beyond the deadline. `until` is the next one's morning.
    """
    today = clock.today(now)
    calendar = calendar if calendar.working_days else WorkCalendar(frozenset(range(1, 8)))
    last_working_day = calendar.add_working_days(today + ONE_DAY, -1)
    steps = _steps_between(since, last_working_day, cadence)
    if steps < 1 or last_working_day < today:
        return None
    day = calendar.next_working_day(step_after(since, cadence, steps))
    following = calendar.next_working_day(step_after(since, cadence, steps + 1))
    at = clock.morning(day)
    if day > deadline or today > deadline or at > now:
        return None
    return Notice(day, at, clock.morning(following))


def step_after(since: dt.date, cadence: str, steps: int) -> dt.date:
    """The day that lies so many cadences later; a month's last days stay within the month."""
    if cadence in _STEP_DAYS:
        return since + dt.timedelta(days=_STEP_DAYS[cadence] * steps)
    months = since.year * 12 + since.month - 1 + _STEP_MONTHS[cadence] * steps
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(since.day, monthrange(year, month + 1)[1]))


def _steps_between(since: dt.date, last: dt.date, cadence: str) -> int:
    """How many whole cadences lie between the two days."""
    if last < since:
        return 0
    if cadence in _STEP_DAYS:
        return (last - since).days // _STEP_DAYS[cadence]
    length = _STEP_MONTHS[cadence]
    steps = ((last.year - since.year) * 12 + last.month - since.month) // length
    return steps - (step_after(since, cadence, steps) > last)


def _nine(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, MORNING, zone).astimezone(dt.UTC)
