"""What whole months have in common: the month's place in its quarter, and in the year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What a month's luck is taken to be before the record has shown it: its variance, and how many months that counts for.
MONTH_LUCK, LUCK_COUNTS = 0.15**2, 3
FEWEST_MONTHS, FEWEST_FOR_SEASON = 4, 15
# Standard deviation of drifts by the month, and the most that is believed of one by the week.
USUAL_DRIFT, MOST_DRIFT = 0.02, 0.015
DRIFT_CAUTION, LEAST_END = 2.0, 0.3


Factors = dict[int, tuple[float, float]]


@dataclass(frozen=True)
class MonthEffects:
    """Factors around 1 with their variances, by the month's place in quarter and year, and the drift of the level: its
    change per week as a share.
    """

    quarter: Factors
    season: Factors
    drift: float = 0.0

    def of(self, month: int) -> float:
        """`month` counts from year 0."""
        return self.quarter.get(month % 3, SURE)[0] * self.season.get(month % 12, SURE)[0]

    def doubt(self, month: int) -> float:
        """The variance of that factor, as a share of its square."""
        return self.quarter.get(month % 3, SURE)[1] + self.season.get(month % 12, SURE)[1]


SURE = (1.0, 0.0)
NO_EFFECTS = MonthEffects({}, {})


def learn_effects(rates: Mapping[int, float]) -> MonthEffects:
    """From each whole month's amount per exposure."""
    months = sorted(rates)
    if len(months) < FEWEST_MONTHS or months[-1] - months[0] + 1 != len(months) or not all(rates.values()):
        return NO_EFFECTS
    values = [rates[month] for month in months]
    quarter = _cycle(months, _beside(values, 3), 3)
    values = [value / quarter.get(month % 3, SURE)[0] for month, value in zip(months, values, strict=True)]
    season: Factors = {}
    if len(months) >= FEWEST_FOR_SEASON:
        season = _cycle(months, _beside(values, 12), 12)
        values = [value / season.get(month % 12, SURE)[0] for month, value in zip(months, values, strict=True)]
    return MonthEffects(quarter, season, _drift(values[-12:]))


def slope_of(values: Sequence[float]) -> float:
    """The slope of the least squares line through the months, as a share of their mean, drawn towards none by its
    standard error beside what drifts usually are, or less where it stands out far from both: who is new grows faster
    than others. Levels that walk make neighbouring months alike: the error counts for more than it seems.
    """
    number = len(values)
    mean = sum(values) / number if number else 0.0
    if number < FEWEST_MONTHS or mean <= 0:
        return 0.0
    middle = (number - 1) / 2
    square = sum((at - middle) ** 2 for at in range(number))
    slope = sum((at - middle) * value for at, value in enumerate(values)) / square / mean
    left = sum((value / mean - 1 - slope * (at - middle)) ** 2 for at, value in enumerate(values))
    luck = (left + LUCK_COUNTS * MONTH_LUCK) / (number - 2 + LUCK_COUNTS)
    error = DRIFT_CAUTION * luck / square
    return slope * max(USUAL_DRIFT**2 / (USUAL_DRIFT**2 + error), 1 - error / slope**2 if slope else 0.0)


def _drift(values: Sequence[float]) -> float:
    """By the week, at the end of the months."""
    slope = slope_of(values)
    weekly = slope / max(1 + slope * (len(values) - 1) / 2, LEAST_END) * 7 / 30.44
    return max(-MOST_DRIFT, min(MOST_DRIFT, weekly))


def _beside(values: Sequence[float], width: int) -> list[float]:
    """Each value beside the mean of the `width` values around it; at the ends the nearest such mean goes on by the
    pace of all."""
    means = [sum(values[at : at + width]) / width for at in range(len(values) - width + 1)]
    pace = (means[-1] / means[0]) ** (1 / (len(means) - 1)) if len(means) > 1 and means[0] > 0 < means[-1] else 1.0
    found = []
    for at, value in enumerate(values):
        nearest = min(max(at - (width - 1) / 2, 0), len(means) - 1)
        low = int(nearest)
        mean = means[low] if low == nearest else (means[low] + means[low + 1]) / 2
        found.append(value / (mean * pace ** (at - (width - 1) / 2 - nearest)) if mean > 0 else 1.0)
    return found


def _cycle(months: Sequence[int], ratios: Sequence[float], length: int) -> Factors:
    """One factor for each place in the cycle, drawn towards 1 by what months in the same place differ (analysis of
    variance, with a prior for the luck of a month).
    """
    groups: dict[int, list[float]] = {}
    for month, ratio in zip(months, ratios, strict=True):
        groups.setdefault(month % length, []).append(ratio)
    means = {place: sum(found) / len(found) for place, found in groups.items()}
    within = sum((ratio - means[month % length]) ** 2 for month, ratio in zip(months, ratios, strict=True))
    free = len(ratios) - len(groups)
    luck = (within + LUCK_COUNTS * MONTH_LUCK) / (free + LUCK_COUNTS)
    between = sum(len(found) * (means[place] - 1) ** 2 for place, found in groups.items()) / max(1, len(groups) - 1)
    typical = len(ratios) / len(groups)
    signal = max(0.0, between - luck) / typical
    if not signal:
        return {}
    believed = {place: signal / (signal + luck / len(found)) for place, found in groups.items()}
    return {
        place: (
            1 + (mean - 1) * believed[place],
            (1 - believed[place]) * signal / (1 + (mean - 1) * believed[place]) ** 2,
        )
        for place, mean in means.items()
    }
