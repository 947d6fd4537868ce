"""What a single year ago says of a season: did these weeks stand out from the time around them?

A record of two years lets the outlook learn the months of the year; many teams have one year, and everyone in it
remembers last December. Working days are compared: the goal's window a year ago, the eight weeks up to today and the
same eight weeks a year ago. Between these two lies the line of a year without a season, so growth makes none; and what
did not fall back afterwards was a step and no season.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import exp, log, sqrt

from goals.record import Measure, Record
from kpis.periods import Window, shift
from teams.calendar import WorkCalendar

BESIDE_DAYS = 56
FEWEST_BESIDE_DAYS = 21
# Seasons of sales usually lie within a quarter more or less: how far a year ago is believed against its own noise.
USUAL_SEASON = 0.25
LONGEST_DAYS = 184
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Season:
    """`factor` on what carrying on would bring, its relative `doubt` (standard deviation), and what the window brought
    `a_year_ago` for as many working days.
    """

    factor: float
    doubt: float
    a_year_ago: float

    @property
    def is_marked(self) -> bool:
        return abs(log(self.factor)) > 0.05


def season_of(
    measure: Measure, record: Record, window: Window, calendar: WorkCalendar, outlook_mean: float
) -> Season | None:
    """For a total in a window that is still to come; None where last year's is not known or says nothing.

    Only what the outlook lacks is added: where it knows the season already, nothing is.
    """
    try:
        year_ago = _YearAgo(measure, record, calendar, window)
    except (OverflowError, ValueError):  # no such year
        return None
    if not measure.is_accruing or window.days > LONGEST_DAYS or not year_ago.is_known:
        return None
    then, now, line = year_ago.then, year_ago.now, year_ago.line
    work = calendar.working_days_between(window.start, window.end)
    if not (work and then > 0 and now > 0 and line > 0 and outlook_mean > 0):
        return None
    season = year_ago.season
    foreseen = log(outlook_mean / work / now)
    lacking = season - foreseen if season * foreseen > 0 else season
    lacking = lacking if lacking * season > 0 else 0.0
    noise = year_ago.noise
    # As far as seasons usually go, and not at all where chance alone may go as far.
    belief = min(USUAL_SEASON**2 / (USUAL_SEASON**2 + noise), max(0.0, 1 - 4 * noise / season**2) if season else 0.0)
    doubt = sqrt(belief * noise) * (abs(lacking / season) if season else 0.0)
    return Season(exp(belief * lacking), doubt, then * work)


@dataclass(frozen=True)
class _YearAgo:
    measure: Measure
    record: Record
    calendar: WorkCalendar
    window: Window

    def __post_init__(self) -> None:
        _ = self.then_window, self.beside_then

    @property
    def then_window(self) -> Window:
        return shift(self.window, "last_year", self.measure.rules)

    @property
    def beside_now(self) -> Window:
        return Window(self.record.today - timedelta(days=BESIDE_DAYS - 1), self.record.today)

    @property
    def beside_then(self) -> Window:
        end = shift(Window(self.record.today, self.record.today), "last_year", self.measure.rules).end
        return Window(end - timedelta(days=BESIDE_DAYS - 1), end)

    @property
    def is_known(self) -> bool:
        first = self.record.first
        return first is not None and first <= self.then_window.start and self.then_window.end <= self.record.today

    def _rate(self, window: Window) -> float | None:
        """Per working day, as far as the record reaches back; None for less than three weeks (the window itself
        excepted)."""
        first = self.record.first
        assert first is not None
        if first > window.start:
            if (window.end - first).days + 1 < FEWEST_BESIDE_DAYS:
                return None
            window = Window(first, window.end)
        total = self.record.value(self.measure, window)
        work = self.calendar.working_days_between(window.start, window.end)
        return float(total) / work if total is not None and work else None

    @property
    def then(self) -> float:
        return self._rate(self.then_window) or 0.0

    @property
    def now(self) -> float:
        return self._rate(self.beside_now) or 0.0

    @property
    def line(self) -> float:
        """What a year that only grows evenly would have brought then: between a year ago and today, in equal shares
        of growth. Without the weeks before, what came after goes on backwards.
        """
        beside, other = self.beside_then, self._rate(self.beside_then)
        if other is None:
            beside, other = self.beside_after, self._after
        if not other or other <= 0 or self.now <= 0:
            return 0.0
        whole = (_middle(self.beside_now) - _middle(beside)).days
        gone = (_middle(self.then_window) - _middle(beside)).days
        return other * (self.now / other) ** (gone / whole) if whole > 0 else 0.0

    @property
    def beside_after(self) -> Window:
        start = self.then_window.end + ONE_DAY
        return Window(start, start + timedelta(days=BESIDE_DAYS - 1))

    @property
    def _after(self) -> float | None:
        return self._rate(self.beside_after) if self.beside_after.end <= self.record.today else None

    @property
    def season(self) -> float:
        """The logarithm of how far it stood out, at most as far as it later fell back."""
        found, fell = log(self.then / self.line), 0.0
        for later in (self._after, self.now):
            back = log(self.then / later) if later else 0.0
            fell = back if back * found > 0 and abs(back) > abs(fell) else fell
        return fell if abs(fell) < abs(found) else found

    @property
    def noise(self) -> float:
        """Variance of `season` by chance, from how much one week differs from the next."""
        weeks: list[float] = []
        end = self.record.today
        while len(weeks) < 52 and self.record.first is not None and end - timedelta(days=6) >= self.record.first:
            rate = self._rate_of_week(end)
            weeks += [rate] if rate is not None else []
            end -= timedelta(days=7)
        mean = sum(weeks) / len(weeks) if weeks else 0.0
        if len(weeks) < 2 or not mean:
            return 1.0
        of_a_week = sum((a - b) ** 2 for a, b in pairwise(weeks)) / 2 / (len(weeks) - 1) / mean**2
        return of_a_week * (7 / self.window.days + 7 / BESIDE_DAYS)

    def _rate_of_week(self, end: date) -> float | None:
        window = Window(end - timedelta(days=6), end)
        total = self.record.value(self.measure, window)
        work = self.calendar.working_days_between(window.start, window.end)
        return float(total) / work if total is not None and work else None


def _middle(window: Window) -> date:
    return window.start + timedelta(days=window.days // 2)
