"""Records of a second set of kinds, drawn after the forecast was built: sales as they are told of by those who sell.

They are made differently from those of `zoo.py`: customers who order by their own rhythm, people who sell more when
they are behind, months that are booked at their end, closed weeks that no calendar knows.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from math import exp, pi, sin
from random import Random

from bench.calibration import strange_levels
from bench.calibration.drawing import (
    Days,
    Drawn,
    between,
    counts_at,
    days_left,
    poisson,
    scaled,
    sizes,
    sold_at,
    span,
    usual_rate,
    wandering,
    working_left,
)  # fmt: skip
from goals.record import Item, Measure

MONEY = Measure("revenue", "Revenue", "money")
COUNT = Measure("deals", "Deals")
CALLS = Measure("calls", "Calls")


def weekly_deal(chance: Random) -> Drawn:
    """A rep with about a deal a week."""
    days = span(chance, 9, 26)
    return COUNT, {"deals": counts_at(chance, scaled(usual_rate(chance, days), between(chance, 0.5, 2) / 5))}, days


def weekly_deal_money(chance: Random) -> Drawn:
    days = span(chance, 9, 26)
    rate = scaled(usual_rate(chance, days), between(chance, 0.5, 2) / 5)
    return MONEY, {"revenue": sold_at(chance, rate, sizes(chance, 12_000, chance.uniform(0.3, 0.9)))}, days


def enterprise(chance: Random) -> Drawn:
    """One to six deals a month, some of them ten times the others."""
    days = span(chance, 12, 30)
    rate, alpha = scaled(usual_rate(chance, days), between(chance, 1, 6) / 21), chance.uniform(1.3, 2.2)
    return MONEY, {"revenue": sold_at(chance, rate, lambda: 40_000 * min(60.0, chance.paretovariate(alpha)))}, days


def hockey_stick(chance: Random) -> Drawn:
    """The last working days of a month bring a third to two thirds of it."""
    days = span(chance, 9, 26)
    last, share = chance.choice([2, 3, 5]), chance.uniform(0.33, 0.66)
    boost = share / (1 - share) * (21 - last) / last
    rate = scaled(usual_rate(chance, days), lambda day: boost if working_left(day) < last else 1.0)
    rate = scaled(rate, between(chance, 0.1, 3))
    if chance.random() < 0.5:
        return COUNT, {"deals": counts_at(chance, rate)}, days
    return MONEY, {"revenue": sold_at(chance, rate, sizes(chance, 3_000, chance.uniform(0.3, 1.0)))}, days


def quarter_rush(chance: Random) -> Drawn:
    """The last weeks of a quarter rush, the first of the next are quiet."""
    days = span(chance, 12, 30)
    rush, quiet, weeks = chance.uniform(1.5, 4), chance.uniform(0.3, 0.8), chance.choice([2, 3, 4])

    def pace(day: date) -> float:
        to_end = days_left(day) + (30 * (2 - (day.month - 1) % 3))
        return rush if to_end < 7 * weeks else quiet if to_end > 75 else 1.0

    rate = scaled(scaled(usual_rate(chance, days), pace), between(chance, 0.2, 4))
    return MONEY, {"revenue": sold_at(chance, rate, sizes(chance, 5_000, chance.uniform(0.3, 1.0)))}, days


def calls_by_weekday(chance: Random) -> Drawn:
    """Calls: strong weekdays, nothing at weekends, and days that swing more than chance."""
    days = span(chance, 6, 18)
    shape = [chance.uniform(0.4, 1.6) for _ in range(5)] + [0.0, 0.0]
    mean, luck, level = between(chance, 8, 60), chance.uniform(0.02, 0.3), wandering(chance, days, 0.03, 0.05)
    items = []
    for day in days:
        rate = mean * shape[day.weekday()] * level(day) * chance.gammavariate(1 / luck, luck)
        items.append(Item(day, Decimal(poisson(chance, rate))))
    return CALLS, {"calls": items}, days


def closed_weeks(chance: Random) -> Drawn:
    """New Year, a week in April and a day now and then bring zeros, and no calendar says so."""
    days = span(chance, 14, 36)

    def pace(day: date) -> float:
        is_closed = (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2)
        return 0.0 if is_closed or (day.month == 4 and 10 <= day.day <= 17) or day.toordinal() % 47 == 0 else 1.0

    rate = scaled(scaled(usual_rate(chance, days), pace), between(chance, 0.3, 20))
    return COUNT, {"deals": [Item(day, Decimal(poisson(chance, mean))) for day, mean in rate.items()]}, days


def ramping(chance: Random) -> Drawn:
    """A new rep, at full speed after half a year."""
    days, full = span(chance, 9, 18), chance.uniform(90, 240)
    rate = scaled(usual_rate(chance, days), lambda day: 1 / (1 + exp(-8 * ((day - days.first).days / full - 0.5))))
    return COUNT, {"deals": counts_at(chance, scaled(rate, between(chance, 0.3, 5)))}, days


def sudden_drop(chance: Random) -> Drawn:
    """A large customer or half of the territory goes."""
    days = span(chance, 12, 26)
    at, left = (days.last - days.first).days * chance.uniform(0.4, 0.7), chance.uniform(0.3, 0.65)
    rate = scaled(usual_rate(chance, days), lambda day: left if (day - days.first).days > at else 1.0)
    return MONEY, {"revenue": sold_at(chance, scaled(rate, between(chance, 0.3, 8)), sizes(chance, 800, 0.8))}, days


def growth(chance: Random) -> Drawn:
    days, pace = span(chance, 10, 26), chance.choice([0.02, 0.03, 0.05, 0.08])
    rate = scaled(usual_rate(chance, days), lambda day: exp(pace * (day - days.first).days / 30.4))
    return MONEY, {"revenue": sold_at(chance, scaled(rate, between(chance, 0.3, 5)), sizes(chance, 800, 0.7))}, days


def yearly_season(chance: Random) -> Drawn:
    """Each month of the year has its own size."""
    days = span(chance, 26, 46)
    months = [exp(chance.gauss(0, chance.choice([0.15, 0.3]))) for _ in range(12)]
    rate = scaled(scaled(usual_rate(chance, days), lambda day: months[day.month - 1]), between(chance, 0.5, 15))
    return MONEY, {"revenue": sold_at(chance, rate, sizes(chance, 900, 0.8))}, days


def year_end_flush(chance: Random) -> Drawn:
    """Budgets are spent in December; January is empty."""
    days, december = span(chance, 14, 40), chance.uniform(1.5, 3)
    rate = scaled(usual_rate(chance, days), lambda day: december if day.month == 12 else 0.5 if day.month == 1 else 1.0)
    return COUNT, {"deals": counts_at(chance, scaled(rate, between(chance, 0.3, 6)))}, days


def leave_gaps(chance: Random) -> Drawn:
    """One person, away for one to three weeks several times a year."""
    days = span(chance, 9, 24)
    away: set[date] = set()
    for _ in range(round((days.last - days.first).days / 365 * chance.randint(2, 5)) + 1):
        begin = days.first + timedelta(days=chance.randint(0, (days.last - days.first).days))
        away |= {begin + timedelta(days=at) for at in range(7 * chance.randint(1, 3))}
    rate = scaled(usual_rate(chance, days), lambda day: 0.0 if day in away else 1.0)
    return COUNT, {"deals": counts_at(chance, scaled(rate, between(chance, 0.3, 10)))}, days


def weekly_batches(chance: Random) -> Drawn:
    """The week's sales typed in on one evening, now and then the Monday after."""
    days = span(chance, 8, 24)
    rate, weekday, late = (
        scaled(usual_rate(chance, days), between(chance, 0.3, 10)),
        chance.choice([3, 4, 6]),
        chance.choice([0.0, 0.15]),
    )
    size, items, waiting = sizes(chance, 1_500, 0.6), [], 0.0
    for day, mean in rate.items():
        waiting += sum(size() for _ in range(poisson(chance, mean)))
        if waiting and ((day.weekday() == weekday and chance.random() >= late) or day.weekday() == (weekday + 3) % 7):
            items.append(Item(day, round(Decimal(waiting), 2)))
            waiting = 0.0
    return MONEY, {"revenue": items}, days


def month_booked_at_its_end(chance: Random) -> Drawn:
    """One number on the last day of each month."""
    days, level = span(chance, 12, 36), 0.0
    items = []
    for day in days:
        if not days_left(day):
            level = 0.7 * level + chance.gauss(0, 0.15)
            items.append(Item(day, Decimal(round(80_000 * exp(level)))))
    return Measure("revenue", "Revenue", "money", cadence="monthly"), {"revenue": items}, days


def near_the_quota(chance: Random) -> Drawn:
    """Whoever is behind works more, whoever is through rests: months end near their quota."""
    days, quota, push = span(chance, 9, 24), between(chance, 6, 80), chance.uniform(0.4, 1)
    items, month, so_far = [], 0, 0
    for day in days:
        if day.month != month:
            month, so_far = day.month, 0
        if day.weekday() < 5:
            left = max(0.05 * quota, quota * chance.uniform(0.9, 1.1) - so_far)
            number = poisson(chance, push * left / (working_left(day) + 1) + (1 - push) * quota / 21)
            so_far += number
            if number:
                items.append(Item(day, Decimal(number)))
    return COUNT, {"deals": items}, days


def regular_customers(chance: Random) -> Drawn:
    """A few dealers, each of whom orders every few weeks about the same."""
    days = span(chance, 10, 26)
    found: Days = {}
    for _ in range(chance.randint(2, 8)):
        every, size = chance.uniform(12, 60), between(chance, 2_000, 30_000)
        day = days.first + timedelta(days=chance.uniform(0, every))
        while day <= days.last:
            found[day] = found.get(day, 0.0) + size * chance.lognormvariate(0, 0.25)
            day += timedelta(days=max(2, round(chance.gauss(every, every * 0.15))))
    return MONEY, {"revenue": [Item(day, Decimal(round(amount))) for day, amount in found.items()]}, days


def promotions(chance: Random) -> Drawn:
    """A shop, open every day, with some days at three times the usual."""
    days, boost = span(chance, 9, 26), chance.uniform(1.8, 4)
    hot: set[date] = set()
    for day in days:
        if chance.random() < 1 / 30:
            hot |= {day + timedelta(days=at) for at in range(chance.randint(2, 5))}
    level = wandering(chance, days, 0.02, 0.05)
    rate = {day: level(day) * (boost if day in hot else 1) * (1.4 if day.weekday() > 4 else 1) for day in days}
    return MONEY, {"revenue": sold_at(chance, scaled(rate, between(chance, 2, 40)), sizes(chance, 45, 0.7))}, days


def refunds(chance: Random) -> Drawn:
    """Sales, of which some are taken back days later as negative amounts."""
    days = span(chance, 9, 24)
    sold = sold_at(chance, scaled(usual_rate(chance, days), between(chance, 1, 10)), sizes(chance, 400, 0.8))
    back = [
        Item(item.day + timedelta(days=chance.randint(3, 25)), -round(item.value * Decimal(chance.uniform(0.2, 1)), 2))
        for item in sold
        if chance.random() < 0.15
    ]
    return MONEY, {"revenue": [*sold, *(item for item in back if item.day <= days.last)]}, days


def short_record(chance: Random) -> Drawn:
    """Half a year of whatever sells."""
    days = span(chance, 5, 7)
    return COUNT, {"deals": counts_at(chance, scaled(usual_rate(chance, days), between(chance, 0.2, 15)))}, days


def renewals_and_new(chance: Random) -> Drawn:
    """Renewals are billed on the 1st, new business comes as it comes."""
    days, level, size = span(chance, 9, 24), 1.0, sizes(chance, 2_000, 0.7)
    rate, items = scaled(usual_rate(chance, days), between(chance, 0.2, 2)), []
    base = between(chance, 0.3, 3) * 21 * sum(rate.values()) / max(1, len(rate)) * 2_000
    for day, mean in rate.items():
        amount = sum(size() for _ in range(poisson(chance, mean)))
        if day.day == 1:
            level *= exp(chance.gauss(0.005, 0.03))
            amount += base * level
        if amount:
            items.append(Item(day, Decimal(round(amount))))
    return MONEY, {"revenue": items}, days


def several_reps(chance: Random) -> Drawn:
    """A team whose members come and go."""
    days = span(chance, 12, 30)
    whole: Days = dict.fromkeys(days, 0.0)
    for _ in range(chance.randint(4, 12)):
        mean, begin = between(chance, 0.05, 0.6), days.first + timedelta(days=chance.randint(-300, 300))
        end = begin + timedelta(days=chance.randint(200, 900))
        for day in days:
            if begin <= day <= end and day.weekday() < 5:
                whole[day] += mean * min(1.0, 0.3 + (day - begin).days / 150)
    return MONEY, {"revenue": sold_at(chance, whole, sizes(chance, 6_000, 0.8))}, days


def odd_waves(chance: Random) -> Drawn:
    """Demand that swells and falls over some weeks, by nobody's calendar."""
    days, length, size = span(chance, 9, 26), chance.uniform(30, 130), chance.uniform(0.2, 0.6)
    phase = chance.uniform(0, 2 * pi)
    rate = scaled(
        usual_rate(chance, days), lambda day: exp(size * sin(2 * pi * (day - days.first).days / length + phase))
    )
    return COUNT, {"deals": counts_at(chance, scaled(rate, between(chance, 0.4, 10)))}, days


KINDS: tuple[Callable[[Random], Drawn], ...] = (
    weekly_deal, weekly_deal_money, enterprise, hockey_stick, quarter_rush, calls_by_weekday, closed_weeks, ramping,
    sudden_drop, growth, yearly_season, year_end_flush, leave_gaps, weekly_batches, month_booked_at_its_end,
    near_the_quota, regular_customers, promotions, refunds, short_record, renewals_and_new, several_reps, odd_waves,
    *strange_levels.KINDS,
)  # fmt: skip
