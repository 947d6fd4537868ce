"""What falls due next: deadlines of goals and their milestones."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dashboards.board import Row
from goals.models import Goal
from goals.progress import Status
from goals.scorecard import lines_of
from goals.told import Step, Told

DAYS_AHEAD = 60
MOST_DATES = 6


@dataclass(frozen=True)
class Due:
    """The deadline of a goal, or with a name one of its milestones."""

    day: dt.date
    goal: Goal
    status: Status
    progress: Decimal | None
    days_left: int
    milestone: Step | None = None

    @property
    def title(self) -> str:
        return self.milestone.name if self.milestone else self.goal.statement


def upcoming(rows: Iterable[Row], told: Told, today: dt.date, days: int = DAYS_AHEAD) -> list[Due]:
    """Of running goals, the next first."""
    last = today + dt.timedelta(days=days)
    found = [due for row in rows if row.goal.is_running for due in _of_goal(row, told, today)]
    ahead = sorted((due for due in found if today <= due.day <= last), key=lambda due: (due.day, due.goal.pk))
    return ahead[:MOST_DATES]


def _of_goal(row: Row, told: Told, today: dt.date) -> Iterable[Due]:
    goal, standing = row.goal, row.standing
    assert goal.deadline is not None
    yield Due(goal.deadline, goal, row.status, standing.progress, (goal.deadline - today).days)
    lines = lines_of(goal, standing)
    for milestone in (found for line in lines for found in told.milestones.get(line.pk, [])):
        if milestone.date < goal.deadline:
            days_left = (milestone.date - today).days
            yield Due(milestone.date, goal, row.status, standing.progress, days_left, milestone)
