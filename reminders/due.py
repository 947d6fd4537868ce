"""What must be told to whom by now. The rows are fetched in a constant number of queries, the rest is reckoned."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from goals.models import Action, CheckIn, Goal, Milestone
from reminders.models import Kind, Rhythm
from reminders.moments import (
    ACTION_DAYS_BEFORE,
    DAYS_BEFORE,
    MILESTONE_DAYS_BEFORE,
    MOVES_DAYS,
    ONE_DAY,
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
from teams.models import Invitation, Organization

# The longest that a check-in can have been made ago without being due, less a day for mornings that begin early.
CADENCE_DAYS = {"daily": 1, "weekly": 7, "monthly": 28, "quarterly": 89}
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
# A manager hears of a goal past its deadline on its owner's second working day, while late entries may still count.
ESCALATES_AFTER = 2
Found = dict[int, list[tuple[int, Notice]]]


@dataclass(frozen=True)
class Rows:
    """What messages may be about."""

    goals: list[Goal]
    milestones: list[Milestone]
    actions: list[Action]
    news: News

    @classmethod
    def read(cls, today: dt.date, now: dt.datetime) -> "Rows":
        """Eight queries."""
        return cls(list(_near(today)), list(_milestones(today)), list(_actions(today)), News.read(now))

    def __bool__(self) -> bool:
        return bool(self.goals or self.milestones or self.actions or self.news)


def due_messages(organization: Organization, now: dt.datetime) -> list[Draft]:
    """Every message of the organization that is worth sending now, whether it is in the outbox already or not.

    Needs the organization's tenant. The same number of queries for few goals and for many.
    """
    found, today = list(_invitations(now)), organization.today(now)
    rows = Rows.read(today, now)
    if not rows and not Rhythm.objects.filter(weekly=True).exists():
        return found
    people = people_of(organization, today)
    for person in people:
        if person.wants(Kind.WEEKLY):
            week = week_notice(organization.week_start, person.clock, now, person.calendar)
            found += person.told(Kind.WEEKLY, "teams", week, {}, now)
    owners = Owners(people, today)
    for goal in rows.goals:
        found += _about_deadline(goal, owners, today, now)
    for milestone in rows.milestones:
        found += _about_milestone(milestone, owners, now)
    found += _escalations(rows.goals, owners, organization, now)
    found += _actions_due(rows.actions, owners, now)
    found += _check_ins(rows.goals, owners, now)
    found += news_drafts(rows.news, owners, now, today)
    return found


def _near(today: dt.date) -> QuerySet[Goal]:
    """Running goals whose deadline is near or past, or that were not checked in on for their cadence."""
    ends = Q(deadline__lte=today + dt.timedelta(days=DAYS_BEFORE[0] + MOVES_DAYS + 1))
    said = CheckIn.objects.filter(goal=OuterRef("pk")).order_by().values("goal").annotate(last=Max("date"))
    quiet = Q()
    for cadence, days in CADENCE_DAYS.items():
        quiet |= Q(kpi__cadence=cadence, since__lte=today + ONE_DAY - dt.timedelta(days=days))
    goals: QuerySet[Goal] = Goal.objects.running().annotate(since=Greatest(F("start"), Subquery(said.values("last"))))
    return goals.filter(ends | quiet).select_related("kpi").order_by("pk")


def _milestones(today: dt.date) -> QuerySet[Milestone]:
    last = today + dt.timedelta(days=MILESTONE_DAYS_BEFORE[0] + MOVES_DAYS + 1)
    near = Milestone.objects.filter(goal__state=Goal.State.RUNNING, date__range=(today - ONE_DAY, last))
    return near.select_related("goal").order_by("pk")


def _actions(today: dt.date) -> QuerySet[Action]:
    last = today + dt.timedelta(days=ACTION_DAYS_BEFORE[0] + MOVES_DAYS + 1)
    ending = Action.objects.filter(state__in=OPEN_ACTIONS, ends_on__lte=last, goal__state=Goal.State.RUNNING)
    return ending.select_related("goal").order_by("ends_on", "pk")


def _about_deadline(goal: Goal, owners: Owners, today: dt.date, now: dt.datetime) -> Iterator[Draft]:
    assert goal.start is not None
    assert goal.deadline is not None
    # A day more than the first notice: somebody's morning may begin before the organization's.
    if goal.deadline - today > dt.timedelta(days=DAYS_BEFORE[0] + MOVES_DAYS + 1):
        return
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
