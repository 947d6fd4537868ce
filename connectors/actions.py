"""Bringing a foreign table in: one transaction, safe to repeat, every refused row with its line and reason."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.mapping import EntryRule, Filter, Mapping
from connectors.people import Directory, TeamBuilder
from connectors.table import Row, RowError, Table, TableError
from connectors.typed import DateFormat, NumberFormat, date_format, number_format
from kpis.actions import add_from_catalogue
from kpis.bulk import Delivery, Prepared, prepare, store
from kpis.catalogue import CATALOGUE
from kpis.models import Kpi
from kpis.rates import hold_rates
from kpis.refusals import EntryRefused
from teams.models import Organization
from teams.tenancy import tenant

SAMPLE_ROWS = 5000
BATCH = 5000
OLDEST_YEAR = 1970

Refuse = Callable[[int, str], None]


@dataclass
class Report:
    """What an import did. Counts of entries, not of rows: one row may feed several KPIs."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    members_created: int = 0
    teams_created: int = 0
    kpis_added: int = 0


def import_table(
    organization: Organization,
    path: Path,
    mapping: Mapping,
    *,
    refuse: Refuse,
    create_members: bool = False,
    dry_run: bool = False,
) -> Report:
    """Read the whole file or nothing of it. Raises `TableError` where the file can't be used at all."""
    report = Report()
    with suppress(_NothingStored), tenant(organization.pk):
        _import(organization, path, mapping, report, refuse, create_members)
        if dry_run:
            raise _NothingStored
    return report


class _NothingStored(Exception):
    """Ends a dry run: everything was done, and is rolled back."""


def _import(
    organization: Organization, path: Path, mapping: Mapping, report: Report, refuse: Refuse, create_members: bool
) -> None:
    if mapping.converts:
        hold_rates()  # A later batch may need rates that wait for the entries of an earlier one.
    directory = Directory(mapping.member, creates=create_members)
    if create_members and mapping.member.lookup and mapping.member.lookup.file:
        builder = TeamBuilder(directory)
        with _open(organization, path.parent / mapping.member.lookup.file, mapping) as lookup:
            builder.read(lookup, mapping.member.lookup)
        report.teams_created = builder.created
    kpis = _kpis(mapping, report)
    numbers, dates = _formats(organization, path, mapping)
    with _open(organization, path, mapping) as table:
        table.require(mapping.columns)
        reader = _Reader(mapping, kpis, directory, numbers, dates, report, refuse)
        today = organization.today(timezone.now())
        for batch in _batches(reader.rows(table), BATCH):
            delivered = store(reader.accepted(batch, today), source=mapping.source)
            report.added += delivered.added
            report.updated += delivered.changed
            report.unchanged += delivered.unchanged
    report.members_created = directory.created


def _open(organization: Organization, path: Path, mapping: Mapping) -> Table:
    legacy = legacy_encoding(organization)
    return Table(path, encoding=mapping.encoding, delimiter=mapping.delimiter, legacy=legacy)


def legacy_encoding(organization: Organization) -> str:
    """The code page of old programs where the organization is."""
    return "cp874" if organization.language == "th" else "cp1252"


def _formats(
    organization: Organization, path: Path, mapping: Mapping
) -> tuple[dict[str, NumberFormat], dict[str, DateFormat]]:
    """How each column writes its numbers or dates, from the file's first rows."""
    with _open(organization, path, mapping) as table:
        table.require(mapping.columns)
        sample = [row for _line, row in islice(table, SAMPLE_ROWS) if isinstance(row, Row)]
    texts = [row.fields[name] for row in sample for name in mapping.number_columns]
    numbers = number_format(mapping.decimal, mapping.thousands, texts)
    dates = date_format(mapping.date_format, [row.fields[name] for row in sample for name in mapping.date_columns])
    return dict.fromkeys(mapping.number_columns, numbers), dict.fromkeys(mapping.date_columns, dates)


def _kpis(mapping: Mapping, report: Report) -> dict[str, Kpi]:
    """The mapping's KPIs by code; those that only the catalogue has are added from it."""
    codes = {rule.kpi for rule in mapping.entries}
    missing = codes - set(Kpi.objects.values_list("code", flat=True))
    report.kpis_added = len(add_from_catalogue(sorted(missing & set(CATALOGUE))))
    kpis = {kpi.code: kpi for kpi in Kpi.objects.filter(code__in=codes)}
    if unknown := sorted(codes - set(kpis)):
        raise TableError(_("There is no KPI “%(codes)s”. Define it first.") % {"codes": "”, “".join(unknown)})
    if computed := sorted(code for code, kpi in kpis.items() if kpi.formula):
        raise TableError(
            _("“%(codes)s” is computed by a formula and takes no entries.") % {"codes": "”, “".join(computed)}
        )
    return kpis


@dataclass
class _Reader:
    mapping: Mapping
    kpis: dict[str, Kpi]
    directory: Directory
    numbers: dict[str, NumberFormat]
    dates: dict[str, DateFormat]
    report: Report
    refuse: Refuse

    def rows(self, table: Table) -> Iterator[tuple[int, list[Delivery]]]:
        """What each row delivers, with its line; refused ones are told and left out."""
        for line, row in table:
            self.report.rows += 1
            try:
                if isinstance(row, RowError):
                    raise row
                yield line, self._row(row)
            except RowError as reason:
                self._refuse(line, str(reason))

    def accepted(self, batch: Sequence[tuple[int, list[Delivery]]], today: dt.date) -> list[Prepared]:
        """What can be stored. Of a row of which one entry cannot, the others are not either."""
        checked = iter(prepare([delivery for _line, found in batch for delivery in found], today=today))
        accepted: list[Prepared] = []
        for line, found in batch:
            entries = list(islice(checked, len(found)))
            refused = [entry for entry in entries if isinstance(entry, EntryRefused)]
            if refused:
                self._refuse(line, refused[0].message)
            else:
                accepted += (entry for entry in entries if isinstance(entry, Prepared))
        return accepted

    def _refuse(self, line: int, reason: str) -> None:
        self.report.refused += 1
        self.refuse(line, reason)

    def _row(self, row: Row) -> list[Delivery]:
        """All of a row's entries, or none of them."""
        if not _passes(row, self.mapping.filter):
            return []
        rules = [rule for rule in self.mapping.entries if _passes(row, rule.filter)]
        return [self._delivery(row, rule) for rule in rules]

    def _delivery(self, row: Row, rule: EntryRule) -> Delivery:
        external_id = row.fields[self.mapping.external_id] if self.mapping.external_id else f"line {row.line}"
        if not external_id:
            raise RowError(_("The row has no %(column)s.") % {"column": self.mapping.external_id})
        day = self.dates[rule.date].read(row.fields[rule.date])
        if day.year < OLDEST_YEAR:
            raise RowError(_("The year %(year)d is too long ago.") % {"year": day.year})
        return Delivery(
            kpi_id=self.kpis[rule.kpi].pk,
            member_id=self.directory.find(row.fields[self.mapping.member.column]),
            date=day,
            value=self._value(row, rule),
            external_id=external_id[:200],
            currency=self._currency(row, rule),
        )

    def _currency(self, row: Row, rule: EntryRule) -> str:
        """Empty for the organization's own. A currency of the whole mapping says nothing about its counts."""
        if self.kpis[rule.kpi].unit != Kpi.Unit.MONEY:
            return ""
        return rule.currency.fixed or (row.fields[rule.currency.column].upper() if rule.currency.column else "")

    def _value(self, row: Row, rule: EntryRule) -> Decimal:
        if rule.value.fixed:
            return Decimal(rule.value.fixed)
        value = self.numbers[rule.value.column].read(row.fields[rule.value.column])
        if rule.value.minus:
            value -= self.numbers[rule.value.minus].read(row.fields[rule.value.minus])
        return value


def _passes(row: Row, wanted: Filter) -> bool:
    return all(row.fields[column] in allowed for column, allowed in wanted.items())


def _batches(rows: Iterable[tuple[int, list[Delivery]]], size: int) -> Iterator[list[tuple[int, list[Delivery]]]]:
    """Rows together that deliver about so many entries."""
    batch: list[tuple[int, list[Delivery]]] = []
    count = 0
    for line, found in rows:
        batch.append((line, found))
        count += len(found)
        if count >= size:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch
