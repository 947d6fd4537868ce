"""The tables of a KPI's pages as files: the same numbers, all rows, and nothing rounded."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from kpis.behind import Behind, Tally, marked
from kpis.breakdown import Breakdown, Row, is_additive
from kpis.models import Kpi
from kpis.parts import Ingredient
from kpis.periods import Window
from kpis.series import Series
from teams.models import Organization
from web.formats import format_datetime, format_period, format_range
from web.sheets import Cell, Column, Table

MOST_ENTRIES = 100_000
CHUNK = 2000


@dataclass(frozen=True)
class Heading:
    """Whose numbers a file holds, of which days, and when it was made."""

    organization: Organization
    kpi: Kpi
    whose: str
    window: Window
    now: dt.datetime
    zone: dt.tzinfo  # the reader's

    def table(self, columns: Sequence[Column], rows: Iterator[Sequence[Cell]]) -> Table:
        days = f"{self.window.start.isoformat()} – {self.window.end.isoformat()}"
        return Table(f"{self.kpi.label} {self.whose} {days}", columns, rows, self._about(), gettext("About"))

    def _about(self) -> list[tuple[str, str]]:
        kpi, language = self.kpi, _language()
        made = kpi.formula or str(kpi.get_aggregation_display())
        return [
            (gettext("KPI"), kpi.label),
            (gettext("What is counted"), kpi.explanation),
            (gettext("Formula") if kpi.formula else gettext("Aggregation"), made),
            (gettext("Whose numbers"), self.whose),
            (gettext("Days"), format_range(self.window.start, self.window.end, language)),
            (gettext("Made on"), format_datetime(self.now, self.zone, language)),
        ]

    def column(self, kpi: Kpi, name: str, *, in_full: bool = False) -> Column:
        """Of numbers of the KPI. `in_full`: with all decimals, as they were recorded."""
        unit = self.organization.currency if kpi.unit == Kpi.Unit.MONEY else ""
        unit = gettext("hours") if kpi.unit == Kpi.Unit.DURATION else unit
        percent = kpi.unit == Kpi.Unit.PERCENT
        return Column(f"{name} ({unit})" if unit else name, None if in_full else kpi.decimals, percent)


def series_table(heading: Heading, series: Series) -> Table:
    """Oldest first, as a chart of it wants."""
    kpi, organization = series.kpi, heading.organization
    columns = [
        Column(gettext("Period")),
        Column(gettext("From")),
        Column(gettext("To")),
        heading.column(kpi, kpi.label),
        heading.column(kpi, gettext("The period before")),
        heading.column(kpi, gettext("A year before")),
        Column(gettext("Note")),
    ]
    start, in_weeks = organization.fiscal_year_start, organization.counts_in_weeks

    def rows() -> Iterator[Sequence[Cell]]:
        for reading in series.readings:
            step, days = reading.step, reading.step.window
            name = format_period(days.start, days.end, step.kind, _language(), start, in_weeks)
            note = "" if step.is_over else gettext("so far")
            yield name, days.start, days.end, reading.value, reading.previous, reading.last_year, note

    return heading.table(columns, rows())


def breakdown_table(
    heading: Heading, breakdown: Breakdown, who: str, heads: Sequence[Ingredient], rows: Sequence[Row]
) -> Table:
    """`rows` with their parts, the whole among them as the last."""
    kpi = breakdown.kpi
    adds_up = is_additive(kpi)
    columns = [
        Column(gettext("Team") if who == "team" else gettext("Person")),
        heading.column(kpi, kpi.label),
        *(heading.column(head.kpi, head.label) for head in heads),
        *([Column(gettext("Share"), decimals=1, percent=True)] if adds_up else []),
        heading.column(kpi, gettext("The period before")),
    ]
    others = gettext("In none of these teams") if who == "team" else gettext("Others")

    def cells(row: Row) -> Sequence[Cell]:
        name = row.choice.name if row.choice else others
        parts = [part.value for part in row.parts] or [None] * len(heads)
        return [name, row.value, *parts, *([row.share] if adds_up else []), row.previous]

    shown = [*rows[:-1], *([breakdown.rest] if breakdown.rest else []), rows[-1]]
    return heading.table(columns, (cells(row) for row in shown))


def entries_table(heading: Heading, source: Kpi, found: Behind) -> Table:
    """Newest first. What the reader may not see, and what is too much for a file, is added up in rows of its own: the
    last column always adds up to the number, or to the sum that an average divides.
    """
    columns = [
        Column(gettext("Date")),
        Column(gettext("For")),
        heading.column(source, gettext("Recorded"), in_full=True),
        Column(gettext("Share"), percent=True),
        Column(gettext("Amount")),
        Column(gettext("Currency")),
        Column(gettext("Note")),
        Column(gettext("Source")),
        Column(gettext("Recorded by")),
        Column(gettext("Recorded on")),
        heading.column(source, gettext("Counted"), in_full=True),
    ]
    return heading.table(columns, _entry_rows(heading, found, len(columns)))


def _entry_rows(heading: Heading, found: Behind, width: int) -> Iterator[Sequence[Cell]]:
    written = Tally()
    entries: Iterator[Any] = marked(found.entries).iterator(chunk_size=CHUNK)
    for entry in islice(entries, MOST_ENTRIES):
        written = written + Tally(1, entry.worth, entry.share)
        by, at = entry.created_by, entry.created_at.astimezone(heading.zone).replace(tzinfo=None)
        words = (entry.note, "" if entry.source == "manual" else entry.source, str(by) if by else "")
        yield (
            entry.date, entry.member.name, entry.value, entry.share,
            entry.amount, entry.currency, *words, at, entry.worth,
        )  # fmt: skip
    for left, text in ((found.seen - written, _left_out), (found.hidden, _hidden)):
        if left.count:
            yield (None, text(left.count), *[None] * (width - 3), left.total)


def _left_out(count: int) -> str:
    return ngettext(
        "%(n)s older entry, too many for a file", "%(n)s older entries, too many for a file", count
    ) % {"n": count}  # fmt: skip


def _hidden(count: int) -> str:
    return ngettext(
        "%(n)s entry of others, which you may not read", "%(n)s entries of others, which you may not read", count
    ) % {"n": count}  # fmt: skip


def _language() -> str:
    return (get_language() or "en")[:2]


def limit_of(count: int) -> str:
    """How many entries a file holds, where there are more; "" where all of them go into one."""
    return f"{MOST_ENTRIES:,}" if count > MOST_ENTRIES else ""
