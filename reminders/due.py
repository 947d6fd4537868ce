"""What must be told to whom by now. The rows are fetched in a constant number of queries, the rest is reckoned."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Max

from goals.models import CheckIn, Goal
from reminders.models import Kind, Preference, RefusedAddress
from reminders.moments import DAYS_BEFORE, Clock, Notice, check_in_notice, deadline_notice, overdue_notice
from reminders.outbox import Draft
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Invitation, Member, Organization, Team
from teams.roles import Role

ONE_DAY = dt.timedelta(days=1)
LEADERS = (Role.OWNER, Role.ADMIN)


@dataclass(frozen=True)
class Person:
    """A member who can be reached: active, with an account and an address that takes mail."""

    member: Member
    user_id: int
    address: str
    clock: Clock
    calendar: WorkCalendar
    switched_off: frozenset[str]

    def wants(self, kind: Kind) -> bool:
        return kind not in self.switched_off

    def draft(self, kind: Kind, about: str, notice: Notice, payload: dict[str, object]) -> Draft:
        return Draft(
            key=f"{kind}:{self.member.pk}:{about}:{notice.day}",
            kind=kind,
            address=self.address,
            payload=payload,
            due_at=notice.at,
            expires_at=notice.until,
            member_id=self.member.pk,
            user_id=self.user_id,
        )


def due_messages(organization: Organization, now: dt.datetime) -> list[Draft]:
    """Every message of the organization that is worth sending now, whether it is in the outbox already or not.

    Needs the organization's tenant. The same number of queries for few goals and for many.
    """
    found = list(_invitations(now))
    goals = list(Goal.objects.running().select_related("kpi").order_by("pk"))
    if not goals:
        return found
    today = organization.today(now)
    checked_in = dict(CheckIn.objects.filter(goal__in=goals).values_list("goal").annotate(Max("date")))
    owners = Owners(_people(organization, today))
    found += [draft for goal in goals for draft in _about_deadline(goal, owners, today, now)]
    found += _check_ins(goals, checked_in, owners, now)
    return found


def _people(organization: Organization, today: dt.date) -> list[Person]:
    members = list(Member.objects.active(today).filter(user__is_active=True).select_related("user"))
    addresses = {member.user.email.lower() for member in members if member.user}
    refused = set(RefusedAddress.objects.filter(address__in=addresses).values_list("address", flat=True))
    off: dict[int, set[str]] = defaultdict(set)
    for member_id, kind in Preference.objects.filter(is_on=False).values_list("member", "kind"):
        off[member_id].add(kind)
    calendars = calendar_of(organization, [member.pk for member in members])
    home = ZoneInfo(organization.time_zone)
    return [
        Person(
            member=member,
            user_id=member.user.pk,
            address=member.user.email,
            clock=Clock(ZoneInfo(member.user.time_zone) if member.user.time_zone else home, home),
            calendar=calendars[member.pk],
            switched_off=frozenset(off[member.pk]),
        )
        for member in members
        if member.user and member.user.email and member.user.email.lower() not in refused
    ]


class Owners:
    """Whom a goal's messages go to: its member, its team's manager, or those who lead the organization."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = {person.member.pk: person for person in people}
        self._teams = {team.pk: team for team in Team.objects.all()}
        self._leaders = [person for person in self._people.values() if person.member.role in LEADERS]

    def of(self, goal: Goal) -> list[Person]:
        if goal.member_id is not None:
            person = self._people.get(goal.member_id)
            return [person] if person else []
        return self._of_team(goal.team_id) if goal.team_id is not None else self._leaders

    def _of_team(self, team_id: int) -> list[Person]:
        """Its manager; where there is none who can be reached, the manager of the team above it, and so on."""
        seen: set[int] = set()
        above: int | None = team_id
        while above is not None and above not in seen:
            seen.add(above)
            team = self._teams[above]
            manager = self._people.get(team.manager_id) if team.manager_id else None
            if manager:
                return [manager]
            above = team.parent_id
        return self._leaders


def _about_deadline(goal: Goal, owners: Owners, today: dt.date, now: dt.datetime) -> Iterator[Draft]:
    assert goal.start is not None
    assert goal.deadline is not None
    # A day more than the first notice: somebody's morning may begin before the organization's.
    if goal.deadline - today > dt.timedelta(days=DAYS_BEFORE[0] + 1):
        return
    payload: dict[str, object] = {"goal": goal.pk, "deadline": goal.deadline.isoformat()}
    for person in owners.of(goal):
        about = f"{goal.pk}:{goal.deadline}"
        agreed_at = goal.started_at or goal.created_at
        notice = deadline_notice(goal.start, goal.deadline, agreed_at, person.clock, now)
        if notice and person.wants(Kind.DEADLINE):
            yield person.draft(Kind.DEADLINE, about, notice, payload)
        late = overdue_notice(goal.deadline, person.clock, now)
        if late and person.wants(Kind.OVERDUE):
            yield person.draft(Kind.OVERDUE, about, late, payload)


def _check_ins(
    goals: Iterable[Goal], checked_in: Mapping[int, dt.date], owners: Owners, now: dt.datetime
) -> Iterator[Draft]:
    """One message a person and day, about all goals whose check-in is due by then."""
    due: dict[int, list[tuple[Goal, Notice]]] = defaultdict(list)
    people: dict[int, Person] = {}
    for goal in goals:
        assert goal.start is not None
        assert goal.deadline is not None
        assert goal.kpi is not None
        since = max(goal.start, checked_in.get(goal.pk, goal.start))
        for person in owners.of(goal):
            if not (person.wants(Kind.CHECK_IN) and person.member.may("check in")):
                continue
            notice = check_in_notice(since, goal.deadline, goal.kpi.cadence, person.calendar, person.clock, now)
            if notice:
                due[person.member.pk].append((goal, notice))
                people[person.member.pk] = person
    for member_id, found in due.items():
        latest = max(notice.day for _goal, notice in found)
        at = max(notice.at for _goal, notice in found)
        notice = Notice(latest, at, min(notice.until for _goal, notice in found))
        payload: dict[str, object] = {"goals": [goal.pk for goal, _notice in found], "day": latest.isoformat()}
        yield people[member_id].draft(Kind.CHECK_IN, "goals", notice, payload)


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
