"""Keeps rollups in step with the entries: takes stale keys and recomputes them, and can prove the outcome.

Why no number is ever lost (READ COMMITTED): an entry and the mark of its key commit together.
The statement below reads marks and entries at one moment, so of every mark that it deletes it sees the entry; an entry
that commits later leaves a mark which it can't see, which therefore stays for the next round. Two rounds at once could
overwrite a newer rollup with an older one, hence the lock: the next round's statement begins after the last commit.
Whoever dies on the way takes back all of it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from kpis.ledger import LIVE
from kpis.models import Kpi
from teams.tenancy import current_organization_id, tenant

BATCH = 10_000

# Marks are taken along their index: without a sort, and all of one key together.
_REFRESH = f"""
WITH taken AS (
    -- An array, read once: the table is mostly empty, so the planner takes it for empty also after a large import,
    -- and would join it to itself row by row.
    DELETE FROM kpis_stalerollup WHERE id = ANY (ARRAY(
        SELECT id FROM kpis_stalerollup WHERE organization_id = %(organization)s
        ORDER BY organization_id, kpi_id, member_id, day LIMIT %(batch)s
    ))
    RETURNING kpi_id, member_id, day
),
now_live AS MATERIALIZED (
    SELECT k.kpi_id, k.member_id, k.day, live.total, live.weight, live.closing
    FROM (SELECT DISTINCT kpi_id, member_id, day FROM taken) k CROSS JOIN {LIVE}
),
emptied AS (
    -- An array of what each key has (LIMIT keeps it a look-up by key), for the same reason.
    DELETE FROM kpis_rollup WHERE id = ANY (ARRAY(
        SELECT held.id FROM now_live l CROSS JOIN LATERAL (
            SELECT r.id FROM kpis_rollup r
            WHERE r.organization_id = %(organization)s AND r.kpi_id = l.kpi_id AND r.member_id = l.member_id
                AND r.day = l.day
            LIMIT 1
        ) held
        WHERE l.weight IS NULL
    ))
),
written AS (
    INSERT INTO kpis_rollup (organization_id, kpi_id, member_id, day, total, weight, closing)
    SELECT %(organization)s, kpi_id, member_id, day, total, weight, closing FROM now_live WHERE weight IS NOT NULL
    ON CONFLICT (organization_id, kpi_id, member_id, day)
    DO UPDATE SET total = excluded.total, weight = excluded.weight, closing = excluded.closing
)
SELECT count(*) FROM taken
"""  # noqa: S608 - made of constants

# Keys are looked up one by one. Where the tables' statistics are older than a large import, the planner would rather
# read all entries for each key.
_BY_INDEX = "set_config('enable_seqscan', 'off', true)"
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock(hashtextextended('rollups', %s)), {_BY_INDEX}"
_WAIT_FOR_LOCK = f"SELECT pg_advisory_xact_lock(hashtextextended('rollups', %s))::text IS NOT NULL, {_BY_INDEX}"

# Every key of one KPI with what its entries say, by another road than the one above: one aggregate over all of them.
_RIGHT = """
    SELECT member_id, day, sum(amount) AS total, sum(share) AS weight, (max(ARRAY[id, amount]))[2] AS closing
    FROM (
        SELECT e.member_id, e.date AS day, e.id, e.value AS amount, 1::numeric AS share
        FROM kpis_entry e
        WHERE e.organization_id = %(organization)s AND e.kpi_id = %(kpi)s AND e.voided_at IS NULL AND NOT e.is_split
        UNION ALL
        SELECT c.member_id, e.date, e.id, e.value * c.share, c.share
        FROM kpis_entry e JOIN kpis_credit c ON c.entry_id = e.id
        WHERE e.organization_id = %(organization)s AND e.kpi_id = %(kpi)s AND e.voided_at IS NULL AND e.is_split
    ) counted
    GROUP BY member_id, day
"""

_WRONG = f"""
    SELECT b.id, coalesce(a.member_id, b.member_id) AS member_id, coalesce(a.day, b.day) AS day,
        a.total, a.weight, a.closing, b.total AS stored_total, b.weight AS stored_weight, b.closing AS stored_closing
    FROM ({_RIGHT}) a FULL JOIN (
        SELECT * FROM kpis_rollup WHERE organization_id = %(organization)s AND kpi_id = %(kpi)s
    ) b ON a.member_id = b.member_id AND a.day = b.day
    WHERE (a.total, a.weight, a.closing) IS DISTINCT FROM (b.total, b.weight, b.closing)
"""  # noqa: S608

_DIFFERENCES = f"""
SELECT %(kpi)s::bigint, member_id, day, total, weight, closing, stored_total, stored_weight, stored_closing
FROM ({_WRONG}) wrong
WHERE (member_id, day) NOT IN (
    SELECT member_id, day FROM kpis_stalerollup WHERE organization_id = %(organization)s AND kpi_id = %(kpi)s
)
ORDER BY member_id, day
"""  # noqa: S608

# In the order of the index that they go into: in any other, each row would look for a page of its own.
_FILL = f"""
INSERT INTO kpis_rollup (organization_id, kpi_id, member_id, day, total, weight, closing)
SELECT %(organization)s, %(kpi)s, member_id, day, total, weight, closing FROM ({_RIGHT}) a ORDER BY member_id, day
"""  # noqa: S608

_CORRECT = f"""
WITH wrong AS MATERIALIZED ({_WRONG}),
emptied AS (DELETE FROM kpis_rollup WHERE id IN (SELECT id FROM wrong WHERE weight IS NULL))
INSERT INTO kpis_rollup (organization_id, kpi_id, member_id, day, total, weight, closing)
SELECT %(organization)s, %(kpi)s, member_id, day, total, weight, closing FROM wrong WHERE weight IS NOT NULL
ORDER BY member_id, day
ON CONFLICT (organization_id, kpi_id, member_id, day)
DO UPDATE SET total = excluded.total, weight = excluded.weight, closing = excluded.closing
"""  # noqa: S608

# Sorting a KPI's days in memory, and no compiling for statements of a second; whole tables may be read again.
_FOR_ALL_DAYS = (
    "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true),"
    " set_config('enable_seqscan', 'on', true)"
)


def refresh_batch(limit: int = BATCH, *, wait: bool = False) -> int | None:
    """Bring up to `limit` stale marks in order. Returns how many there were.

    None where another worker is at it, unless told to wait for that one.
    """
    organization = current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(_WAIT_FOR_LOCK if wait else _TRY_LOCK, [organization])
        row = cursor.fetchone()
        if not row or not row[0]:
            return None
        cursor.execute(_REFRESH, {"organization": organization, "batch": limit})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def organizations_to_refresh() -> list[int]:
    """Those with stale rollups; the one question here that is asked outside a tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_stale_rollups()")
        return [pk for (pk,) in cursor.fetchall()]


def refresh_all(organization_id: int, *, wait: bool = False, batches: int | None = None) -> int:
    """Batch by batch, each in a transaction of its own, until nothing is stale. Returns the number of marks."""
    done = 0
    while batches is None or batches > 0:
        with tenant(organization_id):
            count = refresh_batch(wait=wait)
        if not count:
            break
        done += count
        if count < BATCH:  # what was marked meanwhile is for the next tick
            break
        batches = None if batches is None else batches - 1
    return done


Figures = tuple[Decimal | None, Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Difference:
    """A key whose rollup is not what the entries say: (total, weight, closing), nulls where there is no row."""

    kpi_id: int
    member_id: int
    day: date
    expected: Figures
    stored: Figures


def differences() -> list[Difference]:
    """Wrong rollups, apart from those that are known to be stale."""
    found: list[Difference] = []
    for kpi_id in _kpis():
        with connection.cursor() as cursor:
            cursor.execute(_DIFFERENCES, {"organization": current_organization_id(), "kpi": kpi_id})
            found += (Difference(row[0], row[1], row[2], row[3:6], row[6:9]) for row in cursor.fetchall())
    return found


def rebuild(organization_id: int) -> None:
    """Make all rollups anew from the entries, whatever stands there; what is right already is not written again.

    KPI by KPI, each in a transaction of its own: one that is killed on the way has done those before, the marks of the
    others still stand, and all values stay exact meanwhile. Waits for a worker that is at it.
    """
    with tenant(organization_id):
        kpis = _kpis()
    for kpi_id in kpis:
        with tenant(organization_id):
            _rebuild(kpi_id)


def _rebuild(kpi_id: int) -> None:
    organization = current_organization_id()
    parameters = {"organization": organization, "kpi": kpi_id}
    held = "FROM {} WHERE organization_id = %(organization)s AND kpi_id = %(kpi)s"
    with connection.cursor() as cursor:
        cursor.execute(_WAIT_FOR_LOCK, [organization])
        cursor.execute(_FOR_ALL_DAYS)
        # The marks first: entries are read after them, so of every mark that goes the entry is seen.
        cursor.execute(f"DELETE {held.format('kpis_stalerollup')}", parameters)
        cursor.execute(f"SELECT EXISTS (SELECT {held.format('kpis_rollup')})", parameters)
        is_filled = cursor.fetchone() == (True,)
        cursor.execute(_CORRECT if is_filled else _FILL, parameters)


def _kpis() -> list[int]:
    """All that have or had entries: a KPI that became a formula may have left rollups behind."""
    return list(Kpi.objects.order_by("pk").values_list("pk", flat=True))


def mark_stale(found: list[Difference]) -> None:
    """Have the keys recomputed, by the same road as after an entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kpis_stalerollup (organization_id, kpi_id, member_id, day, marked_at)"
            " SELECT %(organization)s, k.*, now()"
            " FROM unnest(%(kpi)s::bigint[], %(member)s::bigint[], %(day)s::date[]) AS k",
            {
                "organization": current_organization_id(),
                "kpi": [each.kpi_id for each in found],
                "member": [each.member_id for each in found],
                "day": [each.day for each in found],
            },
        )
