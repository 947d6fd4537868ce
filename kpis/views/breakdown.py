"""A number by team and by person, in one table."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kpis.breakdown import (
    SORTS,
    Breakdown,
    Row,
    break_down,
    cells_of,
    is_additive,
    ordered,
    people_inside,
    teams_inside,
    with_parts,
)
from kpis.models import Kpi
from kpis.numbers import values
from kpis.timeline import step_of
from kpis.views.asked import Asked, asked_for, frame
from kpis.views.behind import page_index
from teams.requests import MemberRequest

PAGE = 100
SORT_NAMES: dict[str, str | Promise] = {"value": _("By value"), "change": _("By change"), "name": _("By name")}


@require_safe
def breakdown(request: MemberRequest, pk: int) -> HttpResponse:
    kpi = get_object_or_404(Kpi, pk=pk)
    asked = asked_for(request)
    context = {**frame(request, asked), "kpi": kpi, **_table(request, kpi, asked)}
    return render(request, "kpis/breakdown.html", context)


@dataclass(frozen=True)
class Broken:
    """A breakdown by `who`, its rows in the order that was asked for."""

    who: str
    sort: str
    has_teams: bool
    whole: Breakdown
    rows: list[Row]


def broken_down(request: MemberRequest, kpi: Kpi, asked: Asked) -> Broken:
    """By team where there are teams, unless the address says otherwise."""
    step = step_of(asked.look, asked.rules)
    teams = teams_inside(asked.choices, asked.chosen)
    who = request.GET.get("who", "")
    who = who if who in ("team", "member") else "team" if teams else "member"
    parts = teams if who == "team" else people_inside(asked.choices, asked.chosen, step.window)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "value"
    whole = break_down(kpi, asked.chosen, parts, step, values(cells_of(kpi, asked.chosen, parts, step)))
    return Broken(who, sort, bool(teams), whole, ordered(whole, sort))


def _table(request: MemberRequest, kpi: Kpi, asked: Asked) -> dict[str, Any]:
    found = broken_down(request, kpi, asked)
    rows, whole = found.rows, found.whole
    page = page_index(request.GET.get("page", ""), -(-len(rows) // PAGE))
    heads, shown = with_parts(whole, [whole.whole, *rows[page * PAGE : (page + 1) * PAGE]], asked.rules)
    return {
        "who": found.who,
        "has_teams": found.has_teams,
        "sort": found.sort,
        "order": f"&who={found.who}&sort={found.sort}",
        "sorts": SORT_NAMES.items(),
        "step": whole.step,
        "heads": heads,
        "whole": shown[0],
        "rows": shown[1:],
        "rest": whole.rest,
        "is_additive": is_additive(kpi),
        "count": len(rows),
        "before": page or None,
        "after": page + 2 if (page + 1) * PAGE < len(rows) else None,
    }
