"""The KPIs that come with the product, in both languages, ready to be added to an organization."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class CatalogueKpi:
    """A definition to copy. `formula` uses the codes of other catalogue KPIs; `parts` are those it needs."""

    key: str
    name: str | Promise
    note: str | Promise
    unit: str
    decimals: int = 0
    direction: str = "higher"
    aggregation: str = ""
    formula: str = ""
    cadence: str = "daily"


CATALOGUE: dict[str, CatalogueKpi] = {
    item.key: item
    for item in (
        CatalogueKpi(
            "revenue", _("Sales revenue"), _("Value of the deals won, on the day they were won."), "money",
            aggregation="sum",
        ),
    )
}  # fmt: skip


def display_name(key: str) -> str:
    """The name in the active language, or the key itself for one that the catalogue no longer has."""
    return str(CATALOGUE[key].name) if key in CATALOGUE else key


def display_note(key: str) -> str:
    return str(CATALOGUE[key].note) if key in CATALOGUE else ""
