"""Totals of periods as columns, each with a mark at what is compared with it. Drawn as `web.charts` draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from web.charts import AXIS_BOTTOM, AXIS_TOP, ONE, ZERO, Scale, number, percent, ticks

COLUMN_SHARE = Decimal("0.62")
MARK_SHARE = Decimal("0.86")
GUTTER = Decimal("0.09")  # for the scale's numbers
MOST_NAMES = 5


@dataclass(frozen=True)
class Column:
    """A period's total, and what it is compared with; a period that is not over is drawn hollow."""

    name: str
    value: Decimal | None
    compared: Decimal | None = None
    is_over: bool = True


@dataclass(frozen=True)
class Columns:
    """`write` puts a value in words for the scale and for what is pointed at."""

    label: str
    columns: Sequence[Column]
    write: Callable[[Decimal], str]
    height: int = 224


def columns(chart: Columns) -> SafeString:
    """Needs at least one column. The base line is 0; totals below it hang down."""
    values = [value for column in chart.columns for value in (column.value, column.compared) if value is not None]
    grid = ticks(min([ZERO, *values]), max([ZERO, *values]))
    scale = Scale(grid[0], grid[-1], AXIS_TOP, chart.height - AXIS_BOTTOM, grid)
    width = (ONE - GUTTER) / len(chart.columns)
    return format_html(
        '<svg class="chart cols-chart" role="img" aria-label="{}" height="{}">{}{}{}{}{}</svg>',
        chart.label,
        chart.height,
        _grid(scale, chart),
        format_html_join(
            "", "{}", ((_body(column, GUTTER + i * width, width, scale),) for i, column in enumerate(chart.columns))
        ),
        _marks(chart, width, scale),
        _names(chart, width),
        _hits(chart, width, scale),
    )


def _grid(scale: Scale, chart: Columns) -> SafeString:
    base = scale.y(ZERO)
    return format_html(
        '{}{}<line class="base" x1="0" x2="100%" y1="{}" y2="{}"/>',
        format_html_join(
            "",
            '<line class="g" x1="0" x2="100%" y1="{}" y2="{}"/>',
            ((scale.y(value), scale.y(value)) for value in scale.grid if value),
        ),
        format_html_join(
            "",
            '<text class="ax" x="0" y="{}">{}</text>',
            ((number(Decimal(scale.y(value)) - 4), chart.write(value)) for value in scale.grid if value),
        ),
        base,
        base,
    )


def _body(column: Column, left: Decimal, width: Decimal, scale: Scale) -> SafeString:
    if column.value is None:
        return SafeString("")
    tops = sorted((Decimal(scale.y(column.value)), Decimal(scale.y(ZERO))))
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        "col" if column.is_over else "col open",
        percent(left + width * (1 - COLUMN_SHARE) / 2),
        number(tops[0]),
        percent(width * COLUMN_SHARE),
        number(tops[1] - tops[0]),
    )


def _marks(chart: Columns, width: Decimal, scale: Scale) -> SafeString:
    edge = width * (1 - MARK_SHARE) / 2
    return format_html_join(
        "",
        '<line class="was" x1="{}" x2="{}" y1="{}" y2="{}"/>',
        (
            (
                percent(GUTTER + i * width + edge),
                percent(GUTTER + (i + 1) * width - edge),
                scale.y(column.compared),
                scale.y(column.compared),
            )
            for i, column in enumerate(chart.columns)
            if column.compared is not None
        ),
    )


def _names(chart: Columns, width: Decimal) -> SafeString:
    """Under every column where there is room, else under some, always under the last."""
    count = len(chart.columns)
    every = 1 if count <= MOST_NAMES else -(-count // (MOST_NAMES - 1))
    return format_html_join(
        "",
        '<text class="ax" x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (
                percent(ONE if i == count - 1 else GUTTER + (i + Decimal("0.5")) * width if i else ZERO),
                chart.height - 8,
                "end" if i == count - 1 else "middle" if i else "start",
                chart.columns[i].name,
            )
            for i in range(count - 1, -1, -every)
        ),
    )


def _hits(chart: Columns, width: Decimal, scale: Scale) -> SafeString:
    return format_html_join(
        "",
        '<rect class="hit" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        (
            (
                percent(GUTTER + i * width),
                scale.top,
                percent(width),
                scale.bottom - scale.top,
                column.name,
                chart.write(column.value),
            )
            for i, column in enumerate(chart.columns)
            if column.value is not None
        ),
    )
