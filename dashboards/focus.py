"""Whose numbers a team dashboard shows: the teams that a member sees, the whole organization, or oneself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from goals.models import Goal
from kpis.numbers import Scope
from kpis.periods import Window
from teams.models import Member, Team, TeamMembership
from teams.reach import Reach, placed_on, with_sub_teams
from teams.roles import Role
from web.collation import thai_key

EVERYONE, ALONE = "all", "me"
NAME_BETWEEN = " › "


@dataclass(frozen=True)
class Focus:
    """One choice of the team picker. `teams` holds the team and those below it; `is_alone` is for members without
    a team that they may look at: they see their own goals and the organization's.
    """

    key: str
    label: str
    scope: Scope
    teams: frozenset[int] = frozenset()
    is_alone: bool = False

    def goals(self, window: Window) -> Q:
        """Goals of the teams and of who was in them in the window; `visible_to` still says which may be seen."""
        of_organization = Q(member=None, team=None)
        if self.is_alone:
            return of_organization | Q(member=self.scope.id) if self.scope.kind == "member" else of_organization
        if self.scope.kind == "organization":
            return Q()
        return Q(team__in=self.teams) | Q(member__in=stays(self.teams, window).values("member"))

    def owns(self, goal: Goal) -> bool:
        """Whether the goal is this team's (this member's, the organization's) own, and not only of someone in it."""
        if self.scope.kind == "organization":
            return goal.member_id is None and goal.team_id is None
        return (goal.member_id if self.scope.kind == "member" else goal.team_id) == self.scope.id

    def members(self, window: Window) -> Q:
        """Members who were here in the window."""
        if self.scope.kind == "team":
            return Q(pk__in=stays(self.teams, window).values("member"))
        return Q(pk=self.scope.id) if self.scope.kind == "member" else Q()


def stays(teams: Iterable[int], window: Window) -> "QuerySet[TeamMembership]":
    return TeamMembership.objects.filter(placed_on(window.start, window.end), team__in=list(teams))


def focuses(member: Member, reach: Reach, teams: Sequence[Team]) -> list[Focus]:
    """What the member may choose from; `teams` are the organization's, archived ones left out. Never empty."""
    found = team_focuses(reach, teams)
    if reach.sees_everything:
        found.insert(0, everyone())
    return found or [_alone(member)]


def team_focuses(reach: Reach, teams: Sequence[Team]) -> list[Focus]:
    """The teams that are seen, each after those that it is part of."""
    names = {team.pk: team.name for team in teams}
    parents = {team.pk: team.parent_id for team in teams}
    paths = {team.pk: _path(team.pk, names, parents) for team in teams if reach.sees_team(team.pk)}
    return [
        Focus(str(pk), NAME_BETWEEN.join(path), Scope.team(pk), with_sub_teams([pk], parents))
        for pk, path in sorted(paths.items(), key=lambda item: [thai_key(name) for name in item[1]])
    ]


def everyone() -> Focus:
    return Focus(EVERYONE, _("Whole organization"), Scope.organization())


def default_of(choices: Sequence[Focus], member: Member, reach: Reach) -> Focus:
    """Admins look at everything, managers at the (first) team that they lead, others at their own."""
    if member.role in (Role.OWNER, Role.ADMIN):
        return choices[0]
    preferred = reach.led_teams or reach.seen_teams
    # The widest of them: it holds the others.
    own = [choice for choice in choices if choice.scope.kind == "team" and choice.scope.id in preferred]
    return max(own, key=lambda choice: len(choice.teams & preferred), default=choices[0])


def _path(team: int, names: Mapping[int, str], parents: Mapping[int, int | None]) -> list[str]:
    """The team's name after those of the teams that it is part of."""
    path: list[str] = []
    at: int | None = team
    while at is not None and at in names and len(path) < len(names):
        path.insert(0, names[at])
        at = parents[at]
    return path


def _alone(member: Member) -> Focus:
    if member.may("log entry"):
        return Focus(ALONE, _("My goals and the organization's"), Scope.member(member.pk), is_alone=True)
    return Focus(ALONE, _("The organization's goals"), Scope.organization(), is_alone=True)
