"""Milestones and actions of a goal."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goals import steps
from goals.access import goal_to_edit, part_to_edit
from goals.forms import ActionForm, MilestoneForm
from goals.models import Action, Milestone
from goals.views.running import answer_form, asked_part, back_to
from teams.requests import MemberRequest


def _fields(cleaned: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cleaned.items() if name != "request_id"}


@require_http_methods(["GET", "POST"])
def add_milestone(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk)
    part = asked_part(request, goal)
    form = MilestoneForm(request.POST or None, kpi=part.kpi)

    def save() -> str:
        said = form.cleaned_data
        further = -part.pk if part.pk < 0 else None
        steps.add_milestone(goal, _fields(said), request_id=said["request_id"], further=further)
        return _("The milestone is set.")

    words = {"title": _("New milestone"), "button": _("Set the milestone"), "anchor": "milestones"}
    if goal.is_scorecard and part.kpi:
        words["intro"] = _("This is about %(kpi)s.") % {"kpi": part.kpi.label}
    return answer_form(request, goal, form, save, action=request.get_full_path(), **words)


@require_http_methods(["GET", "POST"])
def milestone(request: MemberRequest, pk: int) -> HttpResponse:
    row: Milestone = part_to_edit(request, Milestone, pk)
    kpi = row.further.kpi if row.further else row.goal.kpi
    initial = {name: getattr(row, name) for name in ("name", "date", "value")}
    form = MilestoneForm(request.POST or None, kpi=kpi, initial=initial)

    def save() -> str:
        steps.edit_milestone(row, _fields(form.cleaned_data))
        return _("Saved.")

    return answer_form(request, row.goal, form, save, title=_("Edit milestone"), button=_("Save"), anchor="milestones")


@require_POST
def remove_milestone(request: MemberRequest, pk: int) -> HttpResponse:
    row: Milestone = part_to_edit(request, Milestone, pk)
    steps.remove_milestone(row)
    messages.success(request, _("The milestone is removed."))
    return redirect(back_to(request, row.goal, "milestones"))


@require_http_methods(["GET", "POST"])
def add_action(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk)
    initial = {"member": goal.member_id, "starts_on": request.today, "ends_on": goal.deadline}
    form = ActionForm(request.POST or None, request=request, initial=initial)

    def save() -> str:
        steps.add_action(goal, _fields(form.cleaned_data), request_id=form.cleaned_data["request_id"])
        return _("The action is added.")

    return answer_form(request, goal, form, save, title=_("New action"), button=_("Add the action"), anchor="actions")


@require_http_methods(["GET", "POST"])
def action(request: MemberRequest, pk: int) -> HttpResponse:
    row: Action = part_to_edit(request, Action, pk)
    names = ("title", "starts_on", "ends_on", "hours", "cost_planned", "cost_actual", "state")
    initial = {"member": row.member_id, **{name: getattr(row, name) for name in names}}
    form = ActionForm(request.POST or None, request=request, kept=row.member, initial=initial)

    def save() -> str:
        steps.edit_action(row, _fields(form.cleaned_data))
        return _("Saved.")

    return answer_form(request, row.goal, form, save, title=_("Edit action"), button=_("Save"), anchor="actions")


@require_POST
def action_state(request: MemberRequest, pk: int) -> HttpResponse:
    row: Action = part_to_edit(request, Action, pk)
    state = request.POST.get("state", "")
    if state not in Action.State.values:
        raise BadRequest
    steps.set_action_state(row, Action.State(state))
    return redirect(back_to(request, row.goal, "actions"))


@require_POST
def remove_action(request: MemberRequest, pk: int) -> HttpResponse:
    row: Action = part_to_edit(request, Action, pk)
    steps.remove_action(row)
    messages.success(request, _("The action is removed."))
    return redirect(back_to(request, row.goal, "actions"))
