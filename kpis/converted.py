"""Which numbers hold money of other currencies: pages say so beside them."""

from kpis.behind import counting
from kpis.models import Kpi
from kpis.parts import stored_ingredients
from kpis.periods import PeriodRules, Window
from kpis.scopes import Scope


def currencies_in(kpi: Kpi, scope: Scope, window: Window, rules: PeriodRules) -> list[str]:
    """The currencies from which amounts in the number were converted, by their letters.

    One query, and one more for each stock of money that it is made of.
    """
    read = [(part.kpi, part.window(window, rules)) for part in stored_ingredients(kpi)]
    found = [
        counting(part, scope, days).filter(currency__gt="").values_list("currency", flat=True).distinct()
        for part, days in read
        if part.unit == Kpi.Unit.MONEY and days
    ]
    return sorted(found[0].union(*found[1:])) if found else []
