"""The days of the story, counted from today, so that the demo is as fresh next year. No database."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Days:
    today: dt.date

    @cached_property
    def monday(self) -> dt.date:
        return self.today - self.today.weekday() * DAY

    def weeks(self, number: int, weekday: int = 0) -> dt.date:
        """A day of a week from this one: 0 is Monday."""
        return self.monday + dt.timedelta(weeks=number, days=weekday)

    def month(self, number: int) -> dt.date:
        """The first of a month from this one."""
        index = self.today.year * 12 + self.today.month - 1 + number
        return dt.date(index // 12, index % 12 + 1, 1)

    def quarter(self, number: int) -> tuple[dt.date, dt.date]:
        """First and last day of a quarter (1 to 4) of this year."""
        first = dt.date(self.today.year, 3 * number - 2, 1)
        last = dt.date(self.today.year, 3 * number + 1, 1) - DAY if number < 4 else dt.date(self.today.year, 12, 31)
        return first, last

    @property
    def this_quarter(self) -> int:
        return (self.today.month + 2) // 3

    @property
    def year(self) -> tuple[dt.date, dt.date]:
        return dt.date(self.today.year, 1, 1), dt.date(self.today.year, 12, 31)

    @property
    def season(self) -> tuple[dt.date, dt.date]:
        """Three whole months, the first of which was the last one: a quarter that is always well under way."""
        return self.month(-1), self.month(2) - DAY

    @property
    def push(self) -> tuple[dt.date, dt.date]:
        """Seven weeks, three of which have passed."""
        return self.weeks(-3), self.weeks(3, 4)

    @property
    def first(self) -> dt.date:
        """From here on everything is recorded."""
        return self.today - dt.timedelta(days=365)

    @property
    def long_ago(self) -> dt.date:
        """From here on revenue is known, so that this year can be compared with the last."""
        return dt.date(self.today.year - 1, 1, 1)

    @property
    def moved_on(self) -> dt.date:
        """The day on which one changed teams."""
        return self.month(-4)

    @property
    def left_on(self) -> dt.date:
        """The day from which one was gone."""
        return self.month(-3)
