"""Calendar feeds: a secret address that any calendar program may subscribe to, for a person or for a team.

A feed shows what its member may see at that moment, and ends with its revocation, its member's leaving and the
account's deactivation. Uids are made from rows: a program knows an event again whose day or words have changed.
"""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from goals.models import Action, CheckIn, Goal, Milestone
from reminders.models import Feed
from reminders.moments import Clock, step_after
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Member, Organization, Team, TeamMembership
from teams.once import create_once
from teams.reach import Reach, parents_of_teams, reach_of, with_sub_teams

# So long stays in the calendar what is over, and so far ahead stand check-ins.
PAST, AHEAD = dt.timedelta(days=90), dt.timedelta(days=28)
LONGEST = 100
EVERY_DAY = WorkCalendar(frozenset(range(1, 8)))
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Event:
    """`start` is a day, or a moment of a quarter of an hour. `changed_at` never lies: it comes from the row."""

    uid: str
    summary: str
    start: dt.date | dt.datetime
    url: str
    changed_at: dt.datetime
    version: int
    is_dropped: bool = False
    description: str = ""


def make_feed(member: Member, team: Team | None, request_id: uuid.UUID | None) -> tuple[Feed, str | None]:
    """The feed and its secret, which is nowhere stored: None where the same request has made it before."""
    secret = secrets.token_urlsafe(32)
    feed, is_new = create_once(Feed, request_id, member=member, team=team, token_hash=_hash_of(secret))
    return feed, secret if is_new else None


def address_of(secret: str) -> str:
    return settings.BASE_URL + reverse("reminders:feed", kwargs={"token": secret})


def find(secret: str, now: dt.datetime) -> Feed | None:
    """The open feed of a member who is still there and may sign in, in whichever organization."""
    if len(secret) > LONGEST:
        return None
    # Not the team: its row is behind the second wall until the tenant is known.
    found = Feed.across_tenants.select_related("organization", "member__user")
    feed = found.filter(is_open(now), token_hash=_hash_of(secret)).first()
    if feed is None or feed.member.has_left(feed.organization.today(now)):
        return None
    user = feed.member.user
    return feed if user is not None and user.is_active else None


def is_open(now: dt.datetime) -> Q:
    return Q(revoked_at=None) | Q(revoked_at__gt=now)


def end_feeds(sender: object, *, member: Member, at: dt.datetime, **kwargs: object) -> None:
    """Feeds end with the membership, so that none comes to life again when the member is taken back."""
    Feed.objects.filter(is_open(at), member=member).update(revoked_at=at)


def _hash_of(secret: str) -> str:
    """A plain hash is enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def events(feed: Feed, now: dt.datetime) -> list[Event] | None:
    """What the feed shows, in the active language; None where its team is no longer the member's to see.

    Needs the tenant of the feed. The same number of queries for few goals and for many.
    """
    organization, today = feed.organization, feed.organization.today(now)
    reach = reach_of(feed.member, organization, today)
    if feed.team is not None and not (reach.sees_everything or reach.sees_team(feed.team.pk)):
        return None
    recent = Q(state__in=Goal.PROMISED) | Q(state=Goal.State.CLOSED, closed_at__gte=now - PAST)
    wanted = Goal.objects.visible_to(reach).with_names().filter(recent).exclude(deadline=None)
    goals = list(wanted.filter(_whose(feed, today)).order_by("pk"))
    actions = _actions(feed, reach, goals)
    writer = _Writer(organization)
    found = [writer.deadline(goal) for goal in goals]
    found += [writer.milestone(stone) for stone in _milestones(goals)]
    found += [writer.action(action) for action in actions]
    return found + list(_check_ins(feed, goals, writer, today))


def _whose(feed: Feed, today: dt.date) -> Q:
    if feed.team is None:
        return Q(member=feed.member)
    teams = with_sub_teams([feed.team.pk], parents_of_teams())
    now_in = Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today)
    people = TeamMembership.objects.filter(*now_in, team__in=teams).values("member")
    return Q(team__in=teams) | Q(member__in=people)


def _milestones(goals: Iterable[Goal]) -> list[Milestone]:
    return list(Milestone.objects.filter(goal__in=goals).select_related("goal").order_by("pk"))


def _actions(feed: Feed, reach: Reach, goals: Iterable[Goal]) -> list[Action]:
    """Of the goals; in a person's feed their own ones, of whichever goal they may see."""
    dated = Action.objects.exclude(starts_on=None, ends_on=None).select_related("goal", "member").order_by("pk")
    if feed.team is not None:
        return list(dated.filter(goal__in=goals))
    seen = Goal.objects.visible_to(reach).filter(state__in=[*Goal.PROMISED, Goal.State.CLOSED])
    own = Q(member=feed.member, goal__in=seen) | Q(member=None, goal__in=goals)
    return list(dated.filter(own))


def _check_ins(feed: Feed, goals: Iterable[Goal], writer: "_Writer", today: dt.date) -> Iterator[Event]:
    """At nine on the clock of the feed's member, on working days of the goal's owner."""
    running = [goal for goal in goals if goal.is_running]
    made = dict(CheckIn.objects.filter(goal__in=running).values_list("goal").annotate(Max("date")))
    calendars = calendar_of(feed.organization, {goal.member_id for goal in running if goal.member_id})
    home = ZoneInfo(feed.organization.time_zone)
    user = feed.member.user
    own = ZoneInfo(user.time_zone) if user and user.time_zone else home
    clock = Clock(own, home)
    for goal in running:
        assert goal.start is not None
        since = max(goal.start, made.get(goal.pk, goal.start))
        for day in check_in_days(goal, since, calendars[goal.member_id], today):
            yield writer.check_in(goal, day, clock.morning(day).astimezone(own))


def check_in_days(goal: Goal, since: dt.date, calendar: WorkCalendar, today: dt.date) -> Iterator[dt.date]:
    """The days from today on on which check-ins fall due, as long as none is made meanwhile."""
    assert goal.deadline is not None
    assert goal.kpi is not None
    calendar = calendar if calendar.working_days else EVERY_DAY
    last, until = None, min(goal.deadline, today + AHEAD)
    for steps in count(1):
        day = calendar.next_working_day(step_after(since, goal.kpi.cadence, steps))
        if day > until:
            return
        if day >= today and day != last:
            yield day
        last = day


@dataclass(frozen=True)
class _Writer:
    organization: Organization

    def deadline(self, goal: Goal) -> Event:
        assert goal.deadline is not None
        return Event(
            uid=f"goal-{goal.pk}",
            summary=_("Deadline: %(goal)s") % {"goal": goal.statement},
            start=goal.deadline,
            description=goal.owner_name,
            is_dropped=goal.outcome == Goal.Outcome.DROPPED,
            **self._of(goal),
        )

    def milestone(self, stone: Milestone) -> Event:
        words = {"milestone": stone.name, "goal": stone.goal.statement}
        return Event(
            uid=f"milestone-{stone.pk}",
            summary=_("Milestone: %(milestone)s") % words,
            start=stone.date,
            description=stone.goal.statement,
            is_dropped=stone.goal.outcome == Goal.Outcome.DROPPED,
            **self._of(stone.goal),
        )

    def action(self, action: Action) -> Event:
        is_dropped = action.state == Action.State.DROPPED or action.goal.outcome == Goal.Outcome.DROPPED
        day = action.ends_on or action.starts_on
        assert day is not None
        words = {"action": action.title}
        is_done = action.state == Action.State.DONE
        return Event(
            uid=f"action-{action.pk}",
            summary=(_("Done: %(action)s") if is_done else _("To do: %(action)s")) % words,
            start=day,
            description=action.goal.statement,
            is_dropped=is_dropped,
            **self._of(action.goal),
        )

    def check_in(self, goal: Goal, day: dt.date, at: dt.datetime) -> Event:
        return Event(
            uid=f"check-in-{goal.pk}-{day}",
            summary=_("Check-in: %(goal)s") % {"goal": goal.statement},
            start=at,
            **self._of(goal),
        )

    def _of(self, goal: Goal) -> dict[str, Any]:
        path = reverse("goals:detail", kwargs={"organization": self.organization.slug, "pk": goal.pk})
        return {
            "url": settings.BASE_URL + path,
            "changed_at": goal.closed_at or goal.started_at or goal.agreed_at or goal.created_at,
            "version": goal.version,
        }
