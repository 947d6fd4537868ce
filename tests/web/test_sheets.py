"""Files for spreadsheets, read back with the programs' own readers."""

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from web.sheets import FORMULA_STARTS, Cell, Column, Table, file_name, harmless, written

COLUMNS = [Column("Name"), Column("Day"), Column("Moment"), Column("Value", 2), Column("Rate", 1, percent=True)]
DAY, MOMENT = dt.date(2026, 11, 25), dt.datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001 - of a wall clock
ROWS: list[list[Cell]] = [
    ["ใจดี ยิ้มแย้ม", DAY, MOMENT, Decimal("-1234567.50"), Decimal("0.255")],
    [None, None, None, 0, None],
    ['a, "b"\nc', dt.date(1850, 1, 2), None, Decimal("1E+6"), Decimal(1)],
]


def sent(table: Table, kind: str) -> bytes:
    with written(table, kind) as file:
        return file.read()


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes a file without this mark for Latin"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_has_plain_numbers_and_iso_days() -> None:
    assert read_csv(sent(Table("t", COLUMNS, ROWS), "csv")) == [
        ["Name", "Day", "Moment", "Value", "Rate"],
        ["ใจดี ยิ้มแย้ม", "2026-11-25", "2026-11-25 09:30", "-1234567.5", "0.255"],
        ["", "", "", "0", ""],
        ['a, "b"\nc', "1850-01-02", "", "1000000", "1"],
    ]


def test_xlsx_has_real_numbers_and_days() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sent(Table("t", COLUMNS, ROWS, [("Days", "all")], "Info"), "xlsx")))
    sheet = book.worksheets[0]
    first, second, third = list(sheet.iter_rows(min_row=2, values_only=True))
    assert first == ("ใจดี ยิ้มแย้ม", MOMENT.replace(hour=0, minute=0), MOMENT, -1234567.5, 0.255)
    assert second == (None, None, None, 0, None)
    assert third == ('a, "b"\nc', "1850-01-02", None, 1000000, 1)
    assert [cell.data_type for cell in sheet[2]] == ["s", "d", "d", "n", "n"]
    assert [sheet.cell(2, place).number_format for place in (2, 4, 5)] == ["yyyy-mm-dd", "#,##0.00", "0.0%"]
    assert book["Info"]["B1"].value == "all"


@pytest.mark.parametrize("start", [*FORMULA_STARTS, "  =", "\u00a0@", " \t-"])
def test_no_text_is_taken_for_a_formula(start: str) -> None:
    text = f'{start}HYPERLINK("http://evil.example")'
    table = Table(text, [Column(text)], [[text]])
    assert read_csv(sent(table, "csv")) == [[f"'{text}"], [f"'{text}"]]
    sheet = openpyxl.load_workbook(io.BytesIO(sent(table, "xlsx"))).worksheets[0]
    assert [sheet.cell(row, 1).data_type for row in (1, 2)] == ["s", "s"]


@pytest.mark.parametrize("text", ["", "Bob", "3 = 3", "a-b", "'quoted'", "๑"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["http://a.example", "1234", "a\x01b", "x" * 40_000])
def test_xlsx_takes_any_text_as_text(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(sent(Table("t", [Column("c")], [[text]]), "xlsx"))).worksheets[0]
    cell = sheet.cell(2, 1)
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert str(cell.value)[:3] == text[:3] or "\x01" in text


@pytest.mark.parametrize("name", ['a/b\\c:d*e?f"g<h>i|j\r\nk', "ยอดขาย ทีมเหนือ", "", "'[x]'", "n" * 400])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_any_name_makes_a_file(name: str, kind: str) -> None:
    table = Table(name, [Column("c")], [])
    assert sent(table, kind)
    found = file_name(table, kind)
    assert not set('/\\:*?"<>|\r\n') & set(found)
    assert len(found) < 130
    assert found.endswith(f".{kind}")
