"""How much of a usual day's business each day carries: weekdays, places in the month, months of quarter and year.

Every pattern is learnt as factors around 1 and drawn towards 1 as far as chance could have made it, so a record
without the pattern is not given one. A quantity's level is then measured per unit of exposure.
"""

from collections.abc import Callable, Mapping, Sequence

from goals.effects import slope_of
from goals.places import Kind, day_of_month, part_of_month, place_of
from goals.rhythm import rhythm_of
from goals.shrinkage import shrunk, shrunk_with_doubt

HALF_LIFE_DAYS = 182
PATTERN_DAYS = 548
FEWEST_MONTHS, DAYS_IN_A_MONTH = 3, 30.44
# A day of a month is not taken to bring less than this share of it for the month's growth alone.
LEAST_SHARE = 0.2


class Exposure:
    """Learnt from daily amounts (none negative); `kind_of` gives what a day is in the calendar."""

    def __init__(self, first: int, amounts: Sequence[float], kind_of: Callable[[int], Kind]) -> None:
        self.kind_of = kind_of
        self.first, self.last = first, first + len(amounts) - 1
        self.factors: list[tuple[Callable[[int], int], dict[int, float]]] = []
        self.doubts: list[tuple[Callable[[int], int], dict[int, float]]] = []
        start = max(0, len(amounts) - PATTERN_DAYS)
        self.rhythm = rhythm_of(first + start, amounts[start:], kind_of)
        if self.rhythm is not None:
            self.known = [self.rhythm.of(day) for day in range(first, self.last + 1)]
            return
        self._since, recent = first + start, amounts[start:]
        self.rates = self._learn_weekdays(recent)
        self.known = [self._rate(kind_of(day)) for day in range(first, self.last + 1)]
        for place in (part_of_month, day_of_month):
            self._learn_places(recent, place)

    def of(self, day: int, kind_of: Callable[[int], Kind] | None = None) -> float:
        if self.first <= day <= self.last:
            return self.known[day - self.first]
        if self.rhythm is not None:
            return self.rhythm.of(day)
        value = self._rate((kind_of or self.kind_of)(day))
        for place, factors in self.factors:
            value *= factors.get(place(day), 1.0)
        return value

    def doubt(self, exposures: Mapping[int, float]) -> float:
        """The variance of the exposure of some days to come together, from what is not known about their places."""
        found = 0.0
        for place, variances in self.doubts:
            sums: dict[int, float] = {}
            for day, exposure in exposures.items():
                sums[place(day)] = sums.get(place(day), 0.0) + exposure
            found += sum(whole * whole * variances.get(where, 0.0) for where, whole in sums.items())
        return found

    def _rate(self, kind: Kind) -> float:
        """A kind never seen before brings what its like do; a holiday or leave brings nothing until it did."""
        if kind in self.rates:
            return self.rates[kind]
        alike = [rate for (day, _), rate in self.rates.items() if day == kind[0]]
        return sum(alike) / len(alike) if alike else 0.0

    def _learn_weekdays(self, amounts: Sequence[float]) -> dict[Kind, float]:
        """Mean amount by kind of day, drawn towards the mean of its like; a day half a year older counts half."""
        sums: dict[Kind, list[float]] = {}
        weight, fade = 1.0, 0.5 ** (1 / HALF_LIFE_DAYS)
        for back, amount in enumerate(reversed(amounts)):
            found = sums.setdefault(self.kind_of(self.last - back), [0.0, 0.0, 0.0, 0.0])
            found[0] += weight
            found[1] += weight * weight
            found[2] += weight * amount
            found[3] += weight * amount * amount
            weight *= fade
        rates: dict[Kind, float] = {}
        for group in {kind[0] for kind in sums}:
            rates |= _alike({kind: found for kind, found in sums.items() if kind[0] == group})
        return rates

    def _learn_places(self, amounts: Sequence[float], place: Callable[[int], int]) -> None:
        """What the days in each place of the month brought beside what their weekdays and month would let expect."""
        levels = self._levels(amounts)
        if len(levels) < FEWEST_MONTHS:
            return
        # Who grows brings more at the end of each month: that is no pattern of months.
        slope = slope_of(list(levels.values())) * sum(levels.values()) / len(levels) / DAYS_IN_A_MONTH
        offset = self._since - self.first
        cells: dict[tuple[int, int], list[float]] = {}
        for at, amount in enumerate(amounts):
            month, number, left = place_of(self._since + at)
            if level := levels.get(month):
                cell = cells.setdefault((month, place(self._since + at)), [0.0, 0.0])
                cell[0] += amount
                cell[1] += self.known[offset + at] * max(level + slope * (number - left - 1) / 2, LEAST_SHARE * level)
        factors = _factors([(where, amount, due) for (_, where), (amount, due) in cells.items()])
        learnt = {where: factor for where, (factor, _) in factors.items()}
        self.factors.append((place, learnt))
        self.doubts.append(
            (place, {where: doubt / factor**2 for where, (factor, doubt) in factors.items() if factor > 0})
        )
        self.known = [exposure * learnt.get(place(self.first + at), 1.0) for at, exposure in enumerate(self.known)]

    def _levels(self, amounts: Sequence[float]) -> dict[int, float]:
        """Amount per exposure of each whole month that had any, oldest first."""
        offset = self._since - self.first
        months: dict[int, list[float]] = {}
        for at, amount in enumerate(amounts):
            whole = months.setdefault(place_of(self._since + at)[0], [0.0, 0.0, 0.0])
            whole[0] += amount
            whole[1] += self.known[offset + at]
            whole[2] += 1
        return {
            month: whole[0] / whole[1] for month, whole in months.items() if whole[1] and whole[2] >= 28 and whole[0]
        }


def _alike(sums: dict[Kind, list[float]]) -> dict[Kind, float]:
    whole = sum(found[0] for found in sums.values())
    mean = sum(found[2] for found in sums.values()) / whole
    means = {kind: found[2] / found[0] for kind, found in sums.items()}
    noise = sum(found[3] - found[0] * means[kind] ** 2 for kind, found in sums.items()) / whole
    variances = [noise * found[1] / found[0] ** 2 for found in sums.values()]
    return dict(zip(sums, shrunk(list(means.values()), variances, mean), strict=True))


def _factors(cells: list[tuple[int, float, float]]) -> dict[int, tuple[float, float]]:
    """From (place, amount, amount expected) of each month to a factor for each place, with its variance."""
    sums: dict[int, list[float]] = {}
    for where, amount, due in cells:
        found = sums.setdefault(where, [0.0, 0.0, 0.0])
        found[0] += amount
        found[1] += due
        found[2] += 1
    ratios = {where: found[0] / found[1] if found[1] else 1.0 for where, found in sums.items()}
    scatter = free = 0.0
    for where, amount, due in cells:
        if due:
            scatter += (amount - ratios[where] * due) ** 2
            free += due * (1 - due / sums[where][1])
    noise = scatter / free if free > 0 else 0.0
    variances = [noise / found[1] if found[1] else 1.0 for found in sums.values()]
    return dict(zip(sums, shrunk_with_doubt(list(ratios.values()), variances), strict=True))
