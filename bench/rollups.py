"""Full rebuild of all rollups, and the way of changed keys from their mark to the new rollup."""

from typing import Any

import psycopg

from bench import company as companies
from bench import yardsticks
from bench.company import Company
from bench.options import Options
from bench.report import COMPARED, compared, doing, figures, finish, machine, say, seconds, table
from bench.stack import Stack
from bench.timing import Pair, alternately, pair_of, timed
from kpis.rollups import rebuild, refresh_all

REBUILD_DUE, CHANGED_DUE = 1.25, 2.0
CHANGED_KEYS, CHANGED_ROUNDS = 1000, 4  # rounds for each run: milliseconds each
GROWTH = (0.1, 0.2, 0.4)  # of the rows asked for: 0.5, 1 and 2 of 5 million
GROWTH_RUNS = 3

# What somebody writes by hand who needs the table once. In the order of its index and with memory to sort in, as ours:
# without, it takes longer. As the tables' owner: no row-level security.
_SETTINGS = "SET work_mem = '64MB'; SET jit = off"
_COUNTED = """
    SELECT organization_id, kpi_id, member_id, date AS day, id, value AS amount, 1::numeric AS share
    FROM kpis_entry WHERE voided_at IS NULL AND NOT is_split
    UNION ALL
    SELECT e.organization_id, e.kpi_id, c.member_id, e.date, e.id, e.value * c.share, c.share
    FROM kpis_entry e JOIN kpis_credit c ON c.entry_id = e.id WHERE e.voided_at IS NULL AND e.is_split
"""
_BY_HAND = f"""
INSERT INTO by_hand (organization_id, kpi_id, member_id, day, total, weight, closing)
SELECT organization_id, kpi_id, member_id, day, sum(amount), sum(share), (max(ARRAY[id, amount]))[2]
FROM ({_COUNTED}) counted
GROUP BY organization_id, kpi_id, member_id, day ORDER BY organization_id, kpi_id, member_id, day
ON CONFLICT (organization_id, kpi_id, member_id, day)
DO UPDATE SET total = excluded.total, weight = excluded.weight, closing = excluded.closing
"""

# The keys are those of the latest entries, each of another key.
_CHANGE = """
INSERT INTO kpis_entry (organization_id, kpi_id, member_id, date, value, note, is_split, source, created_at)
SELECT organization_id, kpi_id, member_id, day, 1, '', false, 'manual', now() FROM changed
"""
_CHANGED_BY_HAND = """
INSERT INTO by_hand (organization_id, kpi_id, member_id, day, total, weight, closing)
SELECT organization_id, kpi_id, member_id, day, sum(amount), sum(share), (max(ARRAY[id, amount]))[2]
FROM (
    SELECT c.organization_id, c.kpi_id, c.member_id, c.day, e.id, e.value AS amount, 1::numeric AS share
    FROM changed c JOIN kpis_entry e ON e.organization_id = c.organization_id AND e.kpi_id = c.kpi_id
        AND e.member_id = c.member_id AND e.date = c.day
    WHERE e.voided_at IS NULL AND NOT e.is_split
    UNION ALL
    SELECT c.organization_id, c.kpi_id, c.member_id, c.day, e.id, e.value * s.share, s.share
    FROM changed c JOIN kpis_entry e ON e.organization_id = c.organization_id AND e.kpi_id = c.kpi_id
        AND e.date = c.day
    JOIN kpis_credit s ON s.entry_id = e.id AND s.member_id = c.member_id
    WHERE e.voided_at IS NULL AND e.is_split
) counted
GROUP BY organization_id, kpi_id, member_id, day
ON CONFLICT (organization_id, kpi_id, member_id, day)
DO UPDATE SET total = excluded.total, weight = excluded.weight, closing = excluded.closing
"""
_DIFFERENT = """
SELECT count(*) FROM kpis_rollup a
FULL JOIN by_hand b USING (organization_id, kpi_id, member_id, day)
WHERE (a.total, a.weight, a.closing) IS DISTINCT FROM (b.total, b.weight, b.closing)
"""

Owner = psycopg.Connection[Any]


def run(stack: Stack, options: Options) -> None:
    company = companies.found()
    with stack.owner() as owner:
        owner.execute("CREATE TABLE by_hand (LIKE kpis_rollup INCLUDING ALL)")
        owner.execute(_SETTINGS)
        growth: dict[int, Pair] = {}
        recorded = 0
        for rows in [*(int(part * options.rows) for part in GROWTH), options.rows]:
            companies.record(stack, company, rows, recorded + 1)
            recorded = rows
            growth[rows] = _rebuilt(owner, company, options.runs if rows == options.rows else GROWTH_RUNS)
        again = timed(lambda: rebuild(company.organization.pk))
        changed = _changed(owner, company, options.runs * CHANGED_ROUNDS)
        sticks = yardsticks.measure(stack, owner, options.runs)
    _report(stack, growth, changed, again, sticks)


def _rebuilt(owner: Owner, company: Company, runs: int) -> Pair:
    doing("rebuilding ...")

    def empty() -> None:
        owner.execute("TRUNCATE kpis_rollup, by_hand RESTART IDENTITY")
        owner.execute("CHECKPOINT")

    pair = alternately(lambda: rebuild(company.organization.pk), lambda: owner.execute(_BY_HAND), runs, empty)
    # Each round leaves one of the two empty.
    owner.execute("TRUNCATE kpis_rollup, by_hand RESTART IDENTITY")
    owner.execute(_BY_HAND)
    rebuild(company.organization.pk)
    owner.execute("VACUUM (ANALYZE) kpis_rollup, by_hand")
    _must_agree(owner)
    return pair


def _changed(owner: Owner, company: Company, rounds: int) -> Pair:
    """Keys with one entry more each round, which both bring to the table."""
    doing("changing keys ...")
    owner.execute(
        "CREATE TABLE changed AS SELECT organization_id, kpi_id, member_id, day FROM kpis_rollup"
        f" ORDER BY hashint8(id) LIMIT {CHANGED_KEYS}"
    )
    owner.execute("ANALYZE changed")
    times = []
    for n in range(rounds):
        owner.execute(_CHANGE)
        both = [lambda: refresh_all(company.organization.pk), lambda: owner.execute(_CHANGED_BY_HAND)]
        if n % 2:
            limit = timed(both[1])
            times.append((timed(both[0]), limit))
        else:
            times.append((timed(both[0]), timed(both[1])))
    _must_agree(owner)
    return pair_of(times)


def _must_agree(owner: Owner) -> None:
    row = owner.execute(_DIFFERENT).fetchone()
    if row != (0,):
        raise SystemExit(f"product and limit made different tables: {row}")


def _report(stack: Stack, growth: dict[int, Pair], changed: Pair, again: float, sticks: dict[str, float]) -> None:
    rows = max(growth)
    say(machine(stack.addresses.description))
    names = [compared(f"rebuild of {n:,} entries", pair, REBUILD_DUE) for n, pair in growth.items()]
    table(COMPARED, [*names, compared(f"{CHANGED_KEYS:,} changed keys of {rows:,}", changed, CHANGED_DUE)])
    say(f"rebuild where every rollup is right already: {seconds(again)}")
    say("yardsticks, the same grouping in memory: " + ", ".join(f"{name} {seconds(s)}" for name, s in sticks.items()))
    finish(
        {"bench": "rollups", "rows": rows}
        | figures(growth[rows], REBUILD_DUE)
        | {
            "changed_keys": {"keys": CHANGED_KEYS} | figures(changed, CHANGED_DUE),
            "growth": {str(n): figures(pair, REBUILD_DUE) for n, pair in growth.items()},
            "again_s": round(again, 3),
            "yardsticks_s": {name: round(s, 4) for name, s in sticks.items()},
        }
    )
