"""The page that finds things, and the one that lists the keys; both also open on top of another page."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboards.search import FEW, LONGEST, MANY, search
from teams.requests import MemberRequest, require
from web.htmx import render_part, target_id

# On top of another page there is room for a few of each kind.
ON_TOP = {"palette": "dashboards/_palette.html", "found-on-top": "dashboards/_found.html"}
PARTS = {**ON_TOP, "found": "dashboards/_found.html"}


@require_safe
def find(request: MemberRequest) -> HttpResponse:
    """`q` is what to look for."""
    require(request.member, "see organization")
    asked = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    on_top = target_id(request) in ON_TOP
    context = {"q": asked, "groups": search(request, asked, FEW if on_top else MANY), "on_top": on_top}
    return render_part(request, "dashboards/search.html", context, PARTS)


@require_safe
def shortcuts(request: MemberRequest) -> HttpResponse:
    require(request.member, "see organization")
    return render_part(request, "dashboards/shortcuts.html", {}, {"palette": "dashboards/_shortcuts.html"})
