"""What the record says about windows like the goal's own: how they went, typically and at best."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from statistics import median

from goals.forecast import rounded
from goals.outlook import complete_from
from goals.progress import CADENCE_DAYS, CADENCE_KINDS, Promise
from goals.record import Measure, Record
from kpis.periods import Window, kind_of, period_of, previous_period
from teams.calendar import WorkCalendar

MOST_WINDOWS, FEWEST_WINDOWS = 12, 3
# Many of those looked at may be silent: days without a value, years before anything was recorded.
MOST_LOOKED_AT = 100
A_WEEK, FOUR_WEEKS = 7, 28
ONE_DAY = timedelta(days=1)
# Long periods are looked at whole, as reports show them; weeks and odd spans end with the last day known.
WHOLE_KINDS = ("month", "quarter", "year")


@dataclass(frozen=True)
class Evidence:
    """What windows like the goal's own brought: `readings` newest first, totals for as many working days as the goal
    has. Each was a `kind` of period, or `days` long. Scaled: the record is too short for whole ones, so they are
    shorter, and typical and best are carried over to the goal's length.
    """

    windows: int
    typical: Decimal
    best: Decimal
    worst: Decimal
    held: int
    is_scaled: bool
    days: int
    kind: str | None
    readings: tuple[float, ...]


def known_until(measure: Measure, start: date, record: Record, today: date) -> date:
    """The last day that counts as known: a goal is judged by what came before it, and a day (of a weekly KPI a week)
    that has only begun, without an entry yet, is not held against anyone.
    """
    last = today if start < today else min(today, start - ONE_DAY)
    if measure.cadence == "daily":
        return last - ONE_DAY if last == today <= start and record.last_item != today else last
    if record.last_item is None:
        return last
    period = period_of(CADENCE_KINDS[measure.cadence], last, measure.rules)
    return period.start - ONE_DAY if record.last_item < period.start and last < period.end else last


def look_back(promise: Promise, measure: Measure, record: Record, calendar: WorkCalendar) -> Evidence | None:
    """The latest windows as long as the goal's own (a stay: as its cadence); months or weeks where there are fewer
    than three.
    """
    first = complete_from(measure, record)
    if first is None:
        return None
    past = _Past(promise, measure, record, calendar, first)
    kind, length = _like_the_goal(promise, measure)
    if (
        kind in WHOLE_KINDS
        and len(found := past.readings(_whole_periods(kind, measure, record, first))) >= FEWEST_WINDOWS
    ):
        return past.evidence(found, length, length, kind)
    for days in (length, *(shorter for shorter in (FOUR_WEEKS, A_WEEK) if shorter < length)):
        found = past.readings(past.spans(days))
        if len(found) >= FEWEST_WINDOWS:
            return past.evidence(found, days, length, kind if days == length else None)
    return None


def _like_the_goal(promise: Promise, measure: Measure) -> tuple[str | None, int]:
    if promise.target_type.is_stay:
        return CADENCE_KINDS[promise.cadence], CADENCE_DAYS[promise.cadence]
    window = Window(promise.start, promise.deadline)
    if window.days in (5, 6):
        return "week", A_WEEK  # Monday to Friday is a week
    return kind_of(window, measure.rules), window.days


def _whole_periods(kind: str, measure: Measure, record: Record, first: date) -> Iterator[Window]:
    period = period_of(kind, record.today, measure.rules)
    if period.end > record.today:
        period = previous_period(kind, period, measure.rules)
    for _ in range(MOST_LOOKED_AT):
        if period.start < first:
            return
        yield period
        period = previous_period(kind, period, measure.rules)


Readings = list[tuple[Window, float]]


@dataclass(frozen=True)
class _Past:
    promise: Promise
    measure: Measure
    record: Record
    calendar: WorkCalendar
    first: date

    def spans(self, days: int) -> Iterator[Window]:
        """Of so many days each, the newest ending with the record."""
        end = self.record.today
        # The oldest may lack its first days, if it has most others; a week's rate may rest on any of its days.
        least = 0 if days <= A_WEEK and not self.measure.is_accruing else days / 2
        least = days - 1 if _compares(self.measure) else least
        for _ in range(MOST_LOOKED_AT):
            if (end - self.first).days + 1 <= least:
                return
            yield Window(end - timedelta(days=days - 1), end)
            end -= timedelta(days=days)

    def readings(self, windows: Iterator[Window]) -> Readings:
        own = self._amount_of_work(Window(self.promise.start, self.promise.deadline))
        is_total = self.measure.is_accruing and not self.promise.target_type.is_stay
        found: Readings = []
        for window in windows:
            value = self._reading(window)
            if value is None:
                continue
            if is_total:
                worked = self._amount_of_work(Window(max(window.start, self.first), window.end))
                if not worked:
                    continue
                value *= own / worked
            found.append((window, value))
            if len(found) == MOST_WINDOWS:
                break
        return found

    def _amount_of_work(self, window: Window) -> float:
        """Working days; of weekly entries as many as there are in it of the day on which they are made."""
        if self.measure.cadence == "weekly" and (weekday := self._weekday) is not None:
            offset = (weekday - window.start.isoweekday()) % 7
            return (window.days - offset + 6) // 7
        return self.calendar.working_days_between(window.start, window.end)

    @property
    def _weekday(self) -> int | None:
        """The weekday of all entries, if there is only one."""
        series = self.record.series.get(self.measure.code)
        weekdays = {item.day.isoweekday() for item in series.items} if series else set()
        return weekdays.pop() if len(weekdays) == 1 else None

    def _reading(self, window: Window) -> float | None:
        """A stock's window is read as where such a change would lead from today's level."""
        value = self.record.value(self.measure, window, whole=_compares(self.measure))
        if value is None or not self.measure.is_stock or self.promise.target_type.is_stay:
            return None if value is None else float(value)
        now = self.record.value(self.measure, Window(self.record.today, self.record.today))
        before = self.record.value(self.measure, Window(window.start - ONE_DAY, window.start - ONE_DAY))
        return None if now is None or before is None else float(now + value - before)

    def evidence(self, found: Readings, days: int, length: int, kind: str | None) -> Evidence:
        values = [value for _, value in found]
        is_upward, is_stay = self.promise.target_type.is_upward, self.promise.target_type.is_stay
        typical = median(values) if is_stay else sum(values) / len(values)
        if not (self.measure.is_accruing or self.measure.is_stock or is_stay or _compares(self.measure)):
            pooled = self.record.value(self.measure, Window(found[-1][0].start, found[0][0].end))
            typical = typical if pooled is None or _shifts(self.measure) else float(pooled)
        # Short windows swing more than long ones: they are drawn in by the square root of how many make one.
        drawn = sqrt(days / length) if days < length else 1.0
        values = [typical + (value - typical) * drawn for value in values]
        if self.measure.is_stock and not is_stay and days < length:
            now = float(self.record.value(self.measure, Window(self.record.today, self.record.today)) or 0)
            values = [now + (value - now) * length / days for value in values]
            typical = now + (typical - now) * length / days
        best, worst = (max(values), min(values)) if is_upward else (min(values), max(values))
        target = float(self.promise.target)
        held = sum(value >= target if is_upward else value <= target for _, value in found)
        return Evidence(
            windows=len(values),
            typical=rounded(typical, 4),
            best=rounded(best, 4),
            worst=rounded(worst, 4),
            held=held,
            is_scaled=days < length,
            days=days,
            kind=kind,
            readings=tuple(values),
        )


def _shifts(measure: Measure) -> bool:
    return any(part.shifts for part in measure.leaves)


def _compares(measure: Measure) -> bool:
    """Does the formula set one time against another, as growth does?"""
    return any("last_year" in part.shifts or "previous" in part.shifts for part in measure.leaves)
