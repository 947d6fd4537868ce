"""Tables as files for spreadsheets: CSV and XLSX, written row by row, so that a long one takes no memory.

Numbers stay numbers and days stay days; text stays text, whatever it begins with. A file is written whole before it
travels: all of it is of one moment, and a slow download keeps no transaction open.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse

Cell = str | int | Decimal | dt.date | dt.datetime | None

CSV, XLSX = "csv", "xlsx"
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# Spreadsheets take a text that begins so for a formula (OWASP, CSV injection), with spaces before it or without.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
LONGEST_TEXT, LONGEST_TITLE, LONGEST_NAME = 32_767, 31, 120  # of a cell and a sheet of Excel; of a file
FIRST_YEAR = 1900  # Excel has no days before
NARROW, WIDE = 12, 40


@dataclass(frozen=True)
class Column:
    """`decimals` are shown in XLSX where they are given, else as many as a number has; in CSV always all.

    `percent`: the numbers are fractions (0.25), which XLSX shows as 25%.
    """

    heading: str
    decimals: int | None = None
    percent: bool = False


@dataclass(frozen=True)
class Table:
    """`name` is the file's, `about` says more of it, line by line (XLSX: on a sheet of its own, called `about_title`).

    Naive moments are on the reader's clock. The rows are read once.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    about: Sequence[tuple[str, str]] = ()
    about_title: str = "About"


def file_response(table: Table, kind: str) -> FileResponse:
    """A download, `csv` or `xlsx`; anything else is `csv`."""
    kind = kind if kind in TYPES else CSV
    return FileResponse(
        written(table, kind), as_attachment=True, filename=file_name(table, kind), content_type=TYPES[kind]
    )


def written(table: Table, kind: str) -> IO[bytes]:
    """The whole file, to be read from its beginning; it is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    (_write_xlsx if kind == XLSX else _write_csv)(table, file)
    file.seek(0)
    return file


def file_name(table: Table, kind: str) -> str:
    return named(table.name, kind)


def named(name: str, kind: str) -> str:
    """A file's name, without what some system does not take in one."""
    plain = re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "-", name)[:LONGEST_NAME]
    return f"{plain}.{kind}"


def _write_csv(table: Table, file: IO[bytes]) -> None:
    """With the mark by which Excel knows UTF-8, and a point in numbers, whatever the language."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(column.heading) for column in table.columns])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    text.detach()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, str):
        return harmless(cell)
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    return text.rstrip("0").rstrip(".") if "." in text else text


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before what begins like one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


def _write_xlsx(table: Table, file: IO[bytes]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        formats = _Formats(book, table.columns)
        sheet = book.add_worksheet(_title(table.name))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, min(max(len(column.heading) + 2, NARROW), WIDE))
            sheet.write_string(0, place, column.heading[:LONGEST_TEXT], bold)
        for line, row in enumerate(table.rows, start=1):
            for place, cell in enumerate(row):
                formats.write(sheet, line, place, cell)
        if table.about:
            _write_about(book, table, bold)


def _write_about(book: Any, table: Table, bold: Any) -> None:
    sheet = book.add_worksheet(_title(table.about_title))
    sheet.set_column(0, 0, NARROW * 2)
    sheet.set_column(1, 1, WIDE * 2)
    for line, (name, text) in enumerate(table.about):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, text[:LONGEST_TEXT])


def _title(name: str) -> str:
    """A sheet's: Excel refuses some characters, and an apostrophe at either end."""
    return re.sub(r"[\x00-\x1f\[\]:*?/\\]+", "-", name)[:LONGEST_TITLE].strip("' ") or "-"


class _Formats:
    """How the cells of one workbook are written, by their types and columns."""

    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        self._numbers = [book.add_format({"num_format": pattern}) for pattern in _patterns(columns)]
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def write(self, sheet: Any, line: int, place: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, dt.date) and cell.year >= FIRST_YEAR:
            shown = self._moment if isinstance(cell, dt.datetime) else self._day
            sheet.write_datetime(line, place, cell, shown)
        elif isinstance(cell, int | Decimal):
            sheet.write_number(line, place, cell, self._numbers[place])
        else:
            # As a string, never as what it looks like.
            sheet.write_string(line, place, str(cell)[:LONGEST_TEXT])


def _patterns(columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        zeros = "." + "0" * column.decimals if column.decimals else ""
        if column.percent:
            yield "0.00%" if column.decimals is None else f"0{zeros}%"
        else:
            yield "General" if column.decimals is None else f"#,##0{zeros}"
