from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboards import team as teams
from dashboards.following import has_changed
from dashboards.home import home_page
from teams.requests import MemberRequest, require
from web.htmx import render_part, target_id

# The table alone, and all that follows what people log.
GOALS, FOLLOWING = "goals", "following"
PARTS = {GOALS: "dashboards/_goals.html", FOLLOWING: "dashboards/_following.html"}


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    return render_part(request, "dashboards/home.html", home_page(request), {})


@require_safe
def team(request: MemberRequest) -> HttpResponse:
    require(request.member, "see team dashboard")
    choices = teams.choices_of(request)
    asked = teams.asked_for(request, choices)
    part = target_id(request) if request.htmx else ""
    if part == FOLLOWING and not has_changed(request, asked.focus, asked.period):
        return HttpResponse(status=204)
    context = teams.goals_part(request, asked) if part == GOALS else teams.whole_page(request, asked, choices)
    return render_part(request, "dashboards/team.html", context, PARTS)
