"""The period that a dashboard shows, its neighbours, and how far it has gone. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.periods import ONE_DAY, PeriodRules, Window, period_of, split
from kpis.timeline import Look, days_before

KINDS = ("month", "quarter", "year")
# Into what a period is cut for its chart and for the small ones, and how many strokes its ruler has.
PIECES = {"month": "day", "quarter": "week", "year": "month"}
SMALL_PIECES = {"month": "week", "quarter": "week", "year": "month"}
STROKES = {"quarter": 13, "year": 12}
MONTHS_BETWEEN_MARKS = {"quarter": 1, "year": 3}


@dataclass(frozen=True)
class Period:
    """A whole fiscal month, quarter or year as it is seen on the day `today`."""

    kind: str
    window: Window
    rules: PeriodRules
    today: date

    @property
    def start(self) -> date:
        return self.window.start

    @property
    def end(self) -> date:
        return self.window.end

    @property
    def is_current(self) -> bool:
        return self.today in self.window

    @property
    def is_over(self) -> bool:
        return self.today > self.end

    @property
    def last_day(self) -> date:
        """The last day of which anything can be known; before the period begins, its first."""
        return max(self.start, min(self.today, self.end))

    @property
    def so_far(self) -> Window:
        return Window(self.start, self.last_day)

    @property
    def days(self) -> int:
        return self.window.days

    @property
    def day(self) -> int:
        """Which day of the period it is: 0 before it, the last one after it."""
        return min(max((self.today - self.start).days + 1, 0), self.days)

    @property
    def elapsed(self) -> Decimal:
        """The share of its calendar days that have gone, today included."""
        return Decimal(self.day) / self.days

    @property
    def previous(self) -> "Period | None":
        return self._beside(self.start, -1)

    @property
    def days_before(self) -> Window | None:
        """With which what has passed of it is compared; None before it begins."""
        look = Look(self.kind, self.window, self.so_far, self.is_over)
        return days_before(look, self.rules) if self.day else None

    @property
    def next(self) -> "Period | None":
        return self._beside(self.end, 1)

    @property
    def strokes(self) -> int:
        return STROKES.get(self.kind, self.days)

    @property
    def marks(self) -> list[tuple[Decimal, date]]:
        """Where on the ruler which day is named: months, in a month every seventh day."""
        if self.kind == "month":
            days = [self.start + n * 7 * ONE_DAY for n in range(4)]
            return [(self.place_of(day), day) for day in days]
        months = split("month", self.window, self.rules)
        return [(self.place_of(month.start), month.start) for month in months[:: MONTHS_BETWEEN_MARKS[self.kind]]]

    @property
    def pieces(self) -> list[Window]:
        """The period cut for charts; the piece that holds today ends with it."""
        pieces = split(PIECES[self.kind], self.window, self.rules)
        return [Window(piece.start, min(piece.end, self.last_day)) for piece in pieces if piece.start <= self.last_day]

    @property
    def whole_pieces(self) -> list[Window]:
        """Weeks or months that are over: half a week would look like a fall."""
        pieces = split(SMALL_PIECES[self.kind], self.window, self.rules)
        return [piece for piece in pieces if piece.end <= min(self.today, self.end)]

    def place_of(self, day: date) -> Decimal:
        """The share of the period that lies before the day begins."""
        return Decimal((day - self.start).days) / self.days

    def _beside(self, edge: date, step: int) -> "Period | None":
        """None where the calendar ends."""
        try:
            window = period_of(self.kind, edge + step * ONE_DAY, self.rules)
        except OverflowError:
            return None
        return Period(self.kind, window, self.rules, self.today)


def period_on(kind: str, on: str, rules: PeriodRules, today: date) -> Period:
    """The period that the address asks for; what it does not say rightly is this quarter."""
    kind = kind if kind in KINDS else "quarter"
    try:
        window = period_of(kind, date.fromisoformat(on), rules)
    except (ValueError, OverflowError):
        window = period_of(kind, today, rules)
    return Period(kind, window, rules, today)


def evenly(pieces: Sequence[Window], count: int) -> list[Window]:
    """At most `count` of the pieces, the first among them, at even distances: for the words under an axis."""
    step = -(-len(pieces) // count) if pieces else 1
    return list(pieces[::step])
