"""Records from tables of deals or orders (CSV): one record for each value of a column, and one of the whole."""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.calibration.cases import Sample
from goals.record import Item, Measure, Series

Row = Mapping[str, str]
ONE = Decimal(1)


@dataclass(frozen=True)
class Quantity:
    """What one row brings on its day: `column`'s value, 1 for each row where it is empty, or each different value of
    `distinct` once a day. `where` keeps the rows that hold these values.
    """

    column: str = ""
    distinct: str = ""
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Table:
    """A file with a column of dates. `groups` are the columns by which it is cut into records, "" for the whole."""

    path: Path
    date_column: str
    date_format: str = "%Y-%m-%d"
    lookup: Path | None = None
    lookup_key: str = ""
    groups: tuple[str, ...] = ("",)
    rows: list[tuple[date, Row]] = field(default_factory=list)

    def read(self) -> list[tuple[date, Row]]:
        if not self.rows:
            more = {row[self.lookup_key]: row for row in _rows(self.lookup)} if self.lookup else {}
            for row in _rows(self.path):
                if row[self.date_column]:
                    day = datetime.strptime(row[self.date_column], self.date_format).date()  # noqa: DTZ007
                    self.rows.append((day, {**more.get(row.get(self.lookup_key, ""), {}), **row}))
        return self.rows


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def described(description: Path, folder: Path) -> tuple[list[Sample], date]:
    """The records that a description (TOML) finds in `folder`, and the day from which on their months are judged."""
    found = tomllib.loads(description.read_text())
    lookup = folder / found["lookup"] if "lookup" in found else None
    table = Table(
        folder / found["file"], found["date"], found.get("date_format", "%Y-%m-%d"), lookup,
        found.get("lookup_key", ""), tuple(found.get("groups", [""])),
    )  # fmt: skip
    records = [sample for kpi in found["kpi"] for sample in _records(found["name"], table, kpi)]
    return records, found.get("since", date.min)


def _records(name: str, table: Table, kpi: Mapping[str, Any]) -> Iterator[Sample]:
    parts = {code: _quantity(part) for code, part in kpi["parts"].items()}
    formula = kpi.get("formula")
    aggregation = None if formula else kpi.get("aggregation", "sum")
    code = "kpi" if formula else next(iter(parts))
    measure = Measure(code, kpi["name"], kpi["unit"], aggregation=aggregation, formula=formula)
    yield from samples(name, table, measure, parts, _quantity(kpi["weights"]) if "weights" in kpi else None)


def _quantity(found: Mapping[str, Any]) -> Quantity:
    return Quantity(found.get("column", ""), found.get("distinct", ""), tuple(found.get("where", {}).items()))


def samples(
    name: str, table: Table, measure: Measure, parts: Mapping[str, Quantity], weights: Quantity | None = None
) -> Iterator[Sample]:
    """Records of `measure` by each of the table's groups; a family is one measure by one column. With `weights` the
    one part is an average, weighted by that quantity.
    """
    rows = table.read()
    first, last = min(day for day, _ in rows), max(day for day, _ in rows)
    for column in table.groups:
        totals = {code: _totals(rows, column, quantity) for code, quantity in parts.items()}
        counts = _totals(rows, column, weights) if weights else {}
        family = f"{name} {measure.name.lower()}" + (f" by {column.lower()}" if column else "")
        for group in sorted({group for found in totals.values() for group in found}):
            series = {
                code: Series(_items(found.get(group, {}), counts.get(group) if weights else None))
                for code, found in totals.items()
            }
            yield Sample(family, group or "whole", measure, series, first, last)


def _totals(rows: Iterable[tuple[date, Row]], column: str, quantity: Quantity) -> dict[str, dict[date, Decimal]]:
    found: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    seen: set[tuple[str, date, str]] = set()
    for day, row in rows:
        if any(row[key] != value for key, value in quantity.where):
            continue
        group = row[column] if column else ""
        if quantity.distinct:
            key = (group, day, row[quantity.distinct])
            if key in seen:
                continue
            seen.add(key)
        found[group][day] += Decimal(row[quantity.column]) if quantity.column else ONE
    return found


def _items(totals: Mapping[date, Decimal], counts: Mapping[date, Decimal] | None) -> list[Item]:
    if counts is None:
        return [Item(day, total) for day, total in totals.items()]
    return [Item(day, total / counts[day], counts[day]) for day, total in totals.items()]
