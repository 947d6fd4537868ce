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
from itertools import pairwise
from math import exp, log, log1p

# (walk in a week, luck of a month, prior weight): the first two are standard deviations as shares of the level.
BANK = (
    (0.0, 0.0, 0.10), (0.0, 0.1, 0.12), (0.0, 0.25, 0.12), (0.0, 0.5, 0.06),
    (0.03, 0.0, 0.10), (0.03, 0.12, 0.14), (0.03, 0.3, 0.10),
    (0.08, 0.0, 0.06), (0.08, 0.2, 0.10),
    (0.2, 0.15, 0.10),
)  # fmt: skip
TAIL = 6.0
LEAST_LEVEL = 0.1
WARM_UP = 3
DRIFT_REACHES_WEEKS = 8
CALIBRATION_PRIOR, MOST_SURPRISE = 10.0, 9.0
# Patterns and noise are learnt from the same days that they are tried on: forecasts are that much too sure of them.
OPTIMISM = 1.2
LEAST_SCALE, MOST_SCALE = 0.7, 4.0
# Nothing is foretold more closely than this share of it.
LEAST_SCATTER = 1e-3


@dataclass(frozen=True)
class Stretch:
    """Some days of one month: what they brought, their exposure, and the variance of the month's factor in it."""

    month: int
    exposure: float
    amount: float
    weeks: float
    doubt: float = 0.0


@dataclass(frozen=True)
class Ahead:
    """Exposure of the days to come: in all, in the month under way; `walked` and `aside` are what the walk and the
    months' luck of each week and month ahead are multiplied by in the variance of the total.
    """

    exposure: float
    this_month: float
    walked: float
    aside: float
    doubted: float

    @classmethod
    def of(cls, stretches: Sequence[Stretch], month: int, drift: float) -> "Ahead":
        tail = walked = 0.0
        by_month: dict[int, float] = {}
        doubts: dict[int, float] = {}
        begin = sum(stretch.weeks for stretch in stretches)
        for stretch in reversed(stretches):
            begin -= stretch.weeks
            exposure = stretch.exposure * (1 + drift * min(DRIFT_REACHES_WEEKS, begin + stretch.weeks / 2))
            tail += exposure
            walked += stretch.weeks * tail * tail
            by_month[stretch.month] = by_month.get(stretch.month, 0.0) + exposure
            doubts[stretch.month] = stretch.doubt
        now = by_month.pop(month, 0.0)
        aside = sum(value * value for value in by_month.values())
        return cls(tail, now, walked, aside, sum(value * value * doubts[number] for number, value in by_month.items()))


# Level, the month's effect, and their variances and covariance: of the level, of both, of the effect.
State = tuple[float, float, float, float, float]


class _Filter:
    """One of the bank; the state is (level, month's effect) with its covariance."""

    def __init__(self, walk: float, aside: float, weight: float) -> None:
        self.walk, self.aside = walk * walk, aside * aside
        self.likelihood = log(weight)
        self.trace: list[float] = []
        self.foretold: list[tuple[float, float]] = []

    def run(self, bank: "LevelBank", stretches: Sequence[Stretch], rests: Sequence[Ahead | None]) -> None:
        state: State = (bank.start, 0.0, bank.size * bank.size, 0.0, 0.0)
        likelihood, month = self.likelihood, -1
        for number, (stretch, rest) in enumerate(zip(stretches, rests, strict=True)):
            level, effect, a, b, c = state
            square = bank.size_at(level) ** 2
            if stretch.month != month:
                month, effect, b, c = stretch.month, 0.0, 0.0, (self.aside + stretch.doubt) * square
            level += bank.drift * level * stretch.weeks
            state = level, effect, a + self.walk * square * stretch.weeks, b, c
            if stretch.exposure > 0:
                state, left, variance = _updated(state, stretch, bank.scatter(level + effect, stretch.exposure))
                if number >= WARM_UP:
                    likelihood -= 0.5 * log(variance) + (TAIL + 1) / 2 * log1p(left * left / (variance * (TAIL - 2)))
                if state[0] < 0 and not bank.is_signed:
                    state = (0.0, *state[1:])
            self.trace.append(likelihood)
            self.state = state
            if rest is not None:
                self.foretold.append(self.ahead(bank, rest))
        self.likelihood = likelihood

    def ahead(self, bank: "LevelBank", rest: Ahead) -> tuple[float, float]:
        """Mean and variance of what the exposure ahead will bring."""
        level, effect, a, b, c = self.state
        mean = rest.exposure * level + rest.this_month * effect
        rate = mean / rest.exposure if rest.exposure else 0.0
        variance = (
            rest.exposure * rest.exposure * a
            + 2 * rest.exposure * rest.this_month * b
            + rest.this_month * rest.this_month * c
            + (self.walk * rest.walked + self.aside * rest.aside + rest.doubted) * bank.size_at(rate) ** 2
            + bank.scatter(rate, rest.exposure)
        )
        return mean, variance


def _updated(state: State, stretch: Stretch, scatter: float) -> tuple[State, float, float]:
    """The state after a stretch is seen, what it brought beyond the foretold, and the variance foretold for that."""
    level, effect, a, b, c = state
    exposure, top, low = stretch.exposure, a + b, b + c
    # A record without any scatter foretells without doubt; a trace of it keeps the quotients below.
    variance = max(exposure * exposure * (top + low) + scatter, 1e-12 * stretch.amount**2 + 1e-30)
    left = stretch.amount - exposure * (level + effect)
    gain = exposure / variance
    step, cut = gain * left, gain * exposure
    after = (level + top * step, effect + low * step, a - top * top * cut, b - top * low * cut, c - low * low * cut)
    return after, left, variance


class LevelBank:
    """`noise` is the variance of an amount per exposure; per exposure and level where amounts are never negative."""

    def __init__(self, stretches: Sequence[Stretch], noise: float, drift: float, *, is_signed: bool) -> None:
        self.noise, self.drift, self.is_signed = noise, drift, is_signed
        whole = sum(stretch.exposure for stretch in stretches)
        mean = sum(stretch.amount for stretch in stretches) / whole if whole else 0.0
        self.month = stretches[-1].month
        # The size of the level, to which walks and months' lucks are relative.
        self.size = sum(abs(stretch.amount) for stretch in stretches) / whole if whole else 0.0
        self.start, self.least = mean, LEAST_LEVEL * self.size
        rests = _rests(stretches, drift)
        self.filters = [_Filter(*member) for member in BANK]
        for member in self.filters:
            member.run(self, stretches, rests)
        self.weights = _weights([member.likelihood for member in self.filters])
        self.scale = self._calibrate(stretches, rests)

    def size_at(self, level: float) -> float:
        return self.size if self.is_signed else max(level, self.least)

    def scatter(self, level: float, exposure: float) -> float:
        """The variance of what so much exposure brings at this level."""
        share = 1.0 if self.is_signed else max(level, self.least)
        return self.noise * share * exposure + (LEAST_SCATTER * self.size * exposure) ** 2

    def ahead(self, stretches: Sequence[Stretch]) -> tuple[float, float]:
        """Mean and variance of what the stretches to come will bring together."""
        rest = Ahead.of(stretches, self.month, self.drift)
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
        scale = (surprise + CALIBRATION_PRIOR * OPTIMISM) / (known + CALIBRATION_PRIOR)
        return min(MOST_SCALE, max(LEAST_SCALE, scale))


def _rests(stretches: Sequence[Stretch], drift: float) -> list[Ahead | None]:
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
        rest = Ahead.of(later, stretch.month, drift) if later else None
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
    for one, two in pairwise(stretches):
        if one.month != two.month or not one.exposure > 0 < two.exposure:
            continue
        gap = one.amount / one.exposure - two.amount / two.exposure
        scatter += gap * gap / (1 / one.exposure + 1 / two.exposure)
        levels += 1.0 if is_signed else (one.amount + two.amount) / (one.exposure + two.exposure)
        pairs += 1
    return scatter, levels, pairs
