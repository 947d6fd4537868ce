"""One stream of amounts, day by day: what its record teaches, and what the days to come will probably bring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from goals.effects import MonthEffects, learn_effects
from goals.exposure import Exposure, Kind, place_of
from goals.level import LevelBank, Stretch, scatter_of

FOLLOWED_DAYS = 550
PRIOR_PAIRS = 8
CUTS = (7, 15, 22)


@dataclass(frozen=True)
class Moments:
    mean: float
    variance: float


class Flow:
    """Amounts of the days from `first` on, of which `exposure` tells the pattern; with `tries` the amounts are what
    so many tries a day brought (won deals of closed ones), and the level is their rate.
    """

    def __init__(
        self,
        first: int,
        amounts: Sequence[float],
        exposure: Exposure,
        *,
        tries: Sequence[float] | None = None,
        least_noise: float | None = None,
    ) -> None:
        self.first, self.last = first, first + len(amounts) - 1
        self.amounts, self.exposure, self.tries = amounts, exposure, tries
        self.is_signed = tries is not None or any(amount < 0 for amount in amounts)
        self.least_noise = least_noise
        self.effects = learn_effects(*self._months())
        since = max(0, len(amounts) - FOLLOWED_DAYS)
        if not any(amounts[since:]) or (tries is not None and not any(tries[since:])):
            since = 0
        self.stretches = self._stretches(first + since, self.last)
        self.noise = self._noise()
        self.bank = LevelBank(self.stretches, self.noise, is_signed=self.is_signed)

    def _exposure_of(self, day: int) -> float:
        if self.tries is not None and day <= self.last:
            return self.tries[day - self.first]
        return self.exposure.of(day)

    def _months(self) -> tuple[dict[int, float], float]:
        sums: dict[int, list[float]] = {}
        for at, amount in enumerate(self.amounts):
            found = sums.setdefault(place_of(self.first + at)[0], [0.0, 0.0, 0.0])
            found[0] += abs(amount)
            found[1] += self._exposure_of(self.first + at)
            found[2] += 1
        whole = {month: found[0] / found[1] for month, found in sums.items() if found[2] >= 28 and found[1] > 0}
        return whole, 0.0

    def _stretches(self, first: int, last: int) -> list[Stretch]:
        found: list[Stretch] = []
        month, exposure, amount, days = place_of(first)[0], 0.0, 0.0, 0
        for day in range(first, last + 1):
            this, number, left = place_of(day)
            exposure += self._exposure_of(day)
            amount += self.amounts[day - self.first]
            days += 1
            if number in CUTS or not left or day == last:
                found.append(Stretch(this, exposure * self.effects.of(this), amount, days / 7))
                exposure, amount, days = 0.0, 0.0, 0
        return found

    def _noise(self) -> float:
        scatter, levels, pairs = scatter_of(self.stretches, is_signed=self.is_signed)
        prior = self.least_noise if self.least_noise is not None else self._daily_noise
        mean = levels / pairs if pairs else 1.0
        found = (scatter + PRIOR_PAIRS * prior * mean) / ((pairs + PRIOR_PAIRS) * mean) if mean else prior
        return max(found, self.least_noise or 0.0)

    @cached_property
    def _daily_noise(self) -> float:
        """Variance of a day's amount beside what is usual, per exposure (and level)."""
        whole = sum(self._exposure_of(self.first + at) for at in range(len(self.amounts)))
        if not whole:
            return 0.0
        level = sum(self.amounts) / whole
        scatter = sum(
            (amount - level * self._exposure_of(self.first + at)) ** 2 for at, amount in enumerate(self.amounts)
        )
        return scatter / whole / (1.0 if self.is_signed else level or 1.0)

    def stretches_ahead(self, start: int, end: int, kind_of: Callable[[int], Kind] | None = None) -> list[Stretch]:
        found: list[Stretch] = []
        exposure, days = 0.0, 0
        for day in range(start, end + 1):
            month, number, left = place_of(day)
            exposure += self.exposure.of(day, kind_of)
            days += 1
            if number in CUTS or not left or day == end:
                found.append(Stretch(month, exposure * self.effects.of(month), 0.0, days / 7))
                exposure, days = 0.0, 0
        return found

    def ahead(self, start: int, end: int, kind_of: Callable[[int], Kind] | None = None) -> Moments:
        """The total of the days from `start` to `end`, all after the record."""
        return Moments(*self.bank.ahead(self.stretches_ahead(start, end, kind_of)))

    def ahead_by(self, pieces: Sequence[Stretch], tries: float) -> Moments:
        """The same where the days ahead bring so many tries, spread over `pieces` by their exposure."""
        whole = sum(piece.exposure for piece in pieces)
        scale = tries / whole if whole else 0.0
        return Moments(
            *self.bank.ahead(
                [Stretch(p.month, p.exposure * scale * self.effects.of(p.month), 0.0, p.weeks) for p in pieces]
            )
        )
