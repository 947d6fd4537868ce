"""Whose numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from teams.reach import parents_of_teams, with_sub_teams


@dataclass(frozen=True)
class Scope:
    """`id` is 0 for the organization. `within`: of a member only the days in that team or its sub-teams."""

    kind: Literal["member", "team", "organization"]
    id: int = 0
    within: int = 0

    @classmethod
    def member(cls, pk: int, within: int = 0) -> "Scope":
        return cls("member", pk, within)

    @classmethod
    def team(cls, pk: int) -> "Scope":
        """With its sub-teams."""
        return cls("team", pk)

    @classmethod
    def organization(cls) -> "Scope":
        return cls("organization")

    @property
    def place(self) -> str:
        """Where the ledger looks: for a member within a team, in the team."""
        return "team" if self.within else self.kind

    @property
    def top(self) -> int:
        """The team that the scope lies in, with its sub-teams; 0 for none."""
        return self.id if self.kind == "team" else self.within

    @property
    def only(self) -> int:
        """Of a team's people, the one that counts; 0 for all of them."""
        return self.id if self.within else 0


def ids_in(scopes: Iterable[Scope]) -> Callable[[Scope], list[int]]:
    """The ids to ask the ledger for: a team's own and those below it. One query, none without teams."""
    tops = {scope.top for scope in scopes if scope.top}
    parents = parents_of_teams() if tops else {}
    below = {top: sorted(with_sub_teams([top], parents)) for top in tops}
    return lambda scope: below[scope.top] if scope.top else [scope.id]
