"""What drawn records are made of: spans, weeks, wandering levels, events and their sizes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log, sqrt
from random import Random

from goals.record import Item, Measure

FIRST = date(2021, 1, 1)

Level = Callable[[date], float]


@dataclass(frozen=True)
class Span:
    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += timedelta(days=1)


Drawn = tuple[Measure, dict[str, list[Item]], Span]


def span(chance: Random, fewest: int = 10, most: int = 30) -> Span:
    months = chance.randint(fewest, most)
    first = date(FIRST.year + chance.randint(0, 2), chance.randint(1, 12), 1)
    index = first.year * 12 + first.month - 1 + months
    return Span(first, date(index // 12, index % 12 + 1, 1) - timedelta(days=1))


def poisson(chance: Random, mean: float) -> int:
    if mean <= 0:
        return 0
    if mean > 50:
        return max(0, round(chance.gauss(mean, sqrt(mean))))
    limit, number, product = exp(-mean), 0, chance.random()
    while product > limit:
        number, product = number + 1, product * chance.random()
    return number


def week_shape(chance: Random) -> list[float]:
    """Seven factors: weekends often at rest, working days not all alike."""
    swing = chance.choice([0.0, 0.2, 0.5])
    days = [exp(chance.gauss(0, swing)) for _ in range(5)]
    weekend = chance.choice([0.0, 0.0, 0.1, 0.5, 1.0])
    return [*days, weekend, weekend * chance.choice([0.3, 1.0])]


def wandering(chance: Random, days: Span, by_week: float, by_month: float = 0.0) -> Level:
    """A level that walks from week to week and steps aside for whole months; around 1."""
    walk, levels, aside, month = 0.0, {}, 0.0, 0
    for number, day in enumerate(days):
        if day.month != month:
            month, aside = day.month, chance.gauss(0, by_month)
        if number % 7 == 0:
            walk = 0.995 * walk + chance.gauss(0, by_week)
        levels[day] = exp(walk + aside)
    return levels.__getitem__


def usual_wandering(chance: Random, days: Span) -> Level:
    return wandering(chance, days, chance.choice([0.0, 0.02, 0.05, 0.1]), chance.choice([0.0, 0.05, 0.15, 0.3]))


def arrivals(chance: Random, days: Span, mean: float, level: Level, burst: float = 0.0) -> list[tuple[date, int]]:
    """Events a day around `mean`; `burst` is the variance of a day's own luck."""
    shape = week_shape(chance)
    scale = mean * 7 / sum(shape)
    found = []
    for day in days:
        luck = chance.gammavariate(1 / burst, burst) if burst else 1.0
        found.append((day, poisson(chance, scale * shape[day.weekday()] * level(day) * luck)))
    return found


def priced(chance: Random, events: list[tuple[date, int]], sigma: float, typical: float) -> list[Item]:
    return [
        Item(day, Decimal(round(sum(typical * chance.lognormvariate(0, sigma) for _ in range(number)))))
        for day, number in events
        if number
    ]


def counted(events: list[tuple[date, int]]) -> list[Item]:
    return [Item(day, Decimal(number)) for day, number in events if number]


Days = dict[date, float]


def between(chance: Random, low: float, high: float) -> float:
    return exp(chance.uniform(log(low), log(high)))


def days_left(day: date) -> int:
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - day).days - 1


def working_left(day: date) -> int:
    """Working days of the month after `day`."""
    return sum((day + timedelta(days=at)).weekday() < 5 for at in range(1, days_left(day) + 1))


def worked(chance: Random, days: Span, level: Callable[[date], float]) -> Days:
    """Monday to Friday at a level; some firms also on Saturday."""
    saturday = chance.choice([0.0, 0.0, 0.4])
    return {day: level(day) * (1.0 if day.weekday() < 5 else saturday if day.weekday() == 5 else 0.0) for day in days}


def usual_rate(chance: Random, days: Span) -> Days:
    return worked(
        chance, days, wandering(chance, days, chance.choice([0.0, 0.02, 0.05]), chance.choice([0.0, 0.1, 0.2]))
    )


def counts_at(chance: Random, rate: Days) -> list[Item]:
    return [Item(day, Decimal(n)) for day, mean in rate.items() if (n := poisson(chance, mean))]


def sold_at(chance: Random, rate: Days, size: Callable[[], float]) -> list[Item]:
    found = []
    for day, mean in rate.items():
        if number := poisson(chance, mean):
            found.append(Item(day, round(Decimal(sum(size() for _ in range(number))), 2)))
    return found


def sizes(chance: Random, typical: float, sigma: float) -> Callable[[], float]:
    return lambda: typical * chance.lognormvariate(0, sigma)


def scaled(rate: Days, by: float | Callable[[date], float]) -> Days:
    return {day: mean * (by(day) if callable(by) else by) for day, mean in rate.items()}
