from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.formats import (
    CURRENCY_SIGNS,
    format_date,
    format_datetime,
    format_month,
    format_period,
    format_points,
    format_signed,
    format_value,
)
from web.parsing import parse_number


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "currency", "english", "thai"),
    [
        (None, "money", 2, "THB", "–", "–"),
        ("8420000", "money", 0, "THB", "฿8,420,000", "฿8,420,000"),
        ("1234.5", "money", 2, "USD", "$1,234.50", "$1,234.50"),
        ("-500", "money", 0, "EUR", "−€500", "−€500"),
        ("1200.6", "money", 2, "JPY", "¥1,201", "¥1,201"),
        ("-12", "money", 0, "CHF", "−CHF 12", "−CHF 12"),
        ("12", "money", 0, "", "12", "12"),
        ("0.005", "money", 2, "THB", "฿0.01", "฿0.01"),
        ("-0.004", "money", 2, "THB", "฿0.00", "฿0.00"),
        ("31", "count", 0, "", "31", "31"),
        ("11.65", "count", 1, "", "11.7", "11.7"),
        ("2.5", "count", 0, "", "3", "3"),
        ("0.25", "percent", 0, "", "25%", "25%"),
        ("0.631501", "percent", 4, "", "63.1501%", "63.1501%"),
        ("-0.019", "percent", 1, "", "−1.9%", "−1.9%"),
        ("12.5", "percent", 0, "", "1,250%", "1,250%"),
        ("3.146", "ratio", 2, "", "3.15", "3.15"),
        ("1E+3", "ratio", 0, "", "1,000", "1,000"),
        ("1E-30", "ratio", 2, "", "0.00", "0.00"),
        ("1.5E+40", "ratio", 2, "", "1.50E+40", "1.50E+40"),
        ("7.5", "duration", 1, "", "7 h 30 min", "7 ชม. 30 นาที"),
        ("0.75", "duration", 1, "", "45 min", "45 นาที"),
        ("8", "duration", 0, "", "8 h", "8 ชม."),
        ("0", "duration", 0, "", "0 min", "0 นาที"),
        ("1.999", "duration", 0, "", "2 h", "2 ชม."),
        ("-1.25", "duration", 0, "", "−1 h 15 min", "−1 ชม. 15 นาที"),
        ("1234", "duration", 0, "", "1,234 h", "1,234 ชม."),
    ],
)
def test_value(value: str | None, unit: str, decimals: int, currency: str, english: str, thai: str) -> None:
    number = None if value is None else Decimal(value)
    assert format_value(number, unit, decimals, "en", currency) == english
    assert format_value(number, unit, decimals, "th", currency) == thai


@pytest.mark.parametrize(
    ("value", "english", "thai"),
    [
        ("0", "฿0", "฿0"),
        ("31", "฿31", "฿31"),
        ("31.5", "฿31.50", "฿31.50"),
        ("4100.75", "฿4,101", "฿4,101"),
        ("9999", "฿9,999", "฿9,999"),
        ("9999.6", "฿10k", "฿10,000"),
        ("41500", "฿41.5k", "฿41,500"),
        ("410000", "฿410k", "฿410,000"),
        ("999499", "฿999k", "฿999,499"),
        ("999500", "฿1M", "฿999,500"),
        ("1000000", "฿1M", "฿1 ล้าน"),
        ("1200000", "฿1.2M", "฿1.2 ล้าน"),
        ("8420000", "฿8.42M", "฿8.42 ล้าน"),
        ("-8420000", "−฿8.42M", "−฿8.42 ล้าน"),
        ("14000000", "฿14M", "฿14 ล้าน"),
        ("10005534", "฿10M", "฿10 ล้าน"),
        ("142500000", "฿143M", "฿143 ล้าน"),
        ("1234567890", "฿1.23B", "฿1,235 ล้าน"),
        ("2E+9", "฿2B", "฿2,000 ล้าน"),
        ("1.5E+40", "฿1.50E+40", "฿1.50E+40"),
    ],
)
def test_short_money(value: str, english: str, thai: str) -> None:
    assert format_value(Decimal(value), "money", 2, "en", "THB", short=True) == english
    assert format_value(Decimal(value), "money", 2, "th", "THB", short=True) == thai


def test_other_units_in_short() -> None:
    assert format_value(Decimal(12345), "count", 0, "en", short=True) == "12.3k"
    assert format_value(Decimal("7.25"), "duration", 0, "en", short=True) == "7.3 h"
    assert format_value(Decimal("0.254"), "percent", 1, "en", short=True) == "25.4%"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.19", "+19%"), ("-0.54", "−54%"), ("0", "0%"), ("0.001", "0%"), ("-0.001", "0%"), (None, "–")],
)
def test_signed(value: str | None, expected: str) -> None:
    assert format_signed(None if value is None else Decimal(value), "percent", 0, "en") == expected


def test_points() -> None:
    assert format_points(Decimal("0.019"), 1, "en") == "+1.9 pts"
    assert format_points(Decimal("-0.019"), 1, "th") == "−1.9 จุด"
    assert format_points(None, 1, "en") == "–"


def test_unknown_unit_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown unit"):
        format_value(Decimal(1), "furlong", 0, "en")


@given(
    st.decimals(-(10**17), 10**17, allow_nan=False, allow_infinity=False, places=6),
    st.integers(0, 6),
    st.sampled_from(sorted(set(CURRENCY_SIGNS) - {"JPY"})),
)
def test_shown_money_is_read_back(value: Decimal, decimals: int, currency: str) -> None:
    shown = format_value(value, "money", decimals, "en", currency)
    assert abs(parse_number(shown) - value) <= Decimal(5).scaleb(-decimals - 1)


@given(
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(["money", "count", "percent", "ratio", "duration"]),
    st.sampled_from(["en", "th"]),
    st.booleans(),
)
def test_every_number_can_be_shown(value: Decimal, unit: str, language: str, short: bool) -> None:
    assert 0 < len(format_value(value, unit, 2, language, "THB", short)) < 60


@given(st.decimals(10**4, 10**15, places=2), st.sampled_from([("k", 10**3), ("M", 10**6), ("B", 10**9)]))
def test_short_is_within_half_a_percent(value: Decimal, scale: tuple[str, int]) -> None:
    shown = format_value(value, "count", 0, "en", short=True)
    letter, size = scale
    if shown.endswith(letter):
        assert abs(Decimal(shown.removesuffix(letter).replace(",", "")) * size - value) <= value / 200


def test_dates() -> None:
    day = date(2026, 12, 18)
    assert (format_date(day, "en"), format_date(day, "th")) == ("18 Dec 2026", "18 ธ.ค. 2569")
    assert (format_date(day, "en", year=False), format_date(day, "th", year=False)) == ("18 Dec", "18 ธ.ค.")
    assert (format_month(day, "en"), format_month(day, "th-TH")) == ("Dec 2026", "ธ.ค. 2569")


def test_moment_is_shown_on_the_readers_clock() -> None:
    moment = datetime(2026, 12, 31, 18, 5, tzinfo=UTC)
    assert format_datetime(moment, ZoneInfo("Asia/Bangkok"), "en") == "1 Jan 2027, 01:05"
    assert format_datetime(moment, ZoneInfo("Asia/Bangkok"), "th") == "1 ม.ค. 2570 01:05 น."
    with pytest.raises(ValueError, match="time zone"):
        format_datetime(datetime(2026, 12, 31), UTC, "en")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "end", "kind", "fiscal_start", "english", "thai"),
    [
        ("2026-11-23", "2026-11-23", "day", 1, "23 Nov 2026", "23 พ.ย. 2569"),
        ("2026-11-23", "2026-11-29", "week", 1, "23–29 Nov 2026", "23–29 พ.ย. 2569"),
        ("2026-09-28", "2026-10-04", "week", 1, "28 Sep – 4 Oct 2026", "28 ก.ย. – 4 ต.ค. 2569"),
        ("2026-12-28", "2027-01-03", "week", 1, "28 Dec 2026 – 3 Jan 2027", "28 ธ.ค. 2569 – 3 ม.ค. 2570"),
        ("2026-11-01", "2026-11-30", "month", 4, "Nov 2026", "พ.ย. 2569"),
        ("2026-10-01", "2026-12-31", "quarter", 1, "Q4 2026", "ไตรมาส 4/2569"),
        ("2026-10-01", "2026-12-31", "quarter", 10, "Q1 FY2027", "ไตรมาส 1 ปีงบประมาณ 2570"),
        ("2026-07-01", "2026-09-30", "quarter", 10, "Q4 FY2026", "ไตรมาส 4 ปีงบประมาณ 2569"),
        ("2026-01-01", "2026-12-31", "year", 1, "2026", "2569"),
        ("2026-10-01", "2027-09-30", "year", 10, "FY2027", "ปีงบประมาณ 2570"),
        ("2026-11-03", "2026-12-18", "custom", 1, "3 Nov – 18 Dec 2026", "3 พ.ย. – 18 ธ.ค. 2569"),
    ],
)
def test_period(start: str, end: str, kind: str, fiscal_start: int, english: str, thai: str) -> None:
    window = date.fromisoformat(start), date.fromisoformat(end)
    assert format_period(*window, kind, "en", fiscal_start) == english
    assert format_period(*window, kind, "th", fiscal_start) == thai


@pytest.mark.parametrize(
    ("start", "end", "kind", "fiscal_start", "english", "thai"),
    [
        ("2025-12-29", "2026-01-25", "month", 1, "P1 FY2026", "งวด 1 ปีงบประมาณ 2569"),
        ("2025-12-29", "2025-12-30", "month", 1, "P1 FY2026", "งวด 1 ปีงบประมาณ 2569"),
        ("2026-11-23", "2027-01-03", "month", 1, "P12 FY2026", "งวด 12 ปีงบประมาณ 2569"),
        ("2026-09-28", "2027-01-03", "quarter", 1, "Q4 FY2026", "ไตรมาส 4 ปีงบประมาณ 2569"),
        ("2027-01-04", "2028-01-02", "year", 1, "FY2027", "ปีงบประมาณ 2570"),
        ("2026-09-28", "2027-10-03", "year", 10, "FY2027", "ปีงบประมาณ 2570"),
        ("2026-12-28", "2027-01-03", "week", 1, "28 Dec 2026 – 3 Jan 2027", "28 ธ.ค. 2569 – 3 ม.ค. 2570"),
    ],
)
def test_periods_of_weeks_are_numbered(
    start: str, end: str, kind: str, fiscal_start: int, english: str, thai: str
) -> None:
    window = date.fromisoformat(start), date.fromisoformat(end)
    assert format_period(*window, kind, "en", fiscal_start, in_weeks=True) == english
    assert format_period(*window, kind, "th", fiscal_start, in_weeks=True) == thai
