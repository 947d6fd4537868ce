"""What a day is: its kind in the calendar and its place in the month. Days are ordinals."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

WORKED, WEEKEND, OFF = range(3)
Kind = tuple[int, int]


@lru_cache(maxsize=8192)
def place_of(ordinal: int) -> tuple[int, int, int]:
    """(month since year 0, day of the month, days to its end)."""
    day = date.fromordinal(ordinal)
    return day.year * 12 + day.month - 1, day.day, monthrange(day.year, day.month)[1] - day.day


@lru_cache(maxsize=8192)
def part_of_month(ordinal: int) -> int:
    """The first days, the middle and the last days apart: 0 to 7."""
    _, number, left = place_of(ordinal)
    if left < 7:
        return 7 if left == 0 else 6 if left < 3 else 5
    return 0 if number == 1 else 1 if number <= 3 else 2 if number <= 7 else 3 if number <= 15 else 4


@lru_cache(maxsize=8192)
def day_of_month(ordinal: int) -> int:
    _, number, left = place_of(ordinal)
    return number if number <= 28 or left > 2 else 31 - left
