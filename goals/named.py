"""Goals with what is few and known to the page: joined to a thousand goals, it would be made anew for each of them."""

from collections.abc import Iterable

from goals.models import Goal
from kpis.definitions import load_definitions
from teams.reach import all_teams


def named(asked: Iterable[Goal]) -> list[Goal]:
    """With KPI and team."""
    kpis = load_definitions().by_id
    teams = {team.pk: team for team in all_teams()}
    goals = list(asked)
    for goal in goals:
        goal.kpi = kpis[goal.kpi_id] if goal.kpi_id else None
        goal.team = teams[goal.team_id] if goal.team_id else None
    return goals
