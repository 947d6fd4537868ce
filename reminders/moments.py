"""When a message is due: in the morning of the person's own clock, as a moment in UTC.

Days are the organization's. A person far away gets the message on the morning that falls into the organization's day,
so that "due today" is true when it is read. Local times are reckoned with zoneinfo and never stored.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from teams.calendar import WorkCalendar

MORNING = dt.time(9)
ONE_DAY = dt.timedelta(days=1)
WEEK = 7
DAYS_BEFORE = (14, 7, 3, 1, 0)
MILESTONE_DAYS_BEFORE = (7, 1, 0)
ACTION_DAYS_BEFORE = (1, 0)
# So far a step may move forward from a day off; beyond that it stays where it is.
MOVES_DAYS = 7
# A week that is half over needs no outlook any more.
WEEK_NEWS_LASTS = dt.timedelta(days=3)
EVERY_DAY = WorkCalendar(frozenset(range(1, 8)))
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
        return _morning(day, self.own, self.home)

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
    start: dt.date,
    deadline: dt.date,
    agreed_at: dt.datetime,
    clock: Clock,
    now: dt.datetime,
    calendar: WorkCalendar = EVERY_DAY,
    days_before: Sequence[int] = DAYS_BEFORE,
) -> Notice | None:
    """The step of so many days before the deadline that holds now, or None.

    A later step takes an earlier one's place, so that an outage is not followed by a pile. A step that falls on a day
    off comes on the working day before, while there is time. Steps from before the goal began or was agreed are
    nobody's.
    """
    steps = (deadline - dt.timedelta(days=before) for before in days_before)
    days = sorted({_working_day_by(day, calendar) for day in steps if day >= start})
    mornings = [clock.morning(day) for day in days]
    ends = [*mornings[1:], clock.end_of(deadline)]
    for day, at, until in zip(days, mornings, ends, strict=True):
        if at <= now < until:
            return Notice(day, at, until) if at >= agreed_at else None
    return None


def _working_day_by(day: dt.date, calendar: WorkCalendar) -> dt.date:
    """The last working day up to the day; the day itself where that lies too far back."""
    earlier = (day - dt.timedelta(days=back) for back in range(MOVES_DAYS + 1))
    return next((found for found in earlier if calendar.is_working(found)), day)


def overdue_notice(
    deadline: dt.date, clock: Clock, now: dt.datetime, calendar: WorkCalendar = EVERY_DAY
) -> Notice | None:
    """The weekly message of a goal past its deadline, the first on the working morning after it; None before that."""
    return weekly_notice(deadline + ONE_DAY, clock, now, calendar)


def weekly_notice(first: dt.date, clock: Clock, now: dt.datetime, calendar: WorkCalendar = EVERY_DAY) -> Notice | None:
    """The latest of the messages that come each week from the day on, each on the first working morning by then."""
    weeks = (clock.today(now) - first).days // WEEK
    # One more: somebody's morning may begin before the organization's.
    for week in (weeks + 1, weeks, weeks - 1):
        if week < 0:
            return None
        day = calendar.next_working_day(first + dt.timedelta(weeks=week))
        at = clock.morning(day)
        if at <= now:
            following = calendar.next_working_day(first + dt.timedelta(weeks=week + 1))
            return Notice(day, at, clock.morning(following))
    return None


def week_notice(week_start: int, clock: Clock, now: dt.datetime, calendar: WorkCalendar = EVERY_DAY) -> Notice | None:
    """The first working morning of this week, held for some days; None before it and in a week off."""
    today = clock.today(now)
    first = today - dt.timedelta(days=(today.isoweekday() - week_start) % WEEK)
    following = first + dt.timedelta(weeks=1)
    day = calendar.next_working_day(first)
    at = clock.morning(day)
    until = clock.morning(day + WEEK_NEWS_LASTS)
    return Notice(day, at, until) if day < following and at <= now < until else None


def day_notice(clock: Clock, now: dt.datetime, calendar: WorkCalendar = EVERY_DAY) -> Notice | None:
    """This working day's morning, held until the next one's; None before it and on a day off."""
    today = clock.today(now)
    if not calendar.is_working(today) or clock.morning(today) > now:
        return None
    return Notice(today, clock.morning(today), clock.morning(calendar.next_working_day(today + ONE_DAY)))


def morning_after(moment: dt.datetime, clock: Clock, calendar: WorkCalendar = EVERY_DAY) -> Notice:
    """The first working morning from the moment on, for what is told then; worth it for a week."""
    day = calendar.next_working_day(clock.today(moment))
    if clock.morning(day) < moment:
        day = calendar.next_working_day(day + ONE_DAY)
    return Notice(day, clock.morning(day), clock.morning(day + dt.timedelta(weeks=1)))


def at_once(moment: dt.datetime, clock: Clock, lasts: dt.timedelta) -> Notice:
    """Of what happened just now."""
    return Notice(clock.today(moment), moment, moment + lasts)


def check_in_notice(
    since: dt.date, deadline: dt.date, cadence: str, calendar: WorkCalendar, clock: Clock, now: dt.datetime
) -> Notice | None:
    """The latest check-in that has become due, one cadence (or several) after `since`; None where none has.

    Falls on working days of the person only, and not beyond the deadline. `until` is the next one's morning.
    """
    today = clock.today(now)
    calendar = calendar if calendar.working_days else EVERY_DAY
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


@lru_cache(maxsize=4096)  # few zones and few days, for as many people as there are
def _morning(day: dt.date, own: dt.tzinfo, home: dt.tzinfo) -> dt.datetime:
    for offset in (0, -1, 1):
        moment = _nine(day + dt.timedelta(days=offset), own)
        if moment.astimezone(home).date() == day:
            return moment
    return _nine(day, own)


def _nine(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, MORNING, zone).astimezone(dt.UTC)
