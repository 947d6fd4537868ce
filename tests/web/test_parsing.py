from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.parsing import InvalidInput, parse_date, parse_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234.5", "1234.5"),
        ("0", "0"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1,234,567.89", "1234567.89"),
        ("1,234", "1234"),
        ("1 234 567.5", "1234567.5"),
        ("1\u00a0234\u202f567", "1234567"),
        ("๑๒๓", "123"),
        ("๑,๒๓๔.๕", "1234.5"),
        ("１２３", "123"),
        ("฿1,200", "1200"),
        ("$ 99.90", "99.9"),
        ("1200 ฿", "1200"),
        ("-5", "-5"),
        ("\u22125.25", "-5.25"),
        ("-฿500", "-500"),
        ("฿-500", "-500"),
        ("+3", "3"),
        ("-0", "0"),
        ("  42\n", "42"),
        ("123456789012345678.123456", "123456789012345678.123456"),
        ("0000000000000000000001", "1"),
        ("1.5000000000", "1.5"),
    ],
)
def test_number(text: str, expected: str) -> None:
    number = parse_number(text)
    assert number == Decimal(expected)
    assert not (number == 0 and number.is_signed())


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        ("", "number_empty", "Enter a number."),
        ("   ", "number_empty", "Enter a number."),
        ("12,5", "decimal_comma", "Use a point for decimals: write 12.5."),
        ("1.234,56", "decimal_comma", "Use a point for decimals: write 1234.56."),
        ("1.234.567,8", "decimal_comma", "Use a point for decimals: write 1234567.8."),
        ("1 234,5", "decimal_comma", "Use a point for decimals: write 1234.5."),
        ("0,125", "decimal_comma", "Use a point for decimals: write 0.125."),
        ("๑๒,๕", "decimal_comma", "Use a point for decimals: write 12.5."),
        ("1234,567", "decimal_comma", "Use a point for decimals: write 1234.567."),
        ("1,23,456", "grouping", None),
        ("1,234,56", "grouping", None),
        ("1,234 567", "grouping", None),
        ("12 5", "grouping", None),
        ("1.234.567", "grouping", None),
        ("1,,000", "grouping", None),
        ("1e5", "scientific", "Write the number out in full, for example 1500000."),
        ("1e400", "scientific", None),
        ("1.5E+3", "scientific", None),
        ("NaN", "not_a_number", "Write a number in digits, for example 1,234.5."),
        ("inf", "not_a_number", None),
        ("-Infinity", "not_a_number", None),
        ("twelve", "not_a_number", None),
        ("10k", "not_a_number", None),
        ("1.2.3", "not_a_number", None),
        ("--5", "not_a_number", None),
        ("-฿-5", "not_a_number", None),
        ("(500)", "not_a_number", None),
        ("0x10", "not_a_number", None),
        ("1_000", "not_a_number", None),
        ("-", "not_a_number", None),
        ("฿", "not_a_number", None),
        ("1\x002", "not_a_number", None),
        ("\ud800", "not_a_number", None),
        ("²", "not_a_number", None),
        ("x" * 5000, "not_a_number", None),
        ("12.5%", "percent_sign", "This is not a percentage: write the number without %."),
        ("9" * 19, "too_large", "This number is too large: at most 18 digits before the decimal point."),
        ("9" * 5000, "too_large", None),
        ("1.1234567", "too_precise", "Too many decimals: at most 6 digits after the decimal point."),
    ],
)
def test_number_refused(text: str, code: str, advice: str | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_number(text)
    assert caught.value.code == code
    assert "%(" not in str(caught.value)
    if advice:
        assert str(caught.value) == advice


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5%", "0.125"),
        ("12.5", "0.125"),
        ("45 %", "0.45"),
        ("-3%", "-0.03"),
        ("๑๒.๕%", "0.125"),
        ("0.0001", "0.000001"),
    ],
)
def test_percent_is_a_fraction(text: str, expected: str) -> None:
    assert parse_number(text, percent=True) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "decimals", "percent", "code"),
    [
        ("1.5", 0, False, "whole_number"),
        ("1.555", 2, False, "too_precise"),
        ("1.50", 1, False, None),
        ("0.00001", 6, True, "too_precise"),
        ("12%", 0, True, None),
    ],
)
def test_decimals_are_those_typed(text: str, decimals: int, percent: bool, code: str | None) -> None:
    if code is None:
        assert parse_number(text, percent=percent, decimals=decimals)
        return
    with pytest.raises(InvalidInput) as caught:
        parse_number(text, percent=percent, decimals=decimals)
    assert caught.value.code == code


@given(st.decimals(-(10**17), 10**17, allow_nan=False, places=6))
def test_numbers_as_we_write_them_are_read_back(number: Decimal) -> None:
    assert parse_number(f"{number:f}") == parse_number(f"{number:,f}") == number


@given(st.text(max_size=70) | st.text("0123456789.,- ๐๙฿%eE", max_size=25), st.booleans())
def test_any_text_is_a_storable_number_or_refused(text: str, percent: bool) -> None:
    try:
        number = parse_number(text, percent=percent)
    except InvalidInput as error:
        refusal = str(error)
        assert refusal.endswith(".")
        return
    assert number.is_finite()
    assert number == number.quantize(Decimal("0.000001"))
    assert abs(number) < 10**18


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-31", "2026-12-31"),
        ("2026-1-5", "2026-01-05"),
        ("31/12/2026", "2026-12-31"),
        ("1/2/2026", "2026-02-01"),
        ("31.12.2026", "2026-12-31"),
        ("31-12-2026", "2026-12-31"),
        (" 31/12/2026 ", "2026-12-31"),
        ("31/12/2569", "2026-12-31"),
        ("2569-12-31", "2026-12-31"),
        ("๓๑/๑๒/๒๕๖๙", "2026-12-31"),
        ("29/02/2567", "2024-02-29"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_date(text: str, expected: str) -> None:
    assert parse_date(text) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        ("", "date_empty", "Enter a date."),
        ("2026-02-30", "no_such_day", "There is no such date: that month has only 28 days."),
        ("30/2/2567", "no_such_day", "There is no such date: that month has only 29 days."),
        ("31/11/2026", "no_such_day", "There is no such date: that month has only 30 days."),
        ("12/31/2026", "no_such_date", "There is no such date. Write it as day/month/year, for example 31/12/2026."),
        ("2026-13-01", "no_such_date", None),
        ("0/1/2026", "no_such_date", None),
        ("2026-00-10", "no_such_date", None),
        ("32/1/2026", "no_such_date", None),
        ("1/2/69", "short_year", "Write the year with four digits, for example 31/12/2026."),
        ("1/2/026", "short_year", None),
        ("1/1/1066", "year_out_of_range", "The year must be between 1900 and 2199."),
        ("2026/12.31", "not_a_date", None),
        ("31/12.2026", "not_a_date", None),
        ("tomorrow", "not_a_date", "Write the date as day/month/year, for example 31/12/2026."),
        ("31 Dec 2026", "not_a_date", None),
        ("2026-12-31T10:00", "not_a_date", None),
        ("0000-00-00", "year_out_of_range", None),
        ("31/12/2026\x00", "not_a_date", None),
        ("1" * 5000, "not_a_date", None),
    ],
)
def test_date_refused(text: str, code: str, advice: str | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_date(text)
    assert caught.value.code == code
    if advice:
        assert str(caught.value) == advice


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_dates_are_read_back_from_both_eras(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day}/{day.month}/{day.year}") == day
    # 1857 and earlier in the common era are the Buddhist years up to 2400, which are read as common ones.
    assert parse_date(f"{day.day}.{day.month}.{day.year + 543}") == day


@given(st.text(max_size=30) | st.text("0123456789/-. ๐๙", max_size=12))
def test_any_text_is_a_date_in_range_or_refused(text: str) -> None:
    try:
        day = parse_date(text)
    except InvalidInput as error:
        refusal = str(error)
        assert refusal.endswith(".")
        return
    assert 1900 <= day.year <= 2199


def test_message_follows_the_active_language_and_falls_back_to_english() -> None:
    from django.utils import translation

    error = InvalidInput("decimal_comma", {"suggestion": "12.5"})
    with translation.override("en"):
        assert error.message == "Use a point for decimals: write 12.5."
    with translation.override("th"):
        assert "12.5" in error.message
