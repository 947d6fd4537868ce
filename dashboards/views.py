from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboards import team as teams
from dashboards.home import home_page
from teams.requests import MemberRequest, require
from web.htmx import render_part, target_id

GOALS = {"goals": "dashboards/_goals.html"}


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    return render_part(request, "dashboards/home.html", home_page(request), {})


@require_safe
def team(request: MemberRequest) -> HttpResponse:
    require(request.member, "see team dashboard")
    choices = teams.choices_of(request)
    asked = teams.asked_for(request, choices)
    if request.htmx and target_id(request) in GOALS:
        context = teams.goals_part(request, asked)
    else:
        context = teams.whole_page(request, asked, choices)
    return render_part(request, "dashboards/team.html", context, GOALS)
