"""The bell: what the outbox has to say to a member, shown in the page.

The rows are those of the mails, so that the two never tell different things. What a row is about may have been settled
since (the check-in made, the goal closed): that is looked up when the bell is, and nobody has to tick it off.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from goals.models import Action, CheckIn, Goal
from reminders.models import DIGESTS, Kind, Message
from teams.requests import MemberRequest

# Account mails belong to no organization; who reads an invitation is not a member yet; digests repeat what stands here.
ELSEWHERE = (Kind.ACCOUNT, Kind.INVITATION, *DIGESTS)
RECENT = dt.timedelta(days=30)
SHOWN = 50


@dataclass(frozen=True)
class Item:
    """A row of the bell. `about` are the goals or actions that it still concerns, or all where it is over."""

    message: Message
    about: list[Goal] | list[Action]
    is_over: bool

    @property
    def is_new(self) -> bool:
        return not self.is_over and self.message.read_at is None

    @property
    def kind(self) -> Kind:
        return Kind(self.message.kind)

    @property
    def day(self) -> dt.date | None:
        """The deadline, or the day of the milestone, the action or the check-in."""
        given = (self.message.payload.get(name) for name in ("deadline", "date", "day"))
        text = next(filter(None, given), None)
        return dt.date.fromisoformat(text) if text else None

    @property
    def title(self) -> str:
        """Of the one thing that it is about; empty where there are several or none."""
        if len(self.about) != 1:
            return ""
        (one,) = self.about
        return one.title if isinstance(one, Action) else one.statement

    @property
    def goal_id(self) -> int | None:
        """The one goal on whose page something can be done about it."""
        goals = {one.goal_id if isinstance(one, Action) else one.pk for one in self.about}
        return goals.pop() if len(goals) == 1 else None


@dataclass(frozen=True)
class Facts:
    """What is needed to say what has been settled, for all rows at once."""

    goals: Mapping[int, Goal]
    actions: Mapping[int, Action]
    checked_in: Mapping[int, dt.date]
    today: dt.date
    now: dt.datetime


def rows_for(request: MemberRequest) -> QuerySet[Message]:
    """The member's messages that are due, whatever became of their mails. What lapsed unsent is no news."""
    return Message.objects.filter(
        organization=request.organization,
        member=request.member,
        due_at__range=(request.now - RECENT, request.now),
    ).exclude(Q(kind__in=ELSEWHERE) | Q(state=Message.State.LAPSED))


def items(request: MemberRequest) -> list[Item]:
    """The newest first. The same number of queries for few and for many."""
    return _look_at(request, list(rows_for(request).order_by("-due_at", "-pk")[:SHOWN]))


def item(request: MemberRequest, pk: int) -> Item | None:
    return next(iter(_look_at(request, list(rows_for(request).filter(pk=pk)))), None)


def unread(request: MemberRequest) -> int:
    return sum(item.is_new for item in items(request))


def _look_at(request: MemberRequest, messages: list[Message]) -> list[Item]:
    if not messages:
        return []
    seen = Goal.objects.visible_to(request.reach)
    goals = seen.in_bulk({pk for message in messages for pk in _named(message, "goal")})
    named = {pk for message in messages for pk in _named(message, "action")}
    actions = Action.objects.filter(goal__in=seen).select_related("goal").in_bulk(named)
    checked_in = dict(CheckIn.objects.filter(goal__in=goals).values_list("goal").annotate(Max("date")))
    facts = Facts(goals, actions, checked_in, request.today, request.now)
    return [_item(message, facts) for message in messages]


def _named(message: Message, what: str) -> list[int]:
    """The ids in the message's payload, under "goal" or "goals" for example."""
    one = message.payload.get(what)
    return [one] if one else message.payload.get(f"{what}s", [])


def _item(message: Message, facts: Facts) -> Item:
    has_ended = message.expires_at is not None and message.expires_at <= facts.now
    if actions := [facts.actions[pk] for pk in _named(message, "action") if pk in facts.actions]:
        to_do = [one for one in actions if one.state in (Action.State.TODO, Action.State.DOING) and _runs(one.goal)]
        is_over = bool(message.done_at) or has_ended or not to_do
        return Item(message, actions if is_over else to_do, is_over)
    goals = [facts.goals[pk] for pk in _named(message, "goal") if pk in facts.goals]
    waiting = [goal for goal in goals if _STILL[Kind(message.kind)](message, goal, facts)]
    is_over = bool(message.done_at) or has_ended or (bool(message.payload) and not waiting)
    return Item(message, goals if is_over else waiting, is_over)


# Whether there is still something to do about the goal: by the same rules by which a letter finds nothing to say.
def _moved_not(message: Message, goal: Goal, _facts: Facts) -> bool:
    return goal.is_running and message.payload.get("deadline") == str(goal.deadline)


def _unsaid(message: Message, goal: Goal, facts: Facts) -> bool:
    last = facts.checked_in.get(goal.pk)
    return goal.is_running and (last is None or last < dt.date.fromisoformat(message.payload["day"]))


def _late(_message: Message, goal: Goal, facts: Facts) -> bool:
    return goal.is_running and goal.deadline is not None and goal.deadline < facts.today


def _unanswered(message: Message, goal: Goal, _facts: Facts) -> bool:
    """The next turn of the talk makes it wait anew, for the other side."""
    return goal.is_proposed and goal.waits_since is not None and goal.waits_since <= message.due_at


def _runs(goal: Goal) -> bool:
    return goal.is_promised


def _is_promised(_message: Message, goal: Goal, _facts: Facts) -> bool:
    return _runs(goal)


def _as_it_was(_message: Message, _goal: Goal, _facts: Facts) -> bool:
    """What somebody said stays said."""
    return True


_STILL: dict[Kind, Callable[[Message, Goal, Facts], bool]] = {
    Kind.DEADLINE: _moved_not,
    Kind.OVERDUE: _moved_not,
    Kind.MILESTONE: _is_promised,
    Kind.ACTION: _is_promised,
    Kind.CHECK_IN: _unsaid,
    Kind.AT_RISK: _is_promised,
    Kind.ASSIGNED: _is_promised,
    Kind.PROPOSED: _unanswered,
    Kind.COUNTERED: _unanswered,
    Kind.ANSWERED: _as_it_was,
    Kind.NUDGE: _unsaid,
    Kind.ESCALATION: _late,
}
