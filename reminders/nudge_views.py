"""The button by which a goal's owner is asked how it goes."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from goals.access import visible_goal
from goals.models import Goal
from reminders.nudges import NotNudged, Nudged, may_nudge
from reminders.nudges import nudge as ask
from teams.models import Member
from teams.requests import MemberRequest
from web.formats import format_datetime
from web.htmx import details
from web.links import link, own_page
from web.templatetags.web import language


@require_POST
def nudge(request: MemberRequest, pk: int) -> HttpResponse:
    """Once for each goal and day, by its key in the outbox: a request that comes twice asks once."""
    goal = visible_goal(request, pk)
    if goal.is_running and not may_nudge(goal, request.member, request.reach):
        raise PermissionDenied("nudge")
    nudged = _ask(request, goal)
    if details(request):
        asking = {"is_asked": nudged is not None, "asker": _name(nudged)}
        context = {"goal": goal, "asking": asking, "next": request.POST.get("next", "")}
        return render(request, "reminders/_nudge.html", context)
    return redirect(own_page(request, request.POST.get("next", "")) or link(request, "goals:detail", pk=goal.pk))


def _ask(request: MemberRequest, goal: Goal) -> Nudged | None:
    if not may_nudge(goal, request.member, request.reach):
        messages.error(request, _("This goal does not run any more."))
        return None
    try:
        nudged = ask(goal, request.organization, by=request.member, now=request.now)
    except NotNudged as refused:
        messages.error(request, str(refused))
        return None
    words = {"name": goal.owner_name, "asker": _name(nudged)}
    if nudged.by == request.member.pk and nudged.due_at > request.now:
        zone = ZoneInfo(request.user.time_zone or request.organization.time_zone)
        words["when"] = format_datetime(nudged.due_at, zone, language())
        messages.success(request, _("%(name)s is asked how it goes when their day begins: %(when)s.") % words)
    elif nudged.by == request.member.pk:
        messages.success(request, _("%(name)s is asked how it goes.") % words)
    else:
        messages.info(request, _("%(asker)s has asked %(name)s today already.") % words)
    return nudged


def _name(nudged: Nudged | None) -> str:
    found = Member.objects.filter(pk=nudged.by).first() if nudged else None
    return found.name if found else ""
