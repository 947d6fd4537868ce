"""What every forecast must keep, whatever the record."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.forecast import Forecast, forecast
from goals.outlook import learn
from goals.progress import Promise, TargetType
from goals.record import Item, Measure, Record
from kpis.periods import Window
from teams.calendar import WorkCalendar

CALENDAR = WorkCalendar(frozenset({1, 2, 3, 4, 5}))
FIRST, TODAY = date(2026, 1, 5), date(2026, 6, 10)
JUNE = Window(date(2026, 6, 1), date(2026, 6, 30))
COUNT = Measure("deals", "Deals")
MONEY = Measure("deals", "Revenue", "money")
RATE = Measure("rate", "Rate", "percent", aggregation=None, formula="deals / (deals + lost)")
SIZE = Measure("deals", "Size", "money", aggregation="average")
STOCK = Measure("deals", "Customers", aggregation="last")
MEASURES = (COUNT, MONEY, RATE, SIZE, STOCK)

amounts = st.one_of(
    st.lists(st.integers(0, 3), min_size=20, max_size=150),
    st.lists(st.sampled_from([0, 0, 0, 0, 1, 250, 90_000]), min_size=20, max_size=150),
    st.lists(st.integers(0, 10**9), min_size=20, max_size=150),
    st.lists(st.just(7), min_size=20, max_size=150),
)
signed = st.lists(st.integers(-500, 2_000), min_size=20, max_size=150)


def record_of(values: list[int], today: date = TODAY) -> Record:
    start = today - timedelta(days=len(values) - 1)
    items = [Item(start + timedelta(days=at), Decimal(value)) for at, value in enumerate(values)]
    lost = [Item(item.day, Decimal(at % 4)) for at, item in enumerate(items)]
    return Record({"deals": items, "lost": lost}, today)


def asked(record: Record, measure: Measure, target: str) -> Forecast:
    promise = Promise(
        TargetType.INCREASE_TO, measure.is_accruing, Decimal(0), Decimal(target), JUNE.start, JUNE.end
    )  # fmt: skip
    return forecast(promise, measure, record, CALENDAR)


@settings(max_examples=40, deadline=None)
@given(values=st.one_of(amounts, signed), measure=st.sampled_from(MEASURES))
def test_quantiles_in_order_and_probabilities_fall_with_the_target(values: list[int], measure: Measure) -> None:
    if measure is RATE:
        values = [abs(value) for value in values]
    habit = learn(measure, record_of(values), CALENDAR)
    outlook = habit.project(JUNE) if habit else None
    if outlook is None:
        return
    points = [outlook.quantile(share) for share in (0.05, 0.1, 0.5, 0.9, 0.95)]
    assert all(isfinite(point) for point in points)
    assert points == sorted(points)
    width = max(points[-1] - points[0], 1e-6)
    targets = [points[0] + width * step / 10 for step in range(-5, 16)]
    chances = [outlook.chance(target, upward=True) for target in targets]
    assert all(0 <= chance <= 1 for chance in chances)
    assert all(later <= sooner + 1e-9 for sooner, later in pairwise(chances))
    low, high = outlook.chance(points[1], upward=True), outlook.chance(points[3], upward=True)
    if points[1] < points[3]:  # one value alone is all of the range
        assert high <= 0.5 <= low


@settings(max_examples=15, deadline=None)
@given(values=amounts)
def test_same_record_same_forecast(values: list[int]) -> None:
    assert asked(record_of(values), MONEY, "1000") == asked(record_of(values), MONEY, "1000")


@settings(max_examples=15, deadline=None)
@given(values=amounts, scale=st.sampled_from([1000, 1_000_000]))
def test_the_unit_of_money_does_not_matter(values: list[int], scale: int) -> None:
    small = asked(record_of(values), MONEY, "500")
    large = asked(record_of([value * scale for value in values]), MONEY, str(500 * scale))
    assert small.probability == large.probability
    if small.high is not None:
        assert large.high is not None
        assert float(large.high) == pytest.approx(float(small.high) * scale, rel=1e-4)


@settings(max_examples=15, deadline=None)
@given(values=amounts, later=st.integers(0, 10**6))
def test_what_comes_after_today_is_not_known(values: list[int], later: int) -> None:
    known = record_of(values)
    more = {
        code: [*series.items, Item(TODAY + timedelta(days=1), Decimal(later))] for code, series in known.series.items()
    }
    assert asked(Record(more, TODAY), MONEY, "1000") == asked(known, MONEY, "1000")


def test_a_stray_series_changes_nothing() -> None:
    known = record_of([3, 0, 5, 2] * 30)
    more = Record({**known.series, "other": [Item(TODAY, Decimal(9))]}, TODAY)
    promise = Promise(TargetType.INCREASE_TO, True, None, Decimal(60), JUNE.start, JUNE.end)
    assert forecast(promise, COUNT, more, CALENDAR) == forecast(promise, COUNT, known, CALENDAR)


def test_a_long_silence_leaves_a_small_chance_but_no_certainty() -> None:
    """Nobody sold for five hundred days: unlikely, and yet nobody knows."""
    values = [4] * 60 + [0] * 500
    found = asked(record_of(values), COUNT, "1")
    assert found.probability is not None
    assert 0 < found.probability <= Decimal("0.7")
    assert found.expected is not None
    assert found.expected <= 1


@pytest.mark.parametrize(("today", "rest"), [(date(2026, 6, 10), 1000), (date(2026, 6, 20), 0)])
def test_payments_on_fixed_days_are_foreseen(today: date, rest: int) -> None:
    """Invoices go out on the 1st and on the 15th: on the 10th half of the month is still to come, on the 20th none."""
    days = [date(2025, 6, 1) + timedelta(days=at) for at in range(400)]
    known = Record({"deals": [Item(day, Decimal(1000)) for day in days if day.day in (1, 15)]}, today)
    habit = learn(MONEY, known, CALENDAR)
    outlook = habit.project(JUNE) if habit else None
    assert outlook is not None
    assert outlook.mean == pytest.approx(2000, abs=150)
    assert outlook.mean - (outlook.floor or 0) == pytest.approx(rest, abs=150)


@pytest.mark.parametrize("months", [4, 12])
def test_one_number_at_each_months_end_is_foreseen_whatever_its_weekday(months: int) -> None:
    """Month ends fall on every weekday: that says nothing about the next one, and no other day brings anything."""
    ends = [date(2026 - (month > 6), month, 1) - timedelta(days=1) for month in (6, 5, 4, 3, 2, 1, 12, 11, 10, 9, 8, 7)]
    measure = replace(MONEY, cadence="monthly")
    items = [Item(day, Decimal(900 + 100 * (at % 3))) for at, day in enumerate(ends[:months])]
    for today in (date(2026, 6, 10), date(2026, 6, 29)):
        habit = learn(measure, Record({"deals": items}, today), CALENDAR)
        outlook = habit.project(JUNE) if habit else None
        assert outlook is not None
        assert outlook.mean == pytest.approx(1000, rel=0.1)
        assert 700 < outlook.quantile(0.1) < outlook.quantile(0.9) < 1300
    after = learn(measure, Record({"deals": [*items, Item(JUNE.end, Decimal(950))]}, JUNE.end), CALENDAR)
    nearly = after.project(Window(date(2026, 7, 1), date(2026, 7, 30))) if after else None
    assert nearly is not None
    assert nearly.mean == 0


def test_the_last_working_day_and_the_last_of_a_quarter_are_known_as_such() -> None:
    lasts = [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 29)]
    known = Record({"deals": [Item(day, Decimal(1000)) for day in lasts]}, date(2026, 6, 10))
    quarters = [date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)]
    by_quarter = Record({"deals": [Item(day, Decimal(1000)) for day in quarters]}, date(2026, 4, 10))
    for record, window in ((known, JUNE), (by_quarter, Window(date(2026, 4, 1), date(2026, 6, 30)))):
        habit = learn(MONEY, record, CALENDAR)
        outlook = habit.project(window) if habit else None
        assert outlook is not None
        assert outlook.mean == pytest.approx(1000, rel=0.1)


def test_the_last_days_of_the_month_are_foreseen() -> None:
    days = [date(2025, 5, 1) + timedelta(days=at) for at in range(416)]
    brought = [Decimal(100 if (day + timedelta(days=3)).day <= 3 else 10) for day in days]
    known = Record({"deals": [Item(day, amount) for day, amount in zip(days, brought, strict=True)]}, date(2026, 6, 20))
    habit = learn(MONEY, known.until(date(2026, 6, 20)), CALENDAR)
    assert habit is not None
    outlook = habit.project(JUNE)
    assert outlook is not None
    assert outlook.mean == pytest.approx(27 * 10 + 3 * 100, rel=0.1)


def test_leave_ahead_takes_its_share() -> None:
    known = record_of([10] * 150)
    away = replace(CALENDAR, leave=frozenset(date(2026, 6, day) for day in range(15, 20)))
    habit = learn(MONEY, known, CALENDAR)
    assert habit is not None
    usual, less = habit.project(JUNE), habit.project(JUNE, away)
    assert usual is not None
    assert less is not None
    assert usual.mean - less.mean == pytest.approx(50, rel=0.1)
