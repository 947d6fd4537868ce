"""From a mean and a spread to quantiles and chances."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, log, sqrt
from statistics import NormalDist

STANDARD = NormalDist()
LOW, HIGH = 0.1, 0.9
# Below this share of the mean a spread is drawn as a normal curve, above it as one that cannot fall below nothing.
SKEWED_FROM = 0.1
COUNTED_UP_TO, COMPOUND_UP_TO = 500, 40
STEPS = 30
ALMOST_NEVER, ALMOST_SURE = 1e-6, 1 - 1e-6


@dataclass(frozen=True)
class Outlook:
    """What a KPI will probably be: mean and standard deviation in its own unit.

    `floor` is what a total that never falls has already reached; only the rest is uncertain. A count's rest is drawn
    from a negative binomial (Poisson where it spreads no wider). A rest of few `events` (deals, orders), whose sizes
    vary by `size_scatter` (squared coefficient of variation), is a negative binomial number of log-normal sizes; other
    rests are log-normal where they spread widely, all else is a normal curve. `bounds` are what the KPI never leaves.
    """

    mean: float
    spread: float
    floor: float | None = None
    is_count: bool = False
    bounds: tuple[float | None, float | None] = (None, None)
    events: float = 0.0
    size_scatter: float = 1.0

    @property
    def _rest(self) -> float:
        return self.mean - (self.floor or 0.0)

    @property
    def _is_counted(self) -> bool:
        return self.is_count and self.floor is not None and 0 < self._rest <= COUNTED_UP_TO

    @property
    def _is_skewed(self) -> bool:
        return self.floor is not None and self._rest > 0 and self.spread > SKEWED_FROM * self._rest

    def chance(self, target: float, *, upward: bool) -> float:
        """The probability of ending at or above (below) `target`. Only what is already decided is 0 or 1."""
        if not self.spread or not self._rest:
            return float(self.mean >= target if upward else self.mean <= target)
        if self.floor is not None and (target < self.floor or (upward and target == self.floor)):
            return float(upward)
        lower, upper = self.bounds
        if (upward and lower is not None and target <= lower) or (not upward and upper is not None and target >= upper):
            return ALMOST_SURE
        need = target - (self.floor or 0.0)
        below = self._below(ceil(need - 1e-9) - 1 if upward and self._is_counted else need)
        return min(ALMOST_SURE, max(ALMOST_NEVER, 1 - below if upward else below))

    def _below(self, rest: float) -> float:
        """The probability that the uncertain rest is at most `rest`."""
        if self._is_counted:
            total = 0.0
            for number, share in self._counts:
                if number > rest:
                    break
                total += share
            return total
        if self._is_compound:
            return self._compound_below(rest)
        if self._is_skewed:
            return self._log_normal.cdf(log(rest)) if rest > 0 else 0.0
        return STANDARD.cdf((rest - self._rest) / self.spread)

    @property
    def _is_compound(self) -> bool:
        return self._is_skewed and 0 < self.events <= COMPOUND_UP_TO

    @cached_property
    def _sums(self) -> list[tuple[float, NormalDist | None]]:
        """(probability of so many events, logarithm of their total), the total matched to a log-normal by its mean and
        variance (Fenton, 1960)."""
        size = self._rest / self.events
        scatter = max(self.spread**2 - self.events * (1 + self.size_scatter) * size**2, 0.0) / size**2
        found: list[tuple[float, NormalDist | None]] = []
        for number, share in numbers(self.events, self.events + scatter):
            if not number:
                found.append((share, None))
                continue
            variance = log(1 + self.size_scatter / number)
            found.append((share, NormalDist(log(number * size) - variance / 2, sqrt(variance))))
        return found

    def _compound_below(self, rest: float) -> float:
        if rest <= 0:
            return self._sums[0][0] if not rest else 0.0
        point = log(rest)
        return sum(share * (curve.cdf(point) if curve else 1.0) for share, curve in self._sums)

    @property
    def _counts(self) -> Iterator[tuple[int, float]]:
        mean, variance = self._rest, self.spread**2
        return self._regular_counts if variance < 0.95 * mean else numbers(mean, variance)

    @property
    def _regular_counts(self) -> Iterator[tuple[int, float]]:
        """Counts that scatter less than chance would have them: a normal curve, cut at the halves."""
        curve, below = NormalDist(self._rest, self.spread), 0.0
        number = max(0, int(self._rest - 8 * self.spread))
        while below < 1 - 1e-9 and number < self._rest + 9 * self.spread + 2:
            share = curve.cdf(number + 0.5) - below
            yield number, share
            below += share
            number += 1

    @cached_property
    def _log_normal(self) -> NormalDist:
        variance = log(1 + (self.spread / self._rest) ** 2)
        return NormalDist(log(self._rest) - variance / 2, sqrt(variance))

    def quantile(self, share: float) -> float:
        """The value that the KPI ends at or below with this probability.

        Where a single value has a probability of its own, half of it counts as below (the mid-distribution of Parzen,
        2004), so that a range between two quantiles holds as much as it says, on average over many.
        """
        if not self.spread:
            return self.mean
        if self._is_counted:
            return (self.floor or 0.0) + self._count_quantile(share)
        if self._is_compound:
            return (self.floor or 0.0) + self._compound_quantile(share)
        if self._is_skewed:
            return (self.floor or 0.0) + exp(self._log_normal.inv_cdf(share))
        value = self.mean + self.spread * STANDARD.inv_cdf(share)
        lower, upper = (self.floor if self.floor is not None else self.bounds[0]), self.bounds[1]
        value = value if lower is None else max(lower, value)
        return value if upper is None else min(upper, value)

    def _compound_quantile(self, share: float) -> float:
        nothing = self._sums[0][0]
        if share <= nothing and (share >= 0.5 or share <= nothing / 2):
            return 0.0
        low, high = 0.0, self._rest + 4 * self.spread
        while self._compound_below(high) < share:
            low, high = high, 2 * high
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._compound_below(middle) < share else (low, middle)
        return (low + high) / 2

    def _count_quantile(self, share: float) -> float:
        """Below the median the least number whose middle reaches `share`, above it the greatest that stays within."""
        total, reached = 0.0, 0
        for number, probability in self._counts:
            middle = total + probability / 2
            if share > 0.5 and middle > share and number:
                break
            total, reached = total + probability, number
            if (share < 0.5 and middle >= share) or (share == 0.5 and total >= share):
                break
        return float(reached)


def numbers(mean: float, variance: float) -> Iterator[tuple[int, float]]:
    """(number, probability) of a negative binomial, of a Poisson where the variance is not above the mean; until next
    to nothing is left.
    """
    left, number = 1.0, 0
    size = mean**2 / (variance - mean) if variance > mean * 1.001 else None
    share = exp(-mean) if size is None else (size / (size + mean)) ** size
    while left > 1e-6 and number < 100 * COUNTED_UP_TO:
        yield number, share
        left -= share
        number += 1
        share *= mean / number if size is None else (number - 1 + size) / number * mean / (size + mean)
