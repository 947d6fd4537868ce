"""Who agrees on a goal: always the side that did not make the offer.

A manager's proposal is answered by the member, a member's by one of their managers, a team's goal by that team's
manager, the organization's by an owner. Where there is nobody to ask, a goal agrees itself: an owner's own, and that
of a member who cannot sign in.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from goals.models import Goal, GoalQuerySet
from teams.models import Member, Team, TeamMembership
from teams.reach import Reach, placed_on
from teams.roles import Role

Side = Goal.Side
BOTH = frozenset({Side.OWNER, Side.LEADER})
NEITHER: frozenset[Goal.Side] = frozenset()


def other_side(side: str) -> Goal.Side:
    return Side.LEADER if side == Side.OWNER else Side.OWNER


def sides_of(goal: Goal, member: Member, reach: Reach, today: dt.date) -> frozenset[Goal.Side]:
    """For which sides the member may speak; the goal has an owner, stored or not."""
    if not member.may("write goal"):
        return NEITHER
    if goal.member_id is not None:
        if goal.member_id == member.pk:
            # Nobody leads an owner.
            return BOTH if member.role == Role.OWNER else frozenset({Side.OWNER})
        leads = reach.leads_member(goal.member_id) and member.may("write goal for others")
        return frozenset({Side.LEADER}) if leads else NEITHER
    if goal.team is not None:
        return _sides_of_team(goal.team, member, reach, today)
    if not member.may("write goal of organization"):
        return NEITHER
    return BOTH if member.role == Role.OWNER else frozenset({Side.LEADER})


def _sides_of_team(team: Team, member: Member, reach: Reach, today: dt.date) -> frozenset[Goal.Side]:
    if not reach.leads_team(team.pk):
        return NEITHER
    if team.manager is None or not can_answer(team.manager, today):
        return BOTH
    return frozenset({Side.OWNER if team.manager == member else Side.LEADER})


def can_answer(member: Member, today: dt.date) -> bool:
    """Signs in, is still there, and may write goals."""
    return member.user_id is not None and not member.has_left(today) and member.may("write goal")


def asked_by(goal: Goal, sides: frozenset[Goal.Side], today: dt.date) -> Goal.Side | None:
    """Which side has to answer a proposal of someone who speaks for `sides`; None: there is nobody to ask."""
    if sides == BOTH:
        return None
    if goal.member is None:
        # What the team's manager, or an owner, wants for what is theirs needs nobody else.
        return None if Side.OWNER in sides else Side.OWNER
    if Side.OWNER in sides:
        return Side.LEADER
    return Side.OWNER if can_answer(goal.member, today) else None


def asked_owner(goal: Goal) -> str:
    """The name of who speaks for the goal's owner; "" for the organization, where any of its owners does."""
    speaker = goal.member or (goal.team.manager if goal.team else None)
    return speaker.name if speaker else ""


def waiting_for(goals: GoalQuerySet, member: Member, reach: Reach, today: dt.date) -> list[Goal]:
    """Proposals that this member is the one to answer, those that wait longest first.

    More people may answer, up to the owners; asked are those who stand nearest. At most five queries.
    """
    mine = Q(member=member) | Q(team__in=reach.led_teams) | Q(member__in=reach.led_members)
    near = Q() if reach.leads_everything else mine
    found = list(
        goals.filter(near, state=Goal.State.PROPOSED).select_related("team__manager").order_by("waits_since", "pk")
    )
    if not found:
        return []
    answering = answerers(found, today)
    return [goal for goal in found if member in answering[goal.pk]]


def answerers(goals: Sequence[Goal], today: dt.date) -> dict[int, list[Member]]:
    """By proposed goal, who is asked to answer it: the member, the nearest manager, else those who lead everything.

    Three queries. Who may answer beside them is `sides_of`'s question.
    """
    tree = _Tree.read(today)
    return {goal.pk: tree.answerers(goal, today) for goal in goals}


@dataclass(frozen=True)
class _Tree:
    """Teams with their managers, who is in which, and who leads everything."""

    teams: Mapping[int, Team]
    places: Mapping[int, int]
    top: Sequence[Member]

    @classmethod
    def read(cls, today: dt.date) -> "_Tree":
        top = Member.objects.active(today).filter(role__in=(Role.OWNER, Role.ADMIN), user__isnull=False)
        return cls(
            {team.pk: team for team in Team.objects.select_related("manager")},
            dict(TeamMembership.objects.filter(placed_on(today)).values_list("member_id", "team_id")),
            list(top.order_by("pk")),
        )

    def answerers(self, goal: Goal, today: dt.date) -> list[Member]:
        if goal.waits_for == Side.OWNER:
            owner = goal.member or (goal.team.manager if goal.team else None)
            if owner is not None and can_answer(owner, today):
                return [owner]
            if goal.team_id is None:
                return [member for member in self.top if member.role == Role.OWNER]
            return list(self.top)
        start = self.places.get(goal.member_id) if goal.member_id else goal.team_id
        above = next(self._managers(start, apart_from=self._owner_id(goal), today=today), None)
        return [above] if above else [member for member in self.top if member.pk != goal.member_id]

    @staticmethod
    def _owner_id(goal: Goal) -> int | None:
        return goal.member_id or (goal.team.manager_id if goal.team else None)

    def _managers(self, team_id: int | None, *, apart_from: int | None, today: dt.date) -> Iterator[Member]:
        """From the nearest team upwards."""
        seen: set[int] = set()
        while team_id is not None and team_id in self.teams and team_id not in seen:
            seen.add(team_id)
            manager = self.teams[team_id].manager
            if manager is not None and manager.pk != apart_from and can_answer(manager, today):
                yield manager
            team_id = self.teams[team_id].parent_id
