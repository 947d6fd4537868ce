"""A year of selling, made up: who recorded what on which day. No database, no clock; the same today gives the same.

What happens to a person on a day depends on the two alone, so that yesterday stays what it was when tomorrow comes.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from demo.calendar import DAY, Days
from demo.people import Person

MEAN_DEAL = 19_000  # baht
WEEKDAYS = (0.9, 1.1, 1.1, 1.05, 0.85, 0, 0)
# January to December: the year opens slowly, Songkran empties April, the budgets are spent before New Year.
SEASONS = (0.86, 0.92, 1.06, 0.78, 0.97, 1.02, 0.96, 0.98, 1.06, 1.03, 1.12, 1.2)
MONTH_END_DAYS, MONTH_END_RUSH = 3, 1.35
YEARLY_GROWTH = 0.16
PART_OF_DEALS_WITH_NEW_CUSTOMERS = 0.14
# The three weeks of the close-rate example: 13 won of 53, a quarter.
WON_LATELY = (1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 2, 1)
LOST_LATELY = (3, 2, 3, 3, 2, 3, 2, 3, 2, 2, 3, 2, 4, 3, 3)


@dataclass(frozen=True)
class Recorded:
    person: str
    code: str
    date: dt.date
    value: Decimal


@dataclass(frozen=True)
class Workplace:
    """`is_working(key, day)`: neither weekend nor holiday nor leave, and still with the company."""

    days: Days
    is_working: Callable[[str, dt.date], bool]
    is_online: Callable[[str, dt.date], bool]


def poisson(random: Random, mean: float) -> int:
    """By multiplication of uniforms (Knuth); for the small means of a day."""
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def busyness(day: dt.date, today: dt.date) -> float:
    """How much is sold on a day, 1 on average today."""
    next_month = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    rush = MONTH_END_RUSH if (next_month - day).days <= MONTH_END_DAYS + 2 else 0.95
    growth = math.exp(math.log1p(YEARLY_GROWTH) * (day - today).days / 365)
    return WEEKDAYS[day.weekday()] * SEASONS[day.month - 1] * rush * growth


def days_of(place: Workplace, person: Person) -> Iterator[Recorded]:
    """All that a rep records, apart from customers and the pipeline."""
    day = place.days.long_ago
    lately = 0
    while day <= place.days.today:
        random = Random(f"{person.key} {day}")
        if place.is_online(person.key, day) and day >= place.days.first:
            yield from _sign_ups(random, person, day)
        if place.is_working(person.key, day) and (day < place.days.today or _is_early(random, person)):
            script = None
            if person.key == "narin" and day >= place.days.weeks(-3):
                script, lately = lately, lately + 1
            yield from _day(random, place, person, day, script)
        day += DAY


def _is_early(random: Random, person: Person) -> bool:
    """Has recorded today's work already; the rep who signs in has it still ahead."""
    return person.key != "narin" and random.random() < 0.6


def _day(random: Random, place: Workplace, person: Person, day: dt.date, script: int | None) -> Iterator[Recorded]:
    def record(code: str, value: int | Decimal) -> Recorded:
        return Recorded(person.key, code, day, Decimal(value))

    mood = busyness(day, place.days.today) * person.push
    closed = poisson(random, 4.2 * mood)
    won = sum(random.random() < person.skill for _deal in range(closed))
    lost = closed - won
    if script is not None:
        won, lost = WON_LATELY[script % len(WON_LATELY)], LOST_LATELY[script % len(LOST_LATELY)]
    revenue = sum(round(random.lognormvariate(math.log(MEAN_DEAL), 0.5), -1) for _deal in range(won))
    yield record("revenue", Decimal(revenue))
    if revenue:
        yield record("cost_of_goods", Decimal(round(revenue * random.uniform(0.58, 0.66))))
    if day < place.days.first:
        return
    yield record("won", won)
    yield record("lost", lost)
    for _deal in range(min(won, 2)):
        yield record("sales_cycle", random.randint(14, 44))
    if found := sum(random.random() < PART_OF_DEALS_WITH_NEW_CUSTOMERS * 2 for _deal in range(won)):
        yield record("new_customers", found)
    is_online = place.is_online(person.key, day)
    means = {"calls": 11 if is_online else 17, "emails": 26 if is_online else 15, "meetings": 2.2, "opportunities": 4.6}
    for code, mean in means.items():
        if (count := poisson(random, mean * (0.6 + 0.4 * mood))) or code == "calls":
            yield record(code, count)
    # By dice of their own: what else happens on a day stays what it was.
    stages = Random(f"stages of {person.key} {day}")
    yield record("leads", poisson(stages, 9.5 * (0.6 + 0.4 * mood)))
    yield record("proposals", won + poisson(stages, 1.7 * mood))


def _sign_ups(random: Random, person: Person, day: dt.date) -> Iterator[Recorded]:
    """Online, at weekends too."""
    quiet = 0.5 if day.weekday() > 4 else 1
    for code, mean in (("email_signups", 7), ("onsite_signups", 12)):
        yield Recorded(person.key, code, day, Decimal(poisson(random, mean * quiet * SEASONS[day.month - 1])))
