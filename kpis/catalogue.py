"""The KPIs that come with the product, in both languages, ready to be added to an organization."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.formula import parse


@dataclass(frozen=True)
class CatalogueKpi:
    """A definition to copy; its key becomes the code. `formula` uses the keys of others, which come along."""

    key: str
    group: str
    name: str | Promise
    note: str | Promise
    unit: str
    decimals: int = 0
    direction: str = "higher"
    aggregation: str = ""
    formula: str = ""
    cadence: str = "daily"


GROUPS: dict[str, str | Promise] = {
    "revenue": _("Revenue and margins"),
    "deals": _("Deals and pipeline"),
    "prospecting": _("Prospecting"),
    "customers": _("Customers"),
}

CATALOGUE: dict[str, CatalogueKpi] = {
    item.key: item
    for item in (
        CatalogueKpi(
            "revenue", "revenue", _("Sales revenue"),
            _("Value of the deals won, on the day they were won."),
            "money", aggregation="sum",
        ),
        CatalogueKpi(
            "cost_of_goods", "revenue", _("Cost of goods sold"),
            _("What the goods or services sold have cost to make or buy."),
            "money", direction="lower", aggregation="sum", cadence="monthly",
        ),
        CatalogueKpi(
            "operating_costs", "revenue", _("Operating costs"),
            _("Salaries, rent, marketing, interest, taxes: all costs apart from the goods themselves."),
            "money", direction="lower", aggregation="sum", cadence="monthly",
        ),
        CatalogueKpi(
            "gross_margin", "revenue", _("Gross margin"),
            _("The share of revenue that is left after the cost of the goods sold."),
            "percent", decimals=2, formula="(revenue - cost_of_goods) / revenue", cadence="monthly",
        ),
        CatalogueKpi(
            "net_margin", "revenue", _("Net margin"),
            _("The share of revenue that is left after all costs."),
            "percent", decimals=2, formula="(revenue - cost_of_goods - operating_costs) / revenue", cadence="monthly",
        ),
        CatalogueKpi(
            "sales_growth", "revenue", _("Sales growth, year to date"),
            _("Revenue since the fiscal year began, against the same days of the year before."),
            "percent", decimals=2, formula="year_to_date(revenue) / last_year(year_to_date(revenue)) - 1",
            cadence="monthly",
        ),
        CatalogueKpi(
            "opportunities", "deals", _("Opportunities opened"),
            _("Deals that somebody has begun to work on, on the day they were opened."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "won", "deals", _("Deals won"), _("On the day they were won."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "lost", "deals", _("Deals lost"), _("On the day they were given up."),
            "count", direction="lower", aggregation="sum",
        ),
        CatalogueKpi(
            "win_rate", "deals", _("Win rate"),
            _("Of the deals that were closed, the share that was won."),
            "percent", decimals=1, formula="won / (won + lost)", cadence="weekly",
        ),
        CatalogueKpi(
            "open_pipeline", "deals", _("Open pipeline"),
            _("Value of all deals that are open at the end of the day."),
            "money", aggregation="last", cadence="weekly",
        ),
        CatalogueKpi(
            "pipeline_flow", "deals", _("Pipeline flow"),
            _("Deals won for each opportunity opened in the same time: how well the pipeline moves on to its end."),
            "percent", decimals=1, formula="won / opportunities", cadence="monthly",
        ),
        CatalogueKpi(
            "sales_cycle", "deals", _("Sales cycle in days"),
            _("Days from opening a deal to winning it; record each won deal on the day it was won."),
            "count", decimals=1, direction="lower", aggregation="average", cadence="weekly",
        ),
        CatalogueKpi(
            "email_signups", "prospecting", _("Email sign-ups"),
            _("New subscribers who came by email campaigns."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "onsite_signups", "prospecting", _("On-site sign-ups"),
            _("New subscribers and trial users who signed up on the website."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "calls", "prospecting", _("Calls"), _("Calls made to prospects and customers."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "emails", "prospecting", _("Emails sent"), _("Personal emails sent to prospects and customers."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "meetings", "prospecting", _("Meetings held"), _("Meetings and demonstrations that took place."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "prospecting_activity", "prospecting", _("Prospecting activity"),
            _("Calls, emails and meetings together."),
            "count", formula="calls + emails + meetings", cadence="weekly",
        ),
        CatalogueKpi(
            "customers", "customers", _("Customers"),
            _("Paying customers at the end of the day."),
            "count", aggregation="last", cadence="weekly",
        ),
        CatalogueKpi(
            "new_customers", "customers", _("New customers"), _("Customers who bought for the first time."),
            "count", aggregation="sum", cadence="weekly",
        ),
        CatalogueKpi(
            "lost_customers", "customers", _("Lost customers"), _("Customers who cancelled or did not renew."),
            "count", direction="lower", aggregation="sum", cadence="weekly",
        ),
        CatalogueKpi(
            "retention_rate", "customers", _("Customer retention"),
            _("Of the customers there were at the start, the share that has stayed."),
            "percent", decimals=1, formula="1 - lost_customers / opening(customers)", cadence="monthly",
        ),
        CatalogueKpi(
            "churn_rate", "customers", _("Churn rate"),
            _("Of the customers there were at the start, the share that has left."),
            "percent", decimals=1, direction="lower", formula="lost_customers / opening(customers)",
            cadence="monthly",
        ),
        CatalogueKpi(
            "acquisition_spend", "customers", _("Acquisition spend"),
            _("What sales and marketing have cost to win new customers."),
            "money", direction="lower", aggregation="sum", cadence="monthly",
        ),
        CatalogueKpi(
            "acquisition_cost", "customers", _("Customer acquisition cost"),
            _("Acquisition spend for each new customer."),
            "money", direction="lower", formula="acquisition_spend / new_customers", cadence="monthly",
        ),
    )
}  # fmt: skip


def needed_keys(keys: Iterable[str]) -> list[str]:
    """The keys and all that their formulas are made of, parts first. Raises KeyError for an unknown key."""
    found: dict[str, None] = {}

    def visit(key: str) -> None:
        if key in found:
            return
        formula = CATALOGUE[key].formula
        for code in sorted(parse(formula).codes) if formula else ():
            visit(code)
        found[key] = None

    for key in keys:
        visit(key)
    return list(found)


def display_name(key: str) -> str:
    """The name in the active language, or the key itself for one that the catalogue no longer has."""
    return str(CATALOGUE[key].name) if key in CATALOGUE else key


def display_note(key: str) -> str:
    return str(CATALOGUE[key].note) if key in CATALOGUE else ""
