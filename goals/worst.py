"""The coach on a goal with several KPIs: each is judged like a goal of its own, and the worst verdict counts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from django.utils.translation import gettext as _

from goals.coach import Achievable, Letter, Verdict
from goals.coach_letters import Suggestion
from goals.offers import as_typed
from goals.plan import GoalPlan

L = TypeVar("L", Letter, Achievable)
# The worst first. What nobody can judge yet weighs less than what is known to be too much or too little.
ORDER = ("missing", "overreach", "weak", "too_easy", "unknown", "stretch", "sound", "met")
NUMBERS = ("target", "baseline")


def worst_of(own: Verdict, lines: Sequence[tuple[GoalPlan, Verdict]]) -> Verdict:
    """The words are the whole goal's; number, reach and purpose are each line's own, with the KPI's name before the
    reason where it is not the first KPI's.
    """
    said = {
        name: _worst(getattr(own, name), [(plan, getattr(verdict, name)) for plan, verdict in lines])
        for name in ("measurable", "achievable", "relevant")
    }
    return replace(own, **said)


def _worst(own: L, lines: Sequence[tuple[GoalPlan, L]]) -> L:
    number, found = -1, own
    for at, (_plan, letter) in enumerate(lines):
        if ORDER.index(letter.verdict) < ORDER.index(found.verdict):
            number, found = at, letter
    if number < 0:
        return own
    plan = lines[number][0]
    name = plan.kpi.label if plan.kpi else _("Further KPI %(number)s") % {"number": number + 1}
    reason = _("%(kpi)s: %(reason)s") % {"kpi": name, "reason": found.reason}
    return replace(found, reason=reason, suggestion=_of_line(found.suggestion, number, plan))


def _of_line(suggestion: Suggestion | None, number: int, plan: GoalPlan) -> Suggestion | None:
    """For the field of that line; the goal's other fields are not the line's to change."""
    if suggestion is None or suggestion.field not in NUMBERS:
        return None
    value = as_typed(suggestion.value, plan.kpi)  # type: ignore[arg-type]
    return replace(suggestion, field=f"further-{number}-{suggestion.field}", value=value)
