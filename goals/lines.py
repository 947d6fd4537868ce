"""Drafts and goals as JSON lines: strict reading, with errors that name the key, and the loop of the two commands."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from goals.progress import CADENCE_DAYS, TargetType
from goals.record import Item, Measure, Record
from teams.calendar import WorkCalendar

LARGEST_EXPONENT = 30
# As wherever people type dates; what lies outside is a slip, and its windows leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199
UNITS = ("money", "count", "percent", "ratio", "duration")
DIRECTIONS = ("higher", "lower")

Json = object


class LineError(ValueError):
    """A line that cannot be answered; the text names the key and says what is expected there."""


class Reader:
    """One JSON object, read key by key; `done` refuses the keys that nobody asked for. Absent is null."""

    def __init__(self, source: Json, path: str = "") -> None:
        if not isinstance(source, Mapping):
            raise LineError(f"{path or 'the line'} must be an object")
        self._source: Mapping[str, Json] = source
        self._path = path
        self._asked: set[str] = set()

    def name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def get(self, key: str) -> Json:
        self._asked.add(key)
        return self._source.get(key)

    def done(self) -> None:
        unknown = sorted(str(key) for key in self._source.keys() - self._asked)
        if unknown:
            keys = ", ".join(self.name(key) for key in unknown)
            raise LineError(f"unknown key{'s' if len(unknown) > 1 else ''}: {keys}")

    def inner(self, key: str) -> "Reader | None":
        value = self.get(key)
        return None if value is None else Reader(value, self.name(key))

    def text(self, key: str) -> str | None:
        value = self.get(key)
        if value is not None and not isinstance(value, str):
            raise LineError(f"{self.name(key)} must be a string")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str | None:
        value = self.text(key)
        if value is not None and value not in choices:
            raise LineError(f"{self.name(key)} must be one of {', '.join(choices)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.items(key)
        if not all(isinstance(value, str) for value in values):
            raise LineError(f"{self.name(key)} must be a list of strings")
        return tuple(str(value) for value in values)

    def items(self, key: str) -> list[Json]:
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise LineError(f"{self.name(key)} must be a list")
        return value

    def number(self, key: str) -> Decimal | None:
        value = self.get(key)
        return None if value is None else to_decimal(value, self.name(key))

    def day(self, key: str) -> date | None:
        value = self.get(key)
        return None if value is None else to_date(value, self.name(key))

    def required_day(self, key: str) -> date:
        value = self.day(key)
        if value is None:
            raise LineError(f"{self.name(key)} is required")
        return value


def to_decimal(value: Json, name: str) -> Decimal:
    try:
        number = Decimal(value) if isinstance(value, str) and value.isascii() and "_" not in value else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or (number and abs(number.adjusted()) > LARGEST_EXPONENT):
        raise LineError(f'{name} must be a number written as a string, such as "0.25"')
    return number or Decimal(0)


def to_date(value: Json, name: str) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2026-12-31"):
            day = date.fromisoformat(value)
            if FIRST_YEAR <= day.year <= LAST_YEAR:
                return day
    except ValueError:
        pass
    raise LineError(f'{name} must be a date from {FIRST_YEAR} to {LAST_YEAR}, such as "2026-12-31"')


def read_measure(source: Reader | None) -> Measure | None:
    if source is None:
        return None
    aggregation, formula = source.text("aggregation"), source.text("formula")
    code, name = source.text("code"), source.text("name")
    unit, direction = source.choice("unit", UNITS), source.choice("direction", DIRECTIONS)
    cadence = source.choice("cadence", tuple(CADENCE_DAYS))
    parts = source.get("parts")
    source.done()
    if not code:
        raise LineError(f"{source.name('code')} is required")
    try:
        return Measure(
            code=code,
            name=name or code,
            unit=unit or "count",
            direction=direction or "higher",
            aggregation=aggregation if aggregation or formula else "sum",
            formula=formula or None,
            parts=_read_parts(parts, source.name("parts")),
            cadence=cadence or "daily",
        )
    except ValueError as error:
        raise LineError(f"{source.name('formula' if formula else 'aggregation')}: {error}") from None


def _read_parts(source: Json, name: str) -> dict[str, str]:
    if source is None:
        return {}
    if not isinstance(source, Mapping) or not all(isinstance(value, str) for value in source.values()):
        raise LineError(f"{name} must give the aggregation of each part")
    return {str(code): str(aggregation) for code, aggregation in source.items()}


def read_record(source: Json, name: str, today: date) -> Record | None:
    """`{code: [[date, value] or [date, mean, count], ...]}`; None where absent."""
    if source is None:
        return None
    if not isinstance(source, Mapping):
        raise LineError(f"{name} must be an object of lists by KPI code")
    series: dict[str, list[Item]] = {}
    for code, items in source.items():
        if not isinstance(items, list):
            raise LineError(f"{name}.{code} must be a list")
        series[str(code)] = [_read_item(item, f"{name}.{code}[{at}]") for at, item in enumerate(items)]
    return Record(series, today)


def _read_item(source: Json, name: str) -> Item:
    if not isinstance(source, list) or not 2 <= len(source) <= 3:
        raise LineError(f"{name} must be [date, value] or [date, mean, count]")
    day, value = to_date(source[0], name), to_decimal(source[1], name)
    count = to_decimal(source[2], name) if len(source) == 3 else Decimal(1)
    if count < 0:
        raise LineError(f"{name} must not have a count below zero")
    return Item(day, value, count)


def read_calendar(source: Reader | None) -> WorkCalendar:
    """Monday to Friday without a holiday where absent."""
    if source is None:
        return WorkCalendar(frozenset(range(1, 6)), frozenset(), frozenset())
    days = source.items("working_days") if source.get("working_days") is not None else [1, 2, 3, 4, 5]
    if not all(type(day) is int and 1 <= day <= 7 for day in days):
        raise LineError(f"{source.name('working_days')} must be numbers from 1 (Monday) to 7")
    working_days = frozenset(day for day in days if isinstance(day, int))
    holidays, leave = (
        frozenset(to_date(day, source.name(key)) for day in source.items(key)) for key in ("holidays", "leave")
    )
    source.done()
    return WorkCalendar(working_days, holidays, leave)


def read_target_type(source: Reader) -> TargetType | None:
    value = source.choice("target_type", tuple(TargetType))
    return None if value is None else TargetType(value)


def written(value: Decimal | None) -> str | None:
    """A decimal string without an exponent and without idle zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def answer_lines(answer: Callable[[Reader], Json], source: BinaryIO | None = None, sink: BinaryIO | None = None) -> int:
    """Answer each line of `source` by one line; 1 if any could not be answered, else 0."""
    source, sink, status = source or sys.stdin.buffer, sink or sys.stdout.buffer, 0
    for line in source:
        try:
            reply = answer(Reader(json.loads(line.decode())))
        except LineError as error:
            reply, status = {"error": str(error)}, 1
        except (ValueError, RecursionError):
            reply, status = {"error": "the line is not JSON in UTF-8"}, 1
        except ArithmeticError:
            reply, status = {"error": "the numbers of the line cannot be reckoned with"}, 1
        sink.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
        sink.flush()
    return status
