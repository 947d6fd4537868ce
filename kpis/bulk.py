"""Entries by the thousand: what imports and connectors deliver, in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from kpis.models import Kpi
from kpis.rates import Exchange, Worth
from kpis.refusals import EntryRefused, check_day, check_recordable
from teams.calendars import today_there
from teams.models import Member, User
from teams.tenancy import current_organization_id

Name = tuple[int, str]  # KPI and external id


@dataclass(frozen=True)
class Delivery:
    """One value from outside; (source, KPI, external id) names it for ever."""

    kpi_id: int
    member_id: int
    date: date
    value: Decimal
    external_id: str
    note: str = ""
    # Of money: the letters of ISO 4217, empty for the organization's own. `value` is the amount in it.
    currency: str = ""

    @property
    def name(self) -> Name:
        return self.kpi_id, self.external_id


@dataclass(frozen=True)
class Prepared:
    """A delivery that can be stored, and what it is worth in the organization's currency."""

    delivery: Delivery
    worth: Worth


@dataclass(frozen=True)
class Delivered:
    """What became of so many rows. Those that were added or changed are named by KPI and external id; the others were
    stored already as they are, or a later row of the batch has their name.
    """

    new: frozenset[Name]
    updated: frozenset[Name]
    rows: int

    @property
    def added(self) -> int:
        return len(self.new)

    @property
    def changed(self) -> int:
        return len(self.updated)

    @property
    def unchanged(self) -> int:
        return self.rows - self.added - self.changed


_INCOMING = """
WITH incoming AS (
    SELECT * FROM unnest(
        %(kpi)s::bigint[], %(member)s::bigint[], %(date)s::date[], %(value)s::numeric[], %(external)s::text[],
        %(note)s::text[], %(currency)s::text[], %(amount)s::numeric[]
    ) AS i(kpi_id, member_id, date, value, external_id, note, currency, amount)
)
"""

# Rows are locked and added in one order everywhere, so that two imports of one file cannot block each other.
_LOCK = f"""{_INCOMING}
SELECT e.id, e.kpi_id, e.external_id
FROM kpis_entry e JOIN incoming i ON e.kpi_id = i.kpi_id AND e.external_id = i.external_id
WHERE e.organization_id = %(organization)s AND e.source = %(source)s
    AND (e.value, e.date, e.member_id, e.currency, e.amount)
        IS DISTINCT FROM (i.value, i.date, i.member_id, i.currency, i.amount)
ORDER BY e.id FOR UPDATE OF e
"""  # noqa: S608 - made of constants

_CHANGE = f"""{_INCOMING},
found AS (
    SELECT e.id, e.date AS old_date, e.value AS old_value, e.currency AS old_currency, e.amount AS old_amount,
        i.date, i.value, i.currency, i.amount, i.member_id
    FROM kpis_entry e JOIN incoming i ON e.kpi_id = i.kpi_id AND e.external_id = i.external_id
    WHERE e.id = ANY (%(found)s::bigint[])
),
recorded AS (
    INSERT INTO kpis_entrychange (
        organization_id, entry_id, kind, old_date, old_value, old_currency, old_amount,
        new_date, new_value, new_currency, new_amount, reason, changed_by_id, changed_at
    )
    SELECT %(organization)s, id, 'redelivered', old_date, old_value, old_currency, old_amount,
        date, value, currency, amount, '', %(by)s, now()
    FROM found
)
UPDATE kpis_entry e
SET date = found.date, value = found.value, currency = found.currency, amount = found.amount,
    member_id = found.member_id
FROM found WHERE e.id = found.id
"""  # noqa: S608

_ADD = f"""{_INCOMING}
INSERT INTO kpis_entry (
    organization_id, kpi_id, member_id, date, value, currency, amount, note, is_split, source, external_id,
    created_by_id, created_at
)
SELECT %(organization)s, kpi_id, member_id, date, value, currency, amount, note, false, %(source)s, external_id,
    %(by)s, now()
FROM incoming ORDER BY kpi_id, external_id
ON CONFLICT (organization_id, source, kpi_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
RETURNING kpi_id, external_id
"""  # noqa: S608


def prepare(rows: Sequence[Delivery], *, today: date | None = None) -> list[Prepared | EntryRefused]:
    """Of each row what can be stored, or why it cannot: for who tells refusals line by line. Five queries at most.

    To be stored in the same transaction: until its end nobody changes a rate by which rows were converted.
    """
    check = _Check(rows, today or today_there())
    return [check.row(row) for row in rows]


@transaction.atomic
def store(rows: Sequence[Prepared], *, source: str, by: User | None = None) -> Delivered:
    """Store one batch (some thousand rows). Known external ids are updated where anything changed, never added again.

    Of several rows with one external id the last counts.
    """
    latest = {row.delivery.name: row for row in rows}
    if not latest:
        return Delivered(frozenset(), frozenset(), 0)
    wanted, worths = [row.delivery for row in latest.values()], [row.worth for row in latest.values()]
    parameters: dict[str, Any] = {
        "organization": current_organization_id(),
        "source": source,
        "by": by.pk if by else None,
        "kpi": [row.kpi_id for row in wanted],
        "member": [row.member_id for row in wanted],
        "date": [row.date for row in wanted],
        "value": [worth.value for worth in worths],
        "currency": [worth.currency for worth in worths],
        "amount": [worth.amount for worth in worths],
        "external": [row.external_id for row in wanted],
        "note": [row.note for row in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, parameters)
        found = {pk: (kpi, name) for pk, kpi, name in cursor.fetchall()}
        if found:
            cursor.execute(_CHANGE, {**parameters, "found": list(found)})
        cursor.execute(_ADD, parameters)
        new = frozenset((kpi, name) for kpi, name in cursor.fetchall())
    return Delivered(new, frozenset(found.values()), len(rows))


def log_many(rows: Sequence[Delivery], *, source: str, by: User | None = None, today: date | None = None) -> Delivered:
    """`prepare` and `store` where all rows must be right. Raises `EntryRefused` before anything is stored."""
    found = prepare(rows, today=today)
    for row in found:
        if isinstance(row, EntryRefused):
            raise row
    return store([row for row in found if isinstance(row, Prepared)], source=source, by=by)


class _Check:
    """What rows are checked against, read once for all of them."""

    def __init__(self, rows: Sequence[Delivery], today: date) -> None:
        self.today = today
        self.kpis = Kpi.objects.in_bulk({row.kpi_id for row in rows})
        self.members = Member.objects.in_bulk({row.member_id for row in rows})
        self.exchange = Exchange({row.currency for row in rows})

    def row(self, row: Delivery) -> Prepared | EntryRefused:
        try:
            return Prepared(row, self._worth(row))
        except EntryRefused as refused:
            return refused

    def _worth(self, row: Delivery) -> Worth:
        kpi, member = self.kpis.get(row.kpi_id), self.members.get(row.member_id)
        if kpi is None:
            raise EntryRefused("no_kpi")
        if member is None:
            raise EntryRefused("no_member")
        check_recordable(kpi)
        check_day(row.date, member, self.today)
        return self.exchange.worth(kpi, row.value, row.currency, row.date)
