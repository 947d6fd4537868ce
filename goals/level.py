"""The level of a quantity per unit of exposure, followed through its record by a bank of Kalman filters.

Each filter is a local level model with an effect for each calendar month: the level walks from day to day, a month
steps aside by a luck of its own, and what is counted scatters around both (Harvey, Forecasting, Structural Time
Series Models and the Kalman Filter, 1989). The filters differ in how far level and months move. Each is weighted by
how well it foretold every stretch of this very record before it was known (Bayesian model averaging; the prequential
principle of Dawid, 1984), and past forecasts of the rest of a month tell how much wider or narrower than foretold
the truth fell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log1p

# By week, and by month: standard deviations as shares of the level, each with its prior weight.
WALKS = ((0.0, 0.3), (0.03, 0.3), (0.08, 0.25), (0.2, 0.15))
MONTHS = ((0.0, 0.25), (0.1, 0.3), (0.25, 0.3), (0.5, 0.15))
TAIL = 6.0
LEAST_LEVEL = 0.1
WARM_UP = 3
CALIBRATION_PRIOR, MOST_SURPRISE = 10.0, 9.0
LEAST_SCALE, MOST_SCALE = 0.7, 4.0
# Nothing is foretold more closely than this share of it.
LEAST_SCATTER = 1e-3


@dataclass(frozen=True)
class Stretch:
    """Some days of one month: what they brought, and their exposure."""

    month: int
    exposure: float
    amount: float
    weeks: float


@dataclass(frozen=True)
class Ahead:
    """Exposure of the days to come: in all, in the month under way; `walked` and `aside` are what the walk and the
    months' luck of each week and month ahead are multiplied by in the variance of the total.
    """

    exposure: float
    this_month: float
    walked: float
    aside: float

    @classmethod
    def of(cls, stretches: Sequence[Stretch], month: int) -> "Ahead":
        tail = walked = 0.0
        by_month: dict[int, float] = {}
        for stretch in reversed(stretches):
            tail += stretch.exposure
            walked += stretch.weeks * tail * tail
            by_month[stretch.month] = by_month.get(stretch.month, 0.0) + stretch.exposure
        now = by_month.pop(month, 0.0)
        return cls(tail, now, walked, sum(value * value for value in by_month.values()))


class _Filter:
    """One of the bank; the state is (level, month's effect) with its covariance."""

    def __init__(self, walk: float, aside: float, weight: float) -> None:
        self.walk, self.aside = walk * walk, aside * aside
        self.likelihood = log(weight)
        self.trace: list[float] = []
        self.foretold: list[tuple[float, float]] = []

    def run(self, bank: "LevelBank", stretches: Sequence[Stretch], rests: Sequence[Ahead | None]) -> None:
        level, effect, least = bank.start, 0.0, bank.least
        ll = self.likelihood
        a, b, c = bank.start_variance, 0.0, 0.0
        month = -1
        walk, aside, noise, is_signed = self.walk, self.aside, bank.noise, bank.is_signed
        grain = LEAST_SCATTER * bank.size
        for number, (stretch, rest) in enumerate(zip(stretches, rests, strict=True)):
            exposure = stretch.exposure
            size = bank.size if is_signed else max(level, least)
            if stretch.month != month:
                month, effect, b, c = stretch.month, 0.0, 0.0, aside * size * size
            a += walk * size * size * stretch.weeks
            if exposure > 0:
                top, low = a + b, b + c
                scatter = noise * (1.0 if is_signed else max(level + effect, least)) * exposure + (grain * exposure) ** 2
                variance = exposure * exposure * (top + low) + scatter
                left = stretch.amount - exposure * (level + effect)
                if number >= WARM_UP:
                    ll -= 0.5 * log(variance) + (TAIL + 1) / 2 * log1p(left * left / (variance * (TAIL - 2)))
                gain = exposure / variance
                level += top * gain * left
                effect += low * gain * left
                gain *= exposure
                a, b, c = a - top * top * gain, b - top * low * gain, c - low * low * gain
                if not is_signed and level < 0:
                    level = 0.0
            self.level, self.effect, self.covariance = level, effect, (a, b, c)
            self.trace.append(ll)
            if rest is not None:
                self.foretold.append(self.ahead(bank, rest))
        self.likelihood = ll

    def ahead(self, bank: "LevelBank", rest: Ahead) -> tuple[float, float]:
        """Mean and variance of what the exposure ahead will bring."""
        a, b, c = self.covariance
        mean = rest.exposure * self.level + rest.this_month * self.effect
        rate = mean / rest.exposure if rest.exposure else 0.0
        size = bank.size if bank.is_signed else max(rate, bank.least)
        variance = (
            rest.exposure * rest.exposure * a
            + 2 * rest.exposure * rest.this_month * b
            + rest.this_month * rest.this_month * c
            + (self.walk * rest.walked + self.aside * rest.aside) * size * size
            + bank.noise * (1.0 if bank.is_signed else size) * rest.exposure
        )
        return mean, variance


class LevelBank:
    """`noise` is the variance of an amount per exposure; per exposure and level where amounts are never negative."""

    def __init__(self, stretches: Sequence[Stretch], noise: float, *, is_signed: bool) -> None:
        self.noise, self.is_signed = noise, is_signed
        whole = sum(stretch.exposure for stretch in stretches)
        mean = sum(stretch.amount for stretch in stretches) / whole if whole else 0.0
        self.month = stretches[-1].month
        # The size of the level, to which walks and months' lucks are relative.
        self.size = sum(abs(stretch.amount) for stretch in stretches) / whole if whole else 0.0
        self.start, self.least = mean, LEAST_LEVEL * self.size
        self.start_variance = self.size * self.size
        rests = _rests(stretches)
        self.filters = [_Filter(walk, aside, p * r) for walk, p in WALKS for aside, r in MONTHS]
        for member in self.filters:
            member.run(self, stretches, rests)
        self.weights = _weights([member.likelihood for member in self.filters])
        self.scale = self._calibrate(stretches, rests)

    def ahead(self, stretches: Sequence[Stretch]) -> tuple[float, float]:
        rest = Ahead.of(stretches, self.month)
        mean, variance = _mixed(self.weights, [member.ahead(self, rest) for member in self.filters])
        return mean, variance * self.scale

    def _calibrate(self, stretches: Sequence[Stretch], rests: Sequence[Ahead | None]) -> float:
        origins = [number for number, rest in enumerate(rests) if rest is not None]
        surprise, known = 0.0, 0.0
        for at, number in enumerate(origins):
            if number < WARM_UP * 2:
                continue
            weights = _weights([member.trace[number] for member in self.filters])
            mean, variance = _mixed(weights, [member.foretold[at] for member in self.filters])
            if variance > 0:
                brought = 0.0
                for later in stretches[number + 1 :]:
                    if later.month != stretches[number].month:
                        break
                    brought += later.amount
                surprise += min(MOST_SURPRISE, (brought - mean) ** 2 / variance) / 2
                known += 0.5
        scale = (surprise + CALIBRATION_PRIOR) / (known + CALIBRATION_PRIOR)
        return min(MOST_SCALE, max(LEAST_SCALE, scale))


def _rests(stretches: Sequence[Stretch]) -> list[Ahead | None]:
    """For each stretch the exposure that its month then still brought; None at its end and in the last month."""
    found: list[Ahead | None] = []
    last = stretches[-1].month
    for at, stretch in enumerate(stretches):
        later = []
        if stretch.month != last:
            for other in stretches[at + 1 : at + 8]:
                if other.month != stretch.month:
                    break
                later.append(other)
        rest = Ahead.of(later, stretch.month) if later else None
        found.append(rest if rest and rest.exposure > 0 else None)
    return found


def _weights(likelihoods: Sequence[float]) -> list[float]:
    best = max(likelihoods)
    raw = [exp(value - best) for value in likelihoods]
    whole = sum(raw)
    return [value / whole for value in raw]


def _mixed(weights: Sequence[float], moments: Sequence[tuple[float, float]]) -> tuple[float, float]:
    mean = sum(w * m for w, (m, _) in zip(weights, moments, strict=True))
    return mean, sum(w * (v + (m - mean) ** 2) for w, (m, v) in zip(weights, moments, strict=True))


def scatter_of(stretches: Sequence[Stretch], *, is_signed: bool) -> tuple[float, float, int]:
    """(sum of squared scatter, sum of levels, pairs) of neighbouring stretches of one month: their quotient is the
    variance per exposure and level, free of slow moves of the level (von Neumann's successive differences).
    """
    scatter = levels = 0.0
    pairs = 0
    for one, two in zip(stretches, stretches[1:], strict=False):
        if one.month != two.month or not one.exposure > 0 < two.exposure:
            continue
        gap = one.amount / one.exposure - two.amount / two.exposure
        scatter += gap * gap / (1 / one.exposure + 1 / two.exposure)
        levels += 1.0 if is_signed else (one.amount + two.amount) / (one.exposure + two.exposure)
        pairs += 1
    return scatter, levels, pairs
