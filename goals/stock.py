"""What carrying on as before would bring to a stock: customers, open pipeline."""

from datetime import date, timedelta
from itertools import pairwise
from math import exp, log, sqrt

from goals.chance import Outlook
from goals.record import Measure, Record, Series
from kpis.periods import Window

WEEK = timedelta(days=7)
MIN_WEEKS, MAX_WEEKS = 3, 52
LEAST_SPREAD = 0.02
# In logarithms: nothing is said of what would be more than twenty times as much.
MOST_MOVED = 3.0


class StockHabit:
    """A stock (customers, open pipeline): today's level, and what a week usually changes, in logarithms where it is
    always above nothing."""

    def __init__(self, measure: Measure, record: Record, first: date) -> None:
        self.record, self.measure, self.last = record, measure, record.today
        number = min((self.last - first).days // 7, MAX_WEEKS)
        series = record.series.get(measure.code, Series(()))
        levels = [series.last(self.last - WEEK * age) for age in range(number + 1)]
        known = [float(level) for level in levels if level is not None]
        self.level = known[0] if known else 0.0
        # Customers grow by shares of what they are; only what may be nothing or less changes by amounts.
        self._by_shares = all(level > 0 for level in known)
        known = [log(level) for level in known] if self._by_shares else known
        self.changes = [newer - older for newer, older in pairwise(known)]
        self.is_telling = len(self.changes) >= MIN_WEEKS - 1 and len(series.items) >= MIN_WEEKS
        self._is_positive = all(item.value >= 0 for item in series.items)

    def project(self, window: Window, calendar: object = None) -> Outlook | None:
        """The level at the end of `window`, from the last known one."""
        bounds = (0.0 if self._is_positive else None, None)
        if window.end <= self.last:
            known = self.record.value(self.measure, window)
            return None if known is None else Outlook(float(known), 0.0, None, False, bounds)
        weeks, number = (window.end - self.last).days / 7, len(self.changes)
        drift = sum(self.changes) / number
        noise = sum((change - drift) ** 2 for change in self.changes) / (number - 1)
        # A drift that may be chance is believed in part only.
        believed = drift**2 / (drift**2 + noise / number) if drift else 0.0
        noise *= (number + 1) / (number - 1)
        spread = sqrt(noise * weeks + noise / number * weeks**2)
        mean = self.level + drift * believed * weeks
        if self._by_shares:
            mean = self.level * exp(max(-MOST_MOVED, min(MOST_MOVED, drift * believed * weeks)))
            spread = mean * sqrt(exp(min(spread**2, MOST_MOVED)) - 1)
        return Outlook(mean, max(spread, LEAST_SPREAD * abs(mean) * min(1.0, weeks / 13)), None, False, bounds)
