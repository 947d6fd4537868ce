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
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from kpis import ledger
from kpis.definitions import Definitions, load_definitions
from kpis.figures import Leaf, Questions, read_figures
from kpis.formula import FormulaError, Part, resolve
from kpis.ledger import LONG_AGO
from kpis.models import Kpi
from kpis.periods import ONE_DAY, PeriodRules, Window, shifted
from kpis.scopes import Scope
from teams.memory import remembered
from teams.models import Organization
from teams.tenancy import current_organization_id

__all__ = [
    "Cell",
    "DayFigures",
    "Scope",
    "daily",
    "is_updating",
    "last_entry_dates",
    "rules_of",
    "value",
    "values",
]


class Cell(NamedTuple):
    """`in_formula`: as a formula sees it, to which a flow without entries may be 0."""

    kpi: Kpi
    scope: Scope
    window: Window
    in_formula: bool = False


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
    """At most three queries, one where no formula is asked for."""
    wanted = list(dict.fromkeys(cells))
    if not wanted:
        return {}
    parts = _Parts(any(cell.kpi.formula for cell in wanted))
    leaves = [(cell, parts.leaves(cell)) for cell in wanted]
    figures = read_figures(dict.fromkeys(leaf for _cell, read in leaves for leaf in read.values()))
    return {cell: parts.value(cell, {part: figures[leaf] for part, leaf in read.items()}) for cell, read in leaves}


def daily(requests: Iterable[Request]) -> dict[Request, dict[date, DayFigures]]:
    """Per-day figures of stored KPIs, by day in order; days without news are left out.

    A formula has none of its own: its stored parts come instead, under (part, scope, window). A stock has its
    opening on the window's first day, and then each day on which it changed, be it that a member came or went.
    """
    questions = Questions()
    asked = {
        (kpi, scope, days): questions.ask(kpi.pk, "course" if _is_stock(kpi) else "flow", scope, days.start, days.end)
        for kpi, scope, days in _of_stored(requests)
    }
    rows: dict[int, list[ledger.DayRow]] = defaultdict(list)
    for row in ledger.read_days(questions.list):
        rows[row.n].append(row)
    return {
        request: _course(rows[n], request[2]) if _is_stock(request[0]) else _flow(rows[n])
        for request, n in asked.items()
    }


def _of_stored(requests: Iterable[Request]) -> Iterable[Request]:
    """Of each formula its stored parts."""
    wanted = dict.fromkeys(requests)
    if not any(kpi.formula for kpi, _scope, _window in wanted):
        return wanted
    definitions = load_definitions()
    return dict.fromkeys(
        (part, scope, window) for kpi, scope, window in wanted for part in definitions.stored_parts(kpi)
    )


def last_entry_dates(pairs: Iterable[tuple[Kpi, Scope]], until: date) -> dict[tuple[Kpi, Scope], date | None]:
    """The last day up to `until` for which anything was recorded; for a formula, in any of its parts."""
    wanted = list(dict.fromkeys(pairs))
    definitions = load_definitions() if any(kpi.formula for kpi, _scope in wanted) else Definitions({}, {})
    answers: dict[tuple[Kpi, Scope], list[int]] = {}
    questions = Questions()
    for kpi, scope in wanted:
        parts = definitions.stored_parts(kpi)
        answers[kpi, scope] = [questions.ask(part.pk, "latest", scope, LONG_AGO, until) for part in parts]
    read = ledger.read_totals(questions.list)
    return {
        pair: max((day for n in numbers if (n, 0) in read and (day := read[n, 0].day)), default=None)
        for pair, numbers in answers.items()
    }


def is_updating() -> bool:
    """Whether a large import is under way, so that numbers are those of a moment ago: pages should say so."""
    return ledger.is_beyond_bound()


def rules_of(organization: Organization) -> PeriodRules:
    return PeriodRules(organization.week_start, organization.fiscal_year_start, organization.counts_in_weeks)


class _Parts:
    """Takes cells apart into leaves, and puts their values together."""

    def __init__(self, with_formulas: bool) -> None:
        self._definitions = load_definitions() if with_formulas else Definitions({}, {})
        self._parts: dict[str, Collection[Part]] = {}
        self._rules = PeriodRules()
        if with_formulas:
            self._rules = rules_of(remembered("organization", _read_organization))

    def leaves(self, cell: Cell) -> dict[Part, Leaf]:
        """By the parts of a formula, as far as they can be read; a stored KPI is its own only part."""
        kpi = cell.kpi
        if not kpi.formula:
            return {Part(kpi.code): Leaf(kpi.pk, kpi.aggregation, cell.scope, cell.window, cell.in_formula)}
        parts = self._parts.get(kpi.code)
        if parts is None:
            parts = self._parts[kpi.code] = self._definitions.parts(kpi)
        return {part: leaf for part in parts if (leaf := self._leaf(part, cell))}

    def value(self, cell: Cell, figures: Mapping[Part, Decimal | None]) -> Decimal | None:
        if not cell.kpi.formula:
            return figures[Part(cell.kpi.code)]
        try:
            return resolve(cell.kpi.code, self._definitions.formulas, figures.get)
        except FormulaError:
            return None

    def _leaf(self, part: Part, cell: Cell) -> Leaf | None:
        kpi = self._definitions.stored.get(part.code)
        if kpi is None:
            return None
        window = shifted(cell.window, part.shifts, self._rules)
        return Leaf(kpi.pk, kpi.aggregation, cell.scope, window, True) if window else None


def _read_organization() -> Organization:
    return Organization.objects.get(pk=current_organization_id())


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
