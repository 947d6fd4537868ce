"""What a good sales manager says of M, R and T: the field changes to the draft of the close rate, and the verdict."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from goals.coach import Item, Measure, Parent, Record
from goals.progress import TargetType
from teams.calendar import WorkCalendar
from tests.goals.drafts import CALLS, TODAY, WIN_RATE, YEAR_END, daily_record, win_record

UP, DOWN = TargetType.INCREASE_TO, TargetType.DECREASE_TO
ABOVE, BELOW = TargetType.STAY_AT_OR_ABOVE, TargetType.STAY_AT_OR_BELOW

CHURN = Measure(
    "churn",
    "Churn rate",
    "percent",
    direction="lower",
    aggregation=None,
    formula="lost_customers / opening(customers)",
    parts={"lost_customers": "sum", "customers": "last"},
    cadence="monthly",
)
COST = Measure("cost", "Advertising cost", "money", direction="lower", currency="THB")
CUSTOMERS = Measure("customers", "Customers", aggregation="last")
DEAL_SIZE = Measure("deal_size", "Deal size", "money", aggregation="average", currency="THB")
WEEKLY_CALLS, MONTHLY = replace(CALLS, cadence="weekly"), replace(WIN_RATE, cadence="monthly")
QUARTERLY, YEARLY = replace(WIN_RATE, cadence="quarterly"), replace(WIN_RATE, cadence="yearly")

WINS = win_record(40)
CALLS_MADE = daily_record("calls", [20, 20, 20, 20, 20], 12)
COSTS = daily_record("cost", [100, 100, 100, 100, 100], 12)
STOCK = Record({"customers": [Item(date(2026, 9, 1) + timedelta(days=n), Decimal(400 + n)) for n in range(80)]}, TODAY)
SIZES = Record({"deal_size": [Item(date(2026, 10, 1) + timedelta(days=n), Decimal(50000)) for n in range(50)]}, TODAY)
NOTHING = Record({}, TODAY)
EMPTY_SERIES = Record({"won": [], "lost": []}, TODAY)

Case = tuple[str, dict[str, Any], Record, str]

MEASURABLE: list[Case] = [
    ("complete", {}, WINS, "met"),
    ("no KPI", {"kpi": None}, WINS, "missing"),
    ("no target", {"target": None}, WINS, "missing"),
    ("no KPI and no target", {"kpi": None, "target": None}, WINS, "missing"),
    ("increase: target equal", {"target": "0.25"}, WINS, "weak"),
    ("increase: target equal, written otherwise", {"target": "0.250"}, WINS, "weak"),
    ("increase: target below", {"target": "0.20"}, WINS, "weak"),
    ("increase: target just above", {"target": "0.251"}, WINS, "met"),
    ("increase: target 0", {"target": "0"}, WINS, "weak"),
    ("decrease: target below", {"kpi": COST, "target_type": DOWN, "baseline": "500", "target": "450"}, COSTS, "met"),
    ("decrease: target equal", {"kpi": COST, "target_type": DOWN, "baseline": "500", "target": "500"}, COSTS, "weak"),
    ("decrease: target above", {"kpi": COST, "target_type": DOWN, "baseline": "500", "target": "600"}, COSTS, "weak"),
    ("decrease to nothing", {"kpi": COST, "target_type": DOWN, "baseline": "500", "target": "0"}, COSTS, "met"),
    (
        "stay above, no baseline",
        {"kpi": CALLS, "target_type": ABOVE, "baseline": None, "target": "80"},
        CALLS_MADE,
        "met",
    ),
    (
        "stay above, baseline below",
        {"kpi": CALLS, "target_type": ABOVE, "baseline": "70", "target": "80"},
        CALLS_MADE,
        "met",
    ),
    (
        "stay above, baseline equal",
        {"kpi": CALLS, "target_type": ABOVE, "baseline": "80", "target": "80"},
        CALLS_MADE,
        "met",
    ),
    ("stay below, no baseline", {"kpi": COST, "target_type": BELOW, "baseline": None, "target": "550"}, COSTS, "met"),
    (
        "stay below, baseline above",
        {"kpi": COST, "target_type": BELOW, "baseline": "600", "target": "550"},
        COSTS,
        "met",
    ),
    ("stay above, no data", {"kpi": CALLS, "target_type": ABOVE, "baseline": None, "target": "80"}, NOTHING, "weak"),
    ("baseline unknown", {"baseline": None}, WINS, "weak"),
    ("baseline unknown, no data", {"baseline": None}, NOTHING, "weak"),
    ("no data", {}, NOTHING, "weak"),
    ("no data in any part", {}, EMPTY_SERIES, "weak"),
    ("baseline 0", {"kpi": CALLS, "baseline": "0", "target": "120"}, CALLS_MADE, "met"),
    (
        "baseline below zero",
        {"kpi": replace(COST, direction="higher"), "baseline": "-50", "target": "10"},
        COSTS,
        "met",
    ),
    ("stock upward", {"kpi": CUSTOMERS, "baseline": "479", "target": "490"}, STOCK, "met"),
    ("stock on the wrong side", {"kpi": CUSTOMERS, "baseline": "479", "target": "470"}, STOCK, "weak"),
    ("average upward", {"kpi": DEAL_SIZE, "baseline": "50000", "target": "55000"}, SIZES, "met"),
    ("average without baseline", {"kpi": DEAL_SIZE, "baseline": None, "target": "55000"}, SIZES, "weak"),
    ("record of another KPI only", {"kpi": CALLS, "baseline": "90", "target": "120"}, WINS, "weak"),
    ("churn without customers on record", {"kpi": CHURN, "target_type": DOWN, "target": "0.2"}, WINS, "weak"),
]

NO_PARENT: dict[str, Any] = {"parent": None}
MONTH = {"start": "2026-12-01", "deadline": "2026-12-31"}


def parent(**changes: Any) -> Parent:
    return replace(YEAR_END, **changes)


RELEVANT: list[Case] = [
    ("same KPI, inside", {}, WINS, "met"),
    ("same KPI, exactly the parent's window", {"start": "2026-10-01", "deadline": "2026-12-31"}, WINS, "met"),
    ("without a reason, but with a parent", {"why": ""}, WINS, "met"),
    ("part of the parent's formula", {"kpi": replace(CALLS, code="won")}, WINS, "met"),
    ("unrelated KPI", {"kpi": CALLS}, WINS, "weak"),
    ("unrelated KPI and no reason", {"kpi": CALLS, "why": ""}, WINS, "weak"),
    ("deadline one day late", {"deadline": "2027-01-01"}, WINS, "weak"),
    ("start one day early", {"start": "2026-09-30"}, WINS, "weak"),
    ("wholly after", {"start": "2027-02-01", "deadline": "2027-02-28"}, WINS, "weak"),
    ("wholly before", {"start": "2026-08-01", "deadline": "2026-08-31"}, WINS, "weak"),
    ("no dates yet", {"start": None, "deadline": None}, WINS, "weak"),
    ("no KPI yet", {"kpi": None}, WINS, "weak"),
    ("no parent, a reason", NO_PARENT, WINS, "weak"),
    ("no parent, no reason", NO_PARENT | {"why": ""}, WINS, "missing"),
    ("no parent, blank reason", NO_PARENT | {"why": "   "}, WINS, "missing"),
    ("no parent, vacuous reason", NO_PARENT | {"why": "because"}, WINS, "missing"),
    ("no parent, vacuous reason in Thai", NO_PARENT | {"why": "เพราะ"}, WINS, "missing"),
    ("a team's goal with a reason", NO_PARENT | {"owner": "team"}, WINS, "weak"),
    ("the organization's top goal", NO_PARENT | {"owner": "organization"}, WINS, "met"),
    ("the organization's, no reason", NO_PARENT | {"owner": "organization", "why": ""}, WINS, "missing"),
    ("the organization's, vacuous", NO_PARENT | {"owner": "organization", "why": "because"}, WINS, "missing"),
    ("the organization's, under a parent, unrelated", {"owner": "organization", "kpi": CALLS}, WINS, "weak"),
    ("pulls the parent's KPI down", {"target_type": DOWN, "target": "0.2"}, WINS, "weak"),
    ("holds the parent's KPI", {"target_type": ABOVE, "baseline": None, "target": "0.25"}, WINS, "met"),
    (
        "raises the deals lost, which the parent's rate divides by",
        {"kpi": Measure("lost", "Deals lost", direction="lower"), "baseline": "30", "target": "40"},
        WINS,
        "weak",
    ),
    ("raises a cost", NO_PARENT | {"owner": "organization", "kpi": COST, "baseline": "500", "target": "600"}, COSTS, "weak"),
    (
        "fewer lost deals under the rate",
        {"kpi": Measure("lost", "Deals lost", direction="lower"), "target_type": DOWN, "baseline": "30", "target": "25"},
        WINS,
        "met",
    ),
    ("covers the parent", MONTH | {"kpi": CALLS, "target": "400", "parent": parent(kpi="calls", target=Decimal(1000), siblings_value=Decimal(700))}, WINS, "met"),
    ("leaves a gap", MONTH | {"kpi": CALLS, "target": "100", "parent": parent(kpi="calls", target=Decimal(1000), siblings_value=Decimal(200))}, WINS, "met"),
    ("ratio with siblings", {"parent": parent(siblings_value=Decimal("0.28"))}, WINS, "met"),
]  # fmt: skip

WEEK = WorkCalendar(frozenset(range(1, 6)))
SONGKRAN = WorkCalendar(frozenset(range(1, 6)), frozenset({date(2027, 4, 13), date(2027, 4, 14), date(2027, 4, 15)}))
AWAY = WorkCalendar(frozenset(range(1, 6)), frozenset(), frozenset(TODAY + timedelta(days=n) for n in range(7)))

TIME_BOUND: list[Case] = [
    ("next week", {}, WINS, "met"),
    ("one day, daily", {"deadline": "2026-11-23"}, WINS, "met"),
    ("tomorrow only", {"start": "2026-11-24", "deadline": "2026-11-24"}, WINS, "met"),
    ("under way", {"start": "2026-11-02", "deadline": "2026-11-30"}, WINS, "met"),
    ("ends today", {"start": "2026-11-02", "deadline": "2026-11-23"}, WINS, "met"),
    ("ended yesterday", {"start": "2026-11-02", "deadline": "2026-11-22"}, WINS, "weak"),
    ("long past", {"start": "2025-01-01", "deadline": "2025-12-31"}, WINS, "weak"),
    ("deadline before start", {"start": "2026-12-31", "deadline": "2026-12-01"}, WINS, "weak"),
    ("deadline one day before start", {"start": "2026-12-02", "deadline": "2026-12-01"}, WINS, "weak"),
    ("both past and turned round", {"start": "2026-11-20", "deadline": "2026-11-01"}, WINS, "weak"),
    ("no start", {"start": None}, WINS, "missing"),
    ("no deadline", {"deadline": None}, WINS, "missing"),
    ("no dates", {"start": None, "deadline": None}, WINS, "missing"),
    ("no start, deadline past", {"start": None, "deadline": "2026-11-01"}, WINS, "missing"),
    ("next year's quarter", {"start": "2027-01-01", "deadline": "2027-03-31"}, WINS, "met"),
    ("three years", {"start": "2027-01-01", "deadline": "2029-12-31"}, WINS, "met"),
    ("weekly KPI, three days", {"kpi": WEEKLY_CALLS, "deadline": "2026-11-25"}, CALLS_MADE, "weak"),
    ("weekly KPI, one day", {"kpi": WEEKLY_CALLS, "deadline": "2026-11-23"}, CALLS_MADE, "weak"),
    ("weekly KPI, a week", {"kpi": WEEKLY_CALLS}, CALLS_MADE, "met"),
    ("weekly KPI, Monday to Friday", {"kpi": WEEKLY_CALLS, "deadline": "2026-11-27"}, CALLS_MADE, "met"),
    ("weekly KPI, Monday to Thursday", {"kpi": WEEKLY_CALLS, "deadline": "2026-11-26"}, CALLS_MADE, "weak"),
    ("monthly KPI, a week", {"kpi": MONTHLY}, WINS, "weak"),
    ("monthly KPI, three weeks", {"kpi": MONTHLY, "deadline": "2026-12-13"}, WINS, "weak"),
    ("monthly KPI, December", {"kpi": MONTHLY} | MONTH, WINS, "met"),
    ("monthly KPI, February", {"kpi": MONTHLY, "start": "2027-02-01", "deadline": "2027-02-28"}, WINS, "met"),
    ("monthly KPI, leap February", {"kpi": MONTHLY, "start": "2028-02-01", "deadline": "2028-02-29"}, WINS, "met"),
    ("quarterly KPI, two months", {"kpi": QUARTERLY, "start": "2027-01-01", "deadline": "2027-02-28"}, WINS, "weak"),
    ("quarterly KPI, first quarter", {"kpi": QUARTERLY, "start": "2027-01-01", "deadline": "2027-03-31"}, WINS, "met"),
    ("yearly KPI, half a year", {"kpi": YEARLY, "start": "2027-01-01", "deadline": "2027-06-30"}, WINS, "weak"),
    ("yearly KPI, a year", {"kpi": YEARLY, "start": "2027-01-01", "deadline": "2027-12-31"}, WINS, "met"),
    ("yearly KPI, a leap year less a day", {"kpi": YEARLY, "start": "2028-01-01", "deadline": "2028-12-30"}, WINS, "met/weak"),
    ("ends on a leap day", {"start": "2028-02-01", "deadline": "2028-02-29"}, WINS, "met"),
    ("only a weekend", {"start": "2026-11-28", "deadline": "2026-11-29"}, WINS, "weak"),
    ("only holidays", {"start": "2027-04-13", "deadline": "2027-04-15", "calendar": SONGKRAN}, WINS, "weak"),
    ("holidays and a working day", {"start": "2027-04-12", "deadline": "2027-04-15", "calendar": SONGKRAN}, WINS, "met"),
    ("wholly on leave", {"calendar": AWAY}, WINS, "weak"),
    ("no KPI", {"kpi": None}, WINS, "met"),
    ("no KPI, deadline past", {"kpi": None, "start": "2026-11-02", "deadline": "2026-11-20"}, WINS, "weak"),
]  # fmt: skip
