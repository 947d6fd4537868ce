"""How goals are locked and saved by every verb."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError

from goals.further import FurtherForecast
from goals.models import Goal, GoalForecast


def locked(goal: Goal) -> Goal:
    """What stands in the database now, held until the transaction ends."""
    return Goal.objects.select_for_update(of=("self",)).with_names().get(pk=goal.pk)


def save(goal: Goal) -> None:
    """As the next version."""
    goal.version += 1
    goal.save()
    # It was made for the promise of before; the clock makes a new one.
    GoalForecast.objects.filter(goal=goal).delete()
    if goal.is_scorecard:
        FurtherForecast.objects.filter(further__goal=goal).delete()


def save_all(goals: Sequence[Goal], fields: Sequence[str]) -> None:
    """Each as its next version, with these fields. Two queries for all of them."""
    for goal in goals:
        goal.version += 1
    Goal.objects.bulk_update(goals, [*fields, "version"])
    GoalForecast.objects.filter(goal__in=goals).delete()


def refuse(found: Mapping[str, str]) -> None:
    """Raises `ValidationError` by field, if there is anything to refuse."""
    if found:
        raise ValidationError(dict(found))
