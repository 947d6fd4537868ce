"""Goals with several KPIs: each KPI read as a goal of its own, and what they come to together by their weights.

The parts are goals that are never stored: the goal's row with another KPI and its numbers. So whatever reads goals
reads them too, and there is no second arithmetic. Their ids are negative, where no stored goal has one.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from goals.further import GoalKpi
from goals.models import Goal
from goals.progress import WORST_FIRST, Status, TargetType

if TYPE_CHECKING:
    from goals.reading import Standing

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Line:
    """One KPI of a scorecard: as a goal of its own, what share of the whole it weighs, and where it stands."""

    goal: Goal
    share: Decimal
    standing: Standing


def parts_of(goals: Iterable[Goal]) -> dict[int, list[Goal]]:
    """By scorecard, its KPIs as goals, the own one first; goals with one KPI are left out. One query, or none."""
    cards = {goal.pk: goal for goal in goals if goal.is_scorecard}
    if not cards:
        return {}
    rows: dict[int, list[GoalKpi]] = defaultdict(list)
    for row in GoalKpi.objects.filter(goal__in=cards).select_related("kpi", "forecast", "stored"):
        rows[row.goal_id].append(row)
    return {pk: [_own(goal), *(_as_goal(goal, row) for row in rows[pk])] for pk, goal in cards.items()}


def spread(goals: Iterable[Goal]) -> list[Goal]:
    """Goals with one KPI as they are, of scorecards their parts. One query, or none."""
    asked = list(goals)
    parts = parts_of(asked)
    return [part for goal in asked for part in parts.get(goal.pk, [goal])]


def lines_of(goal: Goal, standing: Standing) -> list[Goal]:
    """Each KPI as a goal, of one whose standing is known; of a goal with one KPI itself."""
    return [line.goal for line in standing.lines] or [goal]


def _own(goal: Goal) -> Goal:
    part = copy.copy(goal)
    part.closing_attainment, part.own_weight = goal.own_attainment, None
    part.line_weight = goal.own_weight or ONE
    part.outcome = _outcome(part)
    return part


def _as_goal(goal: Goal, row: GoalKpi) -> Goal:
    part = copy.copy(goal)
    part.pk, part.kpi, part.target_type = -row.pk, row.kpi, row.target_type
    part.baseline, part.target, part.own_weight = row.baseline, row.target, None
    part.commit = part.stretch = None
    part.closing_value, part.closing_attainment = row.closing_value, row.closing_attainment
    part.line_weight = row.weight
    part.outcome = _outcome(part)
    for name in ("forecast", "stored"):
        _take_over(part, row, name)
    return part


def _take_over(part: Goal, row: GoalKpi, name: str) -> None:
    """What is stored of the line, as of a goal of its own. As Django keeps it: the row, or that there is none."""
    part._state.fields_cache[name] = getattr(row, name, None)


def _outcome(part: Goal) -> str:
    """Of one line of a closed scorecard, by what was stored then."""
    if part.outcome in ("", Goal.Outcome.DROPPED):
        return part.outcome
    target_type, value, target = TargetType(part.target_type), part.closing_value, part.target
    if target_type.is_stay and part.closing_attainment is not None:
        is_met = part.closing_attainment >= ONE
    else:
        is_met = None not in (value, target) and (value >= target if target_type.is_upward else value <= target)
    return Goal.Outcome.ACHIEVED if is_met else Goal.Outcome.MISSED


def together(goal: Goal, parts: Sequence[Goal], found: Sequence[Standing]) -> Standing:
    """A scorecard's standing from those of its parts, the own KPI's first: status, progress, attainment, tick and pace
    of all lines, while value, target and what follows from them stay the own KPI's.
    """
    whole = sum((part.line_weight for part in parts), ZERO)
    lines = [Line(part, part.line_weight / whole, standing) for part, standing in zip(parts, found, strict=True)]
    return replace(
        found[0],
        lines=tuple(lines),
        status=Status(goal.outcome) if goal.is_closed else worst(standing.status for standing in found),
        progress=weighted((line.share, within(line.standing.progress)) for line in lines),
        attainment=weighted((line.share, line.standing.attainment) for line in lines),
        pace=weighted((line.share, line.standing.pace) for line in lines),
        tick=weighted((line.share, within(line.standing.tick)) for line in lines),
        last_entry_on=max((day for standing in found if (day := standing.last_entry_on)), default=None),
    )


def worst(statuses: Iterable[Status]) -> Status:
    """Of the lines of a scorecard, which is met when each line is. They begin and end on the same days."""
    return min(statuses, key=WORST_FIRST.index)


def within(share: Decimal | None) -> Decimal | None:
    """What a line adds to the progress: at most its own part, so that a surplus hides no gap, and at least nothing."""
    return None if share is None else min(max(share, ZERO), ONE)


def weighted(shares: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """The mean by weight of what there is; None if there is nothing. What is not known yet is not zero."""
    known = [(weight, share) for weight, share in shares if share is not None]
    whole = sum((weight for weight, _share in known), ZERO)
    return sum((weight * share for weight, share in known), ZERO) / whole if whole else None


def close_line(goal: Goal, line: Line) -> None:
    """Store how one line ended; what is the goal's own is left to be saved with it."""
    standing = line.standing
    if line.goal.pk == goal.pk:
        goal.own_attainment = rounded(standing.attainment, 8)
        return
    GoalKpi.objects.filter(pk=-line.goal.pk).update(
        closing_value=rounded(standing.value, 14), closing_attainment=rounded(standing.attainment, 8)
    )


def rounded(number: Decimal | None, digits: int) -> Decimal | None:
    return None if number is None else round(number, digits)
