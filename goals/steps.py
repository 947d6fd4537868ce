"""What is done on the way to a goal: milestones, actions, check-ins. One verb, one transaction."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from goals.models import Action, CheckIn, Goal, Milestone
from teams.models import Member
from teams.once import once


def add_milestone(
    goal: Goal, fields: Mapping[str, Any], *, request_id: UUID, further: int | None = None
) -> tuple[Milestone, bool]:
    """`fields`: name, date, value. `further` is the id of the further KPI of a scorecard whose line it bends."""

    def create() -> Milestone:
        made = Milestone(goal=goal, further_id=further, request_id=request_id, **fields)
        _check_milestone(made, fields["date"])
        made.save()
        return made

    with _locked(goal):
        return once(Milestone.objects.all(), request_id, create)


def edit_milestone(milestone: Milestone, fields: Mapping[str, Any]) -> Milestone:
    with _locked(milestone.goal):
        _check_milestone(milestone, fields["date"])
        for name, value in fields.items():
            setattr(milestone, name, value)
        milestone.save()
    return milestone


def remove_milestone(milestone: Milestone) -> None:
    milestone.delete()


def add_action(goal: Goal, fields: Mapping[str, Any], *, request_id: UUID) -> tuple[Action, bool]:
    """`fields`: title, member, starts_on, ends_on, hours, cost_planned, cost_actual, state."""

    def create() -> Action:
        _check_open(goal)
        return Action.objects.create(goal=goal, request_id=request_id, **fields)

    return once(Action.objects.all(), request_id, create)


def edit_action(action: Action, fields: Mapping[str, Any]) -> Action:
    for name, value in fields.items():
        setattr(action, name, value)
    action.save()
    return action


def set_action_state(action: Action, state: Action.State) -> None:
    action.state = state
    action.save(update_fields=["state"])


def remove_action(action: Action) -> None:
    action.delete()


def check_in(
    goal: Goal, *, by: Member, confidence: int, note: str, today: dt.date, request_id: UUID
) -> tuple[CheckIn, bool]:
    def create() -> CheckIn:
        if not goal.is_running:
            raise ValidationError(_("Only a running goal is checked in on."))
        return CheckIn.objects.create(
            goal=goal, date=today, confidence=confidence, note=note, made_by=by, request_id=request_id
        )

    return once(CheckIn.objects.all(), request_id, create)


@contextmanager
def _locked(goal: Goal) -> Iterator[None]:
    """One change of a goal's milestones at a time, so that two for the same day are a message and not an error."""
    with transaction.atomic():
        Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
        yield


def _check_open(goal: Goal) -> None:
    if goal.state == Goal.State.CLOSED:
        raise ValidationError(_("This goal is closed and can no longer be changed."))


def _check_milestone(milestone: Milestone, date: dt.date) -> None:
    """On that day there must not be another one of the same KPI."""
    goal = milestone.goal
    _check_open(goal)
    others = goal.milestones.filter(further=milestone.further_id).exclude(pk=milestone.pk)
    if (goal.start and date < goal.start) or (goal.deadline and date > goal.deadline):
        raise ValidationError({"date": _("Choose a day between the start and the deadline of the goal.")})
    if others.filter(date=date).exists():
        raise ValidationError({"date": _("There is a milestone on this day already.")})
