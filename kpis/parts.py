"""What a formula is made of, as people read it: its parts, each in the days in which the formula reads it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.definitions import load_definitions
from kpis.models import Kpi
from kpis.numbers import Cell
from kpis.periods import PeriodRules, Window, shifted
from kpis.scopes import Scope

# After the name of a KPI.
SHIFT_NAMES: dict[str, str | Promise] = {
    "previous": _("period before"),
    "last_year": _("a year before"),
    "year_to_date": _("fiscal year to date"),
    "opening": _("at the start"),
}


@dataclass(frozen=True)
class Ingredient:
    """A KPI inside a formula, or one that stands for itself. `shifts` move the window in which it is read."""

    kpi: Kpi
    shifts: tuple[str, ...] = ()
    in_formula: bool = True

    @property
    def label(self) -> str:
        """Sales revenue (fiscal year to date, a year before)."""
        if not self.shifts:
            return self.kpi.label
        words = ", ".join(str(SHIFT_NAMES[name]) for name in reversed(self.shifts))
        return gettext("%(kpi)s (%(when)s)") % {"kpi": self.kpi.label, "when": words}

    def window(self, asked: Window, rules: PeriodRules) -> Window | None:
        """The days in which the formula reads it; None before the first year that a date can hold."""
        return shifted(asked, self.shifts, rules)

    def cell(self, scope: Scope, asked: Window, rules: PeriodRules) -> Cell | None:
        """The number that the formula reads."""
        window = self.window(asked, rules)
        return Cell(self.kpi, scope, window, self.in_formula) if window else None


def ingredients(kpi: Kpi) -> list[Ingredient]:
    """What the formula itself names, in order; of a stored KPI nothing. One query."""
    definitions = load_definitions()
    formula = definitions.formulas.get(kpi.code) if kpi.formula else None
    if formula is None:
        return []
    known = definitions.stored.keys() | definitions.computed.keys()
    return [Ingredient(definitions.named(part.code), part.shifts) for part in formula.parts if part.code in known]


def stored_ingredients(kpi: Kpi) -> list[Ingredient]:
    """The stored KPIs that it is made of in the end, in the order of the formulas; itself where it is stored."""
    if not kpi.formula:
        return [Ingredient(kpi, in_formula=False)]
    definitions = load_definitions()
    return [
        Ingredient(definitions.stored[part.code], part.shifts)
        for part in definitions.parts(kpi)
        if part.code in definitions.stored
    ]
