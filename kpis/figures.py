"""Figures of stored KPIs: which questions to ask the ledger, and what its answers mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import NamedTuple

from kpis import ledger
from kpis.cuts import Stretch, stretches
from kpis.ledger import EXACT, LONG_AGO, Answer, Mode, Question
from kpis.models import Kpi
from kpis.periods import Window
from kpis.scopes import Scope

DIGITS = Context(prec=34)  # as formulas compute
ZERO = Decimal(0)


class Leaf(NamedTuple):
    """A stored KPI in the window after all shifts. `in_formula`: a flow may be 0 without entries."""

    kpi_id: int
    aggregation: str
    scope: Scope
    window: Window
    in_formula: bool

    @property
    def is_stock(self) -> bool:
        return self.aggregation == Kpi.Aggregation.LAST

    @property
    def may_be_zero(self) -> bool:
        return self.in_formula and self.aggregation == Kpi.Aggregation.SUM


class Questions:
    """Numbers questions as they are asked."""

    def __init__(self) -> None:
        self.list: list[Question] = []

    def ask(
        self, kpi_id: int, mode: Mode, scope: Scope, first: date, last: date,
        cuts: tuple[date, ...] = (), unless: int = 0,
    ) -> int:  # fmt: skip
        n = len(self.list) + 1
        self.list.append(Question(n, kpi_id, mode, scope.place, scope.ref, first, last, cuts, scope.only, unless))
        return n


def read_figures(leaves: Iterable[Leaf]) -> dict[Leaf, Decimal | None]:
    """One query."""
    wanted = list(leaves)
    questions = Questions()
    stocks = _ask_stocks([leaf for leaf in wanted if leaf.is_stock], questions)
    flows = _ask_flows([leaf for leaf in wanted if not leaf.is_stock], questions)
    answers = ledger.read_totals(questions.list)
    found = {leaf: answers.get((n, 0), Answer()).closing for leaf, n in stocks.items()}
    return found | {leaf: flow.figure(leaf, answers) for leaf, flow in flows.items()}


@dataclass(frozen=True)
class _Flow:
    """Where the answers of a flow stand: its sums by piece of the stretch, those of its earliest stretch, and the first
    day of its record, which is looked for only where nothing was recorded in the first piece of that.
    """

    stretch: Stretch
    sums: int
    earliest: int
    begin: int

    def figure(self, leaf: Leaf, answers: Mapping[tuple[int, int], Answer]) -> Decimal | None:
        weight, total = ZERO, ZERO
        for n in self.stretch.pieces(leaf.window):
            if piece := answers.get((self.sums, n)):
                weight, total = EXACT.add(weight, piece.weight), EXACT.add(total, piece.total)
        if not weight:
            return ZERO if leaf.may_be_zero and self._was_recorded(leaf, answers) else None
        return total if leaf.aggregation == Kpi.Aggregation.SUM else DIGITS.divide(total, weight)

    def _was_recorded(self, leaf: Leaf, answers: Mapping[tuple[int, int], Answer]) -> bool:
        """No window of the flow ends before the first piece does."""
        if (seen := answers.get((self.earliest, 1))) and seen.weight:
            return True
        begin = answers.get((self.begin, 0))
        return begin is not None and begin.day is not None and begin.day <= leaf.window.end


def _ask_stocks(leaves: Iterable[Leaf], questions: Questions) -> dict[Leaf, int]:
    """A stock is asked for by its day: what a month opens with is what the one before it closed with."""
    asked: dict[tuple[int, Scope, date], int] = {}
    stocks: dict[Leaf, int] = {}
    for leaf in leaves:
        key = leaf.kpi_id, leaf.scope, leaf.window.end
        if key not in asked:
            asked[key] = questions.ask(leaf.kpi_id, "stock", leaf.scope, LONG_AGO, leaf.window.end)
        stocks[leaf] = asked[key]
    return stocks


def _ask_flows(leaves: Iterable[Leaf], questions: Questions) -> dict[Leaf, _Flow]:
    """Near windows of one KPI and scope are read in one go, however many pages ask for."""
    together: dict[tuple[int, Scope], list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        together[leaf.kpi_id, leaf.scope].append(leaf)
    flows: dict[Leaf, _Flow] = {}
    for (kpi_id, scope), near in together.items():
        stretch_of = stretches(leaf.window for leaf in near)
        sums = {
            stretch: questions.ask(kpi_id, "flow", scope, stretch.first, stretch.last, stretch.cuts)
            for stretch in dict.fromkeys(stretch_of.values())
        }
        begin, earliest = 0, next(iter(sums.values()))
        if any(leaf.may_be_zero for leaf in near):
            until = max(leaf.window.end for leaf in near)
            begin = questions.ask(kpi_id, "first", scope, LONG_AGO, until, unless=earliest)
        flow_of = {stretch: _Flow(stretch, n, earliest, begin) for stretch, n in sums.items()}
        flows |= {leaf: flow_of[stretch_of[leaf.window]] for leaf in near}
    return flows
