"""Records of many kinds, drawn by seeded generators: none of them is real, and none is what the forecast assumes.

Each kind draws its parameters anew for each record, wide enough that records of one kind differ more from each other
than a tuned constant could follow. `python -m bench.calibration` judges each kind apart.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log, pi, sin
from random import Random

from bench.calibration.cases import Sample
from bench.calibration.drawing import (
    Drawn,
    arrivals,
    counted,
    poisson,
    priced,
    span,
    usual_wandering,
    wandering,
    week_shape,
)
from goals.record import Item, Measure, Series

MONEY = Measure("revenue", "Revenue", "money")
COUNT = Measure("deals", "Deals")
HOURS = Measure("hours", "Hours", "duration")
RATE = Measure("win_rate", "Win rate", "percent", aggregation=None, formula="won / (won + lost)")
MARGIN = Measure("margin", "Margin", "percent", aggregation=None, formula="(revenue - cost) / revenue")
SIZE = Measure("deal_size", "Deal size", "money", aggregation="average")
STOCK = Measure("customers", "Customers", aggregation="last")


def dense_counts(chance: Random) -> Drawn:
    days = span(chance)
    mean, burst = exp(chance.uniform(log(5), log(300))), chance.choice([0.0, 0.05, 0.3])
    return COUNT, {"deals": counted(arrivals(chance, days, mean, usual_wandering(chance, days), burst))}, days


def team_counts(chance: Random) -> Drawn:
    days = span(chance)
    mean = exp(chance.uniform(log(0.5), log(6)))
    return COUNT, {"deals": counted(arrivals(chance, days, mean, usual_wandering(chance, days)))}, days


def sparse_counts(chance: Random) -> Drawn:
    days = span(chance)
    mean = exp(chance.uniform(log(0.07), log(0.4)))
    return COUNT, {"deals": counted(arrivals(chance, days, mean, usual_wandering(chance, days)))}, days


def rare_counts(chance: Random) -> Drawn:
    days = span(chance, 12)
    mean = chance.uniform(0.015, 0.07)
    return COUNT, {"deals": counted(arrivals(chance, days, mean, usual_wandering(chance, days)))}, days


def dense_money(chance: Random) -> Drawn:
    days = span(chance)
    events = arrivals(chance, days, exp(chance.uniform(log(3), log(80))), usual_wandering(chance, days))
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.5), 200)}, days


def sparse_money(chance: Random) -> Drawn:
    days = span(chance)
    events = arrivals(chance, days, exp(chance.uniform(log(0.06), log(0.6))), usual_wandering(chance, days))
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.4), 9_000)}, days


def heavy_tailed_money(chance: Random) -> Drawn:
    days = span(chance)
    events = arrivals(chance, days, exp(chance.uniform(log(0.3), log(5))), usual_wandering(chance, days))
    alpha = chance.uniform(1.6, 3.0)
    items = [
        Item(day, Decimal(round(sum(1000 * min(500.0, chance.paretovariate(alpha)) for _ in range(n)))))
        for day, n in events
        if n
    ]
    return MONEY, {"revenue": items}, days


def price_list_money(chance: Random) -> Drawn:
    """A few products of very different prices."""
    days = span(chance)
    prices = [round(exp(chance.uniform(log(50), log(20_000)))) for _ in range(chance.randint(2, 6))]
    events = arrivals(chance, days, exp(chance.uniform(log(0.1), log(4))), usual_wandering(chance, days))
    items = [Item(day, Decimal(sum(chance.choice(prices) for _ in range(n)))) for day, n in events if n]
    return MONEY, {"revenue": items}, days


def seasonal_money(chance: Random) -> Drawn:
    days = span(chance, 26, 44)
    size, phase, second = chance.uniform(0.15, 0.6), chance.uniform(0, 2 * pi), chance.uniform(0, 0.3)
    peak, wander = chance.randint(1, 12), usual_wandering(chance, days)

    def level(day: date) -> float:
        turn = 2 * pi * day.timetuple().tm_yday / 365
        return wander(day) * exp(
            size * sin(turn + phase) + second * sin(2 * turn) + 0.4 * (second > 0.15) * (day.month == peak)
        )

    events = arrivals(chance, days, exp(chance.uniform(log(0.5), log(20))), level)
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.2), 500)}, days


def growing(chance: Random) -> Drawn:
    days = span(chance)
    pace, wander = chance.choice([-0.06, -0.04, -0.02, 0.02, 0.04, 0.08]), usual_wandering(chance, days)

    def level(day: date) -> float:
        return wander(day) * exp(pace * (day - days.first).days / 30.4)

    events = arrivals(chance, days, exp(chance.uniform(log(0.3), log(20))), level)
    if chance.random() < 0.5:
        return COUNT, {"deals": counted(events)}, days
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.0), 500)}, days


def days_to_month_end(day: date) -> int:
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - day).days - 1


def month_end(chance: Random) -> Drawn:
    days = span(chance)
    wander, reach, boost = usual_wandering(chance, days), chance.choice([1, 3, 5, 8]), chance.uniform(2, 8)

    def level(day: date) -> float:
        return wander(day) * (boost if days_to_month_end(day) < reach else 1.0)

    events = arrivals(chance, days, exp(chance.uniform(log(0.15), log(10))), level)
    if chance.random() < 0.5:
        return COUNT, {"deals": counted(events)}, days
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.0), 500)}, days


def month_start(chance: Random) -> Drawn:
    """Renewals are booked in the first days; the rest of the month brings the rest."""
    days = span(chance)
    wander, reach, boost = usual_wandering(chance, days), chance.choice([1, 3, 7]), chance.uniform(2, 10)

    def level(day: date) -> float:
        return wander(day) * (boost if day.day <= reach else 1.0)

    events = arrivals(chance, days, exp(chance.uniform(log(0.15), log(10))), level)
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.0), 500)}, days


def quarter_end(chance: Random) -> Drawn:
    days = span(chance)
    wander = usual_wandering(chance, days)
    thirds = [exp(chance.gauss(0, 0.35)) for _ in range(3)]
    rush = chance.choice([1.0, 1.0, 3.0])

    def level(day: date) -> float:
        last = day.month % 3 == 0 and days_to_month_end(day) < 7
        return wander(day) * thirds[(day.month - 1) % 3] * (rush if last else 1.0)

    events = arrivals(chance, days, exp(chance.uniform(log(0.15), log(15))), level)
    if chance.random() < 0.5:
        return COUNT, {"deals": counted(events)}, days
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.0), 500)}, days


def regime_change(chance: Random) -> Drawn:
    days = span(chance)
    turns = sorted(chance.randint(90, 900) for _ in range(chance.randint(1, 3)))
    steps = [exp(chance.choice([-1, 1]) * chance.uniform(0.3, 0.9)) for _ in turns]
    wander = usual_wandering(chance, days)

    def level(day: date) -> float:
        age, result = (day - days.first).days, wander(day)
        for turn, step in zip(turns, steps, strict=True):
            result *= step if age >= turn else 1.0
        return result

    events = arrivals(chance, days, exp(chance.uniform(log(0.3), log(20))), level)
    return COUNT, {"deals": counted(events)}, days


def starting_late(chance: Random) -> Drawn:
    """A new member: months of ramp, then as usual."""
    days = span(chance, 8, 16)
    ramp, wander = chance.uniform(60, 200), usual_wandering(chance, days)

    def level(day: date) -> float:
        return wander(day) * min(1.0, 0.1 + (day - days.first).days / ramp)

    return COUNT, {"deals": counted(arrivals(chance, days, chance.uniform(0.3, 5), level))}, days


def ending(chance: Random) -> Drawn:
    """The last months bring little or nothing."""
    days = span(chance, 10, 20)
    stop, left = (days.last - days.first).days * chance.uniform(0.5, 0.9), chance.choice([0.0, 0.1])

    def level(day: date) -> float:
        return 1.0 if (day - days.first).days < stop else left

    return COUNT, {"deals": counted(arrivals(chance, days, chance.uniform(0.2, 5), level))}, days


def bursts(chance: Random) -> Drawn:
    """Whole weeks of nothing, then many at once."""
    days = span(chance)
    active = chance.uniform(0.2, 0.6)
    on = {number: chance.random() < active for number in range(400)}

    def level(day: date) -> float:
        return on[(day - days.first).days // 7] / active

    events = arrivals(chance, days, exp(chance.uniform(log(0.3), log(10))), level)
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.2, 1.0), 500)}, days


def weekly_entries(chance: Random) -> Drawn:
    """One number each Friday for the week."""
    days = span(chance)
    level, mean = usual_wandering(chance, days), exp(chance.uniform(log(2), log(200)))
    items = [Item(day, Decimal(poisson(chance, mean * level(day)))) for day in days if day.weekday() == 4]
    return Measure("deals", "Deals", cadence="weekly"), {"deals": items}, days


def two_entries_a_month(chance: Random) -> Drawn:
    """Invoices on the 1st and on the 15th."""
    days = span(chance, 12)
    level, sigma = usual_wandering(chance, days), chance.uniform(0.05, 0.4)
    items = [
        Item(day, Decimal(round(50_000 * level(day) * chance.lognormvariate(0, sigma))))
        for day in days
        if day.day in (1, 15)
    ]
    return MONEY, {"revenue": items}, days


def steady_hours(chance: Random) -> Drawn:
    days = span(chance)
    noise, shape = chance.uniform(0.02, 0.3), week_shape(chance)
    items = [
        Item(day, Decimal(str(round(8 * shape[day.weekday()] * max(0.0, chance.gauss(1, noise)), 2))))
        for day in days
        if shape[day.weekday()]
    ]
    return HOURS, {"hours": items}, days


def profit(chance: Random) -> Drawn:
    """Deals that may lose money."""
    days = span(chance)
    events = arrivals(chance, days, exp(chance.uniform(log(0.3), log(10))), usual_wandering(chance, days))
    margin, spread = chance.uniform(0.05, 0.3), chance.uniform(0.1, 0.4)
    items = [
        Item(
            day,
            Decimal(round(sum(chance.lognormvariate(6, 1) * chance.gauss(margin, spread) for _ in range(number)))),
        )
        for day, number in events
        if number
    ]
    return MONEY, {"revenue": items}, days


def huge_money(chance: Random) -> Drawn:
    days = span(chance)
    events = arrivals(chance, days, exp(chance.uniform(log(0.5), log(30))), usual_wandering(chance, days))
    return MONEY, {"revenue": priced(chance, events, chance.uniform(0.3, 1.2), 3e9)}, days


def _rate(chance: Random, mean: float) -> Drawn:
    days = span(chance)
    base, level = (
        chance.uniform(0.05, 0.8),
        wandering(chance, days, chance.choice([0.0, 0.03]), chance.choice([0.0, 0.1, 0.2])),
    )
    won, lost = [], []
    for day, number in arrivals(chance, days, mean, usual_wandering(chance, days)):
        share = 1 / (1 + (1 - base) / base / level(day))
        good = sum(chance.random() < share for _ in range(number))
        if number:
            won.append(Item(day, Decimal(good)))
            lost.append(Item(day, Decimal(number - good)))
    return RATE, {"won": won, "lost": lost}, days


def dense_rate(chance: Random) -> Drawn:
    return _rate(chance, exp(chance.uniform(log(3), log(30))))


def sparse_rate(chance: Random) -> Drawn:
    return _rate(chance, exp(chance.uniform(log(0.25), log(2))))


def margin(chance: Random) -> Drawn:
    days = span(chance)
    level, share = usual_wandering(chance, days), chance.uniform(0.4, 0.9)
    drift = wandering(chance, days, 0.01, 0.03)
    revenue, cost = [], []
    for item in priced(chance, arrivals(chance, days, exp(chance.uniform(log(0.5), log(10))), level), 1.0, 1_000):
        spent = float(item.value) * share * drift(item.day) * chance.lognormvariate(0, 0.15)
        revenue.append(item)
        cost.append(Item(item.day, Decimal(round(spent))))
    return MARGIN, {"revenue": revenue, "cost": cost}, days


def deal_size(chance: Random) -> Drawn:
    days = span(chance)
    level, sigma = (
        wandering(chance, days, chance.choice([0.0, 0.02]), chance.choice([0.0, 0.1])),
        chance.uniform(0.3, 1.2),
    )
    items = [
        Item(day, Decimal(round(sum(chance.lognormvariate(7, sigma) for _ in range(n)) / n * level(day))), Decimal(n))
        for day, n in arrivals(chance, days, exp(chance.uniform(log(0.3), log(10))), usual_wandering(chance, days))
        if n
    ]
    return SIZE, {"deal_size": items}, days


def stock(chance: Random) -> Drawn:
    days = span(chance)
    now, drift, churn = chance.uniform(50, 2_000), chance.gauss(0.0, 0.001), chance.uniform(0.0005, 0.006)
    items = []
    for day in days:
        if day.weekday() < 5:
            now += poisson(chance, now * churn) - poisson(chance, now * (churn - drift))
            items.append(Item(day, Decimal(max(0, round(now)))))
    return STOCK, {"customers": items}, days


def lumpy_stock(chance: Random) -> Drawn:
    """An open pipeline: deals of very different size come and go; a level is noted now and then."""
    days = span(chance)
    sigma, stay = chance.uniform(0.5, 1.3), chance.uniform(20, 90)
    rate, items = chance.uniform(0.2, 3), []
    deals: list[float] = []
    gap = chance.choice([1, 7])
    for number, day in enumerate(days):
        deals = [amount for amount in deals if chance.random() > 1 / stay]
        deals += [chance.lognormvariate(9, sigma) for _ in range(poisson(chance, rate * (stay if number == 0 else 1)))]
        if number % gap == 0:
            items.append(Item(day, Decimal(round(sum(deals)))))
    return Measure("pipeline", "Pipeline", "money", aggregation="last"), {"pipeline": items}, days


Kinds = Sequence[Callable[[Random], Drawn]]

KINDS: Kinds = (
    dense_counts, team_counts, sparse_counts, rare_counts, dense_money, sparse_money, heavy_tailed_money,
    price_list_money, seasonal_money, growing, month_end, month_start, quarter_end, regime_change, starting_late,
    ending, bursts, weekly_entries, two_entries_a_month, steady_hours, profit, huge_money, dense_rate, sparse_rate,
    margin, deal_size, stock, lumpy_stock,
)  # fmt: skip


def zoo(number: int, seed: str = "zoo", kinds: Kinds = KINDS) -> Iterator[Sample]:
    """`number` records of each kind."""
    for kind in kinds:
        for at in range(number):
            measure, items, days = kind(Random(f"{seed}/{kind.__name__}/{at}"))
            series = {code: Series(found) for code, found in items.items()}
            yield Sample(kind.__name__, f"{kind.__name__}-{at}", measure, series, days.first, days.last)
