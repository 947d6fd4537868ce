"""Who changed what of a goal, from the audit's own records."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from goals.measures import KpiBook
from goals.models import Goal
from kpis.definitions import load_definitions
from kpis.models import Kpi
from teams.models import Member
from teams.reach import Reach, all_teams
from web.formats import NOTHING, format_date, format_value

if TYPE_CHECKING:
    from goals.tree import Relatives

MOST_EVENTS = 60
# What is shown of a change. The outcome's own columns follow from it; the version is only a number.
SHOWN = {
    "statement": _("Words"),
    "why": _("Why it matters"),
    "kpi_id": _("KPI"),
    "member_id": _("Owner"),
    "team_id": _("Owner"),
    "parent_id": _("Serves"),
    "target_type": _("Target type"),
    "commit": _("Commit"),
    "stretch": _("Stretch"),
    "weight": _("Weight"),
    "effort_hours": _("Hours it will take"),
    "repeats": _("Repeats"),
    "growth": _("Change of the target each time"),
    "compounds": _("Compounding"),
    "helped": _("What helped"),
    "hindered": _("What hindered"),
    "baseline": _("From"),
    "target": _("Target"),
    "start": _("Start"),
    "deadline": _("Deadline"),
    "state": _("State"),
    "outcome": _("Outcome"),
    "close_note": _("Note"),
}

# Of a scorecard's further KPIs.
OF_A_LINE = ("target_type", "baseline", "target", "weight")
# Numbers that are not in the KPI's unit.
PLAIN_NUMBERS = {"weight": "count", "effort_hours": "count", "growth": "percent"}


# Of the KPI, and of those that its formula is made of: what changes the meaning of the goal's number.
MEANING = {
    "formula": _("Formula"),
    "aggregation": _("Aggregation"),
    "unit": _("Unit"),
    "direction": _("Direction"),
}


@dataclass(frozen=True)
class Difference:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """`who` is empty where the clock or a command did it; without differences the goal was created."""

    when: dt.datetime
    who: str
    differences: list[Difference]


def events_of(goal: Goal, kpis: Iterable[Kpi]) -> dict[str, QuerySet[Any, Any]]:
    """The rows that `history_of` tells from, with `who` did it: of the goal, of its further KPIs, and of its `kpis`
    with all that they are made of, since it runs.
    """
    goal_event, line_event = (apps.get_model("goals", name)._default_manager for name in ("GoalEvent", "GoalKpiEvent"))
    named = goal_event.annotate(owner=F("member__name"))
    asked: dict[str, QuerySet[Any, Any]] = {
        "of_goal": _by_whom(named.filter(pgh_obj_id=goal.pk).order_by("-pgh_id"))[: MOST_EVENTS + 1],
        "of_lines": _by_whom(line_event.filter(goal=goal.pk).order_by("pgh_obj_id", "pgh_id")),
    }
    if goal.started_at is not None:
        rows = apps.get_model("kpis", "KpiEvent")._default_manager.filter(pgh_obj_id__in=_with_parts(kpis))
        asked["of_kpis"] = _by_whom(rows.order_by("pgh_obj_id", "pgh_id"))
    return asked


def _by_whom(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    user = Cast(KeyTextTransform("user", OuterRef("pgh_context")), BigIntegerField())
    found: QuerySet[Any, Any] = rows.annotate(who=Subquery(Member.objects.filter(user=user).values("name")[:1]))
    return found


def history_of(near: "Relatives", found: Mapping[str, list[Any]], book: KpiBook, reach: Reach) -> list[Change]:
    """Newest first, from what was `found` of `events_of`. A goal that it served is named as far as the reader sees it:
    one query, where it is not the one that it serves now.
    """
    rows, kpis = found["of_goal"], book.by_pk
    writer = _Writer(near, rows, book, reach)
    changes = [
        Change(newer.pgh_created_at, newer.who or "", differences)
        for newer, older in pairwise(rows)
        if (differences := writer.differences(older, newer))
    ]
    if rows and len(rows) <= MOST_EVENTS:
        first = rows[-1]
        changes.append(Change(first.pgh_created_at, first.who or "", []))
    changes += [*_of_lines(found["of_lines"], writer), *_redefinitions(near.goal, found.get("of_kpis", []), kpis)]
    return sorted(changes, key=lambda change: change.when, reverse=True)


def _of_lines(rows: list[Any], writer: "_Writer") -> Iterator[Change]:
    """What was changed in a scorecard's further KPIs. That they were there at first is told with the goal."""
    for older, newer in pairwise(rows):
        if older.pgh_obj_id == newer.pgh_obj_id and (differences := writer.of_line(older, newer)):
            yield Change(newer.pgh_created_at, newer.who or "", differences)


def _redefinitions(goal: Goal, rows: list[Any], kpis: Mapping[int, Kpi]) -> list[Change]:
    """What was changed in the goal's KPIs since the goal runs. An outcome that is stored stays: this says why a number
    moved.
    """
    return [
        Change(newer.pgh_created_at, newer.who or "", differences)
        for older, newer in pairwise(rows)
        if older.pgh_obj_id == newer.pgh_obj_id
        and goal.started_at
        and newer.pgh_created_at >= goal.started_at
        and (differences := _redefined(kpis[newer.pgh_obj_id], older, newer))
    ]


def _with_parts(kpis: Iterable[Kpi]) -> list[int]:
    """The KPIs and all that their formulas are made of, at any depth."""
    definitions, waiting = load_definitions(), list(kpis)
    found = {kpi.pk for kpi in waiting}
    while waiting:
        new = [part for part in definitions.made_of(waiting.pop()) if part.pk not in found]
        found |= {part.pk for part in new}
        waiting += new
    return sorted(found)


def _redefined(kpi: Kpi, older: Any, newer: Any) -> list[Difference]:
    def text(row: Any, field: str) -> str:
        value = getattr(row, field)
        display = getattr(Kpi(**{field: value}), f"get_{field}_display", None)
        return str(display() if display else value) or NOTHING

    return [
        Difference(f"{kpi.label} – {label}", text(older, field), text(newer, field))
        for field, label in MEANING.items()
        if getattr(older, field) != getattr(newer, field)
    ]


def _parents(near: "Relatives", above: set[int], reach: Reach) -> dict[int, str]:
    named = {near.parent.pk: str(near.parent)} if near.parent else {}
    # The one above now that is not named is not seen.
    gone = above - named.keys() - {near.goal.parent_id}
    former = Goal.objects.visible_to(reach).filter(pk__in=gone) if gone else []
    return named | {parent.pk: str(parent) for parent in former}


class _Writer:
    def __init__(self, near: "Relatives", rows: list[Any], book: KpiBook, reach: Reach) -> None:
        self.kpi, self.book = near.goal.kpi, book
        self.language = (get_language() or "en")[:2]
        self.names: dict[str, dict[int, str]] = {
            "kpi_id": {kpi.pk: str(kpi) for kpi in book.kpis},
            "member_id": {row.member_id: row.owner for row in rows if row.owner},
            "team_id": {team.pk: str(team) for team in all_teams()},
            "parent_id": _parents(near, {row.parent_id for row in rows} - {None}, reach),
        }
        self.choices = {
            "target_type": dict(Goal.TargetType.choices),
            "state": dict(Goal.State.choices),
            "outcome": dict(Goal.Outcome.choices),
            "repeats": dict(Goal.Repeats.choices),
        }

    def differences(self, older: Any, newer: Any) -> list[Difference]:
        return [
            Difference(str(label), self.text(field, getattr(older, field)), self.text(field, getattr(newer, field)))
            for field, label in SHOWN.items()
            if getattr(older, field) != getattr(newer, field)
        ]

    def of_line(self, older: Any, newer: Any) -> list[Difference]:
        """With the KPI's name before what was changed."""
        kpi = self.book.by_pk.get(newer.kpi_id)
        return [
            Difference(
                f"{kpi.label if kpi else NOTHING} – {SHOWN[field]}",
                self.text(field, getattr(older, field), kpi),
                self.text(field, getattr(newer, field), kpi),
            )
            for field in OF_A_LINE
            if getattr(older, field) != getattr(newer, field)
        ]

    def text(self, field: str, value: Any, kpi: Kpi | None = None) -> str:
        kpi = kpi or self.kpi
        if value is None or value == "":
            return NOTHING
        if field in self.names:
            gone = gettext("another goal") if field == "parent_id" else gettext("something since removed")
            return self.names[field].get(value) or gone
        if field in self.choices:
            return str(self.choices[field].get(value, value))
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if field in PLAIN_NUMBERS:
            return format_value(value, PLAIN_NUMBERS[field], 1, self.language)
        if isinstance(value, Decimal):
            unit, decimals = (kpi.unit, kpi.decimals) if kpi else ("count", 2)
            return format_value(value, unit, decimals, self.language, self.book.currency)
        return format_date(value, self.language) if isinstance(value, dt.date) else str(value)
