"""What is recorded once a week: costs, the open pipeline, how content customers are. No database."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random

from demo.calendar import DAY
from demo.people import TEAMS, Person
from demo.selling import Recorded, Workplace

# A KPI of the company's own, beside those of the catalogue.
CONTENTMENT = "csat"
# Of this team nobody has asked the customers lately.
SILENT_TEAM, SILENT_WEEKS = "upcountry", 5
WEEKLY_COSTS, WEEKLY_ADVERTISING = 105_000, 31_000


def weekly_figures(place: Workplace, people: Iterable[Person]) -> Iterator[Recorded]:
    everyone = list(people)
    day = place.days.first + (4 - place.days.first.weekday()) % 7 * DAY  # a Friday
    while day <= place.days.today:
        for group in TEAMS:
            yield from _costs(place, group.manager, day)
        for person in everyone:
            if place.is_working(person.key, day):
                yield from _of_rep(place, person, day)
        day += 7 * DAY


def _costs(place: Workplace, manager: str, day: dt.date) -> Iterator[Recorded]:
    random = Random(f"costs of {manager} {day}")
    # Since the trials grew longer, less is spent on advertising.
    thrift = 0.82 if day >= place.days.season[0] else 1
    yield _money(manager, "operating_costs", day, random.gauss(WEEKLY_COSTS, 6_000))
    yield _money(manager, "acquisition_spend", day, random.gauss(WEEKLY_ADVERTISING * thrift, 2_500))


def _of_rep(place: Workplace, person: Person, day: dt.date) -> Iterator[Recorded]:
    random = Random(f"week of {person.key} {day}")
    yield _money(person.key, "open_pipeline", day, random.gauss(780_000, 120_000) * person.push)
    is_silent = person.team == SILENT_TEAM and day > place.days.weeks(-SILENT_WEEKS)
    if person.team != "online" and not is_silent:
        score = min(5.0, max(1.0, random.gauss(4.2, 0.35)))
        yield Recorded(person.key, CONTENTMENT, day, Decimal(f"{score:.1f}"))


def _money(person: str, code: str, day: dt.date, amount: float) -> Recorded:
    return Recorded(person, code, day, Decimal(round(amount / 100) * 100))
