"""From a mean and a spread to quantiles and chances."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, log, sqrt
from statistics import NormalDist

STANDARD = NormalDist()
LOW, HIGH = 0.1, 0.9
# Below this share of the mean a spread is drawn as a normal curve, above it as one that cannot fall below nothing.
SKEWED_FROM = 0.25
COUNTED_UP_TO = 500
ALMOST_NEVER, ALMOST_SURE = 1e-6, 1 - 1e-6


@dataclass(frozen=True)
class Outlook:
    """What a KPI will probably be: mean and standard deviation in its own unit.

    `floor` is what a total that never falls has already reached; only the rest is uncertain. A count's rest is
    drawn from a negative binomial (Poisson at the least spread), other rests from a log-normal where they spread
    widely, all else from a normal curve. `bounds` are what the KPI never leaves.
    """

    mean: float
    spread: float
    floor: float | None = None
    is_count: bool = False
    bounds: tuple[float | None, float | None] = (None, None)

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
        need = target - (self.floor or 0.0)
        below = self._below(ceil(need) - 1 if upward and self._is_counted else need)
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
        if self._is_skewed:
            return self._log_normal.cdf(log(rest)) if rest > 0 else 0.0
        return STANDARD.cdf((rest - self._rest) / self.spread)

    @property
    def _counts(self) -> Iterator[tuple[int, float]]:
        """(number, probability), until next to nothing is left."""
        mean, variance = self._rest, self.spread**2
        left, number = 1.0, 0
        size = mean**2 / (variance - mean) if variance > mean * 1.001 else None
        share = exp(-mean) if size is None else (size / (size + mean)) ** size
        while left > 1e-9 and number < 100 * COUNTED_UP_TO:
            yield number, share
            left -= share
            number += 1
            share *= mean / number if size is None else (number - 1 + size) / number * mean / (size + mean)

    @cached_property
    def _log_normal(self) -> NormalDist:
        variance = log(1 + (self.spread / self._rest) ** 2)
        return NormalDist(log(self._rest) - variance / 2, sqrt(variance))

    def quantile(self, share: float) -> float:
        """The value that the KPI ends at or below with this probability."""
        if not self.spread:
            return self.mean
        if self._is_counted:
            return (self.floor or 0.0) + self._count_quantile(share)
        if self._is_skewed:
            return (self.floor or 0.0) + exp(self._log_normal.inv_cdf(share))
        value = self.mean + self.spread * STANDARD.inv_cdf(share)
        lower, upper = (self.floor if self.floor is not None else self.bounds[0]), self.bounds[1]
        value = value if lower is None else max(lower, value)
        return value if upper is None else min(upper, value)

    def _count_quantile(self, share: float) -> float:
        total, reached = 0.0, 0
        for number, probability in self._counts:
            total, reached = total + probability, number
            if total >= share:
                break
        return float(reached)
