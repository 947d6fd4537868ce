"""Numbers and dates as other programs write them. The format is fixed once per file, by its mapping or by a sample."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from connectors.mapping import AUTO
from connectors.table import RowError, TableError

BUDDHIST_FROM = 2400
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d*)?|[+-]?\.\d+")
_PARTS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ].*)?")
ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}


@dataclass(frozen=True)
class NumberFormat:
    decimal: str
    thousands: str

    def read(self, text: str) -> Decimal:
        """Raises `RowError` on anything but a plain number."""
        plain = text.translate(THAI_DIGITS).replace("\u00a0", " ").replace("−", "-").strip()
        if self.thousands:
            plain = self._ungroup(plain)
        plain = plain.replace(self.decimal, ".") if self.decimal != "." and "." not in plain else plain
        if not _NUMBER.fullmatch(plain):
            raise RowError(_("“%(text)s” is not a number.") % {"text": text[:60]})
        try:
            return Decimal(plain)
        except InvalidOperation:
            raise RowError(_("“%(text)s” is not a number.") % {"text": text[:60]}) from None

    def _ungroup(self, text: str) -> str:
        """Drops the marks between groups of three; one that stands elsewhere stays and is refused."""
        mark = re.escape(self.thousands)
        whole, point, rest = text.partition(self.decimal)
        if re.fullmatch(rf"[+-]?\d{{1,3}}({mark}\d{{3}})+", whole):
            whole = whole.replace(self.thousands, "")
        return whole + point + rest


def number_format(decimal: str, thousands: str, sample: Iterable[str]) -> NumberFormat:
    """The mapping's own marks, or those that the sample leaves no doubt about. Raises `TableError` in doubt."""
    if decimal == AUTO:
        decimal = _decimal_mark([text.strip() for text in sample if text.strip()])
    if thousands == AUTO:
        thousands = "," if decimal == "." else "."
    return NumberFormat(decimal, thousands)


def _decimal_mark(sample: list[str]) -> str:
    sure_comma = any(re.fullmatch(r"[+-]?[\d.]*\d,(\d{1,2}|\d{4,})", text) for text in sample)
    sure_point = any(re.fullmatch(r"[+-]?[\d,]*\d?\.(\d{1,2}|\d{4,})", text) for text in sample)
    unsure = any(re.fullmatch(r"[+-]?\d{1,3}[,.]\d{3}", text) for text in sample)
    if (sure_comma and sure_point) or (unsure and not sure_comma and not sure_point):
        raise TableError(
            _("It is not clear whether the comma or the point is the decimal mark. Set “decimal” in the mapping.")
        )
    return "," if sure_comma else "."


@dataclass(frozen=True)
class DateFormat:
    """`pattern` is one of ymd, dmy, mdy, or a strptime format."""

    pattern: str

    def read(self, text: str) -> dt.date:
        """Buddhist-era years count as such. Raises `RowError` on a day that does not exist."""
        plain = text.translate(THAI_DIGITS).strip()
        try:
            if self.pattern in ORDERS:
                return self._from_parts(plain)
            return _christian(dt.datetime.strptime(plain, self.pattern).date())  # noqa: DTZ007
        except ValueError:
            raise RowError(
                _("“%(text)s” is not a date written as %(pattern)s.") % {"text": text[:60], "pattern": self.pattern}
            ) from None

    def _from_parts(self, text: str) -> dt.date:
        found = _PARTS.fullmatch(text)
        if not found:
            raise ValueError(text)
        parts = found.group(1, 3, 4)
        year, month, day = (int(parts[place]) for place in ORDERS[self.pattern])
        return dt.date(year - 543 if year > BUDDHIST_FROM else year, month, day)


def _christian(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 543) if day.year > BUDDHIST_FROM else day


def date_format(pattern: str, sample: Iterable[str]) -> DateFormat:
    """The mapping's own format, or the one that the sample leaves no doubt about. Raises `TableError` in doubt."""
    if pattern != AUTO:
        return DateFormat(pattern)
    found = [match for text in sample if (match := _PARTS.fullmatch(text.translate(THAI_DIGITS).strip()))]
    possible = {order for order in ORDERS if all(_fits(order, match.group(1, 3, 4)) for match in found)}
    # A point between the parts is written day first everywhere.
    if possible == {"dmy", "mdy"} and all(match.group(2) == "." for match in found):
        possible = {"dmy"}
    if len(possible) != 1:
        raise TableError(
            _("It is not clear which part of the dates is the day. Set “date_format” in the mapping: ymd, dmy or mdy.")
        )
    return DateFormat(possible.pop())


def _fits(order: str, parts: tuple[str | int, ...]) -> bool:
    year, month, day = (str(parts[place]) for place in ORDERS[order])
    return len(year) == 4 and len(month) <= 2 and len(day) <= 2 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
