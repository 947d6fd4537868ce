"""Where goals stand, from what is stored of it; what is not stored, or no longer so, is reckoned on the spot.

The one function that pages, mails and programs ask. Why nothing old is ever shown: a change and its mark commit
together, and an entry marks its rollup; marks are read before the stored rows, so whoever finds a row finds also what
is wrong with it. `refresh` stores anew what was marked: it reads the marks first, and takes away only those.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Q

from goals.brief import Brief, Stored
from goals.models import Goal
from goals.progress import ONE, WORST_FIRST, Status
from goals.reading import Said, Standing, fresh_forecast
from goals.scorecard import Line, parts_of, together
from goals.standing import reckon
from goals.stored import StandingMark, StoredStanding
from kpis.definitions import Definitions, load_definitions
from kpis.periods import Window
from teams.models import Organization
from teams.tenancy import current_organization_id, tenant

AT_ONCE = 200
PLAIN = (
    "target", "value", "expected", "progress", "attainment", "pace", "pace_before", "tick", "needed_per_working_day",
    "doing_per_week", "elapsed", "days_left", "so_far", "last_entry_on",
)  # fmt: skip
Rank = tuple[int, Decimal, int]
Known = tuple[Goal, Standing]
# What a goal has to live up to. Drafts and proposals change with every word, and few look at them.
STORED_STATES = (*Goal.PROMISED, Goal.State.CLOSED)

# Marks of goals, and the keys of what was recorded since the rollups were made, which leaves marks once they are.
# Beyond the bound numbers are those of a moment ago anyway, and the page says so.
# The last row says from which transaction on the reader may have seen nothing: what `goals.changed` goes by.
_READ_MARKS = """
(SELECT goal_id, kpi, member, NULL::bigint FROM goals_standingmark WHERE organization_id = %(organization)s
UNION
SELECT NULL, kpi_id, member_id, NULL FROM (
    SELECT kpi_id, member_id FROM kpis_stalerollup WHERE organization_id = %(organization)s LIMIT %(bound)s
) stale
UNION
SELECT 0, NULL, NULL, NULL FROM (
    SELECT FROM kpis_stalerollup WHERE organization_id = %(organization)s OFFSET %(bound)s LIMIT 1
) beyond)
UNION ALL
SELECT NULL, NULL, NULL, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
"""
BEYOND = (0, None, None)
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('standings', %s))"


@dataclass(frozen=True)
class Marks:
    """`goals` by id; `keys` (kpi, member) of what was recorded; whether the whole organization is marked; whether more
    was recorded than is read at once, so that pages should say that numbers are those of a moment ago. `since` is the
    oldest transaction that had not ended when they were read.
    """

    goals: frozenset[int]
    keys: frozenset[tuple[int, int]]
    everything: bool
    is_updating: bool
    definitions: Definitions
    since: int = 0

    def touch(self, goal: Goal | Brief) -> bool:
        if self.everything or goal.pk in self.goals:
            return True
        if not self.keys or goal.kpi is None:
            return False
        parts = {part.pk for part in self.definitions.stored_parts(goal.kpi)}
        # Of a team's goal anyone's entry may count: who was in the team on that day is not asked here.
        return any(kpi in parts and goal.member_id in (None, member) for kpi, member in self.keys)


def standings(
    goals: Iterable[Goal], organization: Organization, today: dt.date, marks: Marks | None = None
) -> dict[int, Standing]:
    """By goal. Give goals that came `with_names()`. Two queries where all is stored, one more for the lines of
    scorecards, else a constant number more; none but that where the `marks` are given, which were read before goals
    that came `with_stored()`.
    """
    asked = list(goals)
    if marks is None:
        marks = read_marks()
        # A goal that came without its row does not keep what is read here.
        rows = {row.goal_id: row for row in StoredStanding.objects.filter(goal__in=[goal.pk for goal in asked])}
    else:
        rows = {goal.pk: goal.stored for goal in asked if hasattr(goal, "stored")}
    parts = parts_of(asked)
    found: dict[int, Standing] = {}
    for goal in asked:
        lines = parts.get(goal.pk, [goal])
        held = [rows.get(goal.pk), *(getattr(line, "stored", None) for line in lines[1:])]
        stood = _stored(lines, held, marks, today)
        if stood:
            found[goal.pk] = together(goal, lines, stood) if goal.is_scorecard else stood[0]
    rest = [goal for goal in asked if goal.pk not in found]
    return found | reckon(rest, organization, today) if rest else found


def ranked(
    goals: Iterable[Brief], organization: Organization, today: dt.date, marks: Marks
) -> tuple[dict[int, Rank], dict[int, Known]]:
    """By goal its place in a list; and, of those that had to be read whole for it, the goals and where they stand.

    Give goals that were read after the `marks`. No query where all is stored; scorecards, and what is not as it
    was stored, are read whole.
    """
    places: dict[int, Rank] = {}
    rest = []
    for goal in goals:
        row = goal.stored
        if row and not goal.is_scorecard and _holds(row, goal, today) and not marks.touch(goal):
            places[goal.pk] = rank(goal, row)
        else:
            rest.append(goal.pk)
    known = read_whole(rest, organization, today, marks)
    return places | {pk: rank(goal, standing) for pk, (goal, standing) in known.items()}, known


def read_whole(pks: Sequence[int], organization: Organization, today: dt.date, marks: Marks) -> dict[int, Known]:
    """The goals of these ids, as far as there are, and where they stand. One query where all is stored."""
    if not pks:
        return {}
    goals = list(Goal.objects.filter(pk__in=pks).with_stored())
    found = standings(goals, organization, today, marks)
    return {goal.pk: (goal, found[goal.pk]) for goal in goals}


def rank(goal: Goal | Brief, standing: Standing | StoredStanding | Stored) -> Rank:
    """How bad its status is (a place in `WORST_FIRST`), its pace, the newest first."""
    pace = standing.pace
    return WORST_FIRST.index(Status(standing.status)), Decimal(0) if pace is None else pace, -goal.pk


def _stored(
    lines: Sequence[Goal], rows: Sequence[StoredStanding | None], marks: Marks, today: dt.date
) -> list[Standing]:
    """Where each line of a goal stands, if that is stored of all of them and still so; else nothing."""
    held = [(line, row) for line, row in zip(lines, rows, strict=True) if row and _holds(row, line, today)]
    if len(held) < len(lines) or any(marks.touch(line) for line in lines):
        return []
    return [_standing(line, row, today) for line, row in held]


def refresh(organization: Organization, today: dt.date) -> int | None:
    """Store anew where goals stand whose row is missing, marked or of another day. How many; None where another
    worker is at it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRY_LOCK, [organization.pk])
        if cursor.fetchone() != (True,):
            return None
    rows = list(StandingMark.objects.values_list("pk", "goal_id", "kpi", "member"))
    marks = _marks([row[1:] for row in rows])
    ended = Q(state=Goal.State.CLOSED, stored__day__gte=F("deadline"))
    stored = Goal.objects.filter(state__in=STORED_STATES).with_names()
    aged = set(stored.exclude(ended).exclude(stored__day=today).values_list("pk", flat=True))
    touched = _touched(list(stored), aged, marks) if aged or rows else []
    for at in range(0, len(touched), AT_ONCE):
        _store(touched[at : at + AT_ONCE], organization, today)
    StandingMark.objects.filter(pk__in=[row[0] for row in rows]).delete()
    return len(touched)


def _touched(goals: Sequence[Goal], aged: set[int], marks: Marks) -> list[Goal]:
    parts = parts_of(goals)
    return [goal for goal in goals if goal.pk in aged or any(marks.touch(line) for line in parts.get(goal.pk, [goal]))]


def organizations_to_refresh() -> list[int]:
    """Those with marks; asked outside a tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_marked_standings()")
        return [pk for (pk,) in cursor.fetchall()]


def forget_marks(organization_id: int) -> None:
    """Of an organization that is gone."""
    with tenant(organization_id):
        StandingMark.objects.all().delete()


def read_marks() -> Marks:
    """One query."""
    bound = {"organization": current_organization_id(), "bound": settings.STALE_ROLLUPS_READ_LIVE}
    with connection.cursor() as cursor:
        cursor.execute(_READ_MARKS, bound)
        found = cursor.fetchall()
    (since,) = (row[3] for row in found if row[3] is not None)
    return replace(_marks([row[:3] for row in found if row[3] is None]), since=since)


def _marks(rows: Sequence[tuple[int | None, int | None, int | None]]) -> Marks:
    keys = frozenset((kpi, member) for _goal, kpi, member in rows if kpi is not None and member is not None)
    return Marks(
        goals=frozenset(goal for goal, _kpi, _member in rows if goal is not None),
        keys=keys,
        everything=(None, None, None) in rows,
        is_updating=BEYOND in rows,
        definitions=load_definitions() if keys else Definitions({}, {}),
    )


def _holds(row: StoredStanding | Stored, goal: Goal | Brief, today: dt.date) -> bool:
    """A closed goal changes no more after its deadline."""
    if goal.is_closed and goal.deadline and row.day >= goal.deadline:
        return True
    return row.day == today and goal.state in STORED_STATES


def _standing(goal: Goal, row: StoredStanding, today: dt.date) -> Standing:
    said = row.said_confidence, row.said_on
    return Standing(
        status=Status(row.status),
        window=Window(row.window_start, row.window_end) if row.window_start and row.window_end else None,
        forecast=fresh_forecast(goal, today),
        periods=None if row.periods_full is None else (row.periods_held or 0, row.periods_full),
        spark=tuple(row.spark),
        last_check_in=Said(said[0], said[1], row.said_note) if said[0] is not None and said[1] else None,
        **{name: getattr(row, name) for name in PLAIN},
    )


def _store(goals: Sequence[Goal], organization: Organization, today: dt.date) -> None:
    """Of a scorecard each line, the own KPI's in the goal's row."""
    found = reckon(goals, organization, today)
    of_goals, of_further = [], []
    for goal in goals:
        standing = found[goal.pk]
        own, *further = standing.lines or (Line(goal, ONE, standing),)
        of_goals.append(StoredStanding(goal=goal, **_said(own.standing, today)))
        of_further += [StoredStanding(further_id=-line.goal.pk, **_said(line.standing, today)) for line in further]
    keys = ("id", "goal", "further")
    names = [field.name for field in StoredStanding._meta.concrete_fields if field.name not in keys]
    for key, rows in (("goal", of_goals), ("further", of_further)):
        StoredStanding.objects.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=names)


def _said(standing: Standing, today: dt.date) -> dict[str, Any]:
    """What is stored of a standing, by column."""
    window, said = standing.window, standing.last_check_in
    held, full = standing.periods or (None, None)
    return {
        "day": today,
        "status": standing.status.value,
        "window_start": window.start if window else None,
        "window_end": window.end if window else None,
        "periods_held": held,
        "periods_full": full,
        "spark": list(standing.spark),
        "said_confidence": said.confidence if said else None,
        "said_on": said.date if said else None,
        "said_note": said.note if said else "",
        **{name: getattr(standing, name) for name in PLAIN},
    }
