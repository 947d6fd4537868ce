"""The rates, averages and stocks among the records of `strangers.py`."""

from datetime import timedelta
from decimal import Decimal
from math import exp
from random import Random

from bench.calibration.drawing import Drawn, between, counts_at, poisson, scaled, span, usual_rate, wandering
from goals.record import Item, Measure

ORDER_RATE = Measure("order_rate", "Order rate", "percent", aggregation=None, formula="orders / quotes")
LEAD_COST = Measure("lead_cost", "Cost per lead", "money", "lower", aggregation=None, formula="spend / leads")
CHURN = Measure(
    "churn", "Churn", "percent", "lower", aggregation=None, formula="lost / opening(customers)",
    parts={"lost": "sum", "customers": "last"},
)  # fmt: skip
BASKET = Measure("basket", "Order value", "money", aggregation="average")
REPLY = Measure("reply", "Reply time", "duration", "lower", aggregation="average")
PIPELINE = Measure("pipeline", "Open pipeline", "money", aggregation="last")
CUSTOMERS = Measure("customers", "Customers", aggregation="last")


def order_rate(chance: Random) -> Drawn:
    """Quotes become orders some days later."""
    days = span(chance, 9, 26)
    share, lag, orders = chance.uniform(0.15, 0.7), chance.randint(2, 20), dict.fromkeys(days, 0)
    quotes = counts_at(chance, scaled(usual_rate(chance, days), between(chance, 0.5, 12)))
    luck = wandering(chance, days, 0.02, 0.08)
    for item in quotes:
        for _ in range(int(item.value)):
            closed = item.day + timedelta(days=poisson(chance, lag))
            if closed in orders and chance.random() < share * luck(item.day):
                orders[closed] += 1
    return ORDER_RATE, {"quotes": quotes, "orders": [Item(day, Decimal(n)) for day, n in orders.items() if n]}, days


def low_win_rate(chance: Random) -> Drawn:
    """Three to fifteen of a hundred cold contacts, some dozens of them a month."""
    days, share = span(chance, 9, 24), chance.uniform(0.03, 0.15)
    quotes = counts_at(chance, scaled(usual_rate(chance, days), between(chance, 1, 6)))
    orders = [Item(item.day, Decimal(sum(chance.random() < share for _ in range(int(item.value))))) for item in quotes]
    return ORDER_RATE, {"quotes": quotes, "orders": orders}, days


def lead_cost(chance: Random) -> Drawn:
    """Advertising spend over leads, both by the day."""
    days = span(chance, 8, 24)
    cost = wandering(chance, days, chance.choice([0.02, 0.05]), chance.choice([0.0, 0.1]))
    budget, price = between(chance, 100, 3000), between(chance, 20, 200)
    spend, leads = [], []
    for day in days:
        spent = budget * chance.lognormvariate(0, 0.2)
        spend.append(Item(day, round(Decimal(spent), 2)))
        leads.append(Item(day, Decimal(poisson(chance, spent / price / cost(day)))))
    return LEAD_COST, {"spend": spend, "leads": leads}, days


def churn(chance: Random) -> Drawn:
    """Customers lost in a month over those at its opening."""
    days, now = span(chance, 9, 30), float(chance.randint(80, 2500))
    level, monthly = wandering(chance, days, 0.02, 0.15), chance.uniform(0.01, 0.06)
    lost, customers = [], []
    for day in days:
        gone = poisson(chance, now * monthly / 30.4 * level(day))
        now += poisson(chance, now * monthly / 28) - gone
        lost.append(Item(day, Decimal(gone)))
        customers.append(Item(day, Decimal(round(now))))
    return CHURN, {"lost": lost, "customers": customers}, days


def basket(chance: Random) -> Drawn:
    """The mean order value, as a shop's system gives it each day."""
    days, sigma = span(chance, 8, 24), chance.uniform(0.3, 1.0)
    mean, busy = wandering(chance, days, 0.02, 0.04), scaled(usual_rate(chance, days), between(chance, 1, 40))
    items = []
    for day, rate in busy.items():
        if number := poisson(chance, rate):
            whole = sum(600 * mean(day) * chance.lognormvariate(0, sigma) for _ in range(number))
            items.append(Item(day, round(Decimal(whole / number), 2), Decimal(number)))
    return BASKET, {"basket": items}, days


def reply_time(chance: Random) -> Drawn:
    """One mean a day without a count; Mondays are slow."""
    days, base = span(chance, 6, 18), between(chance, 0.5, 12)
    level, monday = wandering(chance, days, 0.04, 0.05), chance.uniform(1, 2)
    items = []
    for day in days:
        slow = monday if not day.weekday() else 1.0
        if day.weekday() < 5:
            items.append(Item(day, round(Decimal(base * level(day) * slow * chance.lognormvariate(0, 0.4)), 2)))
    return REPLY, {"reply": items}, days


def pipeline_level(chance: Random) -> Drawn:
    """A weekly look at the open pipeline, that returns to its usual size."""
    days, usual = span(chance, 9, 26), between(chance, 1e5, 5e6)
    back, swing, gap, items = chance.uniform(0.03, 0.2), chance.uniform(0.03, 0.12), 0.0, []
    for day in days:
        if day.weekday() == 0:
            gap = gap * (1 - back) + chance.gauss(0, swing)
            items.append(Item(day, Decimal(round(usual * exp(gap)))))
    return PIPELINE, {"pipeline": items}, days


def customer_base(chance: Random) -> Drawn:
    """Won and lost by the month's end more than before; grows or shrinks."""
    days, now, pace = span(chance, 8, 26), float(chance.randint(30, 900)), chance.choice([-0.02, 0.01, 0.03, 0.06])
    items = []
    for day in days:
        if day.weekday() < 5:
            now += poisson(chance, now * (0.02 + max(0.0, pace)) / 21) - poisson(
                chance, now * (0.02 + max(0.0, -pace)) / 21
            )
            items.append(Item(day, Decimal(round(now))))
    return CUSTOMERS, {"customers": items}, days


KINDS = (order_rate, low_win_rate, lead_cost, churn, basket, reply_time, pipeline_level, customer_base)
