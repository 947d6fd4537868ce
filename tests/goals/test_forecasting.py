"""What the entries of a day that has only begun do to a goal's forecast."""

import datetime as dt
from decimal import Decimal

import pytest

from goals.forecasting import foretold
from goals.progress import Promise, TargetType
from goals.record import Item, Measure, Record
from teams.calendar import WorkCalendar

CALENDAR = WorkCalendar(frozenset({1, 2, 3, 4, 5}))
TODAY = dt.date(2026, 11, 25)  # a Wednesday
CALLS = Measure("calls", "Calls")
# Ten calls on most working days, a few more or less, as people do.
BEFORE = [
    Item(day, Decimal(10 + n % 5 - 2)) for n in range(1, 300) if (day := TODAY - dt.timedelta(days=n)).isoweekday() <= 5
]
DONE_IN_NOVEMBER = sum((item.value for item in BEFORE if item.day >= dt.date(2026, 11, 1)), Decimal(0))


def probability(today: list[int], target_type: TargetType, target: Decimal) -> Decimal:
    record = Record({"calls": [*BEFORE[::-1], *(Item(TODAY, Decimal(value)) for value in today)]}, TODAY)
    start, deadline = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
    promise = Promise(target_type, True, Decimal(300), target, start, deadline)
    found = foretold(promise, CALLS, record, CALENDAR).probability
    assert found is not None
    return found


def test_the_first_call_of_a_day_makes_no_goal_look_worse() -> None:
    target = DONE_IN_NOVEMBER + 40  # ten for today, and for each working day that is left
    morning = probability([], TargetType.INCREASE_TO, target)
    assert Decimal("0.2") < morning < Decimal("0.8")
    assert probability([1], TargetType.INCREASE_TO, target) == morning
    assert probability([1, 2, 1], TargetType.INCREASE_TO, target) == morning


def test_more_than_a_usual_day_counts_at_once() -> None:
    target = DONE_IN_NOVEMBER + 40
    morning = probability([], TargetType.INCREASE_TO, target)
    assert probability([25], TargetType.INCREASE_TO, target) > morning
    assert probability([45], TargetType.INCREASE_TO, target) == 1


@pytest.mark.parametrize(("today", "is_lower"), [([1], False), ([25], True)])
def test_a_budget_is_used_up_by_a_large_day_and_not_spared_by_a_small_one(today: list[int], is_lower: bool) -> None:
    budget = DONE_IN_NOVEMBER + 42
    morning = probability([], TargetType.DECREASE_TO, budget)
    assert Decimal("0.2") < morning < Decimal("0.95")
    assert (probability(today, TargetType.DECREASE_TO, budget) < morning) is is_lower


def test_what_is_taken_back_counts_at_once() -> None:
    target = DONE_IN_NOVEMBER + 40
    assert probability([-20], TargetType.INCREASE_TO, target) < probability([], TargetType.INCREASE_TO, target)
