"""Bringing in a list of exchange rates: one transaction, safe to repeat, every refused line with its reason."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from connectors.actions import SAMPLE_ROWS, Refuse, legacy_encoding
from connectors.mapping import AUTO
from connectors.table import Row, RowError, Table, TableError
from connectors.typed import DateFormat, date_format
from kpis.models import RATE_DECIMALS
from kpis.rates import NewRate, RateRefused, RatesSet, check_rate, set_rates
from teams.models import Organization, User
from teams.tenancy import tenant
from web.parsing import InvalidInput, parse_number

# What a column may be called, in any case.
COLUMNS = {"currency": ("currency", "สกุลเงิน"), "day": ("day", "date", "วันที่"), "rate": ("rate", "อัตรา")}


def import_rates(organization: Organization, path: Path, *, refuse: Refuse, by: User | None = None) -> RatesSet:
    """A CSV file with the columns currency, day (or date) and rate. Raises `TableError` where none of it can be used.

    A rate says how many units of the organization's currency one unit of the other is worth.
    """
    with tenant(organization.pk):
        with _open(organization, path) as table:
            columns = _columns(table)
            sample = [row.fields[columns["day"]] for _line, row in islice(table, SAMPLE_ROWS) if isinstance(row, Row)]
        dates = date_format(AUTO, sample)
        with _open(organization, path) as table:
            rows = list(_rows(table, columns, dates, organization.currency, refuse))
        try:
            return set_rates(rows, by=by)
        except RateRefused as refused:
            raise TableError(refused.message) from refused


def _open(organization: Organization, path: Path) -> Table:
    return Table(path, legacy=legacy_encoding(organization))


def _columns(table: Table) -> dict[str, str]:
    """The table's own names of the columns."""
    named = {name.casefold(): name for name in table.columns}
    found = {key: next((named[name] for name in names if name in named), "") for key, names in COLUMNS.items()}
    if missing := [key for key, name in found.items() if not name]:
        table.require(missing)
    return found


def _rows(table: Table, columns: Mapping[str, str], dates: DateFormat, own: str, refuse: Refuse) -> Iterator[NewRate]:
    for line, row in table:
        try:
            if isinstance(row, RowError):
                raise row
            new = _read(row, columns, dates)
            check_rate(new, own)
        except RowError as reason:
            refuse(line, str(reason))
        except InvalidInput as refused:
            refuse(line, refused.message)
        else:
            yield new


def _read(row: Row, columns: Mapping[str, str], dates: DateFormat) -> NewRate:
    day = dates.read(row.fields[columns["day"]])
    if day.year < 1900:
        raise RowError(_("The year %(year)d is too long ago.") % {"year": day.year})
    rate = parse_number(row.fields[columns["rate"]], decimals=RATE_DECIMALS)
    return NewRate(row.fields[columns["currency"]].upper(), day, rate)
