"""The SQL that reads numbers: what rollups say, and what the entries say of keys whose rollup is stale.

A reading is one statement, so it sees entries, rollups and stale marks of one moment. All of it is written for the
current tenant (`organization`), above row-level security.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.db import connection

from teams.tenancy import current_organization_id

# flow: sums over the pieces of the window. stock: the last closing of who is in the scope on the last day.
# first, latest: the first, the last day with an entry. course: closings along the window.
Mode = Literal["flow", "stock", "first", "latest", "course"]
LONG_AGO = date(1, 1, 1)
# Sums of what the database holds: 38 digits each, and never more than 10^12 of them.
EXACT = Context(prec=50)

# What the entries say of one key `k`: nulls where there are none.
LIVE = """LATERAL (
    SELECT sum(c.amount) AS total, sum(c.share) AS weight, (max(ARRAY[c.id, c.amount]))[2] AS closing
    FROM (
        SELECT e.id, e.value AS amount, 1::numeric AS share
        FROM kpis_entry e
        WHERE e.organization_id = %(organization)s AND e.kpi_id = k.kpi_id AND e.member_id = k.member_id
            AND e.date = k.day AND e.voided_at IS NULL AND NOT e.is_split
        UNION ALL
        SELECT e.id, e.value * c.share, c.share
        FROM kpis_entry e JOIN kpis_credit c ON c.entry_id = e.id AND c.member_id = k.member_id
        WHERE e.organization_id = %(organization)s AND e.kpi_id = k.kpi_id
            AND e.date = k.day AND e.voided_at IS NULL AND e.is_split
    ) c
) live"""

# `fresh` holds the stale keys inside the spans with what their entries say; beyond the bound it is empty, and
# readings are as old as the rollups. Laterals keep to the index, whatever the planner thinks of the sizes.
_PRELUDE = f"""
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT n, kpi_id, mode, kind, ref, first, last, cuts::date[] AS cuts, only_id, unless FROM unnest(
        %(n)s::int[], %(kpi)s::bigint[], %(mode)s::text[], %(kind)s::text[], %(ref)s::bigint[],
        %(first)s::date[], %(last)s::date[], %(cuts)s::text[], %(only)s::bigint[], %(unless)s::int[]
    ) AS a(n, kpi_id, mode, kind, ref, first, last, cuts, only_id, unless)
),
tree AS (
    SELECT DISTINCT ref AS top, ref AS team_id FROM asked WHERE kind = 'team'
    UNION
    SELECT above.top, t.id
    FROM tree above JOIN teams_team t ON t.parent_id = above.team_id AND t.organization_id = %(organization)s
),
-- Who is in each place and when, looked up once, however many questions are asked there.
people AS MATERIALIZED (
    SELECT DISTINCT a.kind, a.ref, m.id AS member_id, '-infinity'::date AS starts_on, 'infinity'::date AS ends_on,
        coalesce(m.left_on, 'infinity') AS left_on
    FROM asked a JOIN teams_member m ON m.organization_id = %(organization)s AND m.id = a.ref
    WHERE a.kind = 'member'
    UNION ALL
    SELECT 'organization', 0, m.id, '-infinity', 'infinity', coalesce(m.left_on, 'infinity')
    FROM teams_member m
    WHERE m.organization_id = %(organization)s AND 'organization' = ANY (%(kind)s::text[])
    UNION ALL
    SELECT 'team', tree.top, m.id, coalesce(s.starts_on, '-infinity'), coalesce(s.ends_on, 'infinity'),
        coalesce(m.left_on, 'infinity')
    FROM tree JOIN teams_teammembership s ON s.team_id = tree.team_id AND s.organization_id = %(organization)s
    JOIN teams_member m ON m.id = s.member_id AND m.organization_id = %(organization)s
),
-- A stock counts who is there on the last day, with what they held whenever; all else goes by the days in the place.
stays AS MATERIALIZED (
    SELECT a.n, a.kpi_id, a.mode, a.cuts, a.unless, p.member_id,
        CASE a.mode WHEN 'stock' THEN a.first ELSE greatest(a.first, p.starts_on) END AS since,
        CASE a.mode WHEN 'course' THEN least(a.last, p.ends_on, p.left_on - 1) ELSE least(a.last, p.ends_on) END
            AS until
    FROM asked a JOIN people p ON p.kind = a.kind AND p.ref = a.ref
    WHERE a.only_id IN (0, p.member_id) AND p.starts_on <= a.last
        AND p.ends_on >= CASE a.mode WHEN 'stock' THEN a.last ELSE a.first END
        AND CASE a.mode WHEN 'stock' THEN p.left_on > a.last
            WHEN 'course' THEN p.left_on > greatest(a.first, p.starts_on) ELSE true END
),
-- A course begins with what was held on its eve: that is read like a stock.
spans AS MATERIALIZED (
    SELECT n, kpi_id, mode, cuts, unless, member_id, since, until, since AS came, until AS went FROM stays
    UNION ALL
    SELECT n, kpi_id, 'eve', cuts, unless, member_id, '0001-01-01', since - 1, since, until FROM stays
    WHERE mode = 'course'
),
marked AS MATERIALIZED (
    SELECT kpi_id, member_id, day FROM kpis_stalerollup
    WHERE organization_id = %(organization)s AND kpi_id = ANY (%(kpi)s::bigint[])
    LIMIT %(bound)s + 1
),
stale AS MATERIALIZED (
    SELECT DISTINCT kpi_id, member_id, day FROM marked WHERE (SELECT count(*) FROM marked) <= %(bound)s
),
reach AS MATERIALIZED (
    SELECT kpi_id, min(since) AS since, max(until) AS until FROM spans GROUP BY kpi_id
),
touched AS MATERIALIZED (
    -- IS TRUE keeps it a look-up in a hash table, however few rows the planner expects.
    SELECT k.* FROM stale k JOIN reach ON reach.kpi_id = k.kpi_id AND k.day BETWEEN reach.since AND reach.until
    WHERE ((k.kpi_id, k.member_id) IN (SELECT kpi_id, member_id FROM spans)) IS TRUE
),
fresh AS MATERIALIZED (
    SELECT k.kpi_id, k.member_id, k.day, live.total, live.weight, live.closing,
        coalesce(live.total, 0) - coalesce(r.total, 0) AS more,
        coalesce(live.weight, 0) - coalesce(r.weight, 0) AS heavier
    FROM touched k CROSS JOIN {LIVE}
    LEFT JOIN LATERAL (
        SELECT r.total, r.weight FROM kpis_rollup r
        WHERE r.organization_id = %(organization)s AND r.kpi_id = k.kpi_id AND r.member_id = k.member_id
            AND r.day = k.day
        LIMIT 1
    ) r ON true
),
-- A full join, because it can only be done by hashing: the planner expects hardly any stale key, and would compare
-- each of thousands with each span.
renewed AS MATERIALIZED (
    SELECT * FROM (
        SELECT s.n, s.mode, s.cuts, s.unless, s.member_id, s.came, s.went,
            f.day, f.total, f.weight, f.closing, f.more, f.heavier
        FROM spans s FULL JOIN fresh f ON f.kpi_id = s.kpi_id AND f.member_id = s.member_id
            AND f.day BETWEEN s.since AND s.until
    ) both_sides
    WHERE coalesce(n, -1) >= 0 AND coalesce(day, '0001-01-01') > '0001-01-01'
)
"""  # noqa: S608 - made of this module's own constants

_FLOWS = """
sums AS MATERIALIZED (
    SELECT n, piece, sum(total) AS total, sum(weight) AS weight FROM (
        SELECT s.n, width_bucket(r.day, s.cuts) AS piece, r.total, r.weight
        FROM spans s CROSS JOIN LATERAL (
            SELECT r.day, r.total, r.weight FROM kpis_rollup r
            WHERE r.organization_id = %(organization)s AND r.kpi_id = s.kpi_id AND r.member_id = s.member_id
                AND r.day BETWEEN s.since AND s.until
            OFFSET 0
        ) r
        WHERE s.mode = 'flow'
        UNION ALL
        SELECT n, width_bucket(day, cuts), more, heavier FROM renewed WHERE mode = 'flow'
    ) flows GROUP BY n, piece
)
"""

# The outermost day with an entry in each span `s` of the modes, by its rollups: the first (ASC) or the last (DESC).
_EDGE = """
    SELECT s.n, s.member_id, s.came, s.went, edge.day, edge.closing
    FROM spans s CROSS JOIN LATERAL (
        SELECT r.day, r.closing FROM kpis_rollup r
        WHERE r.organization_id = %(organization)s AND r.kpi_id = s.kpi_id AND r.member_id = s.member_id
            AND r.day BETWEEN s.since AND s.until
            AND (r.kpi_id, r.member_id, r.day) NOT IN (SELECT kpi_id, member_id, day FROM stale)
        ORDER BY r.day {order} LIMIT 1
    ) edge
    WHERE s.mode IN ({modes}){wanted}
    UNION ALL
    SELECT n, member_id, came, went, day, closing FROM renewed s
    WHERE mode IN ({modes}) AND weight IS NOT NULL{wanted}
"""

# What was recorded in the first of the pieces answers already whether anything was before the end of any.
_NOT_SEEN = " AND s.unless NOT IN (SELECT n FROM sums WHERE piece = 1 AND weight > 0)"
_HELD = _EDGE.format(modes="'stock', 'latest'", order="DESC", wanted="")
_BEGUN = _EDGE.format(modes="'first'", order="ASC", wanted=_NOT_SEEN)
_EVES = _EDGE.format(modes="'eve'", order="DESC", wanted="")

_TOTALS = f"""{_PRELUDE},
{_FLOWS}
SELECT n, piece, trim_scale(total), trim_scale(weight), NULL::numeric, NULL::date FROM sums
UNION ALL
SELECT n, 0, NULL, NULL, trim_scale(sum(closing)), max(day)
FROM (SELECT DISTINCT ON (n, member_id) n, day, closing FROM ({_HELD}) e ORDER BY n, member_id, day DESC) held
GROUP BY n
UNION ALL
SELECT n, 0, NULL, NULL, NULL, min(day) FROM ({_BEGUN}) e GROUP BY n
"""  # noqa: S608

_DAYS = f"""{_PRELUDE},
days AS (
    SELECT s.n, s.mode, s.member_id, s.came, s.went, r.day, r.total, r.weight, r.closing
    FROM spans s CROSS JOIN LATERAL (
        SELECT r.kpi_id, r.member_id, r.day, r.total, r.weight, r.closing FROM kpis_rollup r
        WHERE r.organization_id = %(organization)s AND r.kpi_id = s.kpi_id AND r.member_id = s.member_id
            AND r.day BETWEEN s.since AND s.until
        OFFSET 0
    ) r
    WHERE s.mode <> 'eve' AND (r.kpi_id, r.member_id, r.day) NOT IN (SELECT kpi_id, member_id, day FROM stale)
    UNION ALL
    SELECT n, mode, member_id, came, went, day, total, weight, closing FROM renewed
    WHERE mode <> 'eve' AND weight IS NOT NULL
)
SELECT n, NULL::bigint, NULL::date, NULL::date, day, trim_scale(sum(total)), trim_scale(sum(weight)), NULL::numeric
FROM days WHERE mode = 'flow' GROUP BY n, day
UNION ALL
SELECT n, member_id, came, went, day, NULL, NULL, trim_scale(closing) FROM days WHERE mode = 'course'
UNION ALL
SELECT n, member_id, came, went, came - 1, NULL, NULL, trim_scale(closing)
FROM (SELECT DISTINCT ON (n, member_id, came) * FROM ({_EVES}) e ORDER BY n, member_id, came, day DESC) held
ORDER BY 1, 2, 3, 5
"""  # noqa: S608


@dataclass(frozen=True)
class Question:
    """One stored KPI in one scope (`kind`: member, team with its sub-teams, organization) and window.

    `only`: of a team's people, the one that counts; 0 for all. `unless`: the flow with whose first piece recorded
    the first day need not be looked for; 0 for none.
    """

    n: int
    kpi_id: int
    mode: Mode
    kind: str
    ref: int
    first: date
    last: date
    cuts: tuple[date, ...] = ()
    only: int = 0
    unless: int = 0


class Answer(NamedTuple):
    """None where nothing was recorded. `closing` for stocks, `day` for stocks, first and latest."""

    total: Any = None
    weight: Any = None
    closing: Any = None
    day: date | None = None


def read_totals(questions: Sequence[Question]) -> dict[tuple[int, int], Answer]:
    """The answers by `n` and, of flows, by piece between the cuts (from 1); 0 for all others."""
    return {(n, piece): Answer(*figures) for n, piece, *figures in _rows(_TOTALS, questions)}


class DayRow(NamedTuple):
    """A day of a flow (`member` None), or a member's closing on a day of its time in a scope.

    A course's opening stands on the day before its span.
    """

    n: int
    member: int | None
    since: date | None
    until: date | None
    day: date
    total: Any
    weight: Any
    closing: Any


def read_days(questions: Sequence[Question]) -> list[DayRow]:
    return [DayRow(*row) for row in _rows(_DAYS, questions)]


def _rows(statement: str, questions: Sequence[Question]) -> Iterable[tuple[Any, ...]]:
    if not questions:
        return []
    parameters: dict[str, Any] = {
        "organization": current_organization_id(),
        "bound": settings.STALE_ROLLUPS_READ_LIVE,
        "n": [question.n for question in questions],
        "kpi": [question.kpi_id for question in questions],
        "mode": [question.mode for question in questions],
        "kind": [question.kind for question in questions],
        "ref": [question.ref for question in questions],
        "first": [question.first for question in questions],
        "last": [question.last for question in questions],
        "only": [question.only for question in questions],
        "unless": [question.unless for question in questions],
        "cuts": ["{" + ",".join(map(str, question.cuts)) + "}" for question in questions],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def is_beyond_bound() -> bool:
    """Whether so many keys are stale that readings no longer wait for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) > %(bound)s FROM"
            " (SELECT FROM kpis_stalerollup WHERE organization_id = %(organization)s LIMIT %(bound)s + 1) found",
            {"organization": current_organization_id(), "bound": settings.STALE_ROLLUPS_READ_LIVE},
        )
        row = cursor.fetchone()
    return bool(row and row[0])
