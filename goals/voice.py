"""The coach's sentences in the language of the person, without Django: the compiled catalogues, read by gettext."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

from goals.record import Measure
from web.formats import format_date, format_value

CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
MOST_DECIMALS = 2


@lru_cache
def catalogue(language: str) -> NullTranslations:
    """English where the language has no catalogue."""
    return translation("django", str(CATALOGUES), languages=[language], fallback=True)


@dataclass(frozen=True)
class Voice:
    language: str

    @cached_property
    def _catalogue(self) -> NullTranslations:
        return catalogue(self.language)

    def gettext(self, message: str) -> str:
        return self._catalogue.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self._catalogue.ngettext(one, many, number)

    def value(self, value: Decimal, measure: Measure) -> str:
        """With the KPI's unit, to the decimals that it is shown with."""
        decimals = measure.decimals if measure.decimals is not None else _own_decimals(value, measure)
        return format_value(value, measure.unit, decimals, self.language, measure.currency)

    def number(self, value: Decimal) -> str:
        return format_value(value, "count", 0 if value == value.to_integral_value() else 1, self.language)

    def percent(self, share: Decimal) -> str:
        return format_value(share, "percent", 0, self.language)

    def day(self, day: date) -> str:
        return format_date(day, self.language)


def _own_decimals(value: Decimal, measure: Measure) -> int:
    shown = value.scaleb(2) if measure.unit == "percent" else value
    whole_from = {"percent": 1000, "count": 10, "duration": 100}.get(measure.unit, 1000)
    most = 0 if abs(shown) >= whole_from else 1 if measure.unit == "percent" else MOST_DECIMALS
    shortest = (places for places in range(most) if round(shown, places) == round(shown, most))
    return next(shortest, most)
