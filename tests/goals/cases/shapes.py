"""Sales records of known shapes, drawn by a seed: what a day usually brings, and how far chance moves it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log, sqrt
from random import Random

from goals.coach import Item, Record
from tests.goals.drafts import TODAY

Level = Callable[[date], float]
Draw = Callable[[Random, float], float]
LAST = date(2026, 11, 22)  # the Sunday before TODAY


def flat(level: float) -> Level:
    return lambda day: level


def growing(now: float, monthly: float) -> Level:
    """`now` at the end of the record, and so much (0.03) more each month up to then."""
    return lambda day: now * (1 + monthly) ** ((day - LAST).days / 30.44)


def peak(level: float, factors: dict[int, float], monthly: float = 0.0) -> Level:
    """Months with a factor of their own, such as {12: 1.5}."""
    return lambda day: growing(level, monthly)(day) * factors.get(day.month, 1.0)


def stepped(before: float, now: float, since: date) -> Level:
    return lambda day: now if day >= since else before


def steady(chance: Random, level: float) -> float:
    return round(level * chance.uniform(0.85, 1.15))


def poisson(chance: Random, level: float) -> float:
    limit, number, product = exp(-level), 0, chance.random()
    while product > limit:
        number, product = number + 1, product * chance.random()
    return number


def noisy(chance: Random, level: float) -> float:
    """Coefficient of variation about 1 a day, so 45 % a week and 20 % a month."""
    return round(level * exp(chance.gauss(-log(2) / 2, sqrt(log(2)))))


def lumpy(chance: Random, level: float) -> float:
    """One deal in four days, of very different sizes."""
    return round(4 * level * exp(chance.gauss(-0.32, 0.8))) if chance.random() < 0.25 else 0


def working_days(weeks: int, weekdays: int = 5) -> list[date]:
    first = LAST - timedelta(days=7 * weeks - 1)
    days = (first + timedelta(days=n) for n in range(7 * weeks))
    return [day for day in days if day.isoweekday() <= weekdays]


def sums(code: str, level: Level, draw: Draw, weeks: int, seed: int = 1) -> Record:
    chance = Random(seed)
    return Record({code: [Item(day, Decimal(draw(chance, level(day)))) for day in working_days(weeks)]}, TODAY)


def weekly_sums(code: str, level: Level, draw: Draw, weeks: int, seed: int = 1) -> Record:
    """One entry each Friday; `level` is a week's."""
    chance = Random(seed)
    fridays = [day for day in working_days(weeks) if day.isoweekday() == 5]
    return Record({code: [Item(day, Decimal(draw(chance, level(day)))) for day in fridays]}, TODAY)


def monthly_sums(code: str, level: Level, draw: Draw, months: int, seed: int = 1) -> Record:
    """One entry on the last day of each month; `level` is a month's."""
    chance, found = Random(seed), []
    year, month = 2026, 11
    for _ in range(months):
        last = date(year, month, 1) - timedelta(days=1)
        year, month = last.year, last.month
        found.append(Item(last, Decimal(draw(chance, level(last)))))
    return Record({code: found}, TODAY)


def rates(deals: float, rate: Level, weeks: int, seed: int = 1, codes: tuple[str, str] = ("won", "lost")) -> Record:
    """So many closed deals a week on the average, each won at the rate of its day."""
    chance = Random(seed)
    days: dict[str, list[Item]] = {code: [] for code in codes}
    for day in working_days(weeks):
        closed = int(poisson(chance, deals / 5))
        won = sum(chance.random() < rate(day) for _ in range(closed))
        days[codes[0]].append(Item(day, Decimal(won)))
        days[codes[1]].append(Item(day, Decimal(closed - won)))
    return Record(days, TODAY)


def margins(revenue: float, margin: float, weeks: int, seed: int = 1) -> Record:
    chance = Random(seed)
    days: dict[str, list[Item]] = {"revenue": [], "cost_of_goods": []}
    for day in working_days(weeks):
        sold = noisy(chance, revenue / 5)
        days["revenue"].append(Item(day, Decimal(sold)))
        days["cost_of_goods"].append(Item(day, Decimal(round(sold * (1 - margin) * chance.uniform(0.93, 1.07)))))
    return Record(days, TODAY)


def averages(code: str, mean: float, spread: float, a_day: float, weeks: int, seed: int = 1) -> Record:
    """The mean of each day's deals, with how many there were."""
    chance, items = Random(seed), []
    for day in working_days(weeks):
        number = int(poisson(chance, a_day))
        if number:
            drawn = [max(0.0, chance.gauss(mean, spread)) for _ in range(number)]
            items.append(Item(day, Decimal(f"{sum(drawn) / number:.2f}"), Decimal(number)))
    return Record({code: items}, TODAY)


def stock(code: str, now: float, a_week: float, noise: float, weeks: int, seed: int = 1) -> Record:
    """A level that ends at `now`, having changed by `a_week` a week, give or take `noise`; recorded each Friday."""
    chance = Random(seed)
    level, items = now, []
    for day in reversed([day for day in working_days(weeks) if day.isoweekday() == 5]):
        items.append(Item(day, Decimal(round(level))))
        level -= chance.gauss(a_week, noise)
    return Record({code: items}, TODAY)


def churned(rate: float, customers: float, months: int, seed: int = 1) -> Record:
    """Customers at each month's end, those lost in each month, and as many won."""
    chance = Random(seed)
    stocks, lost, year, month = [], [], 2026, 11
    for _ in range(months):
        last = date(year, month, 1) - timedelta(days=1)
        year, month = last.year, last.month
        stocks.append(Item(last, Decimal(round(customers))))
        lost.append(Item(last, Decimal(sum(chance.random() < rate for _ in range(round(customers))))))
    return Record({"customers": stocks, "lost_customers": lost}, TODAY)
