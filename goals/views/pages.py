"""The list of goals."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.kept import standings
from goals.models import Goal
from goals.named import named
from goals.owners import owner_key
from goals.progress import WORST_FIRST, Status
from goals.reading import Standing
from goals.words import LISTED
from kpis.numbers import is_updating
from teams.requests import MemberRequest, require
from web.htmx import render_part

PAGE = 50
CHIPS = (Status.OFF_TRACK, Status.AT_RISK, Status.OUTDATED, Status.ON_TRACK)


@dataclass(frozen=True)
class Row:
    goal: Goal
    standing: Standing

    @property
    def rank(self) -> tuple[int, Decimal, int]:
        """The worst comes first; among drafts and ended goals the newest."""
        pace = self.standing.pace
        return WORST_FIRST.index(self.standing.status), Decimal(0) if pace is None else pace, -self.goal.pk


@require_safe
def goals(request: MemberRequest) -> HttpResponse:
    """Filters stand in the address: state, owner, status, q."""
    require(request.member, "see organization")
    asked = {name: request.GET.get(name, "")[:100].replace("\0", "") for name in ("state", "owner", "status", "q")}
    asked["state"] = asked["state"] if asked["state"] in LISTED else "running"
    seen = Goal.objects.visible_to(request.reach).select_related("member", "forecast")
    in_state = named(seen if asked["state"] == "all" else seen.filter(state=asked["state"]))
    matching = [goal for goal in in_state if _matches(goal, asked)]
    found = standings(matching, request.organization, request.today)
    rows = sorted((Row(goal, found[goal.pk]) for goal in matching), key=lambda row: row.rank)
    counts = {status: sum(row.standing.status == status for row in rows) for status in CHIPS}
    if asked["status"] in counts:
        rows = [row for row in rows if row.standing.status == asked["status"]]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "asked": asked,
        "states": LISTED,
        "owners": _owners(in_state, request),
        "counts": counts,
        "total": len(matching),
        "page": page,
        "query": query.urlencode(),
        "may_write": request.member.may("write goal"),
        "may_set": request.member.may("write goal for others"),
        "updating": is_updating(),
    }
    return render_part(request, "goals/list.html", context, {"goals": "goals/_list.html"})


def _matches(goal: Goal, asked: dict[str, str]) -> bool:
    words = f"{goal.statement} {goal.owner_name} {goal.kpi.label if goal.kpi else ''}".casefold()
    return (not asked["owner"] or owner_key(goal) == asked["owner"]) and asked["q"].strip().casefold() in words


def _owners(goals: list[Goal], request: MemberRequest) -> list[tuple[str, str]]:
    """Those who have any of the goals, oneself first."""
    me = f"member:{request.member.pk}"
    found = {owner_key(goal): goal.owner_name for goal in goals}
    others = sorted((name, key) for key, name in found.items() if key != me)
    return [(me, _("%(name)s (me)") % {"name": request.member.name}), *((key, name) for name, key in others)]
