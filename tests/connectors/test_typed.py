"""Numbers and dates as other programs write them."""

import datetime as dt
from decimal import Decimal

import pytest

from connectors.table import RowError, TableError
from connectors.typed import DateFormat, NumberFormat, date_format, number_format

POINT, COMMA = NumberFormat(".", ","), NumberFormat(",", ".")


@pytest.mark.parametrize(
    ("how", "text", "value"),
    [
        (POINT, "1234.5", "1234.5"),
        (POINT, "1,234,567.89", "1234567.89"),
        (POINT, "-12", "-12"),
        (POINT, "−12", "-12"),
        (POINT, "๑๒๓.๕", "123.5"),
        (COMMA, "261,96", "261.96"),
        (COMMA, "1.234,56", "1234.56"),
        (COMMA, "-383,031", "-383.031"),
    ],
)
def test_numbers(how: NumberFormat, text: str, value: str) -> None:
    assert how.read(text) == Decimal(value)


@pytest.mark.parametrize("how", [POINT, COMMA])
@pytest.mark.parametrize("text", ["", "NaN", "inf", "1e400", "12 apples", "1,2,3", "1.2.3", "0x10", "1" * 30])
def test_what_is_no_number(how: NumberFormat, text: str) -> None:
    with pytest.raises(RowError):
        how.read(text)


def test_comma_for_a_point_is_refused_not_guessed() -> None:
    with pytest.raises(RowError):
        POINT.read("12,5")
    with pytest.raises(RowError):
        POINT.read("1.234,56")


@pytest.mark.parametrize(
    ("sample", "mark"),
    [(["261.96", "2"], "."), (["261,96", "2"], ","), (["1.234,56"], ","), (["7"], "."), (["1,234", "0.5"], ".")],
)
def test_decimal_mark_from_a_sample(sample: list[str], mark: str) -> None:
    assert number_format("auto", "auto", sample).decimal == mark


@pytest.mark.parametrize("sample", [["1,234"], ["1.234", "5"], ["0,5", "0.5"]])
def test_decimal_mark_in_doubt(sample: list[str]) -> None:
    with pytest.raises(TableError, match="decimal"):
        number_format("auto", "auto", sample)


@pytest.mark.parametrize(
    ("sample", "text", "day"),
    [
        (["2017-03-01"], "2017-03-01", dt.date(2017, 3, 1)),
        (["11/8/2018", "6/25/2018"], "11/8/2018", dt.date(2018, 11, 8)),
        (["08.11.2016"], "08.11.2016", dt.date(2016, 11, 8)),
        (["25/12/2016"], "01/02/2016", dt.date(2016, 2, 1)),
        (["25/12/2559"], "๐๑/๐๒/๒๕๕๙", dt.date(2016, 2, 1)),
        (["2017-03-01T10:00:00Z"], "2017-03-01 23:59", dt.date(2017, 3, 1)),
    ],
)
def test_dates(sample: list[str], text: str, day: dt.date) -> None:
    assert date_format("auto", sample).read(text) == day


@pytest.mark.parametrize("sample", [["01/02/2016", "03/04/2017"], [], ["31/12/2016", "12/31/2016"]])
def test_date_order_in_doubt(sample: list[str]) -> None:
    with pytest.raises(TableError, match="date_format"):
        date_format("auto", sample)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("dmy", "31/02/2016"), ("ymd", "2016-13-01"), ("dmy", "yesterday"), ("dmy", ""), ("%d %b %Y", "31 Foo 2016")],
)
def test_days_that_do_not_exist(pattern: str, text: str) -> None:
    with pytest.raises(RowError):
        DateFormat(pattern).read(text)
