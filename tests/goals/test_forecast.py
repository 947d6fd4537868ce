from datetime import date, timedelta
from decimal import Decimal
from math import exp
from random import Random

import pytest

from goals.chance import Outlook
from goals.forecast import Forecast, forecast
from goals.outlook import learn
from goals.progress import Promise, Status, TargetType
from goals.record import Item, Measure, Record
from kpis.periods import Window
from teams.calendar import WorkCalendar

CALENDAR = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset(), frozenset())
NOVEMBER = (date(2026, 11, 2), date(2026, 11, 29))  # four weeks
A_YEAR = (date(2025, 11, 1), date(2026, 10, 31))
REVENUE = Measure("revenue", "Revenue", "money")
CALLS = Measure("calls", "Calls")
WIN_RATE = Measure("win_rate", "Win rate", "percent", aggregation=None, formula="won / (won + lost)")
CUSTOMERS = Measure("customers", "Customers", aggregation="last")
DEAL_SIZE = Measure("deal_size", "Deal size", "money", aggregation="average")


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def workdays(first: date, last: date, amounts: list[int]) -> list[Item]:
    """The five amounts from Monday to Friday, week after week."""
    return [Item(day, Decimal(amounts[day.weekday()])) for day in days(first, last) if CALENDAR.is_working(day)]


def promise(
    target: str,
    kind: TargetType = TargetType.INCREASE_TO,
    *,
    accruing: bool = True,
    baseline: str | None = "0",
    cadence: str = "daily",
    window: tuple[date, date] = NOVEMBER,
) -> Promise:
    start = None if baseline is None else Decimal(baseline)
    return Promise(kind, accruing, start, Decimal(target), *window, cadence=cadence)


def half_way(measure: Measure, goal: Promise, today: date = date(2026, 11, 15), **series: list[Item]) -> Forecast:
    return forecast(goal, measure, Record(series, today), CALENDAR)


STEADY = workdays(date(2026, 6, 1), date(2026, 11, 15), [80, 90, 100, 110, 120])


def test_steady_total_is_carried_on() -> None:
    found = half_way(REVENUE, promise("1900"), revenue=STEADY)
    assert found.value == 1000
    assert found.expected == pytest.approx(Decimal(2000), rel=Decimal("0.01"))
    assert found.low is not None
    assert found.high is not None
    assert found.low < 2000 < found.high
    assert found.probability == Decimal("0.99")
    assert found.expected_by_now == 950
    assert found.needed_per_working_day == 90
    assert found.status is Status.ON_TRACK


@pytest.mark.parametrize(
    ("target", "kind", "status"),
    [
        ("1900", TargetType.INCREASE_TO, Status.ON_TRACK),
        ("2005", TargetType.INCREASE_TO, Status.AT_RISK),
        ("2400", TargetType.INCREASE_TO, Status.OFF_TRACK),
        ("2400", TargetType.DECREASE_TO, Status.ON_TRACK),
        ("1600", TargetType.DECREASE_TO, Status.OFF_TRACK),
    ],
)
def test_status_follows_the_probability(target: str, kind: TargetType, status: Status) -> None:
    found = half_way(REVENUE, promise(target, kind, baseline="3000"), revenue=STEADY)
    assert found.status is status


def test_weekdays_differ() -> None:
    """Only Fridays bring anything: up to Thursday evening the last Friday of the window is still to come."""
    fridays = workdays(date(2026, 6, 1), date(2026, 11, 26), [0, 0, 0, 0, 100])
    found = half_way(REVENUE, promise("400"), date(2026, 11, 26), revenue=fridays)
    assert found.value == 300
    assert found.expected == pytest.approx(Decimal(400), abs=Decimal(10))


def test_holidays_and_leave_ahead_bring_nothing() -> None:
    away = WorkCalendar(CALENDAR.working_days, frozenset({date(2026, 11, 16)}), frozenset({date(2026, 11, 17)}))
    found = forecast(promise("1900"), REVENUE, Record({"revenue": STEADY}, date(2026, 11, 15)), away)
    assert found.expected == pytest.approx(Decimal(1830), rel=Decimal("0.01"))
    assert found.needed_per_working_day == Decimal(900) / 8


def test_recent_level_counts_more() -> None:
    risen = workdays(date(2026, 3, 2), date(2026, 8, 28), [50] * 5) + workdays(
        date(2026, 8, 31), date(2026, 11, 15), [100] * 5
    )
    found = half_way(REVENUE, promise("2000"), revenue=risen)
    assert found.expected is not None
    assert 1850 < found.expected < 2150  # the rise itself may go on a little


def test_already_reached_is_certain_and_overspent_is_lost() -> None:
    reached = half_way(REVENUE, promise("900"), revenue=STEADY)
    assert reached.probability == 1
    assert reached.needed_per_working_day == 0
    overspent = half_way(REVENUE, promise("900", TargetType.DECREASE_TO, baseline="2000"), revenue=STEADY)
    assert overspent.probability == 0


def test_rate_is_forecast_through_its_parts() -> None:
    """The coming deals count by their number, not by days: 10 % of few and 40 % of many are near 40 %."""
    won, lost = (
        workdays(date(2026, 6, 1), date(2026, 11, 15), amounts) for amounts in ([1, 4, 4, 4, 4], [9, 6, 6, 6, 6])
    )
    goal = promise("0.30", accruing=False, baseline="0.25")
    found = half_way(WIN_RATE, goal, won=won, lost=lost)
    assert found.value == Decimal(17) / 50
    assert found.expected == pytest.approx(Decimal("0.34"), abs=Decimal("0.001"))
    assert found.low is not None
    assert found.high is not None
    assert Decimal("0.01") < found.high - found.low < Decimal("0.2")
    assert found.needed_per_working_day is None
    few = [[Item(item.day, item.value * 10) for item in part] for part in (won, lost)]
    many = half_way(WIN_RATE, goal, won=few[0], lost=few[1])
    assert many.high is not None
    assert many.low is not None
    assert many.high - many.low < (found.high - found.low) / 2


def test_average_weighs_by_count() -> None:
    sizes = [
        Item(day, Decimal(100 if day.weekday() else 400), Decimal(9 if day.weekday() else 1))
        for day in days(date(2026, 6, 1), date(2026, 11, 15))
        if day.weekday() < 5
    ]
    found = half_way(DEAL_SIZE, promise("110", accruing=False, baseline="100"), deal_size=sizes)
    assert found.expected == pytest.approx(Decimal(4000) / 37, rel=Decimal("0.01"))


def test_stock_walks_on_from_its_last_level() -> None:
    levels = [Item(day, Decimal(400 + n // 7)) for n, day in enumerate(days(date(2026, 6, 1), date(2026, 11, 15)))]
    found = half_way(CUSTOMERS, promise("430", accruing=False, baseline="420"), customers=levels)
    assert found.value == 423
    assert found.expected is not None
    assert 423 < found.expected < 426
    assert found.status is Status.OFF_TRACK


@pytest.mark.parametrize(
    ("target", "probability", "status"),
    [("300", "0.99", "on_track"), ("499", None, "at_risk"), ("505", "0", "off_track")],
)
def test_stay_must_hold_in_every_week(target: str, probability: str | None, status: str) -> None:
    weekly = Measure("revenue", "Revenue", "money", cadence="weekly")
    goal = promise(target, TargetType.STAY_AT_OR_ABOVE, baseline=None, cadence="weekly")
    found = half_way(weekly, goal, revenue=STEADY)
    assert found.value == 500
    assert found.status == status
    if probability is not None:
        assert found.probability == Decimal(probability)


@pytest.mark.parametrize(
    ("today", "status"),
    [(date(2026, 10, 20), "not_started"), (date(2026, 11, 30), "achieved"), (date(2026, 12, 30), "achieved")],
)
def test_before_and_after(today: date, status: str) -> None:
    steady = workdays(date(2026, 6, 1), today, [100] * 5)
    found = half_way(REVENUE, promise("2000"), today, revenue=steady)
    assert found.status == status
    if status == "achieved":
        assert {found.value, found.expected, found.low, found.high} == {Decimal(2000)}
        assert found.probability == 1


@pytest.mark.parametrize(
    "known", [[], STEADY[-8:], [Item(day, Decimal(0)) for day in days(date(2026, 6, 1), date(2026, 11, 15))]]
)
def test_thin_record_gives_no_forecast(known: list[Item]) -> None:
    found = half_way(REVENUE, promise("1000"), revenue=known)
    assert (found.expected, found.low, found.high, found.probability) == (None, None, None, None)
    assert found.expected_by_now == 500


def test_zero_over_zero_has_no_value() -> None:
    goal = promise("0.3", accruing=False, baseline="0.2")
    found = half_way(WIN_RATE, goal, won=[], lost=[Item(date(2026, 6, 1), Decimal(0))])
    assert (found.value, found.expected, found.probability) == (None, None, None)


@pytest.mark.parametrize("kind", ["rate", "money", "count"])
def test_four_in_five_fall_into_the_range(kind: str) -> None:
    """Drawn from a known habit, the truth lies between the 10 % and 90 % points about as often as it should."""
    inside, number = 0, 80
    for seed in range(number):
        measure, series = _drawn(kind, Random(seed))
        habit = learn(measure, Record(series, date(2026, 8, 30)), CALENDAR)
        window = Window(date(2026, 8, 31), date(2026, 9, 27))
        truth = Record(series, window.end).value(measure, window)
        assert habit is not None
        assert truth is not None
        outlook = habit.project(window)
        assert outlook is not None
        inside += outlook.quantile(0.1) <= float(truth) <= outlook.quantile(0.9)
    assert 0.68 <= inside / number <= 0.93


def _drawn(kind: str, chance: Random) -> tuple[Measure, dict[str, list[Item]]]:
    first: list[Item] = []
    second: list[Item] = []
    for day in days(date(2026, 3, 2), date(2026, 9, 27)):
        if not CALENDAR.is_working(day):
            continue
        tried = chance.randint(3, 12)
        won = sum(chance.random() < 0.25 for _ in range(tried))
        amount = int(chance.lognormvariate(8, 0.8)) if kind == "money" else won
        first.append(Item(day, Decimal(amount)))
        second.append(Item(day, Decimal(tried - won)))
    if kind == "rate":
        return WIN_RATE, {"won": first, "lost": second}
    return (REVENUE, {"revenue": first}) if kind == "money" else (CALLS, {"calls": first})


@pytest.mark.parametrize(
    ("outlook", "target", "upward", "chance"),
    [
        (Outlook(100, 10), 100, True, 0.5),
        (Outlook(100, 10), 110, True, 0.1587),
        (Outlook(100, 10), 110, False, 0.8413),
        (Outlook(100, 0), 100, True, 1.0),
        (Outlook(100, 0), 101, True, 0.0),
        (Outlook(12, 1.41421, 10, True), 11, True, 1 - exp(-2)),  # Poisson with mean 2: at least one more
        (Outlook(12, 1.41421, 10, True), 10, False, exp(-2)),
        (Outlook(12, 2, 10, True), 10, False, 0.25),  # negative binomial with mean 2, variance 4
        (Outlook(12, 2, 10, True), 10, True, 1.0),
        (Outlook(12, 2, 10, True), 9, False, 0.0),
        (Outlook(200, 100, 0.0), 178.885, True, 0.5),  # log-normal: the median is 200 / sqrt(1.25)
    ],
)
def test_chances(outlook: Outlook, target: float, upward: bool, chance: float) -> None:
    assert outlook.chance(target, upward=upward) == pytest.approx(chance, abs=1e-3)


def test_quantiles_stay_within_what_is_possible() -> None:
    assert Outlook(0.05, 0.1, bounds=(0.0, 1.0)).quantile(0.1) == 0
    assert Outlook(0.95, 0.1, bounds=(0.0, 1.0)).quantile(0.9) == 1
    assert Outlook(1000, 5, floor=999).quantile(0.1) >= 999
    assert Outlook(12, 1.41421, 10, True).quantile(0.5) == 12


@pytest.mark.parametrize("formula", [None, "calls * calls"])
def test_a_stay_for_years_asks_for_no_more_than_a_year_of_periods(formula: str | None) -> None:
    """Each day of ten years: the days after the first year count like those of the first."""
    measure = CALLS if formula is None else Measure("square", "Square", aggregation=None, formula=formula)
    calls = workdays(date(2026, 1, 5), date(2026, 11, 13), [9, 11, 10, 12, 8])
    chances = []
    for last in (date(2027, 12, 31), date(2036, 12, 31)):
        goal = promise("5", TargetType.STAY_AT_OR_ABOVE, accruing=formula is None, window=(date(2026, 11, 2), last))
        chances.append(half_way(measure, goal, calls=calls).probability)
    assert chances[0] is not None
    assert chances[1] is not None
    assert 0 < chances[1] <= chances[0]


def test_what_never_fell_below_nothing_is_sure_to_stay_above_it() -> None:
    outlook = Outlook(mean=-20.0, spread=15.0, bounds=(0.0, None))
    assert outlook.quantile(0.1) == 0
    assert outlook.chance(0, upward=True) > 0.99
    assert outlook.chance(1, upward=True) < 0.5


@pytest.mark.parametrize("amounts", [[10, 10, 10, 10, 10], [9, 11, 10, 8, 12]])
def test_counts_that_are_more_even_than_chance_are_foreseen_closely(amounts: list[int]) -> None:
    """Ten calls a day because ten are asked for: a month of chance alone would spread by 37 from end to end."""
    record = Record({"calls": workdays(date(2026, 1, 5), date(2026, 10, 30), amounts)}, date(2026, 10, 31))
    habit = learn(CALLS, record, CALENDAR)
    outlook = habit.project(Window(*NOVEMBER)) if habit else None
    assert outlook is not None
    assert outlook.mean == pytest.approx(200, rel=0.03)
    assert outlook.quantile(0.9) - outlook.quantile(0.1) < 20


def test_customers_grow_by_shares_of_what_they_are() -> None:
    """Three in a hundred each month for a year: the next year's growth is larger than the last one's."""
    grown = [Item(day, Decimal(round(400 * 1.03 ** (at / 30.4)))) for at, day in enumerate(days(*A_YEAR))]
    habit = learn(CUSTOMERS, Record({"customers": grown}, A_YEAR[1]), CALENDAR)
    ahead = A_YEAR[1] + timedelta(days=91)
    outlook = habit.project(Window(ahead, ahead)) if habit else None
    assert outlook is not None
    assert outlook.mean == pytest.approx(float(grown[-1].value) * 1.03**3, rel=0.01)


def test_a_new_member_who_grows_is_expected_to_go_on_growing_for_some_weeks() -> None:
    first, today = date(2026, 6, 1), date(2026, 11, 1)
    calls = [
        Item(day, Decimal(round(4 + 26 * (day - first).days / 150)))
        for day in days(first, today)
        if CALENDAR.is_working(day)
    ]
    habit = learn(CALLS, Record({"calls": calls}, today), CALENDAR)
    outlook = habit.project(Window(*NOVEMBER)) if habit else None
    assert outlook is not None
    assert 20 * 27 < outlook.mean < 20 * 35
