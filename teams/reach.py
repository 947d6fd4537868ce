"""Whose rows a member sees and works on: read from the teams once per request."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from teams.memory import keep, remembered
from teams.models import Member, Organization, Team, TeamMembership
from teams.roles import Role


@dataclass(frozen=True)
class Reach:
    """Ids. `everything` stands for all of the organization, present and past."""

    own: int
    sees_everything: bool
    leads_everything: bool
    seen_members: frozenset[int]
    seen_teams: frozenset[int]
    led_members: frozenset[int]
    led_teams: frozenset[int]

    def sees_member(self, member_id: int) -> bool:
        return self.sees_everything or member_id in self.seen_members

    def sees_team(self, team_id: int) -> bool:
        return self.sees_everything or team_id in self.seen_teams

    def leads_member(self, member_id: int) -> bool:
        return self.leads_everything or member_id in self.led_members

    def leads_team(self, team_id: int) -> bool:
        return self.leads_everything or team_id in self.led_teams


def with_sub_teams(team_ids: Iterable[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    """The teams and all below them. `parents` maps every team to its parent."""
    children: dict[int, list[int]] = defaultdict(list)
    for team, parent in parents.items():
        if parent is not None:
            children[parent].append(team)
    found: set[int] = set()
    waiting = list(team_ids)
    while waiting:
        team = waiting.pop()
        if team not in found:
            found.add(team)
            waiting.extend(children[team])
    return frozenset(found)


def placed_on(day: dt.date | OuterRef, last: dt.date | None = None) -> Q:
    """Memberships that hold on the day, or on any day from it to the last one. The day may be an outer query's."""
    return (Q(starts_on=None) | Q(starts_on__lte=last or day)) & (Q(ends_on=None) | Q(ends_on__gte=day))


def teams_above(team_ids: Iterable[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    """The teams and all above them. `parents` maps every team to its parent."""
    found: set[int] = set()
    waiting = list(team_ids)
    while waiting:
        team = waiting.pop()
        if team not in found:
            found.add(team)
            waiting += [parent] if (parent := parents.get(team)) is not None else []
    return frozenset(found)


def _in_team(today: dt.date) -> QuerySet[TeamMembership, Any]:
    """The ids of those who are in an outer query's team on that day."""
    return TeamMembership.objects.filter(placed_on(today), team=OuterRef("pk")).values("member_id")


def all_teams() -> list[Team]:
    """Archived ones too. One query."""
    return remembered("teams", lambda: list(Team.objects.all()))


def parents_of_teams() -> dict[int, int | None]:
    """Of every team, archived ones too. One query."""
    return {team.pk: team.parent_id for team in all_teams()}


def reach_of(member: Member, organization: Organization, today: dt.date) -> Reach:
    """One query. A manager reaches the teams they manage with their sub-teams; see `teams.roles` for verbs."""
    teams = list(Team.objects.annotate(people=ArraySubquery(_in_team(today))))
    keep("teams", teams)
    parents = {team.pk: team.parent_id for team in teams}
    placed = {who: team.pk for team in teams for who in vars(team)["people"]}

    is_manager = member.role == Role.MANAGER
    led_teams = with_sub_teams((team.pk for team in teams if is_manager and team.manager_id == member.pk), parents)
    own_teams = with_sub_teams([placed[member.pk]] if member.pk in placed else [], parents)
    led_members = frozenset(who for who, team in placed.items() if team in led_teams)
    is_admin = member.role in (Role.OWNER, Role.ADMIN)
    closed = organization.visibility == Organization.Visibility.CLOSED
    seen_teams = led_teams if closed else led_teams | own_teams
    return Reach(
        own=member.pk,
        sees_everything=is_admin or organization.visibility == Organization.Visibility.OPEN,
        leads_everything=is_admin,
        seen_members=frozenset({member.pk, *(who for who, team in placed.items() if team in seen_teams)}),
        seen_teams=seen_teams,
        led_members=led_members,
        led_teams=led_teams,
    )
