"""What lies behind a goal, as its page tells it: who said and did what, how it changed, and what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from goals.batch import fetch
from goals.evidence import entries_behind
from goals.history import Change, events_of, history_of
from goals.measures import KpiBook
from goals.models import Action, Goal
from goals.reading import Standing
from goals.told import Told, told_by
from goals.tree import Relatives
from kpis.models import Entry, Kpi
from teams.reach import Reach

MOST_CHECK_INS = 10


@dataclass(frozen=True)
class Behind:
    """Each row with `who` it is by, by name. Turns of the talk are its two sides' alone. The newest revision, check-in,
    change and entry come first.
    """

    turns: list[Any]
    actions: list[Action]
    check_ins: list[Any]
    revisions: list[Any]
    entries: list[Entry]
    changes: list[Change]
    told: Told
    beside: dict[str, list[Any]]


def behind(
    lines: Sequence[Goal],
    standing: Standing,
    near: Relatives,
    book: KpiBook,
    reach: Reach,
    *,
    with_talk: bool,
    beside: Mapping[str, QuerySet[Any, Any]],
) -> Behind:
    """Of a goal with its `lines`, the goal itself where it has one KPI; and rows of other things that its page needs
    `beside`. One query, and one more where it has served other goals than it does now.
    """
    goal, kpis = near.goal, [line.kpi for line in lines if line.kpi]
    asked = {**beside, **_rows_of(goal, kpis, with_talk=with_talk)}
    if standing.window and kpis:
        asked["entries"] = entries_behind(goal, kpis, standing.window, book, reach)
    found = fetch(asked)
    for row in (*found.get("entries", ()), *found["revisions"]):
        row.kpi = _kpi_of(row, goal, book)
    return Behind(
        turns=found.get("turns", []),
        actions=found["actions"],
        check_ins=found["check_ins"],
        revisions=found["revisions"][::-1],
        entries=found.get("entries", []),
        changes=history_of(near, found, book, reach),
        told=told_by(found["revisions"], found["milestones"]),
        beside={name: found[name] for name in beside},
    )


def _rows_of(goal: Goal, kpis: Sequence[Kpi], *, with_talk: bool) -> dict[str, QuerySet[Any, Any]]:
    rows: dict[str, QuerySet[Any, Any]] = {
        "actions": goal.actions.annotate(who=F("member__name")),
        "check_ins": goal.check_ins.annotate(who=F("made_by__name"))[:MOST_CHECK_INS],
        "revisions": goal.revisions.annotate(who=F("revised_by__name"), of=F("further__kpi")),
        "milestones": goal.milestones.all(),
        **events_of(goal, kpis),
    }
    return {**rows, "turns": goal.turns.annotate(who=F("member__name"))} if with_talk else rows


def _kpi_of(row: Any, goal: Goal, book: KpiBook) -> Kpi | None:
    kpi = row.kpi_id if isinstance(row, Entry) else row.of
    return book.by_pk[kpi] if kpi else goal.kpi
