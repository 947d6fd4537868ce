"""The guided path: choose KPIs, invite, write the first goal. Each step can be skipped."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.begin import (
    STEPS,
    PeopleForm,
    StarterForm,
    Step,
    first_steps,
    invite_all,
    kpis_to_begin_with,
    step_after,
)
from kpis.actions import add_from_catalogue
from teams.requests import MemberRequest, require
from teams.views.answers import attempt, posted, render_form
from web.links import link


@require_safe
def begin(request: MemberRequest) -> HttpResponse:
    """To the first step that is not done, or home."""
    require(request.member, "edit organization")
    waiting = (step.key for step in first_steps(request) if not step.is_done)
    return redirect(_page_of(request, next(waiting, "")))


@require_http_methods(["GET", "HEAD", "POST"])
def begin_step(request: MemberRequest, step: str) -> HttpResponse:
    require(request.member, "edit organization")
    if step == "goal":
        return render(request, "dashboards/begin.html", {**_frame(request, step), "kpis": kpis_to_begin_with(request)})
    form = StarterForm(posted(request)) if step == "kpis" else PeopleForm(posted(request))
    if attempt(form, lambda: _do(request, step, form.cleaned_data)):
        return redirect(_page_of(request, step_after(step)))
    return render_form(request, "dashboards/begin.html", form, _frame(request, step))


def _do(request: MemberRequest, step: str, cleaned: dict[str, Any]) -> None:
    if step == "kpis":
        add_from_catalogue(cleaned["keys"])
        return
    count = len(invite_all(request, cleaned))
    text = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count)
    messages.success(request, text % {"count": count})


def _frame(request: MemberRequest, step: str) -> dict[str, Any]:
    return {
        "step": step,
        # Who comes back when all is done sees all of it done.
        "steps": first_steps(request) or [Step(key, is_done=True) for key in STEPS],
        "number": STEPS.index(step) + 1,
        "skip": _page_of(request, step_after(step)),
    }


def _page_of(request: MemberRequest, step: str) -> str:
    return link(request, f"dashboards:begin_{step}" if step else "dashboards:home")
