"""The chart of the main KPI: what happened against what was expected, or against the period before."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, pairwise

from django.utils.translation import gettext as _

from dashboards.board import Board
from dashboards.period import Period, evenly
from dashboards.tiles import Numbers, TilePlan
from goals.models import Goal
from goals.progress import ZERO, expected, expected_line
from kpis.models import Kpi
from kpis.numbers import Cell, Scope
from kpis.periods import ONE_DAY, Window
from web.charts import Cone, Lines, Point, lines
from web.formats import format_date, format_range, format_value

MOST_DATES = 5


@dataclass(frozen=True)
class PaceRow:
    """`read` are the days whose entries make the actual value: of a total all since the period began."""

    window: Window
    read: Window
    actual: Decimal | None
    expected: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        return None if self.actual is None or self.expected is None else self.actual - self.expected


@dataclass(frozen=True)
class Pace:
    """`compared_with` is the period whose course is drawn beside it where no goal says what was expected."""

    kpi: Kpi
    scope: Scope
    goal: Goal | None
    compared_with: Period | None
    rows: list[PaceRow]
    chart: Lines

    @property
    def svg(self) -> str:
        return lines(self.chart)


@dataclass(frozen=True)
class PacePlan:
    board: Board
    tile: TilePlan

    @property
    def cells(self) -> list[Cell]:
        return [*self._cells, *self._cells_before]

    def pace(self, numbers: Numbers, language: str) -> Pace:
        course = self._course([numbers[cell] for cell in self._cells])
        line = self._expected_line()
        if self._previous:
            line = self._line_before([numbers[cell] for cell in self._cells_before])
        beside = self._beside(line)
        pieces = zip(self._pieces, self._cells, course, strict=True)
        rows = [PaceRow(piece, self._read(cell), actual, beside[piece.end]) for piece, cell, actual in pieces]
        chart = self._chart(rows, line, language)
        return Pace(self._kpi, self.tile.scope, self.tile.goal, self._previous, rows, chart)

    def _read(self, cell: Cell) -> Window:
        return Window(self._period.start, cell.window.end) if self._kpi.is_accruing else cell.window

    @property
    def _kpi(self) -> Kpi:
        return self.tile.kpi

    @property
    def _period(self) -> Period:
        return self.board.period

    @cached_property
    def _pieces(self) -> list[Window]:
        return self._period.pieces if self._period.day else []

    @cached_property
    def _previous(self) -> Period | None:
        return self._period.previous if self.tile.goal is None and self._kpi.is_accruing else None

    @cached_property
    def _cells(self) -> list[Cell]:
        """A total grows by each piece; a level with a goal is read as the goal reads it."""
        if self._kpi.is_accruing or self.tile.goal is None:
            return [Cell(self._kpi, self.tile.scope, piece) for piece in self._pieces]
        board, goal = self.board, self.tile.goal
        return [Cell(self._kpi, self.tile.scope, board.reading(goal, piece.end).window) for piece in self._pieces]

    @cached_property
    def _cells_before(self) -> list[Cell]:
        pieces = self._previous.pieces if self._previous else []
        return [Cell(self._kpi, self.tile.scope, piece) for piece in pieces]

    def _course(self, found: Sequence[Decimal | None]) -> list[Decimal | None]:
        if not self._kpi.is_accruing:
            return list(found)
        return list(accumulate(value or ZERO for value in found))

    def _expected_line(self) -> list[Point]:
        goal = self.tile.goal
        if goal is None:
            return []
        reading = self.board.reading(goal, self.board.today)
        own = Window(reading.promise.start, reading.promise.deadline)
        ends = {piece.end for piece in (*self._all_pieces, *self._pieces)}
        days = sorted(day for day in ends if day in own)
        points = [self._point(day, value) for day, value in expected_line(reading.promise, reading.calendar, days)]
        origin = expected(reading.promise, reading.calendar, reading.promise.start - ONE_DAY)
        if origin is not None and reading.promise.start == self._period.start:
            points.insert(0, Point(ZERO, origin))
        return points

    @cached_property
    def _all_pieces(self) -> list[Window]:
        """To the period's end, and not only to today."""
        whole = Period(self._period.kind, self._period.window, self._period.rules, self._period.end)
        return whole.pieces

    def _line_before(self, found: Sequence[Decimal | None]) -> list[Point]:
        """The period before, laid over this one day by day."""
        assert self._previous is not None
        ends = [cell.window.end for cell in self._cells_before]
        shares = [self._previous.place_of(end + ONE_DAY) for end in ends]
        totals = accumulate(value or ZERO for value in found)
        return [Point(ZERO, ZERO), *(Point(at, total) for at, total in zip(shares, totals, strict=True))]

    def _beside(self, line: Sequence[Point]) -> dict[dt.date, Decimal | None]:
        """What the dashed line says at the end of each piece."""
        return {piece.end: height(line, self._period.place_of(piece.end + ONE_DAY)) for piece in self._pieces}

    def _point(self, day: dt.date, value: Decimal, name: str = "") -> Point:
        return Point(self._period.place_of(day + ONE_DAY), value, name)

    def _chart(self, rows: Sequence[PaceRow], line: Sequence[Point], language: str) -> Lines:
        kpi, currency = self._kpi, self.board.organization.currency

        def write(value: Decimal) -> str:
            return format_value(value, kpi.unit, kpi.decimals, language, currency, short=True)

        known = [row for row in rows if row.actual is not None]
        points = [
            self._point(row.window.end, row.actual, format_range(row.window.start, row.window.end, language))
            for row in known
            if row.actual is not None
        ]
        if kpi.is_accruing and points:
            points.insert(0, Point(ZERO, ZERO))
        return Lines(
            label=_label(kpi, known[-1] if known else None, write, language),
            actual=points,
            write=write,
            expected=line,
            today=self._period.place_of(self.board.today + ONE_DAY) if self._period.is_current else None,
            marks=[
                (self._period.place_of(piece.start), format_date(piece.start, language, year=False))
                for piece in evenly(self._all_pieces, MOST_DATES)
            ],
            from_zero=kpi.is_accruing,
            cone=self._cone(points),
        )

    def _cone(self, points: Sequence[Point]) -> Cone | None:
        """Where the goal will probably be at its deadline, which is the chart's right edge."""
        goal = self.tile.goal
        forecast = self.board.standings[goal.pk].forecast if goal else None
        if goal is None or goal.deadline != self._period.end or not forecast or not points or points[-1].at >= 1:
            return None
        if forecast.low is None or forecast.expected is None or forecast.high is None:
            return None
        return Cone(forecast.low, forecast.expected, forecast.high)


def main_plan(board: Board, tiles: Sequence[TilePlan]) -> PacePlan | None:
    """The first total with a goal, else the first total, else the first KPI."""
    ranked = sorted(tiles, key=lambda tile: (not tile.kpi.is_accruing, tile.goal is None))
    return PacePlan(board, ranked[0]) if ranked else None


def height(line: Sequence[Point], at: Decimal) -> Decimal | None:
    """The value of a line at a share of the width, straight between its points; None beside it."""
    for left, right in pairwise(line):
        if left.at <= at <= right.at:
            share = (at - left.at) / (right.at - left.at) if right.at > left.at else ZERO
            return left.value + (right.value - left.value) * share
    return None


def _label(kpi: Kpi, last: PaceRow | None, write: Callable[[Decimal], str], language: str) -> str:
    """What the chart says to those who do not see it."""
    if last is None or last.actual is None:
        return _("%(kpi)s: nothing was recorded in this period.") % {"kpi": kpi.label}
    words = {"kpi": kpi.label, "value": write(last.actual), "day": format_date(last.window.end, language)}
    if last.expected is None:
        return _("%(kpi)s: %(value)s by %(day)s.") % words
    sentence = _("%(kpi)s: %(value)s by %(day)s, beside %(expected)s on the dashed line.")
    return sentence % {**words, "expected": write(last.expected)}
