"""Records that are written on the same days of each month: invoices of the 1st and the 15th, one number at its end.

Weekdays say nothing about them, and nothing is to be expected on any other day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from goals.places import WORKED, Kind, place_of

FEWEST_DAYS, PLACES_FOR_A_DAY = 3, 3
CYCLES = (12, 3, 1)
LONGEST_STEP_BACK = 5

Place = tuple[int, int]


@dataclass(frozen=True)
class Rhythm:
    """`shares` gives how often each place of the cycle of months had an entry."""

    cycle: int
    place: Callable[[int], int]
    shares: dict[Place, float]

    def of(self, day: int) -> float:
        return self.shares.get((place_of(day)[0] % self.cycle, self.place(day)), 0.0)


def rhythm_of(first: int, amounts: Sequence[float], kind_of: Callable[[int], Kind]) -> Rhythm | None:
    """None unless at least three days with an amount fall on a third as many places of the month, or fewer: what
    comes by chance hardly ever does.
    """
    days = [first + at for at, amount in enumerate(amounts) if amount]
    if len(days) < FEWEST_DAYS or len(days) > len(amounts) / 7:
        return None
    ways = (_from_the_start, _from_the_end, _last_worked(kind_of))
    number, place = min(((len({place(day) for day in days}), place) for place in ways), key=lambda found: found[0])
    if number * PLACES_FOR_A_DAY > len(days):
        return None
    months = {place_of(day)[0] for day in days}
    cycle = next(cycle for cycle in CYCLES if len({month % cycle for month in months}) == 1)
    return Rhythm(cycle, place, _shares(first, len(amounts), days, cycle, place))


def _shares(
    first: int, number: int, days: Sequence[int], cycle: int, place: Callable[[int], int]
) -> dict[Place, float]:
    counts: dict[Place, int] = {}
    for day in days:
        key = place_of(day)[0] % cycle, place(day)
        counts[key] = counts.get(key, 0) + 1
    chances = dict.fromkeys(counts, 0)
    for day in range(first, first + number):
        key = place_of(day)[0] % cycle, place(day)
        if key in chances:
            chances[key] += 1
    return {key: count / chances[key] for key, count in counts.items()}


def _from_the_start(day: int) -> int:
    return place_of(day)[1]


def _from_the_end(day: int) -> int:
    return place_of(day)[2]


def _last_worked(kind_of: Callable[[int], Kind]) -> Callable[[int], int]:
    """-1 for the last day of a month that is worked; every other day is itself."""

    def place(day: int) -> int:
        _, number, left = place_of(day)
        if left > LONGEST_STEP_BACK or kind_of(day)[0] != WORKED:
            return number
        return number if any(kind_of(later)[0] == WORKED for later in range(day + 1, day + left + 1)) else -1

    return place
