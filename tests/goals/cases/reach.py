"""What a good sales manager says of A, given the record: the factor on the usual value, and the verdict.

`usual` is what the shape brings in the window by itself (known, because the shape is), so a target of 1.1 asks for a
tenth more. Two verdicts with / between them: managers differ.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from goals.coach import Load, Measure, Record
from goals.progress import TargetType
from teams.calendar import WorkCalendar
from tests.goals.cases import shapes
from tests.goals.cases.letters import ABOVE, BELOW, CHURN, COST, CUSTOMERS, DEAL_SIZE, DOWN, UP
from tests.goals.drafts import CALLS, TODAY, WIN_RATE, win_record

DEALS = Measure("deals", "Deals won")
REVENUE = Measure("revenue", "Revenue", "money", currency="THB")
MARGIN = Measure("margin", "Margin", "percent", aggregation=None, formula="(revenue - cost_of_goods) / revenue")
RETENTION = Measure("retention", "Retention", "percent", aggregation=None, formula="kept / (kept + lost)")
ANSWER = Measure("answer", "Time to answer", "duration", direction="lower", aggregation="average")
RATING = Measure("rating", "Rating", "ratio", aggregation="average")
OVERDUE = Measure("overdue", "Overdue invoices", direction="lower", aggregation="last")
PIPELINE = Measure("pipeline", "Open pipeline", "money", aggregation="last", currency="THB")
GROWTH = Measure(
    "growth", "Growth on last year", "percent", aggregation=None, formula="revenue / last_year(revenue) - 1"
)

WEEK = ("2026-11-23", "2026-11-29")
DECEMBER = ("2026-12-01", "2026-12-31")  # 23 working days
JANUARY = ("2027-01-01", "2027-01-31")  # 21
QUARTER = ("2027-01-01", "2027-03-31")  # 64
YEAR = ("2027-01-01", "2027-12-31")


@dataclass(frozen=True)
class Shape:
    """A KPI, its record, and what a window would usually bring by itself."""

    kpi: Measure
    record: Record
    window: tuple[str, str]
    usual: float
    kind: TargetType = UP
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    name: str
    shape: Shape
    factor: float
    verdict: str

    @property
    def target(self) -> Decimal:
        return Decimal(f"{self.shape.usual * self.factor:.6g}")


def table(name: str, shape: Shape, **verdicts: float | tuple[float, ...]) -> list[Case]:
    """`sound=(1.1, 1.15)`; two verdicts that are both right as `sound_stretch=1.25`."""
    found = []
    for words, factors in verdicts.items():
        verdict = words.replace("too_easy", "too-easy").replace("_", "/").replace("too-easy", "too_easy")
        for factor in factors if isinstance(factors, tuple) else (factors,):
            found.append(Case(f"{name} x {factor}", shape, factor, verdict))
    return found


sums, flat, growing, peak = shapes.sums, shapes.flat, shapes.growing, shapes.peak
STEADY = sums("calls", flat(20), shapes.steady, 52)
STEADY_WEEK, STEADY_MONTH = Shape(CALLS, STEADY, WEEK, 100), Shape(CALLS, STEADY, DECEMBER, 460)
STEADY_QUARTER = Shape(CALLS, STEADY, QUARTER, 1280)
THREE_WEEKS = sums("calls", flat(20), shapes.steady, 3)

CASES: list[Case] = [
    # Totals
    *table("steady calls, a week", STEADY_WEEK, too_easy=(0.5, 0.9), sound=(1.05, 1.1), sound_stretch=1.2, overreach=(1.5, 2, 10)),
    *table("steady calls, a month", STEADY_MONTH, too_easy=0.85, sound=(1.05, 1.12), sound_stretch=1.2, overreach=(1.6, 3)),
    *table("steady calls, a quarter", STEADY_QUARTER, too_easy=0.85, sound=(1.08, 1.15), sound_stretch=1.25, overreach=(1.8, 4)),
    *table("steady calls, a year", Shape(CALLS, STEADY, YEAR, 5220), too_easy=0.8, sound=(1.1, 1.2), overreach=(2.2, 5)),
    *table("steady calls, three weeks known", Shape(CALLS, THREE_WEEKS, WEEK, 100), too_easy=0.7, sound=(1.05, 1.1), overreach=(1.7, 3)),
    *table("steady calls, three weeks known, a quarter", Shape(CALLS, THREE_WEEKS, QUARTER, 1280), too_easy=0.7, sound=1.1, overreach=(2, 4)),
    *table("noisy revenue, a week", Shape(REVENUE, sums("revenue", flat(20000), shapes.noisy, 40), WEEK, 100000), too_easy=0.5, sound=(1.1, 1.3), overreach=(3, 6)),
    *table("noisy revenue, a month", Shape(REVENUE, sums("revenue", flat(20000), shapes.noisy, 40), DECEMBER, 460000), too_easy=0.7, sound=(1.05, 1.2), overreach=(2, 4)),
    *table("lumpy revenue, a month", Shape(REVENUE, sums("revenue", flat(20000), shapes.lumpy, 52, seed=4), DECEMBER, 460000), too_easy=0.4, sound=(1.1, 1.3), overreach=(3.5, 6)),
    *table("a deal in two days, a month", Shape(DEALS, sums("deals", flat(0.5), shapes.poisson, 52), DECEMBER, 11.5), too_easy=0.5, sound=1.15, sound_stretch=1.3, overreach=(2.2, 4)),
    *table("a deal a week, a month", Shape(DEALS, sums("deals", flat(0.2), shapes.poisson, 52), DECEMBER, 4.6), too_easy=0.3, sound=(1.1, 1.5), overreach=(3, 5)),
    *table("a deal a week, a week", Shape(DEALS, sums("deals", flat(0.2), shapes.poisson, 52, seed=3), WEEK, 1), sound=(1, 2), sound_stretch=3, overreach=(6, 10)),
    *table("weekly entries, a month", Shape(replace(REVENUE, cadence="weekly"), shapes.weekly_sums("revenue", flat(50000), shapes.steady, 40), DECEMBER, 200000), too_easy=0.8, sound=(1.05, 1.1), overreach=(1.6, 3)),
    *table("monthly entries, a quarter", Shape(replace(REVENUE, cadence="monthly"), shapes.monthly_sums("revenue", flat(900000), shapes.steady, 14), QUARTER, 2700000), too_easy=0.8, sound=(1.06, 1.15), overreach=(2.2, 3)),
    *table("decline of 3 % a month, a month", Shape(CALLS, sums("calls", growing(20, -0.03), shapes.steady, 52), DECEMBER, 449), too_easy=0.8, sound=(1.03, 1.1), overreach=(1.6, 2.5)),
    *table("decline of 5 % a month: last year's level back", Shape(CALLS, sums("calls", growing(20, -0.05), shapes.steady, 52), DECEMBER, 444), overreach=1.75),
    *table("a step up eight weeks ago, a month", Shape(CALLS, sums("calls", shapes.stepped(20, 30, date(2026, 9, 28)), shapes.steady, 52), DECEMBER, 690), too_easy=0.67, sound=(1.02, 1.1), overreach=1.6),
    # Growth
    *table("3 % a month, next month", Shape(CALLS, sums("calls", growing(20, 0.03), shapes.steady, 52), DECEMBER, 470), too_easy=(0.8, 0.9), sound=(1.04, 1.1), sound_stretch=1.18, overreach=(1.6, 3)),
    *table("3 % a month, next quarter", Shape(CALLS, sums("calls", growing(20, 0.03), shapes.steady, 52), QUARTER, 1380), too_easy=0.8, sound=(1.05, 1.12), sound_stretch=1.25, overreach=(1.9, 3)),
    *table("3 % a month, noisy, next quarter", Shape(REVENUE, sums("revenue", growing(20000, 0.03), shapes.noisy, 52), QUARTER, 1380000), too_easy=0.6, sound=(1.05, 1.15), overreach=(2.2, 4)),
    *table("10 % a month, next month", Shape(CALLS, sums("calls", growing(50, 0.10), shapes.steady, 52), DECEMBER, 1230), too_easy=0.8, sound=1.03, sound_stretch=1.1, overreach=(1.7, 3)),
    # Seasons known from last year
    *table("December peak of 1.6, 60 weeks", Shape(CALLS, sums("calls", peak(20, {12: 1.6}), shapes.steady, 60), DECEMBER, 736), too_easy=(0.65, 0.8), sound=(1.05, 1.1), overreach=(1.8, 3)),
    *table("December peak of 1.6, 104 weeks", Shape(CALLS, sums("calls", peak(20, {12: 1.6}), shapes.steady, 104), DECEMBER, 736), too_easy=(0.65, 0.8), sound=(1.05, 1.1), overreach=(1.8, 3)),
    *table("December peak of 1.6, noisy", Shape(REVENUE, sums("revenue", peak(20000, {12: 1.6}), shapes.noisy, 104), DECEMBER, 736000), too_easy=0.55, sound=(1, 1.1), overreach=(2.2, 4)),
    *table("December slump of 0.6", Shape(CALLS, sums("calls", peak(20, {12: 0.6}), shapes.steady, 104), DECEMBER, 276), too_easy=0.8, sound=(1.05, 1.1), stretch_overreach=1.5, overreach=(1.67, 3)),
    *table("January after a peak in autumn", Shape(CALLS, sums("calls", peak(20, {10: 1.5, 11: 1.5}), shapes.steady, 104), JANUARY, 420), sound=(1.05, 1.1), overreach=(1.7, 3)),
    *table("December peak and 2 % growth a month", Shape(CALLS, sums("calls", peak(20, {12: 1.6}, 0.02), shapes.steady, 104), DECEMBER, 752), too_easy=0.7, sound=(1, 1.08), overreach=(1.8, 3)),
    *table("first quarter after a year with a peak in December", Shape(CALLS, sums("calls", peak(20, {12: 1.6}), shapes.steady, 52), QUARTER, 1280), too_easy=0.85, sound=(1.05, 1.12), overreach=(1.8, 3)),
    # Rates
    *table("win rate of 25 %, 40 deals, a week", Shape(WIN_RATE, win_record(40), WEEK, 0.25), sound=1.2, overreach=(2, 3)),
    *table("win rate of 25 %, 40 deals a week, a month", Shape(WIN_RATE, shapes.rates(40, flat(0.25), 30), DECEMBER, 0.25), too_easy=0.7, sound=(1.1, 1.2), overreach=(2, 3)),
    *table("win rate of 25 %, 40 deals a week, a quarter", Shape(WIN_RATE, shapes.rates(40, flat(0.25), 52), QUARTER, 0.25), too_easy=0.75, sound=(1.08, 1.2), overreach=(2, 3)),
    *table("win rate of 25 %, 400 deals a week, a month", Shape(WIN_RATE, shapes.rates(400, flat(0.25), 30), DECEMBER, 0.25), too_easy=0.8, sound=(1.06, 1.12), overreach=(1.6, 2.5)),
    *table("win rate of 25 %, 4 deals a week, a month", Shape(WIN_RATE, shapes.rates(4, flat(0.25), 40), DECEMBER, 0.25), sound=(1.15, 1.4), overreach=(3.2, 3.9)),
    *table("win rate of 25 % to above everything", Shape(WIN_RATE, shapes.rates(4, flat(0.25), 40), DECEMBER, 0.25), overreach=4.4),
    *table("retention of 95 %, a month", Shape(RETENTION, shapes.rates(100, flat(0.95), 40, codes=("kept", "lost")), DECEMBER, 0.95), too_easy=0.97, sound=(1.005, 1.008), overreach=(1.045, 1.0526)),
    *table("retention of 80 %, a quarter", Shape(RETENTION, shapes.rates(60, flat(0.8), 40, codes=("kept", "lost")), QUARTER, 0.8), too_easy=0.9, sound=(1.03, 1.05), overreach=(1.2, 1.25)),
    *table("margin of 30 %, a month", Shape(MARGIN, shapes.margins(500000, 0.3, 40), DECEMBER, 0.3), too_easy=0.9, sound=(1.03, 1.1), overreach=(1.6, 2.5)),
    *table("churn of 5 % a month, a quarter", Shape(CHURN, shapes.churned(0.05, 400, 14), QUARTER, 0.15, DOWN), too_easy=1.2, sound=(0.95, 0.88), overreach=(0.4, 0.05)),
    *table("growth on last year of 10 %, a quarter", Shape(GROWTH, sums("revenue", growing(20000, 0.008), shapes.steady, 104), QUARTER, 0.10), too_easy=0.2, sound_too_easy=1.0, overreach=(8, 20)),
    # Averages
    *table("deal size, a month", Shape(DEAL_SIZE, shapes.averages("deal_size", 50000, 20000, 2, 40), DECEMBER, 50000), too_easy=0.85, sound=(1.05, 1.12), overreach=(1.7, 3)),
    *table("deal size, few deals, a week", Shape(DEAL_SIZE, shapes.averages("deal_size", 50000, 25000, 0.6, 40), WEEK, 50000), too_easy=0.6, sound=(1.1, 1.25), overreach=(2.5, 4)),
    *table("time to answer, a month", Shape(ANSWER, shapes.averages("answer", 6, 2.5, 8, 40), DECEMBER, 6, DOWN), too_easy=1.2, sound=(0.95, 0.88), overreach=(0.4, 0.1)),
    *table("rating of 4.2, a quarter", Shape(RATING, shapes.averages("rating", 4.2, 0.6, 3, 40), QUARTER, 4.2), too_easy=0.9, sound=(1.02, 1.06), overreach=2),
    # Stocks
    *table("customers, +2 a week, a month", Shape(CUSTOMERS, shapes.stock("customers", 400, 2, 3, 40), DECEMBER, 411), too_easy=0.95, sound=(1.01, 1.025), overreach=(1.4, 2)),
    *table("customers, flat, a quarter", Shape(CUSTOMERS, shapes.stock("customers", 400, 0, 3, 40), QUARTER, 400), too_easy=0.9, sound=(1.02, 1.05), overreach=(1.5, 3)),
    *table("open pipeline, a month", Shape(PIPELINE, shapes.stock("pipeline", 4000000, 0, 300000, 40), DECEMBER, 4000000), too_easy=0.5, sound=(1.08, 1.15), overreach=(2, 4)),
    *table("overdue invoices, a month", Shape(OVERDUE, shapes.stock("overdue", 120, 0, 6, 30), DECEMBER, 120, DOWN), too_easy=1.3, sound=(0.97, 0.9), overreach=(0.4, 0.05)),
    # Budgets
    *table("a cost of 500 a week, a month", Shape(COST, sums("cost", flat(100), shapes.steady, 40), DECEMBER, 2300, DOWN), too_easy=1.2, sound=(0.95, 0.9), overreach=(0.5, 0.1)),
    *table("a noisy cost, a quarter", Shape(COST, sums("cost", flat(1000), shapes.noisy, 52), QUARTER, 64000, DOWN), too_easy=1.3, sound=(0.95, 0.85), overreach=(0.35, 0.1)),
    # Stays, by the week
    *table("stay above in calls, four weeks", Shape(replace(CALLS, cadence="weekly"), STEADY, ("2026-11-23", "2026-12-20"), 100, ABOVE), too_easy=(0.5, 0.8), sound=0.95, overreach=(1.2, 2)),
    *table("stay above in calls, a quarter", Shape(replace(CALLS, cadence="weekly"), STEADY, QUARTER, 100, ABOVE), too_easy=0.6, overreach=(1.03, 1.2)),
    *table("stay above in noisy revenue, eight weeks", Shape(replace(REVENUE, cadence="weekly"), sums("revenue", flat(20000), shapes.noisy, 40), ("2026-11-23", "2027-01-17"), 100000, ABOVE), too_easy=0.1, overreach=(1.1, 2)),
    *table("stay below in cost, four weeks", Shape(replace(COST, cadence="weekly"), sums("cost", flat(100), shapes.steady, 40), ("2026-11-23", "2026-12-20"), 500, BELOW), too_easy=(1.5, 1.25), sound=1.05, overreach=(0.8, 0.5)),
    *table("stay above in the win rate, a quarter by month", Shape(replace(WIN_RATE, cadence="monthly"), shapes.rates(60, flat(0.25), 52), QUARTER, 0.25, ABOVE), too_easy=0.5, sound=0.9, overreach=(1.4, 2)),
    *table("stay above in customers, a quarter", Shape(replace(CUSTOMERS, cadence="monthly"), shapes.stock("customers", 400, 2, 3, 40), QUARTER, 400, ABOVE), too_easy=0.9, overreach=1.4),
    *table("stay below in the time to answer", Shape(replace(ANSWER, cadence="weekly"), shapes.averages("answer", 6, 2.5, 8, 40), ("2026-11-23", "2026-12-20"), 6, BELOW), too_easy=1.6, sound=1.1, overreach=0.6),
]  # fmt: skip

HALF_AWAY = WorkCalendar(
    frozenset(range(1, 6)), frozenset(), frozenset(date(2026, 12, 1) + timedelta(days=n) for n in range(16))
)
TWO_WEEKS = sums("calls", flat(20), shapes.steady, 2)
NO_RECORD = Record({}, TODAY)
TEAM = {"team_record": STEADY}


def loaded(share: float, shape: Shape = STEADY_WEEK) -> Shape:
    return replace(shape, changes={"load": Load(Decimal(40), Decimal(str(40 * share)))})


CIRCUMSTANCES: list[Case] = [
    *table("half of the month away", replace(STEADY_MONTH, usual=220, changes={"calendar": HALF_AWAY}), too_easy=0.8, sound=(1.05, 1.1), overreach=(1.7, 2.1)),
    *table("half of the month away, win rate", Shape(WIN_RATE, shapes.rates(40, flat(0.25), 30), DECEMBER, 0.25, changes={"calendar": HALF_AWAY}), sound=1.1, overreach=(1.8, 2)),
    *table("load 50 %", loaded(0.5), too_easy=0.9, sound=(1.05, 1.1)),
    *table("load 110 %", loaded(1.1), sound_stretch=1.0, stretch_overreach=1.1, overreach=(1.25, 1.5)),
    *table("load 150 %", loaded(1.5), stretch_overreach=1.0, overreach=(1.1, 1.2)),
    *table("load 150 %, a cost to cut", Shape(COST, sums("cost", flat(100), shapes.steady, 40), DECEMBER, 2300, DOWN, {"load": Load(Decimal(40), Decimal(60))}), overreach=(0.8, 0.5)),
    *table("load 150 %, win rate", Shape(WIN_RATE, shapes.rates(40, flat(0.25), 30), DECEMBER, 0.25, changes={"load": Load(Decimal(40), Decimal(60))}), stretch_overreach=1.25, overreach=2),
    *table("two weeks known", Shape(CALLS, TWO_WEEKS, WEEK, 100), unknown=(0.5, 1.1, 3)),
    *table("nothing known", Shape(CALLS, NO_RECORD, WEEK, 100), unknown=(0.5, 1.1, 3)),
    *table("another KPI known", Shape(CALLS, win_record(40), WEEK, 100), unknown=1.1),
    *table("new owner, the team's record", Shape(CALLS, NO_RECORD, WEEK, 100, changes=TEAM), too_easy=0.7, sound=(1.05, 1.1), overreach=(1.6, 3)),
    *table("two weeks, the team's record", Shape(CALLS, TWO_WEEKS, WEEK, 100, changes=TEAM), too_easy=0.7, sound=1.1, overreach=2),
    *table("own record and a stronger team", Shape(CALLS, sums("calls", flat(10), shapes.steady, 30), WEEK, 50, changes=TEAM), sound=1.08, overreach=2),
    *table("three weeks of nothing but zeros", Shape(CALLS, sums("calls", flat(0), shapes.steady, 20), WEEK, 100), unknown_overreach=(0.1, 1)),
    *table("a team's goal", replace(STEADY_MONTH, changes={"owner": "team"}), sound=1.1, overreach=2),
    *table("the organization's goal", replace(STEADY_MONTH, changes={"owner": "organization"}), sound=1.1, overreach=2),
    *table("under way since the first", Shape(CALLS, STEADY, ("2026-11-02", "2026-11-29"), 400), too_easy=0.85, sound=1.04, overreach=(1.3, 2)),
]  # fmt: skip
