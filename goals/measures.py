"""From KPI rows to what the pure modules reckon with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from goals.models import Goal
from goals.progress import CADENCE_DAYS
from goals.record import Measure
from kpis.formula import Formula, FormulaError, leaf_parts, parse
from kpis.models import Kpi
from kpis.numbers import Scope
from kpis.periods import PeriodRules
from teams.models import Organization


def scope_of(goal: Goal) -> Scope:
    if goal.member_id is not None:
        return Scope.member(goal.member_id)
    return Scope.organization() if goal.team_id is None else Scope.team(goal.team_id)


@dataclass(frozen=True)
class KpiBook:
    """All KPIs of an organization, by code and by id: formulas name others, so none is read alone."""

    kpis: tuple[Kpi, ...]
    rules: PeriodRules
    currency: str = ""

    @cached_property
    def by_code(self) -> dict[str, Kpi]:
        return {kpi.code: kpi for kpi in self.kpis}

    @cached_property
    def by_pk(self) -> dict[int, Kpi]:
        return {kpi.pk: kpi for kpi in self.kpis}

    @cached_property
    def definitions(self) -> dict[str, Formula]:
        return {kpi.code: parse(kpi.formula) for kpi in self.kpis if kpi.formula}

    def parts(self, kpi: Kpi) -> list[Kpi]:
        """The stored KPIs that this one is made of: itself, if it has no formula."""
        try:
            codes = {part.code for part in leaf_parts(kpi.code, self.definitions)}
        except FormulaError:
            return []
        return [found for found in self.kpis if found.code in codes]

    def steps(self, kpi: Kpi) -> list[Kpi]:
        """Those of its parts that are counted in the goal's own window, in the order of the formula."""
        if not kpi.formula:
            return [kpi]
        order = [part.code for part in parse(self.spelled_out(kpi)).parts if not part.shifts]
        return [self.by_code[code] for code in dict.fromkeys(order) if code in self.by_code]

    def spelled_out(self, kpi: Kpi) -> str:
        """The formula over stored KPIs alone: formulas that it names are put in, in brackets."""
        text = kpi.formula
        inner = [code for code in parse(text).codes if code in self.definitions and code != kpi.code]
        for code in inner:
            written = self.spelled_out(self.by_code[code])
            text = re.sub(rf"(?<![A-Za-z0-9_.]){code}(?![A-Za-z0-9_])", f"({written})", text)
        return text

    def measure(self, kpi: Kpi) -> Measure | None:
        """None for a formula that is too long or broken once it is spelled out."""
        try:
            return Measure(
                code=kpi.code,
                name=kpi.label,
                unit=kpi.unit,
                direction=kpi.direction,
                aggregation=kpi.aggregation or None,
                formula=self.spelled_out(kpi) if kpi.formula else None,
                parts={part.code: part.aggregation for part in self.parts(kpi)} if kpi.formula else {},
                cadence=kpi.cadence,
                decimals=kpi.decimals,
                currency=self.currency,
                rules=self.rules,
            )
        except (ValueError, FormulaError):
            return None


def book_of(organization: Organization) -> KpiBook:
    """One query."""
    rules = PeriodRules(organization.week_start, organization.fiscal_year_start)
    return KpiBook(tuple(Kpi.objects.order_by("pk")), rules, organization.currency)


def cadence_of(kpis: Iterable[Kpi]) -> str:
    """The slowest of them: a formula has news no more often than that."""
    return max((kpi.cadence for kpi in kpis), key=CADENCE_DAYS.__getitem__, default="daily")
