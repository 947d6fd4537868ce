"""The bell: what the outbox has to say to a member, shown in the page.

The rows are those of the mails, so that the two never tell different things. What a row is about may have been settled
since (the check-in made, the goal closed): that is looked up when the bell is, and nobody has to tick it off.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from goals.models import CheckIn, Goal
from reminders.models import Kind, Message
from teams.requests import MemberRequest

# Account mails belong to no organization; who reads an invitation is not a member yet.
ELSEWHERE = (Kind.ACCOUNT, Kind.INVITATION)
ABOUT_RUNNING = (Kind.DEADLINE, Kind.OVERDUE, Kind.CHECK_IN)
RECENT = dt.timedelta(days=30)
SHOWN = 50


@dataclass(frozen=True)
class Item:
    """A row of the bell. `goals` are those that it still concerns, or all where it is over."""

    message: Message
    goals: list[Goal]
    is_over: bool

    @property
    def is_new(self) -> bool:
        return not self.is_over and self.message.read_at is None

    @property
    def kind(self) -> Kind:
        return Kind(self.message.kind)

    @property
    def day(self) -> dt.date | None:
        """The deadline or the day of the check-in."""
        text = self.message.payload.get("deadline") or self.message.payload.get("day")
        return dt.date.fromisoformat(text) if text else None


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
    named = {pk for message in messages for pk in _goals_of(message)}
    goals = Goal.objects.visible_to(request.reach).with_names().in_bulk(named)
    checked_in = dict(CheckIn.objects.filter(goal__in=goals).values_list("goal").annotate(Max("date")))
    return [_item(message, goals, checked_in, request.now) for message in messages]


def _goals_of(message: Message) -> list[int]:
    one = message.payload.get("goal")
    return [one] if one else message.payload.get("goals", [])


def _item(message: Message, goals: Mapping[int, Goal], checked_in: Mapping[int, dt.date], now: dt.datetime) -> Item:
    about = [goals[pk] for pk in _goals_of(message) if pk in goals]
    waiting = [goal for goal in about if _concerns(message, goal, checked_in.get(goal.pk))]
    has_ended = message.expires_at is not None and message.expires_at <= now
    is_over = bool(message.done_at) or has_ended or (bool(_goals_of(message)) and not waiting)
    return Item(message, about if is_over else waiting, is_over)


def _concerns(message: Message, goal: Goal, last_check_in: dt.date | None) -> bool:
    """Whether there is still something to do about the goal. As in the letters: nothing once it was closed or moved."""
    if (message.kind in ABOUT_RUNNING and not goal.is_running) or goal.is_closed:
        return False
    if "deadline" in message.payload:
        return bool(message.payload["deadline"] == str(goal.deadline))
    if message.kind == Kind.CHECK_IN:
        return last_check_in is None or last_check_in < dt.date.fromisoformat(message.payload["day"])
    return True
