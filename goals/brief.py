"""As little of a goal as lists need to filter and sort a thousand: instances of the model take too long."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from goals.models import Goal, GoalQuerySet
from kpis.definitions import load_definitions
from kpis.models import Kpi
from teams.models import Team
from teams.reach import all_teams

_READ = (
    "pk", "statement", "state", "deadline", "kpi", "member", "member__name", "team", "own_weight",
    "stored__day", "stored__status", "stored__pace",
)  # fmt: skip


@dataclass(slots=True)
class Stored:
    """Of the row that says where the goal stood on that day."""

    day: dt.date
    status: str
    pace: Decimal | None


@dataclass(slots=True)
class Brief:
    """Named as the model's own fields are."""

    pk: int
    statement: str
    state: str
    deadline: dt.date | None
    kpi: Kpi | None
    member_id: int | None
    member_name: str | None
    team: Team | None
    own_weight: Decimal | None
    stored: Stored | None

    @property
    def team_id(self) -> int | None:
        return self.team.pk if self.team else None

    @property
    def owner_name(self) -> str:
        return self.member_name or (self.team.name if self.team else gettext("The organization"))

    @property
    def is_closed(self) -> bool:
        return self.state == Goal.State.CLOSED

    @property
    def is_scorecard(self) -> bool:
        return self.own_weight is not None


def in_brief(goals: GoalQuerySet) -> list[Brief]:
    """One query."""
    kpis = load_definitions().by_id
    teams = {team.pk: team for team in all_teams()}
    rows = goals.values_list(*_READ)
    return [
        Brief(
            pk, statement, state, deadline, kpis[kpi] if kpi else None, member, name, teams[team] if team else None,
            weight, Stored(day, status, pace) if day else None,
        )
        for pk, statement, state, deadline, kpi, member, name, team, weight, day, status, pace in rows
    ]  # fmt: skip
