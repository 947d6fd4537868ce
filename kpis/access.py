"""Whose numbers a member may look at, and which entries they may change: the one place that says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from kpis.models import Entry, EntryQuerySet
from kpis.numbers import Scope
from teams.models import Member, Team
from teams.reach import Reach, all_teams
from teams.requests import MemberRequest, require
from teams.roles import Role
from web.collation import thai_key

# Between a person and a team: the person's days in it.
WITHIN = "."


@dataclass(frozen=True)
class Choice:
    """A scope that the member may look at. `key` is its word in addresses."""

    key: str
    name: str
    scope: Scope
    # Of a team the one above it.
    parent: int | None = None
    is_gone: bool = False
    # Of a person inside a team, who was elsewhere on some of the days.
    is_partial: bool = False


@dataclass(frozen=True)
class Choices:
    """What one may choose from, people and teams by name.

    `gone` are archived teams and people who have left: not offered, but their past can be looked at.
    """

    organization: Choice | None
    teams: Sequence[Choice]
    members: Sequence[Choice]
    default: Choice
    gone: Sequence[Choice] = ()

    @property
    def all(self) -> list[Choice]:
        return [*([self.organization] if self.organization else []), *self.teams, *self.members]

    def named(self, key: str) -> Choice:
        """404 for a scope that is not this member's to see, as for one that does not exist."""
        if not key:
            return self.default
        first, inside, second = key.partition(WITHIN)
        found = self._keyed(first)
        if not inside:
            return found
        place = self._keyed(second)
        if (found.scope.kind, place.scope.kind) != ("member", "team"):
            raise Http404
        words = {"person": found.name, "team": place.name}
        return replace(self.inside(found, place), name=gettext("%(person)s in %(team)s") % words)

    def _keyed(self, key: str) -> Choice:
        for choice in (*self.all, *self.gone):
            if choice.key == key:
                return choice
        raise Http404

    @staticmethod
    def inside(person: Choice, team: Choice, *, is_partial: bool = False) -> Choice:
        """The person's days in the team."""
        scope = Scope.member(person.scope.id, team.scope.id)
        return replace(person, key=f"{person.key}{WITHIN}{team.key}", scope=scope, is_partial=is_partial)


def choices_of(request: MemberRequest) -> Choices:
    """Two queries at most. The organization's own totals are for those who see everything in it."""
    reach = request.reach
    rows = sorted((team for team in all_teams() if reach.sees_team(team.pk)), key=lambda team: thai_key(team.name))
    people = sorted(Member.objects.visible_to(reach), key=lambda member: thai_key(member.name))
    teams = [_team(team) for team in rows]
    members = [_member(member, request) for member in people]
    organization = None
    if reach.sees_everything:
        organization = Choice("organization", request.organization.name, Scope.organization())
    own = next(choice for choice in members if choice.scope.id == reach.own)
    return Choices(
        organization,
        [choice for choice in teams if not choice.is_gone],
        [choice for choice in members if not choice.is_gone],
        _default(request, organization, [team for team in rows if team.archived_at is None], own),
        [choice for choice in (*teams, *members) if choice.is_gone],
    )


def _team(team: Team) -> Choice:
    return Choice(f"team-{team.pk}", team.name, Scope.team(team.pk), team.parent_id, team.archived_at is not None)


def _member(member: Member, request: MemberRequest) -> Choice:
    return Choice(f"member-{member.pk}", member.name, Scope.member(member.pk), is_gone=member.has_left(request.today))


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
    return _team(widest) if widest else None


def may_log_for(member: Member, reach: Reach, pk: int) -> bool:
    """Whether the member may record values of the one with this id: of oneself, and of whom one leads."""
    if pk == member.pk:
        return member.may("log entry")
    return member.may("log entry for others") and reach.leads_member(pk)


def may_correct_for(member: Member, reach: Reach, pk: int) -> bool:
    """Whether the member may correct values of the one with this id: own ones, and those of whom one leads."""
    return member.may("correct entry") and (pk == member.pk or reach.leads_member(pk))


def entry_to_edit(request: MemberRequest, pk: int) -> Entry:
    """404 for an entry that one does not see, 403 for one that one sees but may not change."""
    visible: EntryQuerySet = Entry.objects.visible_to(request.reach)
    found = get_object_or_404(visible.with_names(), pk=pk)
    require(request.member, "correct entry")
    if not Entry.objects.editable_by(request.reach).filter(pk=pk).exists():
        raise PermissionDenied
    return found
