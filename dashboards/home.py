"""What a member finds on their own page: goals to log on, what is due, and where to begin."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Q

from dashboards.begin import first_steps
from dashboards.board import Board, Row, check_in_due, read_board, tally, watch
from dashboards.focus import Focus, default_of
from dashboards.period import period_on
from dashboards.sentences import greeting
from dashboards.team import Watched, choices_of, period_context, watched
from dashboards.upcoming import Due, upcoming
from goals.agreement import waiting_for
from goals.batch import fetch
from goals.cards import Card, entries_lately, laid_out, offered
from goals.kept import Marks, read_marks, standings
from goals.models import Action, Goal, Milestone, TargetRevision
from goals.progress import Status
from goals.told import told_by
from kpis.numbers import is_updating, rules_of
from teams.calendars import calendars_from, days_off_of
from teams.requests import MemberRequest
from web.links import link

CARDS_PER_PAGE = 24
LOOK_BACK_FOR = dt.timedelta(days=30)
ACTIONS_AHEAD = dt.timedelta(days=14)
MOST_ACTIONS, MOST_CONCERNS = 8, 4


@dataclass(frozen=True)
class Call:
    """A check-in that is due."""

    goal: Goal
    since: dt.date


@dataclass(frozen=True)
class Summary:
    """The team that a manager leads, in short."""

    focus: Focus
    tally: list[tuple[Status, int]]
    goal_count: int
    watched: list[Watched]
    concern_count: int
    upcoming: list[Due]


def home_page(request: MemberRequest) -> dict[str, Any]:
    marks = read_marks()
    goals = list(_goals(request))
    running = [goal for goal in goals if goal.is_promised]
    found = standings(running, request.organization, request.today, marks)
    rows = sorted((Row(goal, found[goal.pk]) for goal in running), key=lambda row: row.order)
    page = Paginator([row.goal for row in rows], CARDS_PER_PAGE).get_page(request.GET.get("page"))
    cards = laid_out(list(page.object_list), found, request)
    beside = _beside(rows, cards, request)
    summary = _summary(request, marks)
    return {
        **period_context(period_on("quarter", "", rules_of(request.organization), request.today)),
        **_side(request, rows, summary, beside),
        "greeting": greeting(request.member.name.split()[0], _local_time(request)),
        "tally": tally(rows),
        "goal_count": len(rows),
        "page": page,
        "cards": offered(cards, beside["lately"], request),
        "card_page": "home",
        "drafts": [goal for goal in goals if goal.is_draft],
        "waiting": _waiting(request, goals),
        "look_backs": _look_backs(request, goals),
        "offered": [goal for goal in goals if goal.is_proposed and goal.waits_for == Goal.Side.LEADER],
        "summary": summary,
        "summary_url": link(request, "dashboards:team", query={"team": summary.focus.key}) if summary else "",
        "steps": first_steps(request, has_goal=bool(rows or (summary and summary.goal_count))),
        "may_log": request.member.may("log entry"),
        "may_write": request.member.may("write goal"),
        # Where nothing is marked at all, nobody need be asked.
        "is_updating": bool(marks.keys) and is_updating(),
    }


def _beside(rows: Sequence[Row], cards: Sequence[Card], request: MemberRequest) -> dict[str, list[Any]]:
    """What belongs to the goals: milestones, revisions, days off, and what was logged of late. One query."""
    goals = [row.goal.pk for row in rows]
    return fetch(
        {
            **days_off_of({row.goal.member_id for row in rows if row.goal.member_id}),
            "milestones": Milestone.objects.filter(goal__in=goals).order_by("date", "pk"),
            "revisions": TargetRevision.objects.filter(goal__in=goals).order_by("effective_on", "pk"),
            "lately": entries_lately(cards, request.today),
        }
    )


def _side(
    request: MemberRequest, rows: Sequence[Row], summary: Summary | None, beside: Mapping[str, list[Any]]
) -> dict[str, Any]:
    """Who has no goals of their own looks ahead for the team."""
    calls, actions = _calls(rows, request, beside), _actions(request)
    ahead = summary.upcoming if summary else []
    if rows:
        ahead = upcoming(rows, told_by(beside["revisions"], beside["milestones"]), request.today)
    return {"calls": calls, "actions": actions, "due_count": len(calls) + len(actions), "upcoming": ahead}


def _waiting(request: MemberRequest, own: Sequence[Goal]) -> list[Goal]:
    """Proposals that wait for one's own answer. Who leads nobody finds them among the own goals, if at all."""
    if not request.member.may("write goal"):
        return []
    is_leader = request.reach.leads_everything or request.reach.led_teams
    if not is_leader and not any(goal.is_proposed for goal in own):
        return []
    seen = Goal.objects.visible_to(request.reach).with_names()
    return waiting_for(seen, request.member, request.reach, request.today)


def _look_backs(request: MemberRequest, goals: Iterable[Goal]) -> list[Goal]:
    """One's own goals that ended lately, and on which one has not looked back yet, the latest first."""
    if not request.member.may("check in"):
        return []
    ended = [goal for goal in goals if goal.is_closed]
    return sorted(ended, key=lambda goal: (goal.closed_at, -goal.pk), reverse=True)[:MOST_CONCERNS]


def _goals(request: MemberRequest) -> Any:
    """One's own that are not over, and those that ended lately and were not looked back on; of who only reads, the
    organization's that are not over. Those that end first in front.
    """
    is_open = ~Q(state=Goal.State.CLOSED)
    lately = Q(closed_at__gte=request.now - LOOK_BACK_FOR, looked_back_at=None) & ~Q(outcome=Goal.Outcome.DROPPED)
    mine = Q(member=request.member) & (is_open | lately)
    theirs = Q(member=None, team=None) & is_open
    seen = Goal.objects.visible_to(request.reach).with_stored()
    return seen.filter(mine if request.member.may("log entry") else theirs).order_by("deadline", "pk")


def _local_time(request: MemberRequest) -> dt.datetime:
    return request.now.astimezone(ZoneInfo(request.user.time_zone or request.organization.time_zone))


def _calls(rows: Sequence[Row], request: MemberRequest, beside: Mapping[str, list[Any]]) -> list[Call]:
    """One's own check-ins that are due, those that wait longest first."""
    if not (rows and request.member.may("check in")):
        return []
    owners = {row.goal.member_id for row in rows if row.goal.member_id}
    calendars = calendars_from(request.organization, owners, beside)
    calls = [
        Call(row.goal, check_in_due(row, calendars))
        for row in rows
        if row.goal.deadline and row.goal.start and row.goal.start <= request.today <= row.goal.deadline
    ]
    return sorted((call for call in calls if call.since <= request.today), key=lambda call: (call.since, call.goal.pk))


def _actions(request: MemberRequest) -> list[Action]:
    """One's own that are overdue, under way or soon due."""
    near = Q(ends_on__lte=request.today + ACTIONS_AHEAD) | Q(ends_on=None, starts_on__lte=request.today)
    found = Action.objects.filter(near, member=request.member, goal__in=Goal.objects.visible_to(request.reach))
    open_ones = found.filter(state__in=(Action.State.TODO, Action.State.DOING)).exclude(goal__state=Goal.State.CLOSED)
    return list(open_ones.select_related("goal").order_by("ends_on", "starts_on", "pk")[:MOST_ACTIONS])


def _summary(request: MemberRequest, marks: Marks) -> Summary | None:
    """Of what one leads, in this quarter."""
    if not (request.reach.leads_everything or request.reach.led_teams):
        return None
    focus = default_of(choices_of(request), request.member, request.reach)
    period = period_on("quarter", "", rules_of(request.organization), request.today)
    board = read_board(focus, period, request.reach, request.organization, request.today, marks)
    return _short(board, focus)


def _short(board: Board, focus: Focus) -> Summary:
    rows, concerns = board.rows, watch(board)
    shown = watched(concerns[:MOST_CONCERNS], rows, board.organization.currency)
    ahead = upcoming(rows, board.told, board.today)
    return Summary(focus, tally(rows), len(rows), shown, len(concerns), ahead)
