"""A nudge: who leads a goal's owner asks them how it goes, through the outbox, at most once for each goal and day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from goals.models import Goal
from reminders.models import Kind, Message
from reminders.outbox import Draft, enqueue_all
from reminders.people import people_of
from teams.models import Member, Organization
from teams.reach import Reach

# After that, what was to be asked has been said otherwise.
LASTS = dt.timedelta(days=7)


class NotNudged(Exception):
    """Nobody was asked; the text says why, in the reader's language."""


@dataclass(frozen=True)
class Nudged:
    """By whom the goal's owner was asked today, and from when they can read it."""

    by: int
    due_at: dt.datetime


def may_nudge(goal: Goal, by: Member, reach: Reach) -> bool:
    """Whether the member leads the one person whose running goal it is; oneself needs no nudge."""
    owner = goal.member_id
    is_led = owner is not None and owner != reach.own and reach.leads_member(owner)
    return is_led and goal.is_running and by.may("write goal for others")


def out_of_reach(owner: Member, today: dt.date) -> str:
    """Why no mail can reach the person, "" where it can as far as their row says."""
    if owner.has_left(today):
        return _("%(name)s has left.") % {"name": owner.name}
    if owner.user_id is None:
        return _("%(name)s has no account, so no mail.") % {"name": owner.name}
    return ""


def nudge(goal: Goal, organization: Organization, *, by: Member, now: dt.datetime) -> Nudged:
    """Ask the owner. Whoever asked first that day has asked: again is not twice. Raises `NotNudged`.

    In quiet hours and on days off the message waits for their end. Needs the organization's tenant.
    """
    owner, today = goal.member, organization.today(now)
    assert owner is not None
    if why := out_of_reach(owner, today):
        raise NotNudged(why)
    words = {"name": owner.name}
    person = next((person for person in people_of(organization, today, [owner.pk]) if person.member == owner), None)
    if person is None:
        raise NotNudged(_("%(name)s can't be reached by mail at present.") % words)
    if not person.wants(Kind.NUDGE):
        raise NotNudged(_("%(name)s gets no such messages: they are switched off.") % words)
    due_at = person.hours.opening(now)
    draft = Draft(
        key=key_of(owner.pk, goal.pk, today),
        kind=Kind.NUDGE,
        address=person.address,
        payload={"goal": goal.pk, "by": by.pk, "day": today.isoformat()},
        due_at=due_at,
        expires_at=due_at + LASTS,
        member_id=owner.pk,
        user_id=person.user_id,
        is_folded=Kind.NUDGE in person.folded,
    )
    enqueue_all([draft], organization.pk)
    return nudges_of([goal], today)[goal.pk]


def nudges_of(goals: Iterable[Goal], today: dt.date) -> dict[int, Nudged]:
    """By goal, of those whose owner was asked today. One query."""
    keys = {key_of(goal.member_id, goal.pk, today): goal.pk for goal in goals if goal.member_id}
    rows = Message.objects.filter(key__in=keys).values_list("key", "payload__by", "due_at")
    return {keys[key]: Nudged(by, due_at) for key, by, due_at in rows}


def asked_today(member: OuterRef, today: dt.date) -> QuerySet[Message, Any]:
    """{"goal", "by"} of each row of the members that this is a subquery of."""
    rows = Message.objects.filter(member=member, kind=Kind.NUDGE, payload__day=today.isoformat())
    return rows.order_by().values(found=JSONObject(goal="payload__goal", by="payload__by"))


def key_of(owner: int, goal: int, today: dt.date) -> str:
    """What makes it once for each goal and day."""
    return f"{Kind.NUDGE}:{owner}:{goal}:{today}"
