"""Working days: the organization's week, its holidays, and one member's leave."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked. `working_days` are ISO weekdays, 1 = Monday."""

    working_days: frozenset[int]
    holidays: frozenset[date] = frozenset()
    leave: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.working_days <= set(range(1, 8)):
            raise ValueError(f"working days must be 1 to 7, not {sorted(self.working_days)}")

    @cached_property
    def _days_off(self) -> list[date]:
        """Holidays and leave that take a working day away, sorted, each once."""
        return sorted(day for day in self.holidays | self.leave if day.isoweekday() in self.working_days)

    def is_working(self, day: date) -> bool:
        return day.isoweekday() in self.working_days and day not in self.holidays and day not in self.leave

    def working_days_between(self, start: date, end: date) -> int:
        """Working days from start to end, both included; 0 where end is before start."""
        if end < start:
            return 0
        weeks, rest = divmod((end - start).days + 1, 7)
        first = start.isoweekday()
        odd_days = sum((first + offset - 1) % 7 + 1 in self.working_days for offset in range(rest))
        days_off = bisect_right(self._days_off, end) - bisect_left(self._days_off, start)
        return weeks * len(self.working_days) + odd_days - days_off

    def elapsed_share(self, start: date, end: date, today: date) -> Decimal:
        """The share (0 to 1) of the window's working days gone by at the end of `today`.

        A window without a working day is measured in calendar days. Raises ValueError for end before start.
        """
        if end < start:
            raise ValueError(f"a window cannot end on {end}, before its start on {start}")
        if today < start:
            return Decimal(0)
        if today >= end:
            return Decimal(1)
        total = self.working_days_between(start, end)
        if total:
            return Decimal(self.working_days_between(start, today)) / total
        return Decimal((today - start).days + 1) / ((end - start).days + 1)

    def remaining(self, start: date, end: date, today: date) -> int:
        """Working days of the window that come after `today`."""
        return self.working_days_between(max(start, today + ONE_DAY), end)

    def next_working_day(self, day: date) -> date:
        """The first working day on or after the day."""
        return next(self._working_days_from(day, ONE_DAY))

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after the day (before it for a negative n); the day itself for 0.

        Raises ValueError for a week without working days.
        """
        if n == 0:
            return day
        step = ONE_DAY if n > 0 else -ONE_DAY
        following = self._working_days_from(day + step, step)
        for _ in range(abs(n) - 1):
            next(following)
        return next(following)

    def _working_days_from(self, day: date, step: timedelta) -> Iterator[date]:
        if not self.working_days:
            raise ValueError("the week has no working days")
        while True:
            if self.is_working(day):
                yield day
            day += step
