"""How goals are locked and saved by every verb."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q

from goals.further import GoalKpi
from goals.models import Goal
from goals.stored import GoalForecast


def locked(goal: Goal) -> Goal:
    """What stands in the database now, held until the transaction ends."""
    return Goal.objects.select_for_update(of=("self",)).with_names().get(pk=goal.pk)


def save(goal: Goal) -> None:
    """As the next version."""
    goal.version += 1
    goal.save()
    # It was made for the promise of before; the clock makes a new one.
    _forget_forecasts([goal])


def save_all(goals: Sequence[Goal], fields: Sequence[str]) -> None:
    """Each as its next version, with these fields. Two queries for all of them."""
    for goal in goals:
        goal.version += 1
    Goal.objects.bulk_update(goals, [*fields, "version"])
    _forget_forecasts(goals)


def _forget_forecasts(goals: Sequence[Goal]) -> None:
    """Of each line of a scorecard too."""
    lines = GoalKpi.objects.filter(goal__in=[goal for goal in goals if goal.is_scorecard])
    GoalForecast.objects.filter(Q(goal__in=goals) | Q(further__in=lines)).delete()


def refuse(found: Mapping[str, str]) -> None:
    """Raises `ValidationError` by field, if there is anything to refuse."""
    if found:
        raise ValidationError(dict(found))
