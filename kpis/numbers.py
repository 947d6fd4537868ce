"""The one way to a number: a KPI in a scope and a window, from what was recorded.

Values are `Decimal` in the KPI's own unit and unrounded; None where nothing was recorded, never 0. All run in a
tenant, in a constant number of queries however many cells are asked for.

- sum: what was recorded in the window. average: weighted by the number of entries, or by shares.
- last: per member the last value on or before the window's end, summed over those in the scope on that day; who has
  left by then is in none.
- formula: of its parts, each rolled up over the scope first, so that a team's close rate is sum over sum. A flow that
  the scope has recorded before counts 0 in a window without entries: a week of losses without a win is a win rate of
  0 %. Any other missing part, and a division by zero, gives None.

A team holds its sub-teams, and of each member the days that they were in it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from itertools import groupby
from typing import Literal

from kpis import ledger
from kpis.definitions import Definitions, load_definitions
from kpis.formula import FormulaError, Part, resolve
from kpis.ledger import LONG_AGO, Answer, Mode, Question
from kpis.models import Kpi
from kpis.periods import ONE_DAY, PeriodRules, Window, shift
from teams.memory import remembered
from teams.models import Organization
from teams.reach import parents_of_teams, with_sub_teams
from teams.tenancy import current_organization_id

DIGITS = Context(prec=34)  # as formulas compute


@dataclass(frozen=True)
class Scope:
    """Whose numbers. `id` is 0 for the organization."""

    kind: Literal["member", "team", "organization"]
    id: int = 0

    @classmethod
    def member(cls, pk: int) -> "Scope":
        return cls("member", pk)

    @classmethod
    def team(cls, pk: int) -> "Scope":
        """With its sub-teams."""
        return cls("team", pk)

    @classmethod
    def organization(cls) -> "Scope":
        return cls("organization")


@dataclass(frozen=True)
class Cell:
    kpi: Kpi
    scope: Scope
    window: Window


@dataclass(frozen=True)
class DayFigures:
    """Of one day: the sum of values by shares, the sum of shares (1 for a whole entry), the stock at its end.

    A flow has `total` and `weight`, a stock only `closing`.
    """

    total: Decimal
    weight: Decimal
    closing: Decimal | None


Request = tuple[Kpi, Scope, Window]


def value(kpi: Kpi, scope: Scope, window: Window) -> Decimal | None:
    cell = Cell(kpi, scope, window)
    return values([cell])[cell]


def values(cells: Iterable[Cell]) -> dict[Cell, Decimal | None]:
    """At most four queries."""
    wanted = list(dict.fromkeys(cells))
    if not wanted:
        return {}
    parts = _Parts(any(cell.kpi.formula for cell in wanted))
    leaves = {leaf: None for cell in wanted for leaf in parts.leaves(cell)}
    figures = _figures(list(leaves))
    return {cell: parts.value(cell, figures.get) for cell in wanted}


def daily(requests: Iterable[Request]) -> dict[Request, dict[date, DayFigures]]:
    """Per-day figures of stored KPIs, by day in order; days without news are left out.

    A formula has none of its own: its stored parts come instead, under (part, scope, window). A stock has its
    opening on the window's first day, and then each day on which it changed, be it that a member came or went.
    """
    wanted = list(dict.fromkeys(requests))
    if any(kpi.formula for kpi, _scope, _window in wanted):
        definitions = load_definitions()
        wanted = list(
            dict.fromkeys(
                (part, scope, window) for kpi, scope, window in wanted for part in definitions.stored_parts(kpi)
            )
        )
    teams = _teams_below([scope for _kpi, scope, _window in wanted])
    questions = [
        Question(n, kpi.pk, "course" if _is_stock(kpi) else "flow", scope.kind, ref, window.start, window.end)
        for n, (kpi, scope, window) in enumerate(wanted)
        for ref in teams(scope)
    ]
    rows: dict[int, list[ledger.DayRow]] = {n: [] for n in range(len(wanted))}
    for row in ledger.read_days(questions):
        rows[row.n].append(row)
    return {
        request: _course(rows[n], request[2]) if _is_stock(request[0]) else _flow(rows[n])
        for n, request in enumerate(wanted)
    }


def last_entry_dates(pairs: Iterable[tuple[Kpi, Scope]], until: date) -> dict[tuple[Kpi, Scope], date | None]:
    """The last day up to `until` for which anything was recorded; for a formula, in any of its parts."""
    wanted = list(dict.fromkeys(pairs))
    definitions = load_definitions() if any(kpi.formula for kpi, _scope in wanted) else Definitions({}, {})
    teams = _teams_below([scope for _kpi, scope in wanted])
    answers: dict[tuple[Kpi, Scope], list[int]] = {}
    questions: list[Question] = []
    for kpi, scope in wanted:
        answers[kpi, scope] = []
        for part in definitions.stored_parts(kpi):
            n = len(questions)
            answers[kpi, scope].append(n)
            questions += (Question(n, part.pk, "latest", scope.kind, ref, LONG_AGO, until) for ref in teams(scope))
    read = ledger.read_totals(questions)
    return {
        pair: max((day for n in numbers if n in read and (day := read[n].day)), default=None)
        for pair, numbers in answers.items()
    }


def is_updating() -> bool:
    """Whether a large import is under way, so that numbers are those of a moment ago: pages should say so."""
    return ledger.is_beyond_bound()


def rules_of(organization: Organization) -> PeriodRules:
    return PeriodRules(organization.week_start, organization.fiscal_year_start)


@dataclass(frozen=True)
class _Leaf:
    """What is read from the ledger: a stored KPI in the window after all shifts."""

    kpi_id: int
    aggregation: str
    scope: Scope
    window: Window
    in_formula: bool


class _Parts:
    """Takes cells apart into leaves, and puts their values together."""

    def __init__(self, with_formulas: bool) -> None:
        self._definitions = load_definitions() if with_formulas else Definitions({}, {})
        self._rules = PeriodRules()
        if with_formulas:
            self._rules = remembered("rules", _read_rules)

    def leaves(self, cell: Cell) -> list[_Leaf]:
        if not cell.kpi.formula:
            return [_Leaf(cell.kpi.pk, cell.kpi.aggregation, cell.scope, cell.window, False)]
        found = (self._leaf(part, cell) for part in self._definitions.parts(cell.kpi))
        return [leaf for leaf in found if leaf]

    def value(self, cell: Cell, figure: Callable[[_Leaf], Decimal | None]) -> Decimal | None:
        if not cell.kpi.formula:
            return figure(self.leaves(cell)[0])

        def lookup(part: Part) -> Decimal | None:
            leaf = self._leaf(part, cell)
            return figure(leaf) if leaf else None

        try:
            return resolve(cell.kpi.code, self._definitions.formulas, lookup)
        except FormulaError:
            return None

    def _leaf(self, part: Part, cell: Cell) -> _Leaf | None:
        kpi = self._definitions.stored.get(part.code)
        if kpi is None:
            return None
        window = cell.window
        try:
            for name in part.shifts:
                window = shift(window, name, self._rules)
        except (OverflowError, ValueError):  # before the first year that a date can hold
            return None
        return _Leaf(kpi.pk, kpi.aggregation, cell.scope, window, True)


def _figures(leaves: Sequence[_Leaf]) -> dict[_Leaf, Decimal | None]:
    """Question 2n reads the leaf n, question 2n + 1 whether its flow was recorded at all by then."""
    teams = _teams_below([leaf.scope for leaf in leaves])
    questions = []
    for n, leaf in enumerate(leaves):
        is_stock, window = leaf.aggregation == Kpi.Aggregation.LAST, leaf.window
        mode: Mode = "stock" if is_stock else "flow"
        start = LONG_AGO if is_stock else window.start
        for ref in teams(leaf.scope):
            questions.append(Question(2 * n, leaf.kpi_id, mode, leaf.scope.kind, ref, start, window.end))
            if _may_be_zero(leaf):
                kind = leaf.scope.kind
                questions.append(Question(2 * n + 1, leaf.kpi_id, "latest", kind, ref, LONG_AGO, window.end))
    answers = ledger.read_totals(questions)
    return {leaf: _figure(leaf, answers.get(2 * n), 2 * n + 1 in answers) for n, leaf in enumerate(leaves)}


def _may_be_zero(leaf: _Leaf) -> bool:
    return leaf.in_formula and leaf.aggregation == Kpi.Aggregation.SUM


def _figure(leaf: _Leaf, answer: Answer | None, was_recorded: bool) -> Decimal | None:
    if leaf.aggregation == Kpi.Aggregation.LAST:
        return answer.closing if answer else None
    if answer is None or not answer.weight:
        return Decimal(0) if was_recorded and _may_be_zero(leaf) else None
    if leaf.aggregation == Kpi.Aggregation.SUM:
        total: Decimal = answer.total
        return total
    with localcontext(DIGITS):
        mean: Decimal = answer.total / answer.weight
        return mean


def _read_rules() -> PeriodRules:
    return rules_of(Organization.objects.get(pk=current_organization_id()))


def _teams_below(scopes: Iterable[Scope]) -> Callable[[Scope], list[int]]:
    """The ids to ask the ledger for: a team's own and those below it."""
    tops = {scope.id for scope in scopes if scope.kind == "team"}
    parents = parents_of_teams() if tops else {}
    below = {top: sorted(with_sub_teams([top], parents)) for top in tops}
    return lambda scope: below[scope.id] if scope.kind == "team" else [scope.id]


def _is_stock(kpi: Kpi) -> bool:
    return kpi.aggregation == Kpi.Aggregation.LAST


def _flow(rows: Iterable[ledger.DayRow]) -> dict[date, DayFigures]:
    """Rows of a day come once per scope: the ledger sums them."""
    return {row.day: DayFigures(row.total, row.weight, None) for row in rows}


def _course(rows: Iterable[ledger.DayRow], window: Window) -> dict[date, DayFigures]:
    """The stock of a scope from its members' closings, each carried on for as long as they are in it."""
    changes: dict[date, Decimal] = defaultdict(Decimal)
    holders: dict[date, int] = defaultdict(int)
    for (_member, since, until), span in groupby(rows, key=lambda row: (row.member, row.since, row.until)):
        held, is_new = Decimal(0), True
        for row in span:
            day = max(row.day, since or window.start)
            changes[day] += row.closing - held
            holders[day] += is_new
            held, is_new = row.closing, False
        if until is not None and until < window.end:
            changes[until + ONE_DAY] -= held
            holders[until + ONE_DAY] -= 1
    course: dict[date, DayFigures] = {}
    stock, count = Decimal(0), 0
    for day in sorted(changes):
        stock, count = stock + changes[day], count + holders[day]
        course[day] = DayFigures(Decimal(0), Decimal(0), stock if count else None)
    return course
