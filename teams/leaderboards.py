"""Where people are ranked: nowhere, unless the organization or a team has switched it on."""

from teams.models import Organization, Team
from teams.reach import all_teams
from teams.requests import MemberRequest


def ranks_people(organization: Organization, team_id: int | None) -> bool:
    """Of a team, or of the whole organization (None), which ranks only where it is switched on for all."""
    return organization.leaderboard or any(team.leaderboard for team in all_teams() if team.pk == team_id)


def sees_all_places(request: MemberRequest, team_id: int | None) -> bool:
    """Who leads the people; everybody else sees the own place and those beside it."""
    reach = request.reach
    return reach.leads_everything if team_id is None else reach.leads_team(team_id)


def may_switch(request: MemberRequest, team: Team) -> bool:
    return request.member.may("switch leaderboard") and request.reach.leads_team(team.pk)
