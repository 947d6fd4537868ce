"""An organization's KPIs by their codes, as formulas name them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

from kpis.formula import Formula, FormulaError, Part, check, check_definitions, leaf_parts, parse, rename
from kpis.models import Kpi
from teams.memory import known, remembered, remembering
from teams.models import Organization


@dataclass(frozen=True)
class Definitions:
    """`stored` are the KPIs with entries of their own, `formulas` the computed ones; archived ones included."""

    stored: dict[str, Kpi]
    formulas: dict[str, Formula]
    computed: dict[str, Kpi] = field(default_factory=dict)

    def named(self, code: str) -> Kpi:
        return self.stored.get(code) or self.computed[code]

    @cached_property
    def by_id(self) -> dict[int, Kpi]:
        return {kpi.pk: kpi for kpi in (*self.stored.values(), *self.computed.values())}

    def made_of(self, kpi: Kpi) -> list[Kpi]:
        """The KPIs that its formula names, in order; none for a stored one."""
        formula = self.formulas.get(kpi.code)
        codes = dict.fromkeys(part.code for part in formula.parts) if formula else ()
        return [self.named(code) for code in codes if code in self.stored or code in self.computed]

    def used_by(self, kpi: Kpi) -> list[Kpi]:
        """Those whose formulas name it."""
        return [self.computed[code] for code, formula in sorted(self.formulas.items()) if kpi.code in formula.codes]

    def parts(self, kpi: Kpi) -> tuple[Part, ...]:
        """The parts of stored KPIs that the KPI is made of, in the order of the formulas; itself where it is stored.

        None for a formula that cannot be read any more.
        """
        try:
            return leaf_parts(kpi.code, self.formulas)
        except FormulaError:
            return ()

    def stored_parts(self, kpi: Kpi) -> list[Kpi]:
        """The stored KPIs that it is made of, by code; itself where it is stored."""
        if not kpi.formula:
            return [kpi]
        codes = sorted({part.code for part in self.parts(kpi)})
        return [self.stored[code] for code in codes if code in self.stored]

    @property
    def units(self) -> dict[str, str]:
        return {code: kpi.unit for code, kpi in {**self.stored, **self.computed}.items()}

    def with_draft(self, draft: Kpi, before: Kpi | None = None) -> "Definitions":
        """As they will be once the draft is stored in place of `before`, its new code in all formulas.

        Raises FormulaError where they would not do: unknown codes, formulas that use themselves or are too large.
        """
        stored = {code: kpi for code, kpi in self.stored.items() if before is None or kpi.pk != before.pk}
        computed = {code: kpi for code, kpi in self.computed.items() if before is None or kpi.pk != before.pk}
        formulas = {code: formula for code, formula in self.formulas.items() if code in computed}
        if before and before.code != draft.code:
            formulas = {code: parse(rename(each.text, before.code, draft.code)) for code, each in formulas.items()}
        (computed if draft.formula else stored)[draft.code] = draft
        if draft.formula:
            formulas[draft.code] = parse(draft.formula)
            check(formulas[draft.code], {*stored, *computed})
        check_definitions(formulas)
        return Definitions(stored, formulas, computed)


@contextmanager
def supposing(definitions: Definitions, organization: Organization) -> Iterator[None]:
    """Inside, numbers are computed as if these were the organization's definitions. Nothing is stored."""
    with remembering({"definitions": definitions, "organization": organization}):
        yield


def load_definitions() -> Definitions:
    """One query, where they are not known already."""
    organization = known("organization")
    return remembered("definitions", partial(definitions_of, organization) if organization else _read_definitions)


def definitions_of(organization: Organization) -> Definitions:
    """As they were when the organization, the current tenant, was read, or later: no query but for the first that asks.

    For whoever has changed none since. Nobody may change what is in them: all requests look at the same.
    """
    return _kept(organization.pk, organization.definitions_version)


@lru_cache(maxsize=128)
def _kept(organization_id: int, version: int) -> Definitions:
    return _read_definitions()


def _read_definitions() -> Definitions:
    stored, formulas, computed = {}, {}, {}
    for kpi in Kpi.objects.all():
        if kpi.formula:
            computed[kpi.code] = kpi
            formula = _parsed(kpi.formula)
            if formula is not None:
                formulas[kpi.code] = formula
        else:
            stored[kpi.code] = kpi
    return Definitions(stored, formulas, computed)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Formula | None:
    """None for a text that was stored by a version which read formulas differently."""
    try:
        return parse(text)
    except FormulaError:
        return None
