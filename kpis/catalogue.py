"""The KPIs that come with the product, in both languages, ready to be added to an organization."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.formula import parse

RECORDED = _("Recorded as described here; nothing is computed.")


@dataclass(frozen=True)
class CatalogueKpi:
    """A definition to copy; its key becomes the code. `formula` uses the keys of others, which come along.

    `source` says where the definition or the formula comes from.
    """

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
    source: str | Promise = RECORDED


GROUPS: dict[str, str | Promise] = {
    "revenue": _("Revenue and margins"),
    "deals": _("Deals and pipeline"),
    "prospecting": _("Prospecting"),
    "customers": _("Customers"),
}

# Books are named by their chapters, whose titles are the same in each edition.
MARGINS = _("Farris and others, “Marketing Metrics”, chapter “Margins and Profits”.")
GROWTH = _("Farris and others, “Marketing Metrics”, chapter “Product and Portfolio Management”.")
CUSTOMERS = _("Farris and others, “Marketing Metrics”, chapter “Customer Profitability”.")
SALES_FORCE = _("Farris and others, “Marketing Metrics”, chapter “Sales Force and Channel Management”.")
FINANCE = _("Farris and others, “Marketing Metrics”, chapter “Marketing and Finance”.")
CRM = _("Common definition in customer-relationship software: closed as won, of all that were closed.")
ARITHMETIC = _("Simple arithmetic; no source needed.")

CATALOGUE: dict[str, CatalogueKpi] = {
    item.key: item
    for item in (
        CatalogueKpi(
            "revenue", "revenue", _("Sales revenue"),
            _("Value of the deals won, on the day they were won."),
            "money", aggregation="sum",
            source=_("As sales teams count it: at signing. Accountants recognise revenue as it is earned (IFRS 15)."),
        ),
        CatalogueKpi(
            "cost_of_goods", "revenue", _("Cost of goods sold"),
            _("What the goods or services sold have cost to make or buy."),
            "money", direction="lower", aggregation="sum", cadence="monthly",
            source=_("International accounting standard IAS 2, Inventories: cost of sales."),
        ),
        CatalogueKpi(
            "operating_costs", "revenue", _("Operating costs"),
            _("Salaries, rent, marketing, interest, taxes: all costs apart from the goods themselves."),
            "money", direction="lower", aggregation="sum", cadence="monthly",
            source=_("This catalogue's own wording: whatever stands between gross profit and net profit."),
        ),
        CatalogueKpi(
            "gross_margin", "revenue", _("Gross margin"),
            _("The share of revenue that is left after the cost of the goods sold."),
            "percent", decimals=2, formula="(revenue - cost_of_goods) / revenue", cadence="monthly", source=MARGINS,
        ),
        CatalogueKpi(
            "net_margin", "revenue", _("Net margin"),
            _("The share of revenue that is left after all costs."),
            "percent", decimals=2, formula="(revenue - cost_of_goods - operating_costs) / revenue", cadence="monthly",
            source=FINANCE,
        ),
        CatalogueKpi(
            "sales_growth", "revenue", _("Sales growth, year to date"),
            _("Revenue since the fiscal year began, against the same days of the year before."),
            "percent", decimals=2, formula="year_to_date(revenue) / last_year(year_to_date(revenue)) - 1",
            cadence="monthly", source=GROWTH,
        ),
        CatalogueKpi(
            "average_deal_size", "revenue", _("Average deal size"),
            _("Revenue for each deal won."),
            "money", formula="revenue / won", cadence="monthly", source=ARITHMETIC,
        ),
        CatalogueKpi(
            "leads", "deals", _("Leads"),
            _("People or companies that could buy and may be spoken to, on the day they became known."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "opportunities", "deals", _("Opportunities opened"),
            _("Deals that somebody has begun to work on, on the day they were opened."),
            "count", aggregation="sum",
        ),
        CatalogueKpi(
            "proposals", "deals", _("Proposals sent"),
            _("Offers with a price, on the day they went out; one for each opportunity."),
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
            "percent", decimals=1, formula="won / (won + lost)", cadence="weekly", source=CRM,
        ),
        CatalogueKpi(
            "leads_to_opportunities", "deals", _("From lead to opportunity"),
            _("First step of the pipeline: opportunities opened for each lead of the same time."),
            "percent", decimals=1, formula="opportunities / leads", cadence="monthly", source=SALES_FORCE,
        ),
        CatalogueKpi(
            "opportunities_to_proposals", "deals", _("From opportunity to proposal"),
            _("Second step of the pipeline: proposals sent for each opportunity opened in the same time."),
            "percent", decimals=1, formula="proposals / opportunities", cadence="monthly", source=SALES_FORCE,
        ),
        CatalogueKpi(
            "proposals_to_wins", "deals", _("From proposal to win"),
            _("Last step of the pipeline: deals won for each proposal sent in the same time."),
            "percent", decimals=1, formula="won / proposals", cadence="monthly", source=SALES_FORCE,
        ),
        CatalogueKpi(
            "pipeline_flow", "deals", _("Pipeline flow"),
            _("How much flows from the first stage to the last: the conversion of each step, multiplied."),
            "percent", decimals=1,
            formula="leads_to_opportunities * opportunities_to_proposals * proposals_to_wins",
            cadence="monthly", source=SALES_FORCE,
        ),
        CatalogueKpi(
            "open_pipeline", "deals", _("Open pipeline"),
            _("Value of all deals that are open at the end of the day."),
            "money", aggregation="last", cadence="weekly",
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
            "signups", "prospecting", _("Sign-ups, email and on-site"),
            _("All new subscribers, by email and on the website."),
            "count", formula="email_signups + onsite_signups", cadence="weekly", source=ARITHMETIC,
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
            "count", formula="calls + emails + meetings", cadence="weekly", source=ARITHMETIC,
        ),
        CatalogueKpi(
            "customers", "customers", _("Customers"),
            _("Paying customers at the end of the day."),
            "count", aggregation="last", cadence="weekly", source=CUSTOMERS,
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
            source=CUSTOMERS,
        ),
        CatalogueKpi(
            "churn_rate", "customers", _("Churn rate"),
            _("Of the customers there were at the start, the share that has left."),
            "percent", decimals=1, direction="lower", formula="lost_customers / opening(customers)",
            cadence="monthly", source=_("The other side of retention: together they are 100%."),
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
            source=CUSTOMERS,
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
