"""A grid of targets, owners by periods, before it is stored: pasting, filling, adding up. Pure."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from goals.coverage import by_weight

Place = tuple[int, int]  # row and column, from 0
ZERO, ONE = Decimal(0), Decimal(1)
MOST_PASTED = 20_000  # characters


class Fill(StrEnum):
    LAST_YEAR = "last_year"
    PREVIOUS = "previous"
    EQUAL = "equal"
    SHARE = "share"


@dataclass
class Pasted:
    """What a block of a spreadsheet says about the cells; `refused` are names in it that no row has."""

    cells: dict[Place, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def pasted(text: str, names: Sequence[str], columns: int, is_number: Callable[[str], bool]) -> Pasted:
    """Rows by their names where the block brings names, else in order. A row of headings is passed over.

    Cells are parted by tabs, as spreadsheets copy them, or else by semicolons or commas.
    """
    found = Pasted()
    lines = [line for line in _lines(text[:MOST_PASTED]) if any(cell.strip() for cell in line)]
    if lines and _is_heading(lines[0], is_number):
        lines = lines[1:]
    has_names = any(line[0].strip() and not is_number(line[0]) for line in lines)
    order = {name.casefold().strip(): number for number, name in enumerate(names)}
    for number, line in enumerate(lines):
        row: int | None = number
        if has_names:
            row = order.get(line[0].casefold().strip())
            line = line[1:]
        if row is None or row >= len(names):
            found.refused.append(lines[number][0].strip() or str(number + 1))
            continue
        found.cells.update({(row, column): cell.strip() for column, cell in enumerate(line[:columns]) if cell.strip()})
    return found


def _lines(text: str) -> list[list[str]]:
    delimiter = next((sign for sign in "\t;" if sign in text), ",")
    return [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if line]


def _is_heading(line: Sequence[str], is_number: Callable[[str], bool]) -> bool:
    rest = [cell for cell in line[1:] if cell.strip()] or [line[0]]
    return not any(is_number(cell) for cell in rest)


@dataclass(frozen=True)
class Past:
    """What was recorded: of each cell a year ago, of each row in the span of the same length before the grid's."""

    last_year: Mapping[Place, Decimal]
    previous: Mapping[int, Decimal]


@dataclass(frozen=True)
class Wish:
    """How a grid is to be filled. `change` is a fraction: 0.1 is 10 % more. `step`: what targets are rounded to."""

    fill: Fill
    rows: int
    columns: int
    change: Decimal = ZERO
    total: Decimal | None = None
    season: Sequence[Decimal] = ()
    adds_up: bool = True
    step: Decimal = ONE


def filled(wish: Wish, past: Past) -> dict[Place, Decimal]:
    """Targets by place; places that nothing is known about are left out.

    - last_year: each cell as a year ago, changed; it brings its season along.
    - previous: each row as in the span before, changed; totals are spread over the columns by the season.
    - equal, share: a total divided between the rows, equally or as last year's totals were, and spread by the season.
      What is no total (a rate, a stock) is not divided: each cell gets it whole.
    """
    grown = ONE + wish.change
    match wish.fill:
        case Fill.LAST_YEAR:
            return {place: _rounded(value * grown, wish.step) for place, value in past.last_year.items()}
        case Fill.PREVIOUS:
            rows = {row: value * grown for row, value in past.previous.items()}
        case _:
            rows = _divided(wish, past)
    return {(row, column): part for row, value in rows.items() for column, part in enumerate(_spread(value, wish))}


def _divided(wish: Wish, past: Past) -> dict[int, Decimal]:
    if wish.total is None:
        return {}
    total = wish.total * (ONE + wish.change)
    if not wish.adds_up:
        return dict.fromkeys(range(wish.rows), total)
    weights = [ONE] * wish.rows
    if wish.fill is Fill.SHARE:
        weights = [
            max(ZERO, sum((past.last_year.get((row, column), ZERO) for column in range(wish.columns)), ZERO))
            for row in range(wish.rows)
        ]
    return dict(enumerate(by_weight(total, weights, wish.step)))


def _spread(value: Decimal, wish: Wish) -> list[Decimal]:
    if not wish.adds_up:
        return [_rounded(value, wish.step)] * wish.columns
    season = list(wish.season) if len(wish.season) == wish.columns else [ONE] * wish.columns
    return by_weight(_rounded(value, wish.step), season, wish.step)


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value() * step


def season_of(last_year: Mapping[Place, Decimal], columns: int) -> list[Decimal]:
    """The share of each column in last year's total, adding up to 1; equal where nothing was recorded."""
    sums = [
        max(ZERO, sum((value for (_row, at), value in last_year.items() if at == column), ZERO))
        for column in range(columns)
    ]
    whole = sum(sums, ZERO)
    if not whole:
        return [ONE / columns] * columns
    return [value / whole for value in sums]
