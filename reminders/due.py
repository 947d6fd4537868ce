"""What must be told to whom by now. The rows are fetched in a constant number of queries, the rest is reckoned."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from goals.models import Action, CheckIn, Goal, Milestone
from reminders.models import Kind
from reminders.moments import (
    ACTION_DAYS_BEFORE,
    MILESTONE_DAYS_BEFORE,
    Notice,
    check_in_notice,
    deadline_notice,
    overdue_notice,
    week_notice,
    weekly_notice,
)
from reminders.news import OPEN_ACTIONS, News, news_drafts
from reminders.outbox import Draft
from reminders.people import Owners, people_of
from reminders.topics import EVERYTHING, Bounds, Topic
from teams.models import Invitation, Organization

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
# A manager hears of a goal past its deadline on its owner's second working day, while late entries may still count.
ESCALATES_AFTER = 2
# What is asked of a goal that is near: many are, at every tick.
_READ = ("organization", "member", "team", "start", "deadline", "state", "started_at", "created_at", "kpi__cadence")
Found = dict[int, list[tuple[int, Notice]]]


@dataclass(frozen=True)
class Rows:
    """What messages may be about."""

    goals: list[Goal]
    milestones: list[Milestone]
    actions: list[Action]
    news: News

    @classmethod
    def read(cls, topics: Set[Topic], bounds: Bounds, today: dt.date) -> "Rows":
        """Twelve queries at most, one where there is one topic."""
        return cls(
            list(_near(bounds)) if Topic.GOALS in topics else [],
            list(_milestones(bounds)) if Topic.MILESTONES in topics else [],
            list(_actions(bounds)) if Topic.ACTIONS in topics else [],
            News.read(topics, bounds.now, today),
        )

    def __bool__(self) -> bool:
        return bool(self.goals or self.milestones or self.actions or self.news)

    def members(self) -> set[int]:
        """Who is named by them; those who lead are told as well."""
        of_rows = [*(row.goal for row in self.milestones), *(row.goal for row in self.actions)]
        named = {goal.member_id for goal in (*self.goals, *of_rows, *self.news.goals())}
        named |= {action.member_id for action in self.actions}
        return {pk for pk in named | self.news.members() if pk is not None}


def due_messages(organization: Organization, now: dt.datetime, topics: Set[Topic] = EVERYTHING) -> list[Draft]:
    """Every message of the organization that is worth sending now, whether it is in the outbox already or not: of
    these topics, which `reminders.topics` knows.

    Needs the organization's tenant. The same number of queries for few goals and for many.
    """
    found = list(_invitations(now)) if Topic.INVITATIONS in topics else []
    today = organization.today(now)
    bounds = Bounds.of(today, today, now)
    rows = Rows.read(topics, bounds, today)
    if not rows and Topic.WEEK not in topics:
        return found
    owners = Owners(people_of(organization, today, rows.members()), today)
    found += _weeks(owners, organization, now)
    for goal in rows.goals:
        if goal.deadline and goal.deadline <= bounds.goals_by:
            found += _about_deadline(goal, owners, now)
    for milestone in rows.milestones:
        found += _about_milestone(milestone, owners, now)
    found += _escalations(rows.goals, owners, organization, now)
    found += _actions_due(rows.actions, owners, now)
    found += _check_ins(rows.goals, owners, now)
    found += news_drafts(rows.news, owners, now)
    return found


def _near(bounds: Bounds) -> QuerySet[Goal]:
    """Running goals whose deadline is near or past, or that were not checked in on for their cadence."""
    quiet = Q()
    for cadence, day in bounds.quiet_since.items():
        later = CheckIn.objects.filter(goal=OuterRef("pk"), date__gt=day)
        quiet |= Q(~Exists(later), kpi__cadence=cadence, start__lte=day)
    said = CheckIn.objects.filter(goal=OuterRef("pk")).order_by().values("goal").annotate(last=Max("date"))
    goals: QuerySet[Goal] = Goal.objects.running().filter(Q(deadline__lte=bounds.goals_by) | quiet)
    since = Greatest(F("start"), Subquery(said.values("last")))
    return goals.annotate(since=since).select_related("kpi").only(*_READ).order_by("pk")


def _milestones(bounds: Bounds) -> QuerySet[Milestone]:
    days = bounds.milestones_from, bounds.milestones_by
    near = Milestone.objects.filter(goal__state=Goal.State.RUNNING, date__range=days)
    return near.select_related("goal").order_by("pk")


def _actions(bounds: Bounds) -> QuerySet[Action]:
    ending = Action.objects.filter(
        state__in=OPEN_ACTIONS, ends_on__lte=bounds.actions_by, goal__state=Goal.State.RUNNING
    )
    return ending.select_related("goal").order_by("ends_on", "pk")


def _weeks(owners: Owners, organization: Organization, now: dt.datetime) -> Iterator[Draft]:
    for person in owners:
        if person.wants(Kind.WEEKLY):
            week = week_notice(organization.week_start, person.clock, now, person.calendar)
            yield from person.told(Kind.WEEKLY, "teams", week, {}, now)


def _about_deadline(goal: Goal, owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    assert goal.start is not None
    assert goal.deadline is not None
    payload: dict[str, object] = {"goal": goal.pk, "deadline": goal.deadline.isoformat()}
    about = f"{goal.pk}:{goal.deadline}"
    agreed_at = goal.started_at or goal.created_at
    for person in owners.of(goal):
        near = deadline_notice(goal.start, goal.deadline, agreed_at, person.clock, now, person.calendar)
        yield from person.told(Kind.DEADLINE, about, near, payload, now)
        late = overdue_notice(goal.deadline, person.clock, now, person.calendar)
        yield from person.told(Kind.OVERDUE, about, late, payload, now)


def _about_milestone(milestone: Milestone, owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    goal, date = milestone.goal, milestone.date
    assert goal.start is not None
    payload: dict[str, object] = {"goal": goal.pk, "milestone": milestone.pk, "date": date.isoformat()}
    agreed_at = goal.started_at or goal.created_at
    for person in owners.of(goal):
        notice = deadline_notice(goal.start, date, agreed_at, person.clock, now, person.calendar, MILESTONE_DAYS_BEFORE)
        yield from person.told(Kind.MILESTONE, f"{milestone.pk}:{date}", notice, payload, now)


def _escalations(
    goals: Iterable[Goal], owners: Owners, organization: Organization, now: dt.datetime
) -> Iterator[Draft]:
    """One message a manager and day, about all goals of theirs that are past their deadline."""
    found: Found = defaultdict(list)
    for goal in goals:
        assert goal.deadline is not None
        if goal.deadline >= organization.today(now):
            continue
        for person in owners.above(goal):
            days = min(ESCALATES_AFTER, max(organization.grace_days, 1))
            first = person.calendar.add_working_days(goal.deadline, days)
            notice = weekly_notice(first, person.clock, now, person.calendar)
            if notice:
                found[person.member.pk].append((goal.pk, notice))
    yield from _together(found, Kind.ESCALATION, "goals", owners, now)


def _actions_due(actions: Iterable[Action], owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """One message a person and day, about all their actions that end by then. The goal's owner has those of nobody."""
    found: Found = defaultdict(list)
    for action in actions:
        assert action.ends_on is not None
        own = owners.person(action.member_id)
        people = owners.of(action.goal) if action.member_id is None else [own] if own else []
        for person in people:
            days = (dt.date.min, action.ends_on, LONG_AGO)
            notice = deadline_notice(*days, person.clock, now, person.calendar, ACTION_DAYS_BEFORE)
            notice = notice or overdue_notice(action.ends_on, person.clock, now, person.calendar)
            if notice:
                found[person.member.pk].append((action.pk, notice))
    yield from _together(found, Kind.ACTION, "actions", owners, now)


def _check_ins(goals: Iterable[Goal], owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """One message a person and day, about all goals whose check-in is due by then."""
    found: Found = defaultdict(list)
    for goal in goals:
        assert goal.deadline is not None
        assert goal.kpi is not None
        since, cadence = vars(goal)["since"], goal.kpi.cadence
        for person in owners.of(goal):
            if not person.member.may("check in"):
                continue
            notice = check_in_notice(since, goal.deadline, cadence, person.calendar, person.clock, now)
            if notice:
                found[person.member.pk].append((goal.pk, notice))
    yield from _together(found, Kind.CHECK_IN, "goals", owners, now)


def _together(found: Found, kind: Kind, about: str, owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """One message for each person: of the latest day, as long as all of it holds."""
    for member_id, notices in found.items():
        latest = max((notice for _pk, notice in notices), key=lambda notice: notice.day)
        notice = Notice(
            latest.day,
            max(notice.at for _pk, notice in notices),
            min(notice.until for _pk, notice in notices),
        )
        person = owners.person(member_id)
        assert person is not None
        payload: dict[str, object] = {about: [pk for pk, _notice in notices], "day": notice.day.isoformat()}
        yield from person.told(kind, about, notice, payload, now)


def _invitations(now: dt.datetime) -> Iterator[Draft]:
    still_open = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    for invitation in still_open:
        yield Draft(
            key=f"{Kind.INVITATION}:{invitation.pk}",
            kind=Kind.INVITATION,
            address=invitation.email,
            payload={"invitation": invitation.pk},
            due_at=invitation.created_at,
            expires_at=invitation.expires_at,
            member_id=invitation.member_id,
        )
