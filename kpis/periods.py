"""Calendar periods of an organization: days, weeks, months, fiscal quarters and fiscal years.

All functions are pure. Dates are plain `date`s in the organization's time zone; windows include both ends.

Fiscal years are made of calendar months, or of whole weeks (4-4-5): quarters of 13 weeks, whose months have 4, 4 and
5 weeks. Such a year begins on the organization's week start nearest the first of its month, so it ends on the weekday
nearest the end of the month before, as 26 U.S.C. 441(f)(1)(B) has it for a 52-53-week year. Begun on Mondays nearest
1 January it is the week-numbering year of ISO 8601. A 53rd week, every five or six years, makes the last month 6 weeks
long, and with it the last quarter 14.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

KINDS = ("day", "week", "month", "quarter", "year")
SHIFTS = ("previous", "last_year", "year_to_date", "opening")

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
# Weeks from the start of a 4-4-5 year to the start of each of its months.
_MONTHS_445 = tuple(quarter * 13 + month * 4 for quarter in range(4) for month in range(3))


@dataclass(frozen=True, order=True)
class Window:
    """The days from start to end, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a window cannot end on {self.end}, before its start on {self.start}")

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def overlap(self, other: Window) -> Window | None:
        """The days in both windows, or None where they share none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start <= end else None


@dataclass(frozen=True)
class PeriodRules:
    """Where an organization's weeks (ISO weekday, 1 = Monday) and fiscal years (month) begin.

    `in_weeks`: fiscal years of whole weeks (4-4-5) instead of calendar months.
    """

    week_start: int = 1
    fiscal_year_start: int = 1
    in_weeks: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.week_start <= 7:
            raise ValueError(f"week_start must be 1 to 7, not {self.week_start}")
        if not 1 <= self.fiscal_year_start <= 12:
            raise ValueError(f"fiscal_year_start must be 1 to 12, not {self.fiscal_year_start}")


def period_of(kind: str, day: date, rules: PeriodRules) -> Window:
    """The whole period of that kind which holds the day. Quarters and years are fiscal.

    Raises ValueError for an unknown kind, OverflowError where the period leaves the years 1 to 9999.
    """
    if kind == "day":
        return Window(day, day)
    if kind == "week":
        start = day - timedelta(days=(day.isoweekday() - rules.week_start) % 7)
        return Window(start, start + timedelta(days=6))
    if kind not in _MONTHS_IN:
        raise ValueError(f"unknown kind of period: {kind!r}")
    length = _MONTHS_IN[kind]
    if rules.in_weeks:
        return _period_of_weeks(length, day, rules)
    months = day.year * 12 + day.month - 1
    first = months - (months - (rules.fiscal_year_start - 1)) % length
    return Window(_first_of(first), _last_of(first + length - 1))


def _period_of_weeks(length: int, day: date, rules: PeriodRules) -> Window:
    """The part of the 4-4-5 year of so many months (1, 3, 12) that holds the day."""
    year = _year_of_weeks(day, rules)
    month = bisect_right(_MONTHS_445, (day - year.start).days // 7) - 1
    first = month - month % length
    start = year.start + _MONTHS_445[first] * ONE_WEEK
    if first + length == 12:
        return Window(start, year.end)
    return Window(start, year.start + _MONTHS_445[first + length] * ONE_WEEK - ONE_DAY)


def _year_of_weeks(day: date, rules: PeriodRules) -> Window:
    # The year that begins nearest the fiscal month's first may begin some days before it, or after.
    months = day.year * 12 + rules.fiscal_year_start - 1
    starts = [_start_of_weeks(months + years * 12, rules) for years in (-1, 0, 1)]
    if day < starts[1]:
        return Window(starts[0], starts[1] - ONE_DAY)
    if day < starts[2]:
        return Window(starts[1], starts[2] - ONE_DAY)
    return Window(starts[2], _start_of_weeks(months + 24, rules) - ONE_DAY)


def _start_of_weeks(months: int, rules: PeriodRules) -> date:
    """The week start nearest the first of the month: in the week around its fourth day, as ISO 8601 finds week 1."""
    return period_of("week", _first_of(months) + timedelta(days=3), rules).start


def next_period(kind: str, window: Window, rules: PeriodRules) -> Window:
    """The period which begins after the window's end."""
    return period_of(kind, period_of(kind, window.end, rules).end + ONE_DAY, rules)


def previous_period(kind: str, window: Window, rules: PeriodRules) -> Window:
    """The period which ends before the window's start."""
    return period_of(kind, period_of(kind, window.start, rules).start - ONE_DAY, rules)


def split(kind: str, window: Window, rules: PeriodRules, *, full_only: bool = False) -> list[Window]:
    """The window cut at the borders of its periods, oldest first.

    The first and the last piece may be parts of a period; `full_only` leaves such parts out.
    """
    pieces = _pieces(kind, window, rules)
    return [piece for piece, period in pieces if piece == period or not full_only]


def _pieces(kind: str, window: Window, rules: PeriodRules) -> Iterator[tuple[Window, Window]]:
    """Each piece with the whole period that it is cut from."""
    start = window.start
    while True:
        period = period_of(kind, start, rules)
        yield Window(start, min(period.end, window.end)), period
        if period.end >= window.end:
            return
        start = period.end + ONE_DAY


def kind_of(window: Window, rules: PeriodRules) -> str | None:
    """The kind of period that the window is exactly, or None for a custom range."""
    return next((kind for kind in KINDS if period_of(kind, window.start, rules) == window), None)


def finest_kind(window: Window, rules: PeriodRules, at_most: int) -> str:
    """The smallest kind of period that cuts the window into at most so many pieces; years where none does."""

    def fits(kind: str) -> bool:
        return sum(1 for _piece in islice(_pieces(kind, window, rules), at_most + 1)) <= at_most

    return next((kind for kind in KINDS if fits(kind)), "year")


def shifted(window: Window, names: Iterable[str], rules: PeriodRules) -> Window | None:
    """The window after these shifts, the outermost first; None before the first day that a date can hold."""
    try:
        for name in names:
            window = shift(window, name, rules)
    except OverflowError:
        return None
    return window


def shift(window: Window, name: str, rules: PeriodRules) -> Window:
    """The window that a formula's function reads instead of the one asked for.

    - previous: the period before, or for a custom range as many days right before it
    - last_year: the same dates a year earlier; a window that ends with its month still does. Where years are made of
      weeks: the same month, quarter or year of the fiscal year before; any other window lies as many weeks back as
      that year has (52 or 53), so weekdays and numbers of weeks stay. A 53rd week is compared with the same dates a
      year earlier, which is week 1 of its own year where the year before has 52
    - year_to_date: from the start of the fiscal year of the window's end up to that end
    - opening: the day before the window, where a stock is read as it stood at the start

    Raises ValueError for an unknown name, OverflowError where the window leaves the years 1 to 9999.
    """
    if name == "previous":
        return _previous(window, rules)
    if name == "last_year":
        return _weeks_of_last_year(window, rules) if rules.in_weeks else _last_year(window)
    if name == "year_to_date":
        return Window(period_of("year", window.end, rules).start, window.end)
    if name == "opening":
        eve = window.start - ONE_DAY
        return Window(eve, eve)
    raise ValueError(f"unknown shift: {name!r}")


def _previous(window: Window, rules: PeriodRules) -> Window:
    kind = kind_of(window, rules)
    if kind is not None:
        return previous_period(kind, window, rules)
    return Window(window.start - timedelta(days=window.days), window.start - ONE_DAY)


def _last_year(window: Window) -> Window:
    start, end = _year_before(window.start), _year_before(window.end)
    # One day stays one day: only a longer window that ends on 28 February takes in a leap day.
    if window.days > 1 and window.end.day == monthrange(window.end.year, window.end.month)[1]:
        end = end.replace(day=monthrange(end.year, end.month)[1])
    return Window(start, end)


def _weeks_of_last_year(window: Window, rules: PeriodRules) -> Window:
    before = previous_period("year", Window(window.end, window.end), rules)
    kind = kind_of(window, rules)
    if kind is not None and kind in _MONTHS_IN:
        # A last month has 5 or 6 weeks, so each period is found by where it begins.
        begins = window.start - period_of("year", window.start, rules).start
        return period_of(kind, before.start + begins, rules)
    return Window(window.start - timedelta(days=before.days), window.end - timedelta(days=before.days))


def _year_before(day: date) -> date:
    first = _first_of((day.year - 1) * 12 + day.month - 1)
    return first.replace(day=28 if (day.month, day.day) == (2, 29) else day.day)


def _first_of(months: int) -> date:
    """The first day of a month counted from year 0."""
    year, month = _year_and_month(months)
    return date(year, month, 1)


def _last_of(months: int) -> date:
    year, month = _year_and_month(months)
    return date(year, month, monthrange(year, month)[1])


def _year_and_month(months: int) -> tuple[int, int]:
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"the period reaches into the year {year}")
    return year, month + 1
