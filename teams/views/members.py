"""One member: who, in which teams when, on leave when, and whether they are still there."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams.actions import members as actions
from teams.forms.people import LeaveForm, LeavingForm, MemberForm, MoveForm, NewMemberForm
from teams.models import Invitation, Leave, Member, Team, TeamMembership
from teams.requests import MemberRequest, require
from teams.views.answers import Nothing, attempt, posted, render_form, tell_refusals
from teams.views.people import read_or_write
from web.links import link


@read_or_write
def new_member(request: MemberRequest) -> HttpResponse:
    require(request.member, "edit people")
    form = NewMemberForm(posted(request), giver=request.member)
    if attempt(form, lambda: actions.add_member(by=request.member, **form.cleaned_data)):
        messages.success(request, _("%(name)s is a member now.") % {"name": form.cleaned_data["name"]})
        return redirect(link(request, "teams:people"))
    return render_form(request, "teams/new_member.html", form)


@require_safe
def member(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


@read_or_write
def edit_member(request: MemberRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    require(request.member, "edit people")
    was_role, name = found.role, found.name
    form = MemberForm(posted(request), instance=found, giver=request.member)
    if attempt(form, lambda: actions.change_member(found, by=request.member, was_role=was_role)):
        messages.success(request, _("Saved."))
        return redirect(link(request, "teams:member", pk=pk))
    return render_form(request, "teams/edit_member.html", form, {"pk": pk, "name": name})


@require_POST
def move_member(request: MemberRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    require(request.member, "move member")
    form = MoveForm(request.POST)
    if attempt(form, lambda: actions.move_member(found, **form.cleaned_data)):
        messages.success(request, _("The teams of %(name)s are changed.") % {"name": found.name})
        return redirect(link(request, "teams:member", pk=pk))
    return _page(request, found, move_form=form)


@require_POST
def add_leave(request: MemberRequest, pk: int) -> HttpResponse:
    found = _led(request, pk)
    form = LeaveForm(request.POST)
    if attempt(form, lambda: actions.add_leave(found, **form.cleaned_data)):
        messages.success(request, _("The leave is noted."))
        return redirect(link(request, "teams:member", pk=pk))
    return _page(request, found, leave_form=form)


@require_POST
def remove_leave(request: MemberRequest, pk: int, leave: int) -> HttpResponse:
    found = _led(request, pk)
    get_object_or_404(Leave.objects.filter(member=found), pk=leave).delete()
    messages.success(request, _("The leave is removed."))
    return redirect(link(request, "teams:member", pk=pk))


@require_POST
def let_go(request: MemberRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    require(request.member, "edit people")
    form = LeavingForm(request.POST)
    if attempt(form, lambda: _let_go(request, found, form.cleaned_data["left_on"])):
        messages.success(request, _("Noted. What %(name)s did stays.") % {"name": found.name})
        return redirect(link(request, "teams:member", pk=pk))
    return _page(request, found, leaving_form=form)


def _let_go(request: MemberRequest, found: Member, left_on: dt.date) -> None:
    actions.let_go(found, left_on=left_on, by=request.member, now=request.now)


@require_POST
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    require(request.member, "edit people")
    form = Nothing(request.POST)
    if attempt(form, lambda: actions.take_back(found, by=request.member)):
        messages.success(request, _("%(name)s is a member again. Choose a team.") % {"name": found.name})
    tell_refusals(request, form)
    return redirect(link(request, "teams:member", pk=pk))


def _seen(request: MemberRequest, pk: int) -> Member:
    return get_object_or_404(Member.objects.visible_to(request.reach), pk=pk)


def _led(request: MemberRequest, pk: int) -> Member:
    """A member whose leave one may enter. Raises 404 for those one does not see."""
    found = _seen(request, pk)
    require(request.member, "edit leave")
    if not request.reach.leads_member(found.pk):
        raise PermissionDenied
    return found


def _page(request: MemberRequest, found: Member, **sent: BaseForm) -> HttpResponse:
    """The member's page, with the form that was sent and refused in its place."""
    stays = list(TeamMembership.objects.filter(member=found).select_related("team").order_by("starts_on", "pk"))
    # What is open at its beginning comes first; PostgreSQL sorts it last.
    stays.sort(key=lambda stay: stay.starts_on or dt.date.min, reverse=True)
    current = next((stay for stay in stays if stay.covers(request.today)), None)
    may_edit = request.member.may("edit people")
    context: dict[str, Any] = {
        "person": Member.objects.get(pk=found.pk),
        "stays": stays,
        "current": current,
        "led": Team.objects.live().filter(manager=found).by_name(),
        "leaves": Leave.objects.filter(member=found).order_by("-starts_on"),
        "has_left": found.has_left(request.today),
        "may_edit": may_edit,
        "may_edit_leave": request.member.may("edit leave") and request.reach.leads_member(found.pk),
        "invitation": _last_invitation(found) if may_edit else None,
        **_forms(request, found, current),
        **sent,
    }
    return render(request, "teams/member.html", context, status=422 if sent else 200)


def _forms(request: MemberRequest, found: Member, current: TeamMembership | None) -> dict[str, BaseForm]:
    # A form that is sent off by accident should change nothing.
    start = {"team": current.team_id if current else None, "starts_on": request.today}
    return {
        "move_form": MoveForm(initial=start),
        "leave_form": LeaveForm(),
        "leaving_form": LeavingForm(initial={"left_on": found.left_on or request.today}),
    }


def _last_invitation(found: Member) -> Invitation | None:
    last: Invitation | None = Invitation.objects.filter(member=found).order_by("-created_at").first()
    return last
