"""The list of goals."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.brief import Brief, in_brief
from goals.kept import Rank, rank, ranked, read_marks, read_whole
from goals.models import Goal
from goals.owners import owner_key
from goals.progress import WORST_FIRST, Status
from goals.reading import Standing
from goals.words import LISTED
from teams.requests import MemberRequest, require
from web.htmx import render_part

PAGE = 50
CHIPS = (Status.OFF_TRACK, Status.AT_RISK, Status.OUTDATED, Status.ON_TRACK)


@dataclass(frozen=True)
class Row:
    goal: Goal
    standing: Standing

    @property
    def rank(self) -> Rank:
        """The worst comes first; among drafts and ended goals the newest."""
        return rank(self.goal, self.standing)


@require_safe
def goals(request: MemberRequest) -> HttpResponse:
    """Filters stand in the address: state, owner, status, q."""
    require(request.member, "see organization")
    asked = {name: request.GET.get(name, "")[:100].replace("\0", "") for name in ("state", "owner", "status", "q")}
    asked["state"] = asked["state"] if asked["state"] in LISTED else "running"
    # Before the rows: whoever finds one finds also what is wrong with it.
    marks, seen = read_marks(), Goal.objects.visible_to(request.reach)
    in_state = in_brief(seen if asked["state"] == "all" else seen.filter(state=asked["state"]))
    matching = [goal for goal in in_state if _matches(goal, asked)]
    ranks, known = ranked(matching, request.organization, request.today, marks)
    counts = {status: sum(WORST_FIRST[place[0]] == status for place in ranks.values()) for status in CHIPS}
    if asked["status"] in counts:
        ranks = {pk: place for pk, place in ranks.items() if WORST_FIRST[place[0]] == asked["status"]}
    page = Paginator(sorted(ranks, key=ranks.__getitem__), PAGE).get_page(request.GET.get("page"))
    unread = [pk for pk in page.object_list if pk not in known]
    known |= read_whole(unread, request.organization, request.today, marks)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "asked": asked,
        "states": LISTED,
        "owners": _owners(in_state, request),
        "counts": counts,
        "total": len(matching),
        "page": page,
        "rows": [Row(*known[pk]) for pk in page.object_list if pk in known],
        "query": query.urlencode(),
        "may_write": request.member.may("write goal"),
        "may_set": request.member.may("write goal for others"),
        "updating": marks.is_updating,
    }
    return render_part(request, "goals/list.html", context, {"goals": "goals/_list.html"})


def _matches(goal: Brief, asked: dict[str, str]) -> bool:
    if asked["owner"] and owner_key(goal) != asked["owner"]:
        return False
    wanted = asked["q"].strip().casefold()
    return not wanted or wanted in f"{goal.statement} {goal.owner_name} {goal.kpi.label if goal.kpi else ''}".casefold()


def _owners(goals: list[Brief], request: MemberRequest) -> list[tuple[str, str]]:
    """Those who have any of the goals, oneself first."""
    me = f"member:{request.member.pk}"
    found = {owner_key(goal): goal.owner_name for goal in goals}
    others = sorted((name, key) for key, name in found.items() if key != me)
    return [(me, _("%(name)s (me)") % {"name": request.member.name}), *((key, name) for name, key in others)]
