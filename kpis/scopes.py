"""Whose numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from teams.reach import parents_of_teams, with_sub_teams


@dataclass(frozen=True)
class Scope:
    """`id` is 0 for the organization."""

    kind: Literal["member", "team", "organization"]
    id: int = 0

    @classmethod
    def member(cls, pk: int) -> "Scope":
        return cls("member", pk)

    @classmethod
    def team(cls, pk: int) -> "Scope":
        """With its sub-teams."""
        return cls("team", pk)

    @classmethod
    def organization(cls) -> "Scope":
        return cls("organization")


def ids_in(scopes: Iterable[Scope]) -> Callable[[Scope], list[int]]:
    """The ids to ask the ledger for: a team's own and those below it. One query, none without teams."""
    tops = {scope.id for scope in scopes if scope.kind == "team"}
    parents = parents_of_teams() if tops else {}
    below = {top: sorted(with_sub_teams([top], parents)) for top in tops}
    return lambda scope: below[scope.id] if scope.kind == "team" else [scope.id]
