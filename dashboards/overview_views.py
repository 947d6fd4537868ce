"""The page of a whole organization."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards.board import tally
from dashboards.overview import Overview, read_overview
from dashboards.period import KINDS, Period, period_on
from dashboards.team import period_context
from kpis.numbers import rules_of
from teams.requests import MemberRequest, require
from web.links import link


@require_safe
def organization(request: MemberRequest) -> HttpResponse:
    """403 for who does not see everything: a part of the teams would look like all of them."""
    require(request.member, "see team dashboard")
    if not request.reach.sees_everything:
        raise PermissionDenied
    period = period_asked(request)
    overview = read_overview(request.organization, request.reach, period, request.today)
    return render(request, "dashboards/organization.html", {**_head(request, period), **overview_context(overview)})


def period_asked(request: MemberRequest) -> Period:
    get = request.GET.get
    return period_on(get("period", ""), get("on", ""), rules_of(request.organization), request.today)


def overview_context(overview: Overview) -> dict[str, Any]:
    board = overview.board
    return {
        **period_context(board.period),
        "overview": overview,
        "tiles": overview.tiles,
        "tally": tally(board.rows),
        "on_pace": board.on_pace,
        "goal_count": len(board.goals),
        "is_updating": board.is_updating,
    }


def _head(request: MemberRequest, period: Period) -> dict[str, Any]:
    names = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}

    def url(kind: str, on: str) -> str:
        return link(request, "dashboards:organization", query=_asked(kind, on))

    here = "" if period.is_current else period.start.isoformat()
    previous, following = period.previous, period.next
    return {
        "kinds": [(kind, names[kind], url(kind, here)) for kind in KINDS],
        "previous_url": url(period.kind, previous.start.isoformat()) if previous else "",
        "next_url": url(period.kind, following.start.isoformat()) if following else "",
        "today_url": "" if period.is_current else url(period.kind, ""),
        "screen_url": link(request, "dashboards:organization_screen", query=_asked(period.kind, here)),
        "may_share": request.member.may("share dashboard"),
        "team_query": f"period={period.kind}" + (f"&on={here}" if here else ""),
    }


def _asked(kind: str, on: str) -> dict[str, str]:
    return {"period": kind} | ({"on": on} if on else {})
