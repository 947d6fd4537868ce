"""The tree of goals: what serves what, and how far children's targets cover their parent's."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from goals.coverage import Coverage, Feed, Share, divisor, feed_of, implied
from goals.measures import KpiBook, scope_of
from goals.models import Goal
from goals.owners import owner_key
from goals.progress import TargetType
from kpis.formula import Formula, FormulaError, Part, evaluate, parse
from kpis.models import Kpi
from kpis.numbers import Cell, DayFigures, Scope, daily, values
from kpis.periods import Window, shift

Family = tuple[Goal, Sequence[Goal]]
Counts = Mapping[tuple[Kpi, Scope, Window], Mapping[dt.date, DayFigures]]
Read = Callable[[Part, Scope], Decimal | None]


@dataclass
class Node:
    """A goal of the tree with what hangs below it. `feed` is how it reaches the goal above."""

    goal: Goal
    children: list["Node"] = field(default_factory=list)
    feed: Feed = Feed.NONE
    coverage: Coverage | None = None


def grown(goals: Sequence[Goal], book: KpiBook) -> list[Node]:
    """The roots, in the order of the goals. A goal whose parent is not among them is a root."""
    nodes = {goal.pk: Node(goal) for goal in goals}
    roots = []
    for node in nodes.values():
        above = nodes.get(node.goal.parent_id) if node.goal.parent_id else None
        if above is None:
            roots.append(node)
        else:
            above.children.append(node)
            node.feed = feed(node.goal, above.goal, book)
    return roots


def feed(child: Goal, parent: Goal, book: KpiBook) -> Feed:
    if child.kpi is None or parent.kpi is None:
        return Feed.NONE
    formula = formula_of(parent.kpi, book)
    return feed_of(child.kpi.code, parent.kpi.code, {part.code for part in formula.parts} if formula else ())


def formula_of(kpi: Kpi, book: KpiBook) -> Formula | None:
    """Over stored KPIs alone."""
    try:
        return parse(book.spelled_out(kpi)) if kpi.formula else None
    except FormulaError:
        return None


def coverages(families: Iterable[Family], book: KpiBook, today: dt.date) -> dict[int, Coverage]:
    """By parent, for those whose children say anything about it. At most five queries for all of them."""
    readers = [reader for parent, children in families if (reader := _reader(parent, children, book, today))]
    numbers = values(cell for reader in readers for cell in reader.cells)
    counts = daily((reader.kpi, scope_of(child), reader.before) for reader in readers for child in reader.averaged)
    found = {reader.parent.pk: reader.coverage(numbers, counts) for reader in readers}
    return {pk: coverage for pk, coverage in found.items() if coverage.value is not None}


def counted(parent: Goal, children: Iterable[Goal]) -> list[Goal]:
    """Children whose targets may be set against the parent's: they hold, or held to their end.

    Where a goal is shared out among others, its own owner's goals for parts of the time say the same once more. Of a
    stock, an owner's latest target counts: it is a level and not a sum over periods.
    """
    held = [
        child
        for child in children
        if child.is_complete and (child.is_promised or (child.is_closed and child.outcome != Goal.Outcome.DROPPED))
    ]
    others = [child for child in held if owner_key(child) != owner_key(parent)]
    chosen = [child for child in others or held if _is_alike(child, parent)]
    if parent.kpi is not None and parent.kpi.aggregation == Kpi.Aggregation.LAST:
        latest = {owner_key(child): child for child in sorted(chosen, key=lambda child: (child.deadline, child.pk))}
        return list(latest.values())
    return chosen


def _is_alike(child: Goal, parent: Goal) -> bool:
    """Eight calls each day add nothing to a total of calls."""
    assert child.kpi is not None
    stays = TargetType(child.target_type).is_stay
    return not child.kpi.is_accruing or child.kpi != parent.kpi or stays == TargetType(parent.target_type).is_stay


def _reader(parent: Goal, children: Iterable[Goal], book: KpiBook, today: dt.date) -> "_Reader | None":
    if parent.kpi is None or parent.target is None or parent.start is None or parent.deadline is None:
        return None
    chosen = counted(parent, children)
    last = min(today, parent.deadline)
    try:
        before = Window(last - (parent.deadline - parent.start), last)
    except OverflowError:
        return None
    return _Reader(parent, parent.kpi, chosen, formula_of(parent.kpi, book), book, before) if chosen else None


@dataclass(frozen=True)
class _Reader:
    """One parent: which numbers its coverage needs, over a span as long as its own up to now."""

    parent: Goal
    kpi: Kpi
    children: Sequence[Goal]
    formula: Formula | None
    book: KpiBook
    before: Window

    @property
    def same(self) -> list[Goal]:
        return [child for child in self.children if child.kpi == self.kpi]

    @property
    def averaged(self) -> list[Goal]:
        return self.same if self.kpi.aggregation == Kpi.Aggregation.AVERAGE else []

    @property
    def cells(self) -> list[Cell]:
        if self.formula is None:
            return []
        below = divisor(self.formula)
        own = [self._cell(part, scope_of(self.parent)) for part in self.formula.parts]
        theirs = [self._cell(part, scope_of(child)) for child in self.same for part in (below.parts if below else ())]
        return [cell for cell in (*own, *theirs) if cell]

    def _cell(self, part: Part, scope: Scope) -> Cell | None:
        kpi, window = self.book.by_code.get(part.code), self.before
        try:
            for name in part.shifts:
                window = shift(window, name, self.book.rules)
        except (OverflowError, ValueError):
            return None
        return Cell(kpi, scope, window) if kpi else None

    def coverage(self, numbers: Mapping[Cell, Decimal | None], counts: Counts) -> Coverage:
        def read(part: Part, scope: Scope) -> Decimal | None:
            cell = self._cell(part, scope)
            return numbers[cell] if cell else None

        shares = [
            Share(child.kpi.code, child.target, self._weight(child, read, counts))
            for child in self.children
            if child.kpi is not None and child.target is not None
        ]
        value = implied(
            self.kpi.code,
            shares,
            adds_up=self.kpi.aggregation in (Kpi.Aggregation.SUM, Kpi.Aggregation.LAST),
            formula=self.formula,
            as_before=lambda part: read(part, scope_of(self.parent)),
        )
        assert self.parent.target is not None
        return Coverage(value, self.parent.target, TargetType(self.parent.target_type).is_upward, len(shares))

    def _weight(self, child: Goal, read: Read, counts: Counts) -> Decimal | None:
        if child.kpi != self.kpi:
            return None
        if self.formula is None:
            days = counts.get((self.kpi, scope_of(child), self.before), {})
            return sum((figures.weight for figures in days.values()), Decimal(0)) if self.averaged else None
        below = divisor(self.formula)
        return evaluate(below, lambda part: read(part, scope_of(child))) if below else None


def children_of(goals: Iterable[Goal], parents: Iterable[int]) -> dict[int, list[Goal]]:
    found: dict[int, list[Goal]] = defaultdict(list)
    wanted = set(parents)
    for goal in goals:
        if goal.parent_id in wanted:
            found[goal.parent_id].append(goal)
    return found
