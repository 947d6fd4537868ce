"""Whose numbers."""

from typing import Literal, NamedTuple

from teams.reach import parents_of_teams, with_sub_teams


# A tuple, as all that figures are found by: they are looked up thousands of times for one page.
class Scope(NamedTuple):
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
    def ref(self) -> int:
        """What the ledger looks for there."""
        return self.within or self.id

    @property
    def only(self) -> int:
        """Of a team's people, the one that counts; 0 for all of them."""
        return self.id if self.within else 0


def teams_of(scope: Scope) -> list[int]:
    """The team that the scope lies in and those below it; none where it lies in no team. One query at most."""
    return sorted(with_sub_teams([scope.ref], parents_of_teams())) if scope.place == "team" else []
