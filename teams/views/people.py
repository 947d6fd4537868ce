"""The directory of an organization and the pages of its teams."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams.actions import teams as actions
from teams.directory import directory, matching
from teams.forms.people import NewTeamForm, SearchForm, TeamForm
from teams.leaderboards import may_switch
from teams.models import Invitation, Member, Team, TeamMembership
from teams.reach import placed_on
from teams.requests import MemberRequest, require
from teams.roles import Role
from teams.views.answers import Nothing, attempt, posted, render_form, tell_refusals
from web.htmx import render_part
from web.links import link, own_page

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Whom the member may see: teams as a tree, each with its people of today."""
    form = SearchForm(request.GET)
    asked = form.cleaned_data["q"].strip() if form.is_valid() else ""
    seen = Member.objects.visible_to(request.reach).by_name()
    team_of = dict(TeamMembership.objects.filter(placed_on(request.today)).values_list("member_id", "team_id"))
    teams = Team.objects.visible_to(request.reach).live().select_related("manager").by_name()
    whole = directory(teams, seen.active(request.today), team_of)
    context = {
        "directory": matching(whole, asked) if asked else whole,
        "q": asked,
        "may_edit": request.member.may("edit people"),
        **_beside(request, asked),
    }
    return render_part(request, "teams/people.html", context, {"people": "teams/_people.html"})


def _beside(request: MemberRequest, asked: str) -> dict[str, Any]:
    """What stands below the tree: whom to ask, who was asked, what is over."""
    admins = [Role.OWNER.value, Role.ADMIN.value]
    context: dict[str, Any] = {
        "admins": Member.objects.filter(role__in=admins).exclude(user=None).active(request.today).by_name()
    }
    if request.member.may("edit people") and not asked:
        waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related("member")
        context["invitations"] = waiting.order_by("-created_at")
        context["left"] = Member.objects.filter(left_on__lte=request.today).by_name()
        context["archived"] = Team.objects.exclude(archived_at=None).by_name()
    return context


@read_or_write
def new_team(request: MemberRequest) -> HttpResponse:
    require(request.member, "edit people")
    form = NewTeamForm(posted(request), today=request.today)
    if attempt(form, lambda: actions.add_team(**form.cleaned_data)):
        messages.success(request, _("The team %(name)s is there.") % {"name": form.cleaned_data["name"]})
        return redirect(link(request, "teams:people"))
    return render_form(request, "teams/new_team.html", form)


@read_or_write
def team(request: MemberRequest, pk: int) -> HttpResponse:
    found = _editable_team(request, pk)
    form = TeamForm(posted(request), team=found, today=request.today)
    if attempt(form, lambda: actions.change_team(found, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(link(request, "teams:people"))
    # A refused change must not show as the team's name.
    return render_form(request, "teams/team.html", form, {"team": Team.objects.get(pk=pk)})


@require_POST
def archive_team(request: MemberRequest, pk: int) -> HttpResponse:
    found = _editable_team(request, pk)
    form = Nothing(request.POST)
    if attempt(form, lambda: actions.archive_team(found, today=request.today, now=request.now)):
        messages.success(request, _("The team %(name)s is archived.") % {"name": found.name})
        return redirect(link(request, "teams:people"))
    tell_refusals(request, form)
    return redirect(link(request, "teams:team", pk=pk))


@require_POST
def restore_team(request: MemberRequest, pk: int) -> HttpResponse:
    actions.restore_team(_editable_team(request, pk))
    messages.success(request, _("The team is back."))
    return redirect(link(request, "teams:team", pk=pk))


@require_POST
def switch_leaderboard(request: MemberRequest, pk: int) -> HttpResponse:
    """On or off, as the button says: a page that is old says twice what holds already."""
    found = get_object_or_404(Team.objects.visible_to(request.reach), pk=pk)
    if not may_switch(request, found):
        raise PermissionDenied
    on = request.POST.get("on") == "1"
    actions.switch_leaderboard(found, on=on)
    messages.success(request, _("The leaderboard is on.") if on else _("The leaderboard is off."))
    return redirect(own_page(request, request.POST.get("next", "")) or link(request, "dashboards:team"))


def _editable_team(request: MemberRequest, pk: int) -> Team:
    """404 for what one does not see, 403 for what one may not change."""
    found = get_object_or_404(Team.objects.visible_to(request.reach), pk=pk)
    if not request.member.may("edit people"):
        raise PermissionDenied
    return found
