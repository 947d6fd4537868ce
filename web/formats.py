"""Numbers, money and dates as people read them, in English and Thai (Buddhist era).

Languages are told apart by tables here and not by message catalogues: what differs is order, era and units,
and the same functions serve charts, mails and exports outside any request. All pure: language and zone are
arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal

NOTHING = "–"
MINUS = "\u2212"
UNITS = ("money", "count", "percent", "ratio", "duration")
CURRENCY_SIGNS = {"THB": "฿", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
WITHOUT_MINOR_UNIT = frozenset({"JPY"})

_MILLION, _BILLION = 10**6, 10**9
# Beyond this many digits before the point, grouped digits no longer help anyone.
_MAX_DIGITS = 24


@dataclass(frozen=True)
class Wording:
    """How one language writes numbers and dates.

    `era` is added to the year; from `short_from` on, a number may be shortened to one of the `scales`.
    """

    months: tuple[str, ...]
    era: int
    short_from: int
    scales: tuple[tuple[int, str], ...]  # largest first
    hours: str
    minutes: str
    points: str
    time: str
    quarter: str
    fiscal_quarter: str
    fiscal_year: str
    fiscal_month: str


ENGLISH = Wording(
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    era=0,
    short_from=10_000,
    scales=((_BILLION, "{}B"), (_MILLION, "{}M"), (1000, "{}k")),
    hours="{} h",
    minutes="{} min",
    points="{} pts",
    time="{date}, {time}",
    quarter="Q{quarter} {year}",
    fiscal_quarter="Q{quarter} FY{year}",
    fiscal_year="FY{year}",
    fiscal_month="P{month} FY{year}",
)
THAI = Wording(
    months=("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
    era=543,
    short_from=_MILLION,
    scales=((_MILLION, "{} ล้าน"),),
    hours="{} ชม.",
    minutes="{} นาที",
    points="{} จุด",
    time="{date} {time} น.",
    quarter="ไตรมาส {quarter}/{year}",
    fiscal_quarter="ไตรมาส {quarter} ปีงบประมาณ {year}",
    fiscal_year="ปีงบประมาณ {year}",
    fiscal_month="งวด {month} ปีงบประมาณ {year}",
)


def wording(language: str) -> Wording:
    return THAI if language.split("-")[0].lower() == "th" else ENGLISH


def format_value(
    value: Decimal | None,
    unit: str,
    decimals: int,
    language: str,
    currency: str = "",
    short: bool = False,
) -> str:
    """A KPI's value with its unit; a missing value is a dash.

    Percent values are fractions (0.25 is "25%"), durations are hours, money needs an ISO 4217 currency code.
    `short` rounds large numbers to about three digits ("฿8.42M") and is meant for tiles and axes.
    """
    if unit not in UNITS:
        raise ValueError(f"unknown unit: {unit!r}")
    if value is None:
        return NOTHING
    body = _unsigned(value, unit, decimals, wording(language), currency, short)
    # A value that rounds to nothing is 0, not minus 0.
    return MINUS + body if value < 0 and any(digit in body for digit in "123456789") else body


def format_signed(
    value: Decimal | None,
    unit: str,
    decimals: int,
    language: str,
    currency: str = "",
    short: bool = False,
) -> str:
    """A difference: as `format_value`, with + before what is above zero as shown."""
    text = format_value(value, unit, decimals, language, currency, short)
    is_above = value is not None and value > 0 and any(digit in text for digit in "123456789")
    return f"+{text}" if is_above else text


def format_points(difference: Decimal | None, decimals: int, language: str) -> str:
    """The difference of two percentages, given as a fraction: 0.019 is "+1.9 pts"."""
    if difference is None:
        return NOTHING
    return wording(language).points.format(format_signed(difference.scaleb(2), "count", decimals, language))


def format_date(day: date, language: str, year: bool = True) -> str:
    """Such as "18 Dec 2026" and "18 ธ.ค. 2569", or "18 Dec" without the year."""
    words = wording(language)
    text = f"{day.day} {words.months[day.month - 1]}"
    return f"{text} {day.year + words.era}" if year else text


def format_month(day: date, language: str) -> str:
    words = wording(language)
    return f"{words.months[day.month - 1]} {day.year + words.era}"


def format_datetime(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment on the clock of the zone; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = moment.astimezone(zone)
    return wording(language).time.format(date=format_date(local.date(), language), time=f"{local:%H:%M}")


def format_range(start: date, end: date, language: str) -> str:
    """Such as "23–29 Nov 2026", "28 Sep – 4 Oct 2026" and "28 Dec 2026 – 3 Jan 2027"."""
    if start == end:
        return format_date(start, language)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{format_date(end, language)}"
    return f"{format_date(start, language, year=start.year != end.year)} – {format_date(end, language)}"


def format_period(
    start: date, end: date, kind: str, language: str, fiscal_start: int = 1, in_weeks: bool = False
) -> str:
    """The name of a period; days, weeks and custom ranges are named by their dates.

    `fiscal_start` is the month in which the fiscal year begins; it is named after the year in which it ends.
    `in_weeks`: of a year of whole weeks (4-4-5), whose months are numbered because they are not the calendar's.
    """
    words = wording(language)
    if kind not in ("month", "quarter", "year"):
        return format_range(start, end, language)
    if kind == "month" and not in_weeks:
        return format_month(start, language)
    # Periods of weeks begin up to six days before the month that they stand for, or four after.
    day = start + timedelta(days=14) if in_weeks else start
    year = day.year + (1 < fiscal_start <= day.month) + words.era
    month = (day.month - fiscal_start) % 12 + 1
    quarter = (month - 1) // 3 + 1
    if fiscal_start == 1 and not in_weeks:
        return words.quarter.format(quarter=quarter, year=year) if kind == "quarter" else str(year)
    patterns = {"month": words.fiscal_month, "quarter": words.fiscal_quarter, "year": words.fiscal_year}
    return patterns[kind].format(month=month, quarter=quarter, year=year)


def _unsigned(value: Decimal, unit: str, decimals: int, words: Wording, currency: str, short: bool) -> str:
    if unit == "percent":
        return f"{_fixed(abs(value.scaleb(2)), decimals)}%"
    if unit == "duration":
        return _duration(abs(value), decimals, words, short)
    if unit == "money" and currency in WITHOUT_MINOR_UNIT:
        decimals = 0
    body = _short(abs(value), decimals, words) if short else _fixed(abs(value), decimals)
    if unit == "money" and currency:
        return CURRENCY_SIGNS.get(currency, f"{currency} ") + body
    return body


def _rounded(value: Decimal, decimals: int) -> Decimal:
    precision = max(value.adjusted(), 0) + decimals + 2
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=precision))


def _fixed(value: Decimal, decimals: int) -> str:
    if value.adjusted() >= _MAX_DIGITS:
        return f"{value:.2E}"
    return f"{_rounded(value, decimals):,f}"


def _short(value: Decimal, decimals: int, words: Wording) -> str:
    if value < 1000:
        return _fixed(value, 0 if value == value.to_integral_value() else decimals)
    if _rounded(value, 0) < words.short_from or value.adjusted() >= _MAX_DIGITS:
        return _fixed(value, 0)
    # Rounded before the scale is chosen: 999,950 is 1M and not 1,000k.
    shown = _rounded(value, 2 - value.adjusted())
    size, pattern = next((size, pattern) for size, pattern in words.scales if shown >= size)
    return pattern.format(f"{_three_digits(value / size):,f}")


def _three_digits(value: Decimal) -> Decimal:
    """Three digits (8.42, 14.2, 142), but never rounded beyond the whole number, and no zeros at the end."""
    rounded = _rounded(value, max(0, 2 - value.adjusted()))
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded.normalize()


def _duration(hours: Decimal, decimals: int, words: Wording, short: bool) -> str:
    if short:
        return words.hours.format(_short(hours, max(decimals, 1), words))
    whole, minutes = divmod(int(_rounded(hours * 60, 0)), 60)
    parts = [words.hours.format(f"{whole:,}")] if whole else []
    if minutes or not whole:
        parts.append(words.minutes.format(minutes))
    return " ".join(parts)
