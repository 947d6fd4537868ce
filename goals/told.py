"""What goals' own rows say beside the goals: changes of target, milestones, and the latest word."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.expressions import RawSQL

from goals.models import CheckIn, Goal, Milestone, TargetRevision


@dataclass(frozen=True)
class Revision:
    """A change of target from a day on."""

    effective_on: dt.date
    old_target: Decimal
    new_target: Decimal


@dataclass(frozen=True)
class Step:
    """A milestone: what is expected by a day."""

    pk: int
    name: str
    date: dt.date
    value: Decimal


@dataclass(frozen=True)
class Told:
    """What the goals' own rows say beside the goals, by goal."""

    revisions: dict[int, list[Revision]]
    milestones: dict[int, list[Step]]
    check_ins: dict[int, CheckIn]


def told_of(goals: Sequence[Goal], *, with_check_ins: bool = True) -> Told:
    """Two queries, one without check-ins."""
    pks = [goal.pk for goal in goals]
    revisions: dict[int, list[Revision]] = defaultdict(list)
    milestones: dict[int, list[Step]] = defaultdict(list)
    for goal_id, day, value, before, name, pk, further in _bends(pks):
        line = _line(goal_id, further)
        if before is None:
            milestones[line].append(Step(pk, name, day, value))
        else:
            revisions[line].append(Revision(day, before, value))
    latest = CheckIn.objects.filter(goal__in=pks).order_by("goal", "-date", "-pk").distinct("goal")
    return Told(revisions, milestones, {said.goal_id: said for said in latest} if with_check_ins else {})


def told_by(revisions: Iterable[TargetRevision], milestones: Iterable[Milestone]) -> Told:
    """What these rows say, which come in the order of their days."""
    told = Told(defaultdict(list), defaultdict(list), {})
    for row in revisions:
        told.revisions[_line(row.goal_id, row.further_id)].append(
            Revision(row.effective_on, row.old_target, row.new_target)
        )
    for milestone in milestones:
        step = Step(milestone.pk, milestone.name, milestone.date, milestone.value)
        told.milestones[_line(milestone.goal_id, milestone.further_id)].append(step)
    return told


def _line(goal: int, further: int | None) -> int:
    """Of a scorecard's other KPIs the id of the part: see `goals.scorecard`."""
    return -further if further else goal


def _bends(pks: Sequence[int]) -> QuerySet[Any, Any]:
    """(goal, day, value, value before, name, row, further KPI) of milestones, which replace no value, and of revisions,
    in order.
    """
    # As one array: a thousand ids in a list would cost more to write down than the rows to read.
    asked = RawSQL("SELECT unnest(%s::bigint[])", [list(pks)])
    nothing = Value(None, output_field=TargetRevision._meta.get_field("old_target"))
    names = "goal_id", "day", "to", "before", "called", "row", "of"
    milestones = (
        Milestone.objects.filter(goal__in=asked)
        .order_by()
        .annotate(day=F("date"), to=F("value"), before=nothing, called=F("name"), row=F("pk"), of=F("further_id"))
    )
    revisions = (
        TargetRevision.objects.filter(goal__in=asked)
        .order_by()
        .annotate(
            day=F("effective_on"),
            to=F("new_target"),
            before=F("old_target"),
            called=Value(""),
            row=F("pk"),
            of=F("further_id"),
        )
    )
    both = milestones.values_list(*names).union(revisions.values_list(*names), all=True)
    return both.order_by("day", "row")
