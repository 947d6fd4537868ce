"""What is done with a goal once it is written: start, check in, revise, drop."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from goals import actions, steps
from goals.access import goal_to_edit
from goals.forms import CheckInForm, DropForm, RevisionForm
from goals.further import GoalKpi
from goals.models import Goal
from goals.scorecard import spread
from teams.requests import MemberRequest
from web.links import link


def answer_form(
    request: MemberRequest, goal: Goal, form: forms.Form, save: Callable[[], str], **words: Any
) -> HttpResponse:
    """A small form on a page of its own: shown, refused with 422, or saved; `save` returns what to say then."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                messages.success(request, save())
                return redirect(back_to(request, goal, words.get("anchor", "")))
            except ValidationError as refused:
                form.add_error(None, refused)
        status = 422
    return render(
        request, "goals/small_form.html", {"form": form, "goal": goal, "action": request.path, **words}, status=status
    )


def back_to(request: MemberRequest, goal: Goal, anchor: str = "") -> str:
    return link(request, "goals:detail", pk=goal.pk) + (f"#{anchor}" if anchor else "")


@require_http_methods(["GET", "POST"])
def check_in(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk, "check in")
    form = CheckInForm(request.POST or None)

    def save() -> str:
        said = form.cleaned_data
        steps.check_in(
            goal,
            by=request.member,
            confidence=said["confidence"],
            note=said["note"],
            today=request.today,
            request_id=said["request_id"],
        )
        return _("Thank you. Your check-in is noted.")

    return answer_form(request, goal, form, save, title=_("Check in"), button=_("Check in"), anchor="check-ins")


@require_http_methods(["GET", "POST"])
def revise(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk)
    if not goal.is_promised:
        messages.warning(
            request, _("Only the target of a goal that is agreed on is revised; a draft is simply edited.")
        )
        return redirect(back_to(request, goal))
    part = asked_part(request, goal)
    form = RevisionForm(request.POST or None, goal=part, initial={"effective_on": request.today})

    def save() -> str:
        said = form.cleaned_data
        actions.revise_target(
            goal,
            target=said["target"],
            effective_on=said["effective_on"],
            reason=said["reason"],
            by=request.member,
            today=request.today,
            request_id=said["request_id"],
            further=GoalKpi(pk=-part.pk) if part.pk < 0 else None,
        )
        return _("The target is revised.")

    words = {"title": _("Revise the target"), "button": _("Revise the target"), "anchor": "revisions"}
    if goal.is_scorecard and part.kpi:
        words["intro"] = _("This is about %(kpi)s. The other KPIs keep their targets.") % {"kpi": part.kpi.label}
    return answer_form(request, goal, form, save, action=request.get_full_path(), **words)


def asked_part(request: MemberRequest, goal: Goal) -> Goal:
    """Of a scorecard, the KPI that the address names, as a goal of its own; else the goal."""
    asked = request.GET.get("kpi", "")
    return next((part for part in spread([goal]) if str(part.kpi_id) == asked), goal)


@require_http_methods(["GET", "POST"])
def drop(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk)
    was_draft = goal.is_draft
    if goal.is_proposed:
        messages.warning(request, _("This goal is proposed. Withdraw the proposal first."))
        return redirect(back_to(request, goal))
    if request.method == "GET" or not (form := DropForm(request.POST)).is_valid():
        form = form if request.method == "POST" else DropForm()
        return render(
            request,
            "goals/small_form.html",
            _drop_words(goal, form, request.path),
            status=200 if request.method == "GET" else 422,
        )
    left = actions.drop_goal(
        goal, note=form.cleaned_data["note"], organization=request.organization, today=request.today, now=request.now
    )
    messages.success(request, _("The draft is deleted.") if was_draft else _("The goal is dropped."))
    return redirect(back_to(request, goal) if left else link(request, "goals:list"))


def _drop_words(goal: Goal, form: DropForm, action: str) -> dict[str, Any]:
    if goal.is_draft:
        title, intro = _("Delete the draft"), _("A draft counts nowhere, so nothing of it is kept.")
        if goal.previous and goal.previous.repeats:
            intro += " " + _("The series that it belongs to ends with it.")
    else:
        title = _("Drop the goal")
        intro = _("It ends here, and how far it came is kept. The entries stay: they belong to the KPI.")
    return {
        "goal": goal,
        "form": form,
        "action": action,
        "title": title,
        "intro": intro,
        "button": title,
        "button_class": "danger",
    }
