"""The people page's tree: teams with their people, sub-teams below. No database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from teams.models import Member, Team


@dataclass(frozen=True)
class Branch:
    """A team at a depth, 0 for the outermost, with the people that are directly in it."""

    team: Team
    depth: int
    members: list[Member]


@dataclass(frozen=True)
class Directory:
    branches: list[Branch]
    without_team: list[Member]

    @property
    def count(self) -> int:
        return len(self.without_team) + sum(len(branch.members) for branch in self.branches)


def directory(teams: Iterable[Team], members: Iterable[Member], team_of: Mapping[int, int]) -> Directory:
    """`teams` and `members` in the order in which they are shown; `team_of` maps members to their team today.

    A team whose parent is not among the teams stands outermost.
    """
    shown = list(teams)
    known = {team.pk for team in shown}
    children: dict[int | None, list[Team]] = {}
    for team in shown:
        children.setdefault(team.parent_id if team.parent_id in known else None, []).append(team)
    people: dict[int | None, list[Member]] = {}
    for member in members:
        place = team_of.get(member.pk)
        people.setdefault(place if place in known else None, []).append(member)
    branches: list[Branch] = []
    waiting = [(team, 0) for team in reversed(children.get(None, []))]
    while waiting:
        team, depth = waiting.pop()
        branches.append(Branch(team, depth, people.get(team.pk, [])))
        waiting.extend((child, depth + 1) for child in reversed(children.get(team.pk, [])))
    return Directory(branches, people.get(None, []))


def matching(whole: Directory, words: str) -> Directory:
    """Only people whose name or address holds the words, and teams whose own name does with all their people."""
    asked = words.casefold()

    def is_meant(member: Member) -> bool:
        return asked in member.name.casefold() or asked in member.email.casefold()

    branches = [_pruned(branch, asked, is_meant) for branch in whole.branches]
    return Directory(
        [branch for branch in branches if branch.members], [member for member in whole.without_team if is_meant(member)]
    )


def _pruned(branch: Branch, asked: str, is_meant: Callable[[Member], bool]) -> Branch:
    if asked in branch.team.name.casefold():
        return branch
    return Branch(branch.team, branch.depth, [member for member in branch.members if is_meant(member)])
