"""After a goal: looking back on it, and the same for the next period."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from goals.access import goal_to_edit
from goals.actions import look_back
from goals.following import follow, next_window, roll_over
from goals.models import Goal
from goals.small_forms import LookBackForm, RollOverForm
from goals.views.running import answer_form
from goals.views.talk import voice_of
from kpis.numbers import rules_of
from teams.requests import MemberRequest, require
from web.links import link

BEFORE, AFTER = dt.timedelta(days=60), dt.timedelta(days=31)
MOST = 100


@require_http_methods(["GET", "POST"])
def look_back_on(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk, "check in")
    first = {"helped": goal.helped, "hindered": goal.hindered}
    form = LookBackForm(request.POST if request.method == "POST" else None, initial=first)

    def save() -> str:
        look_back(goal, helped=form.cleaned_data["helped"], hindered=form.cleaned_data["hindered"], now=request.now)
        return _("Thank you. The next goal can begin with what you have learnt.")

    return answer_form(request, goal, form, save, title=_("Look back"), button=_("Save"), anchor="look-back")


@require_POST
def next_one(request: MemberRequest, pk: int) -> HttpResponse:
    """A draft for the period after, open for changes."""
    goal = goal_to_edit(request, pk)
    if not goal.is_promised and not goal.is_closed:
        raise PermissionDenied("follow a goal that does not hold")
    form = RollOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect(link(request, "goals:detail", pk=pk))
    try:
        made, is_new = follow(
            goal,
            rules_of(request.organization),
            by=request.member,
            today=request.today,
            now=request.now,
            request_id=form.cleaned_data["request_id"],
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(link(request, "goals:detail", pk=pk))
    if is_new:
        messages.success(request, _("A draft for the next period. Only the definition was copied."))
    return redirect(link(request, "goals:edit" if made.is_draft else "goals:detail", pk=made.pk))


@require_http_methods(["GET", "POST"])
def rollover(request: MemberRequest) -> HttpResponse:
    """Many goals at once into their next period: those one may edit that end about now and that nothing follows."""
    require(request.member, "write goal")
    goals = list(_ending(request))
    form = RollOverForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        chosen = [goal for goal in goals if str(goal.pk) in request.POST.getlist("goals")]
        if form.is_valid() and chosen:
            voice = voice_of(request, form.cleaned_data["request_id"])
            made, refused = roll_over(chosen, rules_of(request.organization), voice, form.cleaned_data["change"])
            for goal, text in refused.items():
                messages.error(request, f"{goal.statement} ({goal.owner_name}): {text}")
            said = ngettext("%(number)s goal goes on.", "%(number)s goals go on.", made) % {"number": made}
            messages.success(request, said)
            return redirect(link(request, "goals:list", query={"state": "proposed"}))
        if form.is_valid():
            form.add_error(None, _("Choose at least one goal."))
        status = 422
    rules, ticked = rules_of(request.organization), request.POST.getlist("goals")
    rows = [{"goal": goal, "window": next_window(goal, rules), "is_ticked": str(goal.pk) in ticked} for goal in goals]
    return render(request, "goals/rollover.html", {"form": form, "rows": rows}, status=status)


def _ending(request: MemberRequest) -> list[Goal]:
    near = {"deadline__gte": request.today - BEFORE, "deadline__lte": request.today + AFTER}
    found = Goal.objects.editable_by(request.reach).filter(
        state__in=(*Goal.PROMISED, Goal.State.CLOSED), followers=None, repeats="", **near
    )
    kept = found.exclude(outcome=Goal.Outcome.DROPPED).with_names().order_by("deadline", "pk")
    return list(kept[:MOST])
