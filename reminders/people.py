"""Whom messages go to: members who can be reached, with their clocks, their hours and what they want to hear."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Q, Value

from goals.models import Goal
from reminders.hours import Hours
from reminders.models import OPTIONAL_KINDS, Kind, OrganizationSwitch, Preference, Rhythm
from reminders.moments import EVERY_DAY, Clock, Notice
from reminders.outbox import Draft, is_refused
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Member, Organization, Team, TeamMembership
from teams.reach import placed_on
from teams.roles import Role

LEADERS = (Role.OWNER, Role.ADMIN)
LEADING_ROLES = (*LEADERS, Role.MANAGER)
_OF_RHYTHM = tuple(f"rhythm__{name}" for name in ("mails", "weekly", "quiet_from", "quiet_until"))


@dataclass(frozen=True)
class Person:
    """A member who can be reached: active, with an account and an address that takes mail."""

    member: Member
    user_id: int
    address: str
    clock: Clock
    calendar: WorkCalendar
    hours: Hours
    switched_off: frozenset[str]
    folded: frozenset[str]  # kinds that get no mail of their own

    def wants(self, kind: Kind) -> bool:
        return kind not in self.switched_off

    def told(
        self, kind: Kind, about: str, notice: Notice | None, payload: dict[str, object], now: dt.datetime
    ) -> Iterator[Draft]:
        """The message, if it is due, wanted, and the person may be written to at this moment."""
        if notice is None or not self.wants(kind):
            return
        due_at = self.hours.moment_for(notice.at, notice.until, now)
        if due_at is None:
            return
        yield Draft(
            key=f"{kind}:{self.member.pk}:{about}:{notice.day}",
            kind=kind,
            address=self.address,
            payload=payload,
            due_at=due_at,
            expires_at=notice.until,
            member_id=self.member.pk,
            user_id=self.user_id,
            is_folded=kind in self.folded,
        )


def people_of(organization: Organization, today: dt.date, members: Iterable[int]) -> list[Person]:
    """Of these members and of all who lead, those who can be reached. Three queries."""
    led = Team.objects.filter(manager__isnull=False)
    told = Q(pk__in=list(members)) | Q(role__in=LEADING_ROLES) | Q(pk__in=led.values("manager"))
    active = Member.objects.active(today).filter(told, user__is_active=True).exclude(user__email="")
    reached = active.exclude(is_refused("user__email")).select_related("user", "rhythm")
    found = list(reached.only("organization", "role", "user__email", "user__time_zone", *_OF_RHYTHM))
    unset = Rhythm(organization_id=organization.pk)
    off = switched_off(member.pk for member in found)
    calendars = calendar_of(organization, [member.pk for member in found])
    return [
        _person(
            member,
            organization,
            calendars[member.pk],
            off[None] | off[member.pk],
            getattr(member, "rhythm", None) or unset,
        )
        for member in found
    ]


def switched_off(members: Iterable[int]) -> dict[int | None, set[str]]:
    """Which kinds the members want none of; under None what the organization has switched off. One query."""
    everyone = Value(None, output_field=BigIntegerField())
    of_all = OrganizationSwitch.objects.filter(is_on=False).annotate(who=everyone).values_list("who", "kind")
    own = Preference.objects.filter(member__in=list(members), is_on=False).values_list("member_id", "kind")
    found: dict[int | None, set[str]] = defaultdict(set)
    for member_id, kind in of_all.union(own, all=True):
        found[member_id].add(kind)
    return found


def _person(
    member: Member, organization: Organization, calendar: WorkCalendar, off: set[str], rhythm: Rhythm
) -> Person:
    assert member.user is not None
    home = ZoneInfo(organization.time_zone)
    own = ZoneInfo(member.user.time_zone) if member.user.time_zone else home
    calendar = calendar if calendar.working_days else EVERY_DAY
    return Person(
        member=member,
        user_id=member.user.pk,
        address=member.user.email,
        clock=Clock(own, home),
        calendar=calendar,
        hours=Hours(own, calendar, rhythm.quiet),
        switched_off=frozenset(off if wants_weekly(member, rhythm) else off | {Kind.WEEKLY}),
        folded=folded_kinds(member, rhythm, off),
    )


def rhythm_of(member: Member) -> Rhythm:
    """What the member chose, else what holds without a choice, not stored."""
    return getattr(member, "rhythm", None) or Rhythm(member=member, organization_id=member.organization_id)


def wants_weekly(member: Member, rhythm: Rhythm) -> bool:
    return rhythm.weekly and member.role in LEADING_ROLES


def folded_kinds(member: Member, rhythm: Rhythm, off: Iterable[str]) -> frozenset[str]:
    """What comes in a digest, or is only shown in the page, instead of as a mail of its own."""
    if rhythm.mails != Rhythm.Mails.EACH:
        return frozenset(OPTIONAL_KINDS)
    is_weekly = wants_weekly(member, rhythm) and Kind.WEEKLY not in off
    return frozenset({Kind.ESCALATION} if is_weekly else ())


class Owners:
    """Whom a goal's messages go to: its member, its team's manager, or those who lead the organization."""

    def __init__(self, people: Iterable[Person], today: dt.date) -> None:
        self._people = {person.member.pk: person for person in people}
        self._today = today
        self._leaders = [person for person in self._people.values() if person.member.role in LEADERS]

    @cached_property
    def _teams(self) -> dict[int, Team]:
        return {team.pk: team for team in Team.objects.all()}

    @cached_property
    def _places(self) -> dict[int, int]:
        return dict(TeamMembership.objects.filter(placed_on(self._today)).values_list("member_id", "team_id"))

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def person(self, member_id: int | None) -> Person | None:
        return self._people.get(member_id) if member_id is not None else None

    def of(self, goal: Goal) -> list[Person]:
        if goal.member_id is not None:
            person = self._people.get(goal.member_id)
            return [person] if person else []
        return self._managers(goal.team_id, apart_from=None) if goal.team_id is not None else self._leaders

    def above(self, goal: Goal) -> list[Person]:
        """Who leads the goal's owner; nobody leads the organization, nor an owner of it."""
        if goal.member_id is None and goal.team_id is None:
            return []
        owner_id, team_id = goal.member_id, goal.team_id
        if owner_id is not None:
            person = self._people.get(owner_id)
            if person is not None and person.member.role == Role.OWNER:
                return []
            team_id = self._places.get(owner_id)
        elif team_id is not None:
            owner_id = self._teams[team_id].manager_id
        told_already = self.of(goal)
        return [person for person in self._managers(team_id, apart_from=owner_id) if person not in told_already]

    def _managers(self, team_id: int | None, *, apart_from: int | None) -> list[Person]:
        """The team's manager; where there is none who can be reached, that of the team above it, and so on."""
        seen: set[int] = set()
        while team_id is not None and team_id not in seen:
            seen.add(team_id)
            team = self._teams[team_id]
            manager = self.person(team.manager_id) if team.manager_id != apart_from else None
            if manager:
                return [manager]
            team_id = team.parent_id
        return [person for person in self._leaders if person.member.pk != apart_from]
