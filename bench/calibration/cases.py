"""Forecasts of past months, each beside what the month then brought.

The measure: windows are calendar months, forecasts are made after a third and after two thirds of each, targets are
0.9 and 1.1 of the mean of the three months before. Nothing after the day of the forecast is known to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from goals.forecast import chance_of_meeting
from goals.outlook import learn
from goals.progress import Promise, TargetType
from goals.record import Measure, Record, Series
from kpis.periods import PeriodRules, Window, next_period, period_of, previous_period
from teams.calendar import WorkCalendar

MONTHS_BEFORE = 3
SHARES = (Decimal(1) / 3, Decimal(2) / 3)
FACTORS = (Decimal("0.9"), Decimal("1.1"))
RULES = PeriodRules()
WEEK_OF_FIVE = WorkCalendar(frozenset(range(1, 6)))


@dataclass(frozen=True)
class Sample:
    """One record: a KPI and all that is known of it, complete from `first` to `last`. `family` names the records
    that are judged together.
    """

    family: str
    name: str
    measure: Measure
    series: dict[str, Series]
    first: date
    last: date


@dataclass(frozen=True)
class Case:
    """`chances` holds, for each target, (probability, that of the run rate, met); None in place of a forecast.
    `pit` is the place of the outcome in what was forecast, from 0 (below all of it) to 1.
    """

    family: str
    name: str
    month: date
    share: Decimal
    outcome: float
    chances: tuple[tuple[float, float, float], ...] | None = None
    is_inside: bool = False
    pit: float = 0.5
    width: float = 0.0


def cases_of(sample: Sample, *, since: date = date.min, until: date = date.max) -> Iterator[Case]:
    """Of all whole months from `since` to `until` with three whole months of record before them."""
    whole = Record(sample.series, sample.last)
    month = period_of("month", sample.first, RULES)
    if month.start < sample.first:
        month = next_period("month", month, RULES)
    for _ in range(MONTHS_BEFORE):
        month = next_period("month", month, RULES)
    while month.end <= min(sample.last, until):
        if month.start >= since:
            yield from _cases_in(sample, whole, month)
        month = next_period("month", month, RULES)


def _cases_in(sample: Sample, whole: Record, month: Window) -> Iterator[Case]:
    before, values = month, []
    for _ in range(MONTHS_BEFORE):
        before = previous_period("month", before, RULES)
        values.append(_value(whole, sample.measure, before))
    outcome = _value(whole, sample.measure, month)
    known = [value for value in values if value is not None]
    if outcome is None or len(known) < MONTHS_BEFORE or sum(known) <= 0:
        return
    usual = sum(known, Decimal(0)) / MONTHS_BEFORE
    for share in SHARES:
        today = month.start + timedelta(days=round(month.days * share) - 1)
        yield _case(sample, whole.until(today), month, usual, outcome, share)


def _value(record: Record, measure: Measure, window: Window) -> Decimal | None:
    value = record.value(measure, window)
    return Decimal(0) if value is None and measure.is_accruing else value


def _case(sample: Sample, known: Record, month: Window, usual: Decimal, outcome: Decimal, share: Decimal) -> Case:
    case = Case(sample.family, sample.name, month.start, share, float(outcome))
    habit = learn(sample.measure, known, WEEK_OF_FIVE)
    outlook = habit.project(month) if habit else None
    if habit is None or outlook is None:
        return case
    chances = []
    for factor in FACTORS:
        target = round(usual * factor, 6)
        promise = Promise(
            TargetType.INCREASE_TO, sample.measure.is_accruing, usual, target, month.start, month.end,
            cadence=sample.measure.cadence,
        )  # fmt: skip
        chance = chance_of_meeting(promise, sample.measure, known, WEEK_OF_FIVE, habit)
        if chance is None:
            return case
        chances.append((float(chance), run_rate(sample.measure, known, month, target), float(outcome >= target)))
    low, high, value = outlook.quantile(0.1), outlook.quantile(0.9), float(outcome)
    slack = 1e-9 * abs(value)
    below = 1 - outlook.chance(value, upward=True)
    pit = (below + outlook.chance(value, upward=False)) / 2
    return replace(
        case, chances=tuple(chances), is_inside=low - slack <= value <= high + slack, pit=pit, width=high - low
    )


def run_rate(measure: Measure, known: Record, month: Window, target: Decimal) -> float:
    """What carrying on as in the month so far would say, as a forecast of 0 or 1."""
    so_far = Window(month.start, known.today)
    value = known.value(measure, so_far)
    if value is None:
        return 0.0
    if measure.is_accruing:
        value = value * month.days / so_far.days
    return float(value >= target)
