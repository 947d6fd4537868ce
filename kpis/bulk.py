"""Entries by the thousand: what imports and connectors deliver, in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from kpis.models import Kpi
from kpis.refusals import EntryRefused, check_recordable, check_storable
from teams.models import Member, User
from teams.tenancy import current_organization_id


@dataclass(frozen=True)
class Delivery:
    """One value from outside; (source, KPI, external id) names it for ever."""

    kpi_id: int
    member_id: int
    date: date
    value: Decimal
    external_id: str
    note: str = ""


@dataclass(frozen=True)
class Delivered:
    added: int
    changed: int
    unchanged: int


_INCOMING = """
WITH incoming AS (
    SELECT * FROM unnest(
        %(kpi)s::bigint[], %(member)s::bigint[], %(date)s::date[], %(value)s::numeric[], %(external)s::text[],
        %(note)s::text[]
    ) AS i(kpi_id, member_id, date, value, external_id, note)
)
"""

# Rows are locked and added in one order everywhere, so that two imports of one file cannot block each other.
_LOCK = f"""{_INCOMING}
SELECT e.id FROM kpis_entry e JOIN incoming i ON e.kpi_id = i.kpi_id AND e.external_id = i.external_id
WHERE e.organization_id = %(organization)s AND e.source = %(source)s
    AND (e.value, e.date, e.member_id) IS DISTINCT FROM (i.value, i.date, i.member_id)
ORDER BY e.id FOR UPDATE OF e
"""  # noqa: S608 - made of constants

_CHANGE = f"""{_INCOMING},
found AS (
    SELECT e.id, e.date AS old_date, e.value AS old_value, i.date, i.value, i.member_id
    FROM kpis_entry e JOIN incoming i ON e.kpi_id = i.kpi_id AND e.external_id = i.external_id
    WHERE e.id = ANY (%(found)s::bigint[])
),
recorded AS (
    INSERT INTO kpis_entrychange
        (organization_id, entry_id, kind, old_date, old_value, new_date, new_value, reason, changed_by_id, changed_at)
    SELECT %(organization)s, id, 'redelivered', old_date, old_value, date, value, '', %(by)s, now() FROM found
)
UPDATE kpis_entry e SET date = found.date, value = found.value, member_id = found.member_id
FROM found WHERE e.id = found.id
"""  # noqa: S608

_ADD = f"""{_INCOMING}
INSERT INTO kpis_entry
    (organization_id, kpi_id, member_id, date, value, note, is_split, source, external_id, created_by_id, created_at)
SELECT %(organization)s, kpi_id, member_id, date, value, note, false, %(source)s, external_id, %(by)s, now()
FROM incoming ORDER BY kpi_id, external_id
ON CONFLICT (organization_id, source, kpi_id, external_id) DO NOTHING
"""  # noqa: S608


@transaction.atomic
def log_many(rows: Sequence[Delivery], *, source: str, by: User | None = None) -> Delivered:
    """Store one batch (some thousand rows). Known external ids are updated where anything changed, never added again.

    Of several rows with one external id the last counts. Raises `EntryRefused` before anything is stored.
    """
    latest = {(row.kpi_id, row.external_id): row for row in rows}
    if not latest:
        return Delivered(0, 0, 0)
    wanted = list(latest.values())
    _check(wanted)
    parameters: dict[str, Any] = {
        "organization": current_organization_id(),
        "source": source,
        "by": by.pk if by else None,
        "kpi": [row.kpi_id for row in wanted],
        "member": [row.member_id for row in wanted],
        "date": [row.date for row in wanted],
        "value": [row.value for row in wanted],
        "external": [row.external_id for row in wanted],
        "note": [row.note for row in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, parameters)
        found = [pk for (pk,) in cursor.fetchall()]
        if found:
            cursor.execute(_CHANGE, {**parameters, "found": found})
        cursor.execute(_ADD, parameters)
        added = cursor.rowcount
    return Delivered(added, len(found), len(rows) - added - len(found))


def _check(rows: Sequence[Delivery]) -> None:
    kpis = Kpi.objects.in_bulk({row.kpi_id for row in rows})
    members = {row.member_id for row in rows}
    if Member.objects.filter(pk__in=members).count() != len(members):
        raise EntryRefused("share_of_nobody")
    for kpi in kpis.values():
        check_recordable(kpi)
    for row in rows:
        if row.kpi_id not in kpis:
            raise Kpi.DoesNotExist(row.kpi_id)
        check_storable(row.value)
