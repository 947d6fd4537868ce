"""One draft for the tests of the coach: the close rate of about 25 % over three weeks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from goals.coach import Draft, Item, Measure, Parent, Record
from goals.progress import TargetType

TODAY = date(2026, 11, 23)
FIRST_MONDAY = date(2026, 11, 2)
WIN_RATE = Measure("win_rate", "Win rate", "percent", aggregation=None, formula="won / (won + lost)")
CALLS = Measure("calls", "Calls")
YEAR_END = Parent(
    kpi="win_rate",
    uses=("won", "lost"),
    target_type=TargetType.INCREASE_TO,
    target=Decimal("0.33"),
    start=date(2026, 10, 1),
    deadline=date(2026, 12, 31),
)
DRAFT = Draft(
    statement="Raise our win rate by answering every lead within a day",
    why="More wins from the leads we have",
    kpi=WIN_RATE,
    baseline=Decimal("0.25"),
    target=Decimal("0.30"),
    start=TODAY,
    deadline=date(2026, 11, 29),
    parent=YEAR_END,
)


def draft(**changes: Any) -> Draft:
    """Numbers and dates may be given as text."""
    for key in ("baseline", "target"):
        if isinstance(changes.get(key), str):
            changes[key] = Decimal(changes[key])
    for key in ("start", "deadline"):
        if isinstance(changes.get(key), str):
            changes[key] = date.fromisoformat(changes[key])
    return replace(DRAFT, **changes)


def win_record(opportunities: int, rates: tuple[float, ...] = (0.25, 0.25, 0.25), seed: int | None = None) -> Record:
    """So many closed deals a week, each week at its rate: all on Mondays, or spread over the week by a seed."""
    days: dict[str, list[Item]] = {"won": [], "lost": []}
    chance = Random(seed)
    for week, rate in enumerate(rates):
        monday = FIRST_MONDAY + timedelta(weeks=week)
        won = round(opportunities * rate)
        for code, number in (("won", won), ("lost", opportunities - won)):
            if seed is None:
                days[code].append(Item(monday, Decimal(number)))
            else:
                days[code] += [Item(monday + timedelta(chance.randrange(5)), Decimal(1)) for _ in range(number)]
    return Record(days, TODAY)


def daily_record(code: str, amounts: list[int], weeks: int, last: date = date(2026, 11, 22)) -> Record:
    """The same five amounts from Monday to Friday, week after week, up to the Sunday `last`."""
    monday = last - timedelta(days=6)
    items = [
        Item(monday - timedelta(weeks=week) + timedelta(days=day), Decimal(amount))
        for week in range(weeks)
        for day, amount in enumerate(amounts)
    ]
    return Record({code: items}, TODAY)
