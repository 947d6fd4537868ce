"""Whose numbers a member may look at, and which entries they may change: the one place that says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from kpis.models import Entry, EntryQuerySet
from kpis.numbers import Scope
from teams.models import Member, Team
from teams.requests import MemberRequest, require
from teams.roles import Role


@dataclass(frozen=True)
class Choice:
    """A scope that the member may look at. `key` is its word in addresses."""

    key: str
    name: str
    scope: Scope


@dataclass(frozen=True)
class Choices:
    """What one may choose from, people and teams by name."""

    organization: Choice | None
    teams: Sequence[Choice]
    members: Sequence[Choice]
    default: Choice

    @property
    def all(self) -> list[Choice]:
        return [*([self.organization] if self.organization else []), *self.teams, *self.members]

    def named(self, key: str) -> Choice:
        """404 for a scope that is not this member's to see, as for one that does not exist."""
        if not key:
            return self.default
        for choice in self.all:
            if choice.key == key:
                return choice
        raise Http404


def choices_of(request: MemberRequest) -> Choices:
    """Two queries. The organization's own totals are for those who see everything in it."""
    reach = request.reach
    rows = list(Team.objects.visible_to(reach).live().by_name())
    teams = [Choice(f"team-{team.pk}", team.name, Scope.team(team.pk)) for team in rows]
    members = [
        Choice(f"member-{member.pk}", member.name, Scope.member(member.pk))
        for member in Member.objects.visible_to(reach).active(request.today).by_name()
    ]
    organization = None
    if reach.sees_everything:
        organization = Choice("organization", request.organization.name, Scope.organization())
    own = next(choice for choice in members if choice.scope.id == reach.own)
    return Choices(organization, teams, members, _default(request, organization, rows, own))


def _default(request: MemberRequest, organization: Choice | None, teams: Sequence[Team], own: Choice) -> Choice:
    """A rep begins with the own numbers, a manager with the team, who sees everything with everything."""
    role = request.member.role
    if role == Role.REP:
        return own
    if role == Role.MANAGER:
        return _widest([team for team in teams if team.pk in request.reach.led_teams]) or organization or own
    return organization or _widest(teams) or own


def _widest(teams: Sequence[Team]) -> Choice | None:
    """The first team that is not below another of them."""
    ids = {team.pk for team in teams}
    widest = next((team for team in teams if team.parent_id not in ids), None)
    return Choice(f"team-{widest.pk}", widest.name, Scope.team(widest.pk)) if widest else None


def entry_to_edit(request: MemberRequest, pk: int) -> Entry:
    """404 for an entry that one does not see, 403 for one that one sees but may not change."""
    visible: EntryQuerySet = Entry.objects.visible_to(request.reach)
    found = get_object_or_404(visible.with_names(), pk=pk)
    require(request.member, "correct entry")
    if not Entry.objects.editable_by(request.reach).filter(pk=pk).exists():
        raise PermissionDenied
    return found
