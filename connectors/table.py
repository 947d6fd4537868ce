"""A CSV file of any size, row by row. What can't be read is said with its line; nothing is guessed silently."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from connectors.mapping import AUTO

MOST_COLUMNS = 1000
LONGEST_FIELD = 100_000
DELIMITERS = ",;\t|"
csv.field_size_limit(LONGEST_FIELD)


class TableError(ValueError):
    """The file as a whole can't be read."""


class RowError(ValueError):
    """One row can't be used; the others can."""


@dataclass(frozen=True)
class Row:
    """A record and the line of the file that it begins on."""

    line: int
    fields: dict[str, str]


class Table:
    """An open CSV file. Iterating gives `Row`s, or a `RowError` in the place of one that can't be used."""

    def __init__(self, path: Path, *, encoding: str = AUTO, delimiter: str = AUTO, legacy: str = "cp1252") -> None:
        try:
            self._binary: IO[bytes] = path.open("rb")
        except OSError as error:
            raise TableError(
                _("%(file)s can't be opened: %(error)s") % {"file": path.name, "error": error.strerror}
            ) from None
        self.name = path.name
        self.encoding = _encoding(self._binary, legacy) if encoding == AUTO else _known(encoding)
        self._text = TextIOWrapper(self._binary, encoding=self.encoding, newline="")
        first = self._first_line()
        self.delimiter = _delimiter(first) if delimiter == AUTO else delimiter
        if len(self.delimiter) != 1:
            raise TableError(_("A delimiter is one character."))
        self._reader = csv.reader(self._text, delimiter=self.delimiter, strict=True)
        self.columns = self._header()

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._text.close()

    def require(self, columns: list[str]) -> None:
        missing = [name for name in columns if name not in self.columns]
        if missing:
            raise TableError(
                _("%(file)s has no column “%(missing)s”. It has: %(columns)s.")
                % {
                    "file": self.name,
                    "missing": "”, “".join(missing),
                    "columns": ", ".join(self.columns[:30]) + (" …" if len(self.columns) > 30 else ""),
                }
            )

    def __iter__(self) -> Iterator[tuple[int, Row | RowError]]:
        while True:
            line = self._reader.line_num + 1
            try:
                values = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError(_quotes(line, error)) from None
            except UnicodeDecodeError as error:
                raise TableError(_undecodable(self.name, self.encoding, error)) from None
            if values:
                yield line, self._row(line, values)

    def _row(self, line: int, values: list[str]) -> Row | RowError:
        if len(values) != len(self.columns):
            return RowError(
                _("%(found)d fields where the header has %(wanted)d.")
                % {"found": len(values), "wanted": len(self.columns)}
            )
        if any("\0" in value for value in values):
            return RowError(_("The row holds a NUL byte."))
        return Row(line, dict(zip(self.columns, (value.strip() for value in values), strict=True)))

    def _first_line(self) -> str:
        try:
            first = self._text.readline(LONGEST_FIELD * 10)
        except UnicodeDecodeError as error:
            raise TableError(_undecodable(self.name, self.encoding, error)) from None
        self._text.seek(0)
        return first

    def _header(self) -> list[str]:
        try:
            columns = [name.strip() for name in next(self._reader, [])]
        except csv.Error as error:
            raise TableError(_quotes(1, error)) from None
        if not columns:
            raise TableError(_("%(file)s is empty.") % {"file": self.name})
        if len(columns) > MOST_COLUMNS:
            raise TableError(
                _("%(file)s has %(found)d columns; at most %(most)d are read.")
                % {"file": self.name, "found": len(columns), "most": MOST_COLUMNS}
            )
        if "\0" in "".join(columns):
            raise TableError(_("The header of %(file)s holds a NUL byte.") % {"file": self.name})
        twice = sorted({name for name in columns if columns.count(name) > 1})
        if twice:
            raise TableError(_("%(file)s has the column “%(column)s” twice.") % {"file": self.name, "column": twice[0]})
        return columns


def _quotes(line: int, error: csv.Error) -> str:
    return _("Line %(line)d: a quotation mark is not closed, or a field is far too long (%(error)s).") % {
        "line": line,
        "error": error,
    }


def _undecodable(name: str, encoding: str, error: UnicodeDecodeError) -> str:
    return _(
        "%(file)s is not in %(encoding)s: byte %(byte)s does not belong there. Name the encoding in the mapping."
    ) % {"file": name, "encoding": encoding, "byte": f"0x{error.object[error.start]:02X}"}


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise TableError(_("Unknown encoding: %(encoding)s.") % {"encoding": encoding}) from None


def _encoding(file: IO[bytes], legacy: str) -> str:
    """The byte order mark's, else UTF-8 if the whole file is that, else the organization's old code page."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return legacy
    finally:
        file.seek(0)
    return "utf-8"


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)
