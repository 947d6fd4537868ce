"""Load: the hours that a person has promised, week by week, against those that they work. Pure.

Hours are spread evenly over the working days of what they belong to; capacity is the person's weekly hours, less the
days of the week that are holidays or leave.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpis.periods import Window
from teams.calendar import WorkCalendar

ONE_DAY, WEEK = dt.timedelta(days=1), 7
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Work:
    """Hours to be worked from `start` to `end`, both included."""

    hours: Decimal
    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class WeekLoad:
    """Hours of one week, from its first day to its last: what there are, what is promised, what would be added."""

    week: Window
    capacity: Decimal
    committed: Decimal
    added: Decimal = ZERO

    @property
    def hours(self) -> Decimal:
        return self.committed + self.added

    @property
    def share(self) -> Decimal | None:
        """1 is full; None in a week without a working day."""
        return self.hours / self.capacity if self.capacity else None

    @property
    def is_over(self) -> bool:
        return self.hours > self.capacity


def weeks_of(window: Window, week_start: int) -> list[Window]:
    """The whole weeks that the window touches; `week_start` is an ISO weekday."""
    first = window.start - ((window.start.isoweekday() - week_start) % WEEK) * ONE_DAY
    count = (window.end - first).days // WEEK + 1
    return [Window(day := first + number * WEEK * ONE_DAY, day + (WEEK - 1) * ONE_DAY) for number in range(count)]


def load_by_week(
    works: Iterable[Work],
    window: Window,
    calendar: WorkCalendar,
    weekly_hours: Decimal,
    *,
    week_start: int = 1,
    added: Sequence[Work] = (),
) -> list[WeekLoad]:
    """In the order of time. `added` is what is being thought of, `works` what is promised already."""
    promised = list(works)
    a_day = weekly_hours / max(1, len(calendar.working_days))
    return [
        WeekLoad(
            week,
            a_day * calendar.working_days_between(week.start, week.end),
            sum((hours_in(work, week, calendar) for work in promised), ZERO),
            sum((hours_in(work, week, calendar) for work in added), ZERO),
        )
        for week in weeks_of(window, week_start)
    ]


def hours_in(work: Work, window: Window, calendar: WorkCalendar) -> Decimal:
    """The part of the hours that falls into the window, by working days; by days where none of them is worked."""
    shared = Window(work.start, work.end).overlap(window)
    if shared is None:
        return ZERO
    whole = calendar.working_days_between(work.start, work.end)
    if whole:
        return work.hours * calendar.working_days_between(shared.start, shared.end) / whole
    return work.hours * shared.days / Window(work.start, work.end).days
