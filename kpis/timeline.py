"""What is looked at: a period or any days, those before it, and what each is compared with. Pure.

Like is compared with like: a period that is still running is compared with as many days of the one before it, and
with the same days a year earlier. Windows end today at the latest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kpis.periods import ONE_DAY, PeriodRules, Window, finest_kind, period_of, previous_period, shifted, split
from web.formats import format_period

CUSTOM = "custom"
FIRST_YEAR = 1900
# How many whole periods a page shows before the one that is looked at.
COUNTS = {"day": 30, "week": 13, "month": 13, "quarter": 9, "year": 5}
MOST_PIECES = 31


@dataclass(frozen=True)
class Look:
    """A period of a kind, or any days (`custom`). `window` is what has passed of the `whole`, today included."""

    kind: str
    whole: Window
    window: Window
    is_over: bool

    @property
    def day_before(self) -> date:
        return self.whole.start - ONE_DAY

    @property
    def day_after(self) -> date | None:
        """In the next period, where that has begun."""
        return self.whole.end + ONE_DAY if self.is_over and self.kind != CUSTOM else None


def look_at(kind: str, on: date, today: date, rules: PeriodRules) -> Look:
    """At the period around a day; around today where the day is not over or before our time."""
    whole = period_of(kind, on if on.year > FIRST_YEAR and on <= today else today, rules)
    return Look(kind, whole, Window(whole.start, min(whole.end, today)), whole.end < today)


def look_between(start: date, end: date, today: date) -> Look:
    """At any days, of which those to come hold nothing yet. Raises ValueError where all of them are to come."""
    return Look(CUSTOM, Window(start, end), Window(start, min(end, today)), end < today)


def period_name(window: Window, kind: str, rules: PeriodRules, language: str) -> str:
    """Oct 2026, Q4 2026, FY2027; the dates of what is no whole period of a kind."""
    return format_period(window.start, window.end, kind, language, rules.fiscal_year_start, rules.in_weeks)


def periods_until(kind: str, today: date, rules: PeriodRules, count: int) -> list[Window]:
    """The current period up to today, after the `count` whole ones before it; oldest first."""
    whole = period_of(kind, today, rules)
    windows = [Window(whole.start, today)]
    while len(windows) <= count and whole.start.year > FIRST_YEAR:
        whole = previous_period(kind, whole, rules)
        windows.append(whole)
    return windows[::-1]


@dataclass(frozen=True)
class Step:
    """Days of a period with the days that they are compared with; None before our time.

    `kind` is how they are named: by their dates (`custom`) where they are not a period's.
    """

    kind: str
    window: Window
    previous: Window | None
    last_year: Window | None
    is_over: bool = True

    @property
    def windows(self) -> Iterator[Window]:
        return (window for window in (self.window, self.previous, self.last_year) if window)


def step_of(look: Look, rules: PeriodRules) -> Step:
    return Step(look.kind, look.window, days_before(look, rules), _last_year(look.window, rules), look.is_over)


def steps_of(look: Look, rules: PeriodRules) -> list[Step]:
    """The periods to show, oldest first: up to the one that is looked at, or those inside of a custom range."""
    if look.kind == CUSTOM:
        kind = finest_kind(look.window, rules, MOST_PIECES)
        pieces = split(kind, look.window, rules)
        return [_piece(piece, kind, rules, look.is_over or piece.end < look.window.end) for piece in pieces]
    windows = periods_until(look.kind, look.window.end, rules, COUNTS[look.kind])
    earlier = [_whole(look.kind, window, rules) for window in windows[:-1]]
    return [*earlier, step_of(look, rules)]


def _piece(window: Window, kind: str, rules: PeriodRules, is_over: bool) -> Step:
    """A piece of a range. One that the range cuts off is compared with as many days, as a running period is."""
    whole = period_of(kind, window.start, rules)
    before = days_before(Look(kind, whole, window, window == whole), rules) if window.start == whole.start else None
    return Step(CUSTOM if window != whole else kind, window, before, _last_year(window, rules), is_over)


def _whole(kind: str, window: Window, rules: PeriodRules) -> Step:
    return Step(kind, window, days_before(Look(kind, window, window, True), rules), _last_year(window, rules))


def days_before(look: Look, rules: PeriodRules) -> Window | None:
    """Those of the period before: all of them once this one is over, else as many as have passed of this one.

    Of custom days as many right before them. None before our time.
    """
    if look.kind == CUSTOM:
        return shifted(look.window, ["previous"], rules)
    before = shifted(look.whole, ["previous"], rules)
    if before is None or look.is_over:
        return before
    return Window(before.start, min(before.end, before.start + timedelta(days=look.window.days - 1)))


def _last_year(window: Window, rules: PeriodRules) -> Window | None:
    return shifted(window, ["last_year"], rules)
