"""The people of a team ranked by how far they have come with their goals of a period."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from dashboards.board import Row
from dashboards.focus import Focus
from teams.leaderboards import may_switch, ranks_people, sees_all_places
from teams.models import Team
from teams.reach import all_teams
from teams.requests import MemberRequest
from web.formats import format_value
from web.ranking import Leaderboard, Score, leaderboard
from web.templatetags.web import language

HUNDREDTH = Decimal("0.01")


def attainment_board(request: MemberRequest, focus: Focus, rows: Iterable[Row]) -> Leaderboard | None:
    """From the goals that the page has read anyway. None where nobody is to be ranked."""
    if focus.is_alone or focus.scope.kind == "member":
        return None
    team = focus.scope.id if focus.scope.kind == "team" else None
    if not ranks_people(request.organization, team):
        return None
    return leaderboard(scores_of(rows), request.member.pk, sees_all=sees_all_places(request, team))


def switch_of(request: MemberRequest, focus: Focus) -> Team | None:
    """The team whose leaderboard the reader may switch; none while it is on for all."""
    if request.organization.leaderboard or focus.scope.kind != "team":
        return None
    team = next((team for team in all_teams() if team.pk == focus.scope.id), None)
    return team if team and may_switch(request, team) else None


def scores_of(rows: Iterable[Row]) -> list[Score]:
    """Of each person with goals: their progress, weighted by the goals' weights; goals without progress left out.

    Rounded as it is shown, so that equal texts share a place.
    """
    found: dict[int, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    names: dict[int, str] = {}
    for row in rows:
        goal, progress = row.goal, row.standing.progress
        if goal.member_id is None:
            continue
        names[goal.member_id] = goal.owner_name
        if progress is not None and goal.weight > 0:
            found[goal.member_id].append((progress, goal.weight))
    return [_score(key, name, found[key]) for key, name in names.items()]


def _score(key: int, name: str, known: list[tuple[Decimal, Decimal]]) -> Score:
    if not known:
        return Score(key, name, None)
    mean = sum(progress * weight for progress, weight in known) / sum(weight for _progress, weight in known)
    value = Decimal(mean).quantize(HUNDREDTH)
    return Score(key, name, value, format_value(value, "percent", 0, language()))
