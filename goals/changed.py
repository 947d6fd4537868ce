"""Whether anything has changed of what a page shows, since the page was read: one cheap statement.

Each row of PostgreSQL carries the transaction that wrote it (`xmin`), and a page knows the oldest transaction that had
not ended when it was read (`goals.kept.Marks.since`): what was written by that one or later may be missing from it.
No column to keep, no clock, and nothing is overlooked that was under way; while a long transaction runs, a page may be
drawn once more than need be. What was deleted leaves no row: those are drafts and proposals, which are not shown.
"""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from goals.models import GoalQuerySet
from teams.models import Member
from teams.tenancy import current_organization_id

# A row has the lower 32 bits of its transaction's number, which is earlier than the next one to be given.
_WRITTEN = "(at - mod(mod(at - {row}.xmin::text::bigint, 4294967296) + 4294967296, 4294967296)) >= %s"
_CHANGED = """
WITH shown (goal) AS MATERIALIZED ({goals}), now AS (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS at)
SELECT at < %s
    OR EXISTS (SELECT FROM goals_goal g WHERE g.id IN (SELECT goal FROM shown) AND {goal})
    OR EXISTS (SELECT FROM goals_storedstanding s WHERE s.goal_id IN (SELECT goal FROM shown) AND {standing})
    OR EXISTS (SELECT FROM goals_action a WHERE a.goal_id IN (SELECT goal FROM shown) AND {action})
    OR EXISTS (
        SELECT FROM kpis_stalerollup k
        WHERE k.organization_id = %s AND {stale} AND k.member_id IN ({members})
    )
FROM now
"""


def changed_since(since: int, goals: GoalQuerySet, members: QuerySet[Member]) -> bool:
    """Whether one of the goals, where it stands, an action of it or an entry of one of the members was written since.

    `since` is what `read_marks` gave the page. Also true where it lies ahead, as in a database that was restored.
    """
    shown, of_goals = goals.order_by().values("pk").query.sql_with_params()
    here, of_members = members.order_by().values("pk").query.sql_with_params()
    rows = {name: _WRITTEN.format(row=row) for name, row in _ROWS.items()}
    statement = _CHANGED.format(goals=shown, members=here, **rows)
    given: list[Any] = [*of_goals, since, since, since, since, current_organization_id(), since, *of_members]
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        (changed,) = cursor.fetchone()
    return bool(changed)


_ROWS = {"goal": "g", "standing": "s", "action": "a", "stale": "k"}
