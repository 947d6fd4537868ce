"""Money in other currencies: what an amount is worth in the organization's own, by the rate of its day. No database."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

DECIMALS = 6  # those of a stored value
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def is_currency(text: str) -> bool:
    """Three letters, as in ISO 4217. Which of them are somebody's money, its rates say."""
    return re.fullmatch(r"[A-Z]{3}", text) is not None


def converted(amount: Decimal, rate: Decimal) -> Decimal:
    """Amount x rate, rounded half up (away from zero) to the 6 decimals of a stored value, as SQL's `round` does.

    The only rounding there is: the amount stays as it was typed, and a new rate starts from it again.
    """
    return _EXACT.multiply(amount, rate).quantize(Decimal(1).scaleb(-DECIMALS), context=_EXACT)


@dataclass(frozen=True)
class Rate:
    """Units of the organization's currency for one unit of the other, from a day on."""

    day: date
    rate: Decimal


class RateTable:
    """Rates by currency; the one in force on a day is the latest of that day or before."""

    def __init__(self, rows: Iterable[tuple[str, date, Decimal]]) -> None:
        self._rates: dict[str, list[Rate]] = defaultdict(list)
        for currency, day, rate in rows:
            self._rates[currency].append(Rate(day, rate))
        for rates in self._rates.values():
            rates.sort(key=lambda each: each.day)

    def in_force(self, currency: str, day: date) -> Rate | None:
        rates = self._rates.get(currency, [])
        place = bisect_right(rates, day, key=lambda each: each.day)
        return rates[place - 1] if place else None
