"""A second batch for A, written like a manager speaks and without a look at the coach's rules or answers.

As in `reach.py`: the factor is on what the window would usually bring by itself.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from goals.coach import Item, Load, Measure, Record
from teams.calendar import WorkCalendar
from tests.goals.cases import shapes
from tests.goals.cases.letters import ABOVE, BELOW, CHURN, COST, CUSTOMERS, DEAL_SIZE, DOWN
from tests.goals.cases.reach import (
    ANSWER,
    DEALS,
    DECEMBER,
    JANUARY,
    MARGIN,
    OVERDUE,
    PIPELINE,
    QUARTER,
    RATING,
    REVENUE,
    WEEK,
    YEAR,
    Case,
    Shape,
    table,
)
from tests.goals.drafts import CALLS, TODAY, WIN_RATE, daily_record, win_record

WEEKLY, MONTHLY = replace(CALLS, cadence="weekly"), replace(REVENUE, cadence="monthly")
FIVE_DAYS = frozenset(range(1, 6))
TWO_WEEKS_AWAY = WorkCalendar(FIVE_DAYS, leave=frozenset(date(2026, 12, day) for day in range(7, 19)))
TEAM = shapes.sums("deals", shapes.flat(1.0), shapes.poisson, 50, seed=11)
DEMOS = Measure("demos", "Demos held")
FEEDBACK = Measure("feedback", "Complaints", direction="lower")


def thin(code: str, *days: tuple[str, str]) -> Record:
    return Record({code: [Item(date.fromisoformat(day), Decimal(value)) for day, value in days]}, TODAY)


def leave_of(days: WorkCalendar) -> dict[str, object]:
    return {"calendar": days}


SOURCES: list[Case] = [
    case
    for opportunities in (20, 28, 36, 45, 60)
    for seed in (None, 3, 8)
    for case in table(
        f"source, {opportunities} a week, seed {seed}",
        Shape(WIN_RATE, win_record(opportunities, seed=seed), WEEK, 0.25),
        too_easy=0.6,
        sound=1.2,
        stretch_overreach=1.6,
        overreach=2.0,
    )
]

BLIND: list[Case] = [
    *table(
        "cold caller, a week",
        Shape(CALLS, shapes.sums("calls", shapes.flat(25), shapes.steady, 26, seed=5), WEEK, 125),
        too_easy=(0.5, 0.8), sound=(1.05, 1.1), stretch_overreach=1.3, overreach=(1.7, 3),
    ),
    *table(
        "the same each day, for a year",
        Shape(CALLS, daily_record("calls", [20, 20, 20, 20, 20], 52), WEEK, 100),
        too_easy=0.9, sound=(1.02, 1.1), overreach=1.5,
    ),
    *table(
        "shop, a quarter of noisy revenue",
        Shape(REVENUE, shapes.sums("revenue", shapes.flat(42000), shapes.noisy, 60, seed=6), QUARTER, 42000 * 64),
        too_easy=(0.5, 0.8), sound=(1.05, 1.15), stretch_overreach=1.45, overreach=(1.8, 4),
    ),
    *table(
        "shop, a year of noisy revenue",
        Shape(REVENUE, shapes.sums("revenue", shapes.flat(42000), shapes.noisy, 80, seed=7), YEAR, 42000 * 261),
        too_easy=0.8, sound=(1.1, 1.2), overreach=(2, 5),
    ),
    *table(
        "enterprise rep, a few large deals",
        Shape(REVENUE, shapes.sums("revenue", shapes.flat(30000), shapes.lumpy, 52, seed=9), JANUARY, 30000 * 21),
        too_easy=0.3, sound=(1.0, 1.2), sound_stretch=1.5, overreach=4,
    ),
    *table(
        "a deal a week",
        Shape(DEALS, shapes.sums("deals", shapes.flat(0.2), shapes.poisson, 52, seed=10), JANUARY, 4.2),
        sound=(5 / 4.2, 6 / 4.2), stretch_overreach=9 / 4.2, overreach=15 / 4.2,
    ),
    *table(
        "grown by 4 % a month for a year",
        Shape(CALLS, shapes.sums("calls", shapes.growing(40, 0.04), shapes.steady, 60, seed=12), JANUARY, 40 * 1.07 * 21),
        too_easy=0.8, sound=(1.05, 1.12), overreach=1.8,
    ),
    *table(
        "shrunk by 4 % a month for a year",
        Shape(CALLS, shapes.sums("calls", shapes.growing(40, -0.04), shapes.steady, 60, seed=13), JANUARY, 40 * 0.93 * 21),
        too_easy=0.75, sound=(1.05, 1.1), overreach=1.8,
    ),
    *table(
        "December at one and a half, two years known",
        Shape(REVENUE, shapes.sums("revenue", shapes.peak(9000, {12: 1.6}), shapes.steady, 110, seed=14), DECEMBER, 9000 * 1.6 * 23),
        too_easy=0.65, sound=(1.05, 1.15), overreach=2,
    ),
    *table(
        "January at a half, two years known",
        Shape(REVENUE, shapes.sums("revenue", shapes.peak(9000, {1: 0.5}), shapes.steady, 110, seed=15), JANUARY, 9000 * 0.5 * 21),
        sound=(1.05, 1.15), overreach=2,
    ),
    *table(
        "a territory added two months ago",
        Shape(CALLS, shapes.sums("calls", shapes.stepped(15, 30, date(2026, 9, 21)), shapes.steady, 52, seed=16), DECEMBER, 30 * 23),
        too_easy=0.6, sound=(1.05, 1.12), overreach=2,
    ),
    *table(
        "half of the customers lost two months ago",
        Shape(CALLS, shapes.sums("calls", shapes.stepped(30, 15, date(2026, 9, 21)), shapes.steady, 52, seed=17), DECEMBER, 15 * 23),
        sound=(1.05, 1.12), overreach=2,
    ),
    *table(
        "win rate, eight deals a week",
        Shape(WIN_RATE, shapes.rates(8, shapes.flat(0.25), 40, seed=18), WEEK, 0.25),
        sound=1.2, sound_stretch=1.8,
    ),
    *table(
        "win rate, eight hundred deals a week",
        Shape(WIN_RATE, shapes.rates(800, shapes.flat(0.25), 20, seed=19), WEEK, 0.25),
        too_easy=0.85, sound=1.06, stretch_overreach=1.3, overreach=2,
    ),
    *table(
        "win rate near its end",
        Shape(WIN_RATE, shapes.rates(200, shapes.flat(0.92), 30, seed=20), JANUARY, 0.92),
        too_easy=0.93, sound=1.01, stretch_overreach=1.07,
    ),
    *table(
        "time to answer, hours",
        Shape(ANSWER, shapes.averages("answer", 8, 3, 12, 26, seed=21), JANUARY, 8, DOWN),
        too_easy=1.15, sound=(0.95, 0.88), stretch_overreach=0.7, overreach=(0.4, 0.1),
    ),
    *table(
        "churn, a quarter",
        Shape(CHURN, shapes.churned(0.04, 500, 18, seed=22), QUARTER, 0.12, DOWN),
        too_easy=1.5, sound=0.9, overreach=0.2,
    ),
    *table(
        "advertising, a month's budget",
        Shape(COST, shapes.sums("cost", shapes.flat(1000), shapes.steady, 40, seed=23), JANUARY, 21000, DOWN),
        too_easy=1.15, sound=(0.95, 0.9), overreach=0.5,
    ),
    *table(
        "complaints, a month",
        Shape(FEEDBACK, shapes.sums("feedback", shapes.flat(1.5), shapes.poisson, 40, seed=24), JANUARY, 31.5, DOWN),
        too_easy=1.4, sound=0.85, overreach=0.3,
    ),
    *table(
        "margin",
        Shape(MARGIN, shapes.margins(200000, 0.3, 40, seed=25), QUARTER, 0.3),
        too_easy=0.8, sound=1.06, overreach=1.9,
    ),
    *table(
        "customers, growing by two a week",
        Shape(CUSTOMERS, shapes.stock("customers", 400, 2, 2, 40, seed=26), QUARTER, 436),
        too_easy=0.92, sound=1.02, overreach=1.4,
    ),
    *table(
        "open pipeline that swings",
        Shape(PIPELINE, shapes.stock("pipeline", 3e6, 0, 1.5e5, 40, seed=27), DECEMBER, 3e6),
        sound=1.08, overreach=2,
    ),
    *table(
        "overdue invoices",
        Shape(OVERDUE, shapes.stock("overdue", 60, 0, 3, 30, seed=28), DECEMBER, 60, DOWN),
        too_easy=1.4, sound=0.93, overreach=0.2,
    ),
    *table(
        "deal size",
        Shape(DEAL_SIZE, shapes.averages("deal_size", 50000, 20000, 2, 40, seed=29), JANUARY, 50000),
        too_easy=0.85, sound=(1.03, 1.1), overreach=1.7,
    ),
    *table(
        "rating of five",
        Shape(RATING, shapes.averages("rating", 4.2, 0.6, 5, 30, seed=30), JANUARY, 4.2),
        too_easy=0.93, sound=1.02, stretch_overreach=1.17,
    ),
    *table(
        "keep up calls each week for two months",
        Shape(WEEKLY, shapes.sums("calls", shapes.flat(25), shapes.steady, 40, seed=31), ("2026-11-23", "2027-01-24"), 125, ABOVE),
        too_easy=0.6, sound=0.93, overreach=1.3,
    ),
    *table(
        "keep complaints down each week for two months",
        Shape(replace(FEEDBACK, cadence="weekly"), shapes.sums("feedback", shapes.flat(1.5), shapes.poisson, 40, seed=32),
              ("2026-11-23", "2027-01-24"), 7.5, BELOW),
        too_easy=4, sound=1.9, overreach=0.6,
    ),
    *table(
        "keep the win rate each month for half a year",
        Shape(replace(WIN_RATE, cadence="monthly"), shapes.rates(60, shapes.flat(0.3), 50, seed=33),
              ("2026-12-01", "2027-05-31"), 0.3, ABOVE),
        too_easy=0.5, sound=0.85, overreach=1.4,
    ),
    *table(
        "demos, today alone",
        Shape(DEMOS, shapes.sums("demos", shapes.flat(6), shapes.poisson, 30, seed=34), ("2026-11-24", "2026-11-24"), 6),
        sound=(1.0, 1.3), overreach=3,
    ),
    *table(
        "weekly entries, a month",
        Shape(replace(REVENUE, cadence="weekly"), shapes.weekly_sums("revenue", shapes.flat(200000), shapes.steady, 40, seed=35),
              ("2026-11-23", "2026-12-20"), 800000),
        too_easy=0.8, sound=(1.04, 1.12), overreach=1.8,
    ),
    *table(
        "monthly entries, a quarter",
        Shape(MONTHLY, shapes.monthly_sums("revenue", shapes.flat(900000), shapes.steady, 20, seed=36), QUARTER, 2.7e6),
        too_easy=0.8, sound=(1.05, 1.12), overreach=1.9,
    ),
    *table(
        "two weeks of leave in December",
        Shape(CALLS, shapes.sums("calls", shapes.flat(25), shapes.steady, 40, seed=37), DECEMBER, 25 * 23, changes=leave_of(TWO_WEEKS_AWAY)),
        sound=0.6, overreach=1.0,
    ),
    *table(
        "promised half as much again as there is time for",
        Shape(CALLS, shapes.sums("calls", shapes.flat(25), shapes.steady, 40, seed=38), DECEMBER, 25 * 23,
              changes={"load": Load(Decimal(160), Decimal(240))}),
        stretch_overreach=1.05, overreach=1.3,
    ),
    *table(
        "a free calendar",
        Shape(CALLS, shapes.sums("calls", shapes.flat(25), shapes.steady, 40, seed=39), DECEMBER, 25 * 23,
              changes={"load": Load(Decimal(160), Decimal(60))}),
        sound=(1.05, 1.12),
    ),
    *table(
        "new rep with the team's record",
        Shape(DEALS, thin("deals", ("2026-11-18", "1")), JANUARY, 21, changes={"team_record": TEAM}),
        too_easy=0.4, sound=1.15, overreach=2.5,
    ),
    *table("new rep alone", Shape(DEALS, thin("deals", ("2026-11-18", "1")), JANUARY, 10), unknown=(0.5, 1, 3)),
    *table("nothing recorded", Shape(DEALS, Record({}, TODAY), JANUARY, 10), unknown=(0.5, 1)),
    *table("one entry half a year ago", Shape(DEALS, thin("deals", ("2026-05-18", "1")), JANUARY, 10), unknown=1),
    *table(
        "rep who ramps up",
        Shape(CALLS, shapes.sums("calls", lambda day: 30 * min(1.0, 0.1 + (day - date(2026, 6, 1)).days / 120), shapes.steady, 24, seed=40),
              JANUARY, 30 * 21),
        too_easy=0.6, sound=(1.05, 1.1), overreach=2,
    ),
]  # fmt: skip
