"""One stream of amounts, day by day: what its record teaches, and what the days to come will probably bring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt

from goals.effects import learn_effects
from goals.exposure import Exposure
from goals.level import LevelBank, Stretch, scatter_of
from goals.places import Kind, place_of

FOLLOWED_DAYS = 400
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
        self._exposures = exposure.known if tries is None else tries
        self.effects = learn_effects(self._months())
        since = max(0, len(amounts) - FOLLOWED_DAYS)
        if not any(amounts[since:]) or (tries is not None and not any(tries[since:])):
            since = 0
        self.stretches = self._stretches(first + since, self.last)
        self.noise = self._noise()
        self.bank = LevelBank(self.stretches, self.noise, self.effects.drift, is_signed=self.is_signed)

    def _months(self) -> dict[int, float]:
        """Amount per exposure of each whole month."""
        rates: dict[int, float] = {}
        _, number, left = place_of(self.first)
        day = self.first + (left + 1 if number > 1 else 0)
        while day + (left := place_of(day)[2]) <= self.last:
            span = slice(day - self.first, day - self.first + left + 1)
            if whole := sum(self._exposures[span]):
                rates[place_of(day)[0]] = sum(map(abs, self.amounts[span])) / whole
            day += left + 1
        return rates

    def _stretches(self, first: int, last: int) -> list[Stretch]:
        found: list[Stretch] = []
        exposure, amount, days = 0.0, 0.0, 0
        for day in range(first, last + 1):
            this, number, left = place_of(day)
            exposure += self._exposures[day - self.first]
            amount += self.amounts[day - self.first]
            days += 1
            if number in CUTS or not left or day == last:
                doubt = self.effects.doubt(this) if this == place_of(self.last)[0] else 0.0
                found.append(Stretch(this, exposure * self.effects.of(this), amount, days / 7, doubt))
                exposure, amount, days = 0.0, 0.0, 0
        return found

    def _noise(self) -> float:
        scatter, levels, pairs = scatter_of(self.stretches, is_signed=self.is_signed)
        prior = self.least_noise if self.least_noise is not None else self._daily_noise
        mean = levels / pairs if pairs else 1.0
        found = (scatter + PRIOR_PAIRS * prior * mean) / ((pairs + PRIOR_PAIRS) * mean) if mean else prior
        if self.least_noise is None or found >= self.least_noise:
            return found
        if self.tries is not None:
            return self.least_noise
        # Ten calls a day because ten are asked for scatter less than chance, if that stands out from its error.
        return min(self.least_noise, found * (1 + sqrt(2 / (pairs + PRIOR_PAIRS))))

    @cached_property
    def _daily_noise(self) -> float:
        """Variance of a day's amount beside what is usual, per exposure (and level)."""
        whole = sum(self._exposures)
        if not whole:
            return 0.0
        if self.exposure.rhythm is not None and self.tries is None:
            return self._noise_of_entries
        level = sum(self.amounts) / whole
        pairs = zip(self.amounts, self._exposures, strict=True)
        scatter = sum((amount - level * exposure) ** 2 for amount, exposure in pairs)
        return scatter / whole / (1.0 if self.is_signed else level or 1.0)

    @cached_property
    def _noise_of_entries(self) -> float:
        """The same from one entry to the next, where there are only some in a month."""
        entries = [replace(stretch, month=0) for stretch in self.stretches if stretch.exposure > 0]
        scatter, levels, pairs = scatter_of(entries, is_signed=self.is_signed)
        return scatter / levels if pairs and levels else 0.0

    def stretches_ahead(self, start: int, end: int, kind_of: Callable[[int], Kind] | None = None) -> list[Stretch]:
        found: list[Stretch] = []
        exposure, days = 0.0, 0
        for day in range(start, end + 1):
            month, number, left = place_of(day)
            exposure += self.exposure.of(day, kind_of)
            days += 1
            if number in CUTS or not left or day == end:
                found.append(
                    Stretch(month, exposure * self.effects.of(month), 0.0, days / 7, self.effects.doubt(month))
                )
                exposure, days = 0.0, 0
        return found

    def ahead(self, start: int, end: int, kind_of: Callable[[int], Kind] | None = None) -> Moments:
        """The total of the days from `start` to `end`, all after the record."""
        mean, variance = self.bank.ahead(self.stretches_ahead(start, end, kind_of))
        exposures = {day: self.exposure.of(day, kind_of) for day in range(start, end + 1)}
        if whole := sum(exposures.values()):
            variance += (mean / whole) ** 2 * self.exposure.doubt(exposures)
        return Moments(mean, variance)

    def ahead_by(self, pieces: Sequence[Stretch], tries: float) -> Moments:
        """The same where the days ahead bring so many tries, spread over `pieces` by their exposure."""
        whole = sum(piece.exposure for piece in pieces)
        scale = tries / whole if whole else 0.0
        shares = [replace(piece, exposure=piece.exposure * scale * self.effects.of(piece.month)) for piece in pieces]
        return Moments(*self.bank.ahead([replace(share, doubt=self.effects.doubt(share.month)) for share in shares]))
