"""From KPI rows to what the pure modules reckon with."""

import re
from dataclasses import dataclass
from functools import cached_property

from goals.models import Goal
from goals.quotient import linear
from goals.record import Measure
from kpis.definitions import Definitions, load_definitions
from kpis.formula import Formula, FormulaError, parse
from kpis.models import Kpi
from kpis.numbers import Scope, rules_of
from kpis.periods import PeriodRules
from teams.models import Member, Organization, Team

ADDING = (Kpi.Aggregation.SUM, Kpi.Aggregation.LAST)


def scope_of(goal: Goal) -> Scope:
    if goal.member_id is not None:
        return Scope.member(goal.member_id)
    return Scope.organization() if goal.team_id is None else Scope.team(goal.team_id)


def scope_of_owner(member: Member | None, team: Team | None) -> Scope:
    if member is not None:
        return Scope.member(member.pk)
    return Scope.organization() if team is None else Scope.team(team.pk)


@dataclass(frozen=True)
class KpiBook:
    """All KPIs of an organization, by code and by id: formulas name others, so none is read alone."""

    kpis: tuple[Kpi, ...]
    definitions: Definitions
    rules: PeriodRules
    currency: str = ""

    @cached_property
    def by_pk(self) -> dict[int, Kpi]:
        return {kpi.pk: kpi for kpi in self.kpis}

    @cached_property
    def by_code(self) -> dict[str, Kpi]:
        return {kpi.code: kpi for kpi in self.kpis}

    def parts(self, kpi: Kpi) -> list[Kpi]:
        """The stored KPIs that this one is made of: itself, if it has no formula."""
        return self.definitions.stored_parts(kpi)

    def steps(self, kpi: Kpi) -> list[Kpi]:
        """Those of its parts that are counted in the goal's own window, in the order of the formula."""
        formula = self.formula_of(kpi)
        if formula is None:
            return [kpi] if not kpi.formula else []
        codes = dict.fromkeys(part.code for part in formula.parts if not part.shifts)
        return [self.definitions.stored[code] for code in codes if code in self.definitions.stored]

    def formula_of(self, kpi: Kpi) -> Formula | None:
        """Over stored KPIs alone; None for a stored one, and for a formula that is too long once it is spelled out."""
        try:
            return parse(self.spelled_out(kpi)) if kpi.formula else None
        except FormulaError:
            return None

    def adds_up(self, kpi: Kpi) -> bool:
        """Whether the numbers of several owners add up to that of all: of a total, a stock, and a sum of such."""
        formula = self.formula_of(kpi)
        parts = linear(formula.tree) if formula else None
        made_of = [self.definitions.stored.get(code) for code in parts or ()] if kpi.formula else [kpi]
        return bool(made_of) and all(part is not None and part.aggregation in ADDING for part in made_of)

    def spelled_out(self, kpi: Kpi) -> str:
        """The formula over stored KPIs alone: formulas that it names are put in, in brackets."""
        text = kpi.formula
        formulas = self.definitions.formulas
        for code in formulas[kpi.code].codes & formulas.keys() if kpi.code in formulas else ():
            inner = self.spelled_out(self.by_code[code])
            text = re.sub(rf"(?<![A-Za-z0-9_.]){code}(?![A-Za-z0-9_])", f"({inner})", text)
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
    """One query, of those that `load_definitions` remembers."""
    definitions = load_definitions()
    kpis = sorted((*definitions.stored.values(), *definitions.computed.values()), key=lambda kpi: kpi.pk)
    return KpiBook(tuple(kpis), definitions, rules_of(organization), organization.currency)
