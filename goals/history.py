"""Who changed what of a goal, from the audit's own records."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from goals.models import Goal
from kpis.definitions import load_definitions
from kpis.models import Kpi
from teams.models import Member
from teams.reach import Reach, all_teams
from web.formats import NOTHING, format_date, format_value

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


def history_of(goal: Goal, currency: str, reach: Reach) -> list[Change]:
    """Newest first. A goal that it served is named as far as the reader sees it."""
    event = apps.get_model("goals", "GoalEvent")
    rows = list(event._default_manager.filter(pgh_obj_id=goal.pk).order_by("-pgh_id")[: MOST_EVENTS + 1])
    redefined = _events_of_kpis(goal)
    people = _people([*rows, *redefined], {row.member_id for row in rows})
    writer = _Writer(goal, rows, currency, reach, {member.pk: member.name for member in people})
    names = {member.user_id: member.name for member in people}
    changes = [
        Change(newer.pgh_created_at, names.get(_user_of(newer), ""), differences)
        for newer, older in pairwise(rows)
        if (differences := writer.differences(older, newer))
    ]
    if rows and len(rows) <= MOST_EVENTS:
        first = rows[-1]
        changes.append(Change(first.pgh_created_at, names.get(_user_of(first), ""), []))
    return sorted([*changes, *_redefinitions(goal, redefined, names)], key=lambda change: change.when, reverse=True)


def _events_of_kpis(goal: Goal) -> list[Any]:
    """What was done to the goal's KPI and to what it is made of, by KPI in the order of time."""
    if goal.kpi is None or goal.started_at is None:
        return []
    event = apps.get_model("kpis", "KpiEvent")
    kpis = [kpi.pk for kpi in _with_parts(goal.kpi)]
    return list(event._default_manager.filter(pgh_obj_id__in=kpis).order_by("pgh_obj_id", "pgh_id"))


def _redefinitions(goal: Goal, rows: list[Any], names: dict[Any, str]) -> list[Change]:
    """What was changed in the goal's KPI since the goal runs. An outcome that is stored stays: this says why a number
    moved."""
    kpis = {kpi.pk: kpi for kpi in _with_parts(goal.kpi)} if goal.kpi else {}
    return [
        Change(newer.pgh_created_at, names.get(_user_of(newer), ""), differences)
        for older, newer in pairwise(rows)
        if older.pgh_obj_id == newer.pgh_obj_id
        and goal.started_at
        and newer.pgh_created_at >= goal.started_at
        and (differences := _redefined(kpis[newer.pgh_obj_id], older, newer))
    ]


def _with_parts(kpi: Kpi) -> list[Kpi]:
    """The KPI and all that its formula is made of, at any depth."""
    definitions, found = load_definitions(), {kpi.pk: kpi}
    waiting = [kpi]
    while waiting:
        new = [part for part in definitions.made_of(waiting.pop()) if part.pk not in found]
        found |= {part.pk: part for part in new}
        waiting += new
    return list(found.values())


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


def _user_of(row: Any) -> Any:
    return (row.pgh_context or {}).get("user")


def _people(rows: Iterable[Any], member_ids: set[int | None]) -> list[Member]:
    """Who did it, and whose the goal has been. One query."""
    users = {user for row in rows if (user := _user_of(row))}
    return list(Member.objects.filter(Q(user__in=users) | Q(pk__in=member_ids - {None})))


class _Writer:
    def __init__(self, goal: Goal, rows: list[Any], currency: str, reach: Reach, members: dict[int, str]) -> None:
        self.kpi, self.currency = goal.kpi, currency
        self.language = (get_language() or "en")[:2]
        definitions = load_definitions()
        above = {row.parent_id for row in rows} - {None}
        parents = Goal.objects.visible_to(reach).filter(pk__in=above) if above else []
        self.names: dict[str, dict[int, str]] = {
            "kpi_id": {kpi.pk: str(kpi) for kpi in (*definitions.stored.values(), *definitions.computed.values())},
            "member_id": members,
            "team_id": {team.pk: str(team) for team in all_teams()},
            "parent_id": {parent.pk: str(parent) for parent in parents},
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

    def text(self, field: str, value: Any) -> str:
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
            unit, decimals = (self.kpi.unit, self.kpi.decimals) if self.kpi else ("count", 2)
            return format_value(value, unit, decimals, self.language, self.currency)
        return format_date(value, self.language) if isinstance(value, dt.date) else str(value)
