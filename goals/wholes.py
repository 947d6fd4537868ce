"""What the targets of many come to: the one answer of the tree, the grid and the coach."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from goals.coverage import Share, divisor, implied
from goals.measures import KpiBook
from kpis.formula import Formula, Part, evaluate
from kpis.models import Kpi
from kpis.numbers import Cell, DayFigures, Request, Scope, daily, values
from kpis.periods import Window, shifted

Numbers = Mapping[Cell, Decimal | None]
Counts = Mapping[Request, Mapping[dt.date, DayFigures]]


@dataclass(frozen=True)
class Piece:
    """A target that somebody is held to, and until when."""

    kpi: Kpi
    scope: Scope
    target: Decimal
    until: dt.date


@dataclass(frozen=True)
class Whole:
    """What pieces are put together to: a KPI, and whose. Their volumes are read over `before`, a span up to now."""

    kpi: Kpi
    scope: Scope
    before: Window
    pieces: Sequence[Piece]
    book: KpiBook

    @cached_property
    def counted(self) -> list[Piece]:
        """Of what is a level and yet adds up over owners, an owner's latest target counts: periods are no sum of it."""
        ordered = sorted(self.pieces, key=lambda piece: piece.until)
        latest = {(piece.kpi, piece.scope): piece for piece in ordered}
        return [
            piece
            for piece in self.pieces
            if piece.kpi.is_accruing or not self.book.adds_up(piece.kpi) or latest[piece.kpi, piece.scope] is piece
        ]

    @cached_property
    def formula(self) -> Formula | None:
        return self.book.formula_of(self.kpi)

    @cached_property
    def cells(self) -> list[Cell]:
        """The numbers that it needs: of a formula whose parts have targets those of the others, else the divisors."""
        if self.formula is None:
            return []
        if {piece.kpi.code for piece in self.counted} & self.formula.codes:
            asked = [(part, self.scope) for part in self.formula.parts]
        else:
            asked = [(part, piece.scope) for piece in self.counted for part in self._divided_by]
        return [cell for part, scope in asked if (cell := self._cell(part, scope))]

    @cached_property
    def requests(self) -> list[Request]:
        """The days whose counts it needs: those of an average."""
        is_average = self.kpi.aggregation == Kpi.Aggregation.AVERAGE
        return [(self.kpi, piece.scope, self.before) for piece in self.counted if is_average and piece.kpi == self.kpi]

    def value(self, numbers: Numbers, counts: Counts) -> Decimal | None:
        """None where the pieces say nothing about the KPI."""
        return implied(
            self.kpi.code,
            [Share(piece.kpi.code, piece.target, self._weight(piece, numbers, counts)) for piece in self.counted],
            adds_up=self.book.adds_up(self.kpi),
            formula=self.formula,
            as_before=lambda part: self._read(part, self.scope, numbers),
        )

    @cached_property
    def _below(self) -> Formula | None:
        return divisor(self.formula) if self.formula else None

    @property
    def _divided_by(self) -> tuple[Part, ...]:
        return self._below.parts if self._below else ()

    def _cell(self, part: Part, scope: Scope) -> Cell | None:
        kpi, window = self.book.by_code.get(part.code), shifted(self.before, part.shifts, self.book.rules)
        return Cell(kpi, scope, window, in_formula=True) if kpi and window else None

    def _read(self, part: Part, scope: Scope, numbers: Numbers) -> Decimal | None:
        cell = self._cell(part, scope)
        return numbers.get(cell) if cell else None

    def _weight(self, piece: Piece, numbers: Numbers, counts: Counts) -> Decimal | None:
        if piece.kpi != self.kpi:
            return None
        if self.requests:
            days = counts.get((self.kpi, piece.scope, self.before), {})
            return sum((figures.weight for figures in days.values()), Decimal(0))
        below = self._below
        return evaluate(below, lambda part: self._read(part, piece.scope, numbers)) if below else None


def put_together(wholes: Iterable[Whole]) -> list[Decimal | None]:
    """What each comes to, in their order. At most five queries for all of them."""
    asked = list(wholes)
    numbers = values(cell for whole in asked for cell in whole.cells)
    counts = daily(request for whole in asked for request in whole.requests)
    return [whole.value(numbers, counts) for whole in asked]


def span_before(window: Window, today: dt.date) -> Window | None:
    """As long as the window, up to its end or today; None before the first year."""
    last = min(today, window.end)
    try:
        return Window(last - (window.end - window.start), last)
    except OverflowError:
        return None
