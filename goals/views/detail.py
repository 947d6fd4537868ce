"""One goal to look at, in few questions to the database however much belongs to it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from goals.access import may_edit
from goals.agreement import sides_of
from goals.behind import Behind, behind
from goals.cards import Card, entries_lately, laid_out, offered
from goals.course import Course, courses_of
from goals.forms import ActionForm, CheckInForm, MilestoneForm, who_acts
from goals.kept import read_marks, standings
from goals.measures import KpiBook, book_of
from goals.models import Action, Goal
from goals.plan import plan_of
from goals.progress import TargetType
from goals.scorecard import lines_of
from goals.sentence import sentence_of
from goals.standing import values_since_closing
from goals.told import Told
from goals.tree import Relatives, relatives_of
from goals.views.pages import Row
from goals.views.talk import talk_context, who_is_asked
from goals.words import levels_of
from teams.calendars import calendars_from, days_off_of
from teams.models import Member
from teams.requests import MemberRequest
from web.htmx import render_part


@require_safe
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    # Before the rows: whoever finds one finds also what is wrong with it.
    marks = read_marks()
    near = relatives_of(pk, request.reach)
    if near is None:
        raise Http404
    goal, above = near.goal, [near.parent] if near.parent else []
    found = standings([goal, *near.children, *above], request.organization, request.today, marks)
    standing, book = found[goal.pk], book_of(request.organization)
    cards, editable = laid_out([goal], found, request), may_edit(request, goal)
    lines = lines_of(goal, standing)
    sides = sides_of(goal, request.member, request.reach, request.today)
    beside = _beside(request, goal, cards, editable=editable)
    rows = behind(lines, standing, near, book, request.reach, with_talk=bool(sides), beside=beside)
    context = {
        "goal": goal,
        "card": offered(cards, rows.beside["lately"], request)[0],
        "standing": standing,
        "sentence": sentence_of(plan_of(goal), request.organization.currency),
        "parent": Row(near.parent, found[near.parent.pk]) if near.parent else None,
        "children": sorted((Row(child, found[child.pk]) for child in near.children), key=lambda row: row.rank),
        "follower": near.follower,
        "levels": levels_of(goal, standing),
        "late": values_since_closing(goal, request.organization),
        "updating": marks.is_updating,
        **_told(request, near, lines, rows, book),
        **talk_context(request, goal, sides, rows.turns, book),
        "may_edit": editable,
        "may_check_in": goal.is_running and may_edit(request, goal, "check in"),
        **(_forms(request, goal, rows.beside["members"]) if editable else {}),
    }
    return render_part(request, "goals/detail.html", context, {"course": "goals/_course.html"})


def _beside(
    request: MemberRequest, goal: Goal, cards: Sequence[Card], *, editable: bool
) -> dict[str, QuerySet[Any, Any]]:
    """What the page needs beside the goal's own rows, to be read with them."""
    return {
        **days_off_of([goal.member_id] if goal.member_id else []),
        "lately": entries_lately(cards, request.today),
        "members": who_acts(request) if editable else Member.objects.none(),
    }


def _told(
    request: MemberRequest, near: Relatives, lines: Sequence[Goal], rows: Behind, book: KpiBook
) -> dict[str, Any]:
    """Of each line: its course, what the targets below come to, milestones; and all that was said and done."""
    goal, courses = near.goal, []
    if goal.is_complete and goal.state not in Goal.UNSETTLED:
        owner = [goal.member_id] if goal.member_id else []
        calendars = calendars_from(request.organization, owner, rows.beside)
        courses = courses_of(lines, request.organization, request.today, rows.told, calendars)
    covered = near.coverage(lines, book, request.today)
    return {
        "courses": courses,
        "coverages": [(line.kpi, covered[line.pk]) for line in lines if line.pk in covered],
        "milestones": _milestones(request, lines, courses, rows.told),
        "actions": _actions(rows.actions),
        "check_ins": rows.check_ins,
        "revisions": rows.revisions,
        "entries": rows.entries,
        "changes": rows.changes,
    }


def _forms(request: MemberRequest, goal: Goal, members: Sequence[Member]) -> dict[str, Any]:
    """Empty ones, in place; what is wrong in them is answered on a page of its own."""
    start = {"member": goal.member_id, "starts_on": request.today, "ends_on": goal.deadline}
    return {
        "milestone_form": MilestoneForm(kpi=goal.kpi, prefix=None),
        "action_form": ActionForm(request=request, members=members, initial=start),
        "check_in_form": CheckInForm(),
        "request_id": uuid4(),
        "asked": who_is_asked(request, plan_of(goal)),
    }


def _milestones(
    request: MemberRequest, lines: Sequence[Goal], courses: Sequence[Course], told: Told
) -> list[dict[str, Any]]:
    """Of all lines, in the order of their days; each with the value that was read on its day, once that has come."""
    read = {course.goal.pk: course for course in courses}
    shown = []
    for line in lines:
        upward = TargetType(line.target_type).is_upward
        for milestone in told.milestones.get(line.pk, []):
            reached = read[line.pk].value_on(milestone.date) if line.pk in read else None
            is_met = reached is not None and (reached >= milestone.value if upward else reached <= milestone.value)
            state = "not_started" if milestone.date > request.today else "achieved" if is_met else "missed"
            shown.append({"row": milestone, "kpi": line.kpi, "value": reached, "state": state})
    return sorted(shown, key=lambda each: each["row"].date)


def _actions(rows: Sequence[Action]) -> dict[str, Any]:
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
