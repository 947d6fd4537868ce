"""A definition as it stands in a form, tried on the numbers there are. Nothing is stored.

The values come from `kpis.numbers`, with the draft put on top of the organization's definitions. The parts beside them
are asked in the same way, each as the formula sees it, a flow's 0 included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.apps import apps
from django.utils.translation import get_language, gettext

from kpis.definitions import Definitions, supposing
from kpis.dimensions import UnitMismatch, examine
from kpis.formula import Absence, Formula, FormulaError, Part, is_code, rename, why_no_value, written
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, rules_of, values
from kpis.parts import Ingredient, ingredients
from kpis.periods import PeriodRules, Window
from kpis.timeline import period_name, periods_until
from teams.models import Organization

Numbers = Mapping[Cell, Decimal | None]
KIND_OF_CADENCE = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter"}
WHOLE_PERIODS = {"day": 6, "week": 5, "month": 5, "quarter": 4}


@dataclass(frozen=True)
class Offer:
    """A field of the form and what one tap writes into it."""

    name: str
    value: str
    label: str

    @property
    def take(self) -> str:
        return f"{self.name}={self.value}"


@dataclass(frozen=True)
class Saying:
    """What is said at the formula: an error, where it cannot be used so, or something to look at again."""

    text: str
    is_error: bool
    offers: Sequence[Offer] = ()


@dataclass(frozen=True)
class PartValue:
    name: str
    value: Decimal | None
    unit: str
    decimals: int


@dataclass(frozen=True)
class Step:
    """A period, oldest days first: the value in each scope, and for the last scope its parts or why there is none."""

    window: Window
    values: Sequence[Decimal | None]
    parts: Sequence[PartValue]
    absence: str


@dataclass(frozen=True)
class Trial:
    """`steps` newest first, none where the definition cannot be computed. `reading` is the formula in names."""

    draft: Kpi
    kind: str
    steps: Sequence[Step] = ()
    sayings: Sequence[Saying] = ()
    reading: str = ""

    @property
    def is_refused(self) -> bool:
        return any(saying.is_error for saying in self.sayings)

    @property
    def is_empty(self) -> bool:
        """Whether no scope has a value in any period, nor a reason for having none."""
        return not any(step.absence or any(value is not None for value in step.values) for step in self.steps)


@dataclass(frozen=True)
class Bench:
    """What a draft is tried on. `scopes` are the organization and perhaps another one."""

    definitions: Definitions
    scopes: Sequence[Scope]
    organization: Organization
    today: date

    @property
    def rules(self) -> PeriodRules:
        return rules_of(self.organization)

    def windows(self, kind: str) -> list[Window]:
        return periods_until(kind, self.today, self.rules, WHOLE_PERIODS[kind])

    def name(self, window: Window, kind: str) -> str:
        return period_name(window, kind, self.rules, (get_language() or "en")[:2])


def try_out(draft: Kpi, before: Kpi | None, bench: Bench) -> Trial:
    """A draft needs a `pk` that no stored KPI has, unless it is that KPI's. At most five queries."""
    kind = KIND_OF_CADENCE[draft.cadence]
    if not draft.formula and not draft.aggregation:
        return Trial(draft, kind)
    try:
        definitions = bench.definitions.with_draft(draft, before)
    except FormulaError as refused:
        return Trial(draft, kind, sayings=[_refusal(refused, draft, bench.definitions)])
    formula = definitions.formulas.get(draft.code) if draft.formula else None
    sayings = _sayings(formula, definitions, draft) if formula else []
    if any(saying.is_error for saying in sayings):
        return Trial(draft, kind, sayings=sayings)
    windows = bench.windows(kind)
    with supposing(definitions, bench.organization):
        parts = {Part(head.kpi.code, head.shifts): head for head in ingredients(draft)}
        table = _Table(draft, formula, definitions, parts, bench)
        numbers = values(cell for window in windows for cell in table.cells(window))
    steps = [table.step(window, kind, numbers) for window in reversed(windows)]
    return Trial(draft, kind, steps, sayings, table.reading)


@dataclass(frozen=True)
class _Table:
    draft: Kpi
    formula: Formula | None
    definitions: Definitions
    parts: Mapping[Part, Ingredient]
    bench: Bench

    @property
    def reading(self) -> str:
        return written(self.formula.tree, self._name) if self.formula else ""

    def cells(self, window: Window) -> list[Cell]:
        """What a step reads."""
        parts = [self._cell(part, window) for part in self.parts]
        return [*self._own(window), *(cell for cell in parts if cell)]

    def step(self, window: Window, kind: str, numbers: Numbers) -> Step:
        found = [numbers[cell] for cell in self._own(window)]
        read = {part: numbers[cell] if (cell := self._cell(part, window)) else None for part in self.parts}
        parts = [
            PartValue(written(part, self._name), read[part], head.kpi.unit, head.kpi.decimals)
            for part, head in self.parts.items()
        ]
        absence = self._why(read, self.bench.name(window, kind)) if self.formula and found[-1] is None else ""
        return Step(window, found, parts, absence)

    def _own(self, window: Window) -> list[Cell]:
        return [Cell(self.draft, scope, window) for scope in self.bench.scopes]

    def _cell(self, part: Part, window: Window) -> Cell | None:
        return self.parts[part].cell(self.bench.scopes[-1], window, self.bench.rules)

    def _name(self, code: str) -> str:
        return self.definitions.named(code).label or code

    def _why(self, read: Mapping[Part, Decimal | None], period: str) -> str:
        assert self.formula is not None
        reason = why_no_value(self.formula, read.__getitem__) or Absence()
        words = {"period": period}
        if reason.part:
            words["part"] = written(reason.part, self._name)
            return gettext("No value for %(period)s: “%(part)s” has none.") % words
        if reason.divisor:
            words["divisor"] = written(reason.divisor, self._name)
            return gettext("No value for %(period)s: %(divisor)s is 0, and nothing can be divided by 0.") % words
        return gettext("No value for %(period)s: the result is too large.") % words


def _sayings(formula: Formula, definitions: Definitions, draft: Kpi) -> list[Saying]:
    """What the units come to."""
    found = examine(formula, definitions.units, draft.unit)
    if found.mismatch:
        return [Saying(found.mismatch.message, is_error=True)]
    said = []
    for remark in found.remarks:
        offers = [_unit_offer(unit) for unit in found.units] if remark.code == "unit" else []
        said.append(Saying(remark.message, is_error=False, offers=offers))
    return said


def _unit_offer(unit: str) -> Offer:
    return Offer("unit", unit, gettext("Use the unit “%(unit)s”") % {"unit": Kpi.Unit(unit).label})


def _refusal(refused: FormulaError, draft: Kpi, definitions: Definitions) -> Saying:
    """In the words of the refusal, with the code that may be meant in its place."""
    if isinstance(refused, UnitMismatch):
        return Saying(refused.message, is_error=True)
    text, meant = refused.message, str(refused.params.get("suggestion", ""))
    typed = str(refused.params.get("code") or refused.params.get("what") or "")
    if refused.code == "unknown_code" and (now := _renamed(typed, definitions)):
        meant = now
        text = gettext("“%(code)s” is called “%(now)s” now.") % {"code": typed, "now": now}
    elif refused.code == "not_allowed" and typed:
        meant = _code_of_name(typed, definitions)
    if not meant:
        return Saying(text, is_error=True)
    formula = rename(draft.formula, typed, meant) if is_code(typed) else draft.formula.replace(typed, meant)
    return Saying(
        text, is_error=True, offers=[Offer("formula", formula, gettext("Write “%(code)s”") % {"code": meant})]
    )


def _renamed(code: str, definitions: Definitions) -> str:
    """What a KPI that once had this code is called now. One query."""
    events = apps.get_model("kpis", "KpiEvent")
    former = set(events._default_manager.filter(code=code).values_list("pgh_obj_id", flat=True)[:50])
    known = [*definitions.stored.values(), *definitions.computed.values()]
    return next((kpi.code for kpi in known if kpi.pk in former), "")


def _code_of_name(name: str, definitions: Definitions) -> str:
    known = [*definitions.stored.values(), *definitions.computed.values()]
    return next((kpi.code for kpi in known if kpi.label.casefold() == name.casefold()), "")
