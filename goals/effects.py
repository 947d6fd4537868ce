"""What whole months have in common: the month's place in its quarter, and in the year."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# What a month's luck is taken to be before the record has shown it: its variance, and how many months that counts for.
MONTH_LUCK, LUCK_COUNTS = 0.15**2, 3
FEWEST_MONTHS, FEWEST_FOR_SEASON = 4, 15


@dataclass(frozen=True)
class MonthEffects:
    """Factors around 1; `of` takes a month counted from year 0."""

    quarter: Mapping[int, float]
    season: Mapping[int, float]

    def of(self, month: int) -> float:
        return self.quarter.get(month % 3, 1.0) * self.season.get(month % 12, 1.0)


NO_EFFECTS = MonthEffects({}, {})


def learn_effects(rates: Mapping[int, float], noise: float) -> MonthEffects:
    """From each whole month's amount per exposure; `noise` is the relative variance that chance alone gives one."""
    months = sorted(rates)
    if len(months) < FEWEST_MONTHS or months[-1] - months[0] + 1 != len(months) or not all(rates.values()):
        return NO_EFFECTS
    values = [rates[month] for month in months]
    quarter = _cycle(months, _beside(values, 3), 3, noise)
    values = [value / quarter.get(month % 3, 1.0) for month, value in zip(months, values, strict=True)]
    season: dict[int, float] = {}
    if len(months) >= FEWEST_FOR_SEASON:
        season = _cycle(months, _beside(values, 12), 12, noise)
    return MonthEffects(quarter, season)


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


def _cycle(months: Sequence[int], ratios: Sequence[float], length: int, noise: float) -> dict[int, float]:
    """One factor for each place in the cycle, drawn towards 1 by what months in the same place differ (analysis of
    variance, with a prior for the luck of a month)."""
    groups: dict[int, list[float]] = {}
    for month, ratio in zip(months, ratios, strict=True):
        groups.setdefault(month % length, []).append(ratio)
    means = {place: sum(found) / len(found) for place, found in groups.items()}
    within = sum((ratio - means[month % length]) ** 2 for month, ratio in zip(months, ratios, strict=True))
    free = len(ratios) - len(groups)
    luck = (within + LUCK_COUNTS * (MONTH_LUCK + noise)) / (free + LUCK_COUNTS)
    between = sum(len(found) * (means[place] - 1) ** 2 for place, found in groups.items()) / max(1, len(groups) - 1)
    typical = len(ratios) / len(groups)
    signal = max(0.0, between - luck) / typical
    return {place: 1 + (mean - 1) * signal / (signal + luck / len(groups[place])) for place, mean in means.items()}
