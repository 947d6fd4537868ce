"""Numbers and dates as people type them, read strictly: what could mean two things is refused with advice."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext

MAX_INTEGER_DIGITS = 18
MAX_DECIMALS = 6
FIRST_YEAR, LAST_YEAR = 1900, 2199
# The Buddhist era is 543 years ahead. No date of this product lies after 2400 of the common era.
BUDDHIST_ERA_OFFSET = 543
FIRST_BUDDHIST_YEAR = 2401

_MAX_LENGTH = 60
_CURRENCY = "฿$€£¥"
_MINUSES = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-"})
_DECIMAL_COMMA = re.compile(r"(\d+|\d{1,3}(?:[. ]\d{3})+),(\d+)")
_MISGROUPED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d[\d.]*[, ][\d., ]*")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+)(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_SCIENTIFIC = re.compile(r"[\d.,]+[eE][+-]?\d+")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{1,4})")


def N_(message: str) -> str:  # noqa: N802 - the name that extractors of strings look for
    """Mark a sentence for translation. Django's own needs settings, which pure code may lack."""
    return message


class InvalidInput(ValueError):
    """Typed text that cannot be taken. `code` is for programs, `message` tells the person how to write it."""

    sentences: ClassVar[Mapping[str, str]] = {
        "number_empty": N_("Enter a number."),
        "not_a_number": N_("Write a number in digits, for example 1,234.5."),
        "scientific": N_("Write the number out in full, for example 1500000."),
        "decimal_comma": N_("Use a point for decimals: write %(suggestion)s."),
        "grouping": N_("Put commas only between groups of three digits, for example 1,234,567.89."),
        "percent_sign": N_("This is not a percentage: write the number without %%."),
        "too_large": N_("This number is too large: at most %(digits)s digits before the decimal point."),
        "too_precise": N_("Too many decimals: at most %(digits)s digits after the decimal point."),
        "whole_number": N_("Enter a whole number, without decimals."),
        "date_empty": N_("Enter a date."),
        "not_a_date": N_("Write the date as day/month/year, for example 31/12/2026."),
        "short_year": N_("Write the year with four digits, for example 31/12/2026."),
        "no_such_date": N_("There is no such date. Write it as day/month/year, for example 31/12/2026."),
        "no_such_day": N_("There is no such date: that month has only %(days)s days."),
        "year_out_of_range": N_("The year must be between %(first)s and %(last)s."),
    }

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = dict(params or {})

    @property
    def sentence(self) -> str:
        """The message before translation and before its placeholders are filled."""
        return self.sentences[self.code]

    @property
    def message(self) -> str:
        """The sentence in the language that is active now."""
        return gettext(self.sentence) % self.params

    def __str__(self) -> str:
        return self.sentence % self.params


def parse_number(text: str, *, percent: bool = False, decimals: int = MAX_DECIMALS) -> Decimal:
    """The number that the text says; with `percent`, "12.5%" and "12.5" are the fraction 0.125.

    `decimals` is the most that may follow the point, as typed; of a percentage 4 at most. Any script's digits,
    thousands in right groups, a currency sign and a true minus are read. Raises InvalidInput.
    """
    sign, digits, has_percent_sign = _strip_number(text)
    if has_percent_sign and not percent:
        raise InvalidInput("percent_sign")
    plain = _plain_digits(digits)
    whole, _, fraction = plain.partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if len(whole) > MAX_INTEGER_DIGITS:
        raise InvalidInput("too_large", {"digits": MAX_INTEGER_DIGITS})
    allowed = min(decimals, MAX_DECIMALS - 2) if percent else decimals
    if len(fraction) > allowed:
        raise InvalidInput("too_precise", {"digits": allowed}) if allowed else InvalidInput("whole_number")
    number = Decimal(f"{whole or '0'}.{fraction}" if fraction else whole or "0")
    if percent:
        number = number.scaleb(-2)
    return -number if sign == "-" and number else number


def parse_date(text: str) -> date:
    """The date that the text says: 2026-12-31, 31/12/2026, 31.12.2026 or 31-12-2026, in any script's digits.

    A year above 2400 is of the Buddhist era: 31/12/2569 is 2026-12-31. Raises InvalidInput.
    """
    plain = ascii_digits(text.strip()) if len(text) <= _MAX_LENGTH else "?"
    if not plain:
        raise InvalidInput("date_empty")
    if iso := _ISO_DATE.fullmatch(plain):
        year, month, day = iso.groups()
    elif day_first := _DAY_FIRST.fullmatch(plain):
        day, _, month, year = day_first.groups()
    else:
        raise InvalidInput("not_a_date")
    if len(year) < 4:
        raise InvalidInput("short_year")
    return _date(int(year), int(month), int(day))


def _date(year: int, month: int, day: int) -> date:
    if year >= FIRST_BUDDHIST_YEAR:
        year -= BUDDHIST_ERA_OFFSET
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput("year_out_of_range", {"first": FIRST_YEAR, "last": LAST_YEAR})
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise InvalidInput("no_such_date")
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidInput("no_such_day", {"days": monthrange(year, month)[1]}) from None


def ascii_digits(text: str) -> str:
    """The text with the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _strip_number(text: str) -> tuple[str, str, bool]:
    """Sign, the bare number with single spaces, and whether a % stood behind it."""
    if len(text) > _MAX_LENGTH:
        raise InvalidInput("too_large" if text.strip().isdecimal() else "not_a_number", {"digits": MAX_INTEGER_DIGITS})
    plain = ascii_digits(" ".join(text.split())).translate(_MINUSES)
    if not plain:
        raise InvalidInput("number_empty")
    has_percent_sign = plain.endswith("%")
    plain = plain.removesuffix("%").rstrip()
    found = re.fullmatch(rf"([+-]?) ?[{_CURRENCY}]? ?([+-]?) ?(.*?) ?[{_CURRENCY}]?", plain)
    if found is None or (found[1] and found[2]):
        raise InvalidInput("not_a_number")
    return found[1] or found[2], found[3], has_percent_sign


def _plain_digits(digits: str) -> str:
    """Digits with at most one point, or the refusal that says what is wrong."""
    if _PLAIN.fullmatch(digits):
        return digits
    if _GROUPED.fullmatch(digits):
        return digits.replace(",", "").replace(" ", "")
    if comma := _DECIMAL_COMMA.fullmatch(digits):
        whole = comma[1].replace(".", "").replace(" ", "")
        raise InvalidInput("decimal_comma", {"suggestion": f"{whole}.{comma[2]}"})
    if _SCIENTIFIC.fullmatch(digits):
        raise InvalidInput("scientific")
    raise InvalidInput("grouping" if _MISGROUPED.fullmatch(digits) else "not_a_number")
