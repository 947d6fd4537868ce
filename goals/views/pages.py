"""Goals to look at: the list, and one of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.access import may_edit, visible_goal
from goals.cards import cards_of
from goals.course import Course, course_of
from goals.evidence import latest_entries
from goals.forms import ActionForm, CheckInForm, MilestoneForm
from goals.history import history_of
from goals.kept import standings
from goals.measures import book_of
from goals.models import Action, Goal
from goals.owners import owner_key
from goals.plan import plan_of
from goals.progress import Status, TargetType
from goals.reading import Standing
from goals.sentence import sentence_of
from goals.standing import values_since_closing
from goals.told import Told, told_of
from goals.tree import relatives_of
from goals.views.talk import talk_context, who_is_asked
from goals.words import LISTED, levels_of
from kpis.numbers import is_updating
from teams.requests import MemberRequest, require
from web.charts import lines
from web.htmx import render_part

PAGE = 50
WORST_FIRST = (
    Status.OFF_TRACK, Status.AT_RISK, Status.OUTDATED, Status.MISSED, Status.ON_TRACK, Status.ACHIEVED,
    Status.NOT_STARTED, Status.DROPPED,
)  # fmt: skip
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
    seen = Goal.objects.visible_to(request.reach).with_names()
    in_state = list(seen if asked["state"] == "all" else seen.filter(state=asked["state"]))
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


@require_safe
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    goal = visible_goal(request, pk)
    near = relatives_of(goal, request.reach)
    family = [goal, *near.children, *([near.parent] if near.parent else [])]
    found = standings(family, request.organization, request.today)
    told = told_of([goal], with_check_ins=False)
    course = None
    if goal.is_complete and goal.state not in Goal.UNSETTLED:
        course = course_of(goal, request.organization, request.today, found[goal.pk].forecast, told)
    book = book_of(request.organization)
    editable = may_edit(request, goal)
    context = {
        "goal": goal,
        "card": cards_of([goal], found, request)[0],
        "standing": found[goal.pk],
        "sentence": sentence_of(plan_of(goal), request.organization.currency),
        "course": course,
        "chart": lines(course.chart) if course else "",
        "milestones": _milestones(goal, course, told, request),
        "actions": _actions(goal),
        "check_ins": list(goal.check_ins.select_related("made_by")[:10]),
        "revisions": list(goal.revisions.select_related("revised_by", "further__kpi").order_by("-effective_on", "-pk")),
        "parent": Row(near.parent, found[near.parent.pk]) if near.parent else None,
        "children": sorted((Row(child, found[child.pk]) for child in near.children), key=lambda row: row.rank),
        "entries": latest_entries(goal, found[goal.pk], book, request.reach),
        "changes": history_of(goal, request.organization.currency, request.reach),
        "follower": near.follower,
        "coverage": near.coverage(goal, book, request.today),
        "levels": levels_of(goal, found[goal.pk]),
        "late": values_since_closing(goal, request.organization),
        "may_edit": editable,
        "may_check_in": goal.is_running and may_edit(request, goal, "check in"),
        "updating": is_updating(),
        **talk_context(request, goal, book),
        **(_forms(request, goal) if editable else {}),
    }
    return render_part(request, "goals/detail.html", context, {"course": "goals/_course.html"})


def _forms(request: MemberRequest, goal: Goal) -> dict[str, Any]:
    """Empty ones, in place; what is wrong in them is answered on a page of its own."""
    start = {"member": goal.member_id, "starts_on": request.today, "ends_on": goal.deadline}
    return {
        "milestone_form": MilestoneForm(kpi=goal.kpi, prefix=None),
        "action_form": ActionForm(request=request, initial=start),
        "check_in_form": CheckInForm(),
        "request_id": uuid4(),
        "asked": who_is_asked(request, plan_of(goal)),
    }


def _milestones(goal: Goal, course: Course | None, told: Told, request: MemberRequest) -> list[dict[str, Any]]:
    """Each with the value that was read on its day, once that has come."""
    read = {moment.day: moment.value for moment in course.moments} if course else {}
    shown = []
    for milestone in told.milestones.get(goal.pk, []):
        reached = read.get(milestone.date)
        upward = TargetType(goal.target_type).is_upward
        is_met = reached is not None and (reached >= milestone.value if upward else reached <= milestone.value)
        state = "not_started" if milestone.date > request.today else "achieved" if is_met else "missed"
        shown.append({"row": milestone, "value": reached, "state": state})
    return shown


def _actions(goal: Goal) -> dict[str, Any]:
    rows = list(goal.actions.select_related("member"))
    counted = [row for row in rows if row.state != Action.State.DROPPED]
    return {
        "rows": rows,
        "states": Action.State.choices,
        "done": sum(row.state == Action.State.DONE for row in counted),
        "total": len(counted),
        "hours": sum((row.hours or Decimal(0) for row in counted), Decimal(0)),
        "planned": sum((row.cost_planned or Decimal(0) for row in counted), Decimal(0)),
        "actual": sum((row.cost_actual or Decimal(0) for row in rows), Decimal(0)),
    }
