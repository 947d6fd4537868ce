"""The table of goals by whose they are, person by person or team by team: by name, and worst first in each group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from dashboards.board import Row, tally
from goals.progress import Status
from web.collation import ThaiKey, thai_key

GROUPINGS = ("rep", "team")
# The organization's goals first, then those of teams, of people, and of people without a team.
_WHOLE, _TEAM, _PERSON, _NOWHERE = range(4)
Place = tuple[int, ThaiKey, int]


@dataclass(frozen=True)
class Group:
    """The rows of a group that are on this page; `count` and `tally` are of all its rows. Without a name: all rows."""

    name: str
    rows: list[Row]
    count: int
    tally: list[tuple[Status, int]]


@dataclass(frozen=True)
class Grouping:
    """`by` is "rep", "team", or "" for one table of all; `teams` are the names by id."""

    by: str
    teams: Mapping[int, str]

    def ordered(self, rows: Iterable[Row]) -> list[Row]:
        """Group by group; within a group as they came."""
        return sorted(rows, key=self._place) if self.by else list(rows)

    def groups(self, shown: Sequence[Row], rows: Iterable[Row]) -> list[Group]:
        """The rows of a page in their groups; what is said of each group counts all the `rows`."""
        if not self.by:
            return [Group("", list(shown), 0, [])] if shown else []
        whole: dict[Place, list[Row]] = {}
        for row in rows:
            whole.setdefault(self._place(row), []).append(row)
        return [
            Group(self._name(first), [first, *rest], len(whole[place]), tally(whole[place]))
            for place, (first, *rest) in groupby(shown, key=self._place)
        ]

    def _place(self, row: Row) -> Place:
        goal = row.goal
        if goal.member_id is None and goal.team_id is None:
            return _WHOLE, thai_key(""), 0
        if self.by == "rep" and goal.member_id is not None:
            return _PERSON, thai_key(goal.owner_name), goal.member_id
        team = goal.team_id if goal.member_id is None else row.team
        if team is None:
            return _NOWHERE, thai_key(""), 0
        return _TEAM, thai_key(self.teams.get(team, "")), team

    def _name(self, row: Row) -> str:
        kind, _key, team = self._place(row)
        if kind == _NOWHERE:
            return _("Without a team")
        return self.teams.get(team, row.goal.owner_name) if kind == _TEAM else row.goal.owner_name
