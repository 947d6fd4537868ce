"""Whose goals a member may change. Which ones they see is `Goal.objects.visible_to`."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from goals.models import Goal
from goals.plan import GoalPlan, plan_of
from teams.requests import MemberRequest


def may_edit(request: MemberRequest, goal: Goal, verb: str = "write goal") -> bool:
    """Own goals, and those of the members and teams that one leads."""
    reach = request.reach
    if not request.member.may(verb):
        return False
    if goal.member_id is not None:
        return goal.member_id == reach.own or reach.leads_member(goal.member_id)
    return reach.leads_everything if goal.team_id is None else reach.leads_team(goal.team_id)


def visible_goal(request: MemberRequest, pk: int) -> Goal:
    return get_object_or_404(Goal.objects.visible_to(request.reach).with_names(), pk=pk)


def seen_parent(request: MemberRequest, goal: Goal) -> Goal | None:
    """The goal above, if the reader sees it."""
    is_seen = goal.parent_id and Goal.objects.visible_to(request.reach).filter(pk=goal.parent_id).exists()
    return goal.parent if is_seen else None


def seen_plan(request: MemberRequest, goal: Goal) -> GoalPlan:
    """What the goal says, without a goal above that the reader does not see."""
    return replace(plan_of(goal), parent=seen_parent(request, goal))


def goal_to_edit(request: MemberRequest, pk: int, verb: str = "write goal") -> Goal:
    """404 for a goal that the member does not see, 403 for one that is not theirs to change."""
    goal = visible_goal(request, pk)
    if not may_edit(request, goal, verb):
        raise PermissionDenied(verb)
    return goal


def part_to_edit(request: MemberRequest, model: Any, pk: int) -> Any:
    """A milestone or an action, by the goal that it belongs to."""
    part = get_object_or_404(model.objects.select_related("goal__kpi"), pk=pk)
    part.goal = goal_to_edit(request, part.goal_id)
    return part
