"""What KPIs are told about goals, since they know nothing of them: who counts on a KPI, and what an entry reopens."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext

from goals.further import GoalKpi
from goals.models import Goal, GoalQuerySet
from kpis.definitions import load_definitions
from kpis.models import Kpi
from kpis.signals import Use
from teams.models import TeamMembership
from teams.reach import Reach, parents_of_teams, placed_on, teams_above

MOST_NAMED = 20


def goals_that_use(sender: object, *, kpi: Kpi, ever: bool, **_: Any) -> list[Use]:
    """Goals that run or may still be started; with `ever` the closed ones too."""
    goals = Goal.objects.filter(_measured_by([kpi.pk]))
    return _named((goals if ever else goals.exclude(state=Goal.State.CLOSED)).order_by("pk"))


def closed_goals_over(
    sender: object, *, kpi: Kpi, members: list[int], day: dt.date, reach: Reach, **_: Any
) -> list[Use]:
    """Closed goals in whose window the day lies, and whose number the members' entries of the KPI are part of."""
    definitions = load_definitions()
    made_of_it = [other.pk for other in definitions.computed.values() if kpi in definitions.stored_parts(other)]
    owners = Q(member__in=members) | Q(team__in=_teams_of(members, day)) | Q(member=None, team=None)
    measured = _measured_by([kpi.pk, *made_of_it])
    goals = Goal.objects.visible_to(reach).filter(owners, measured, state=Goal.State.CLOSED)
    ended = goals.exclude(outcome=Goal.Outcome.DROPPED).filter(start__lte=day, deadline__gte=day)
    return _named(ended.order_by("-deadline", "-pk"))


def refuse_another_currency(sender: object, **_: Any) -> None:
    """A target of 1,000,000 baht must not become one of dollars. Raises ValidationError."""
    in_money = {"kpi__unit": Kpi.Unit.MONEY, "target__isnull": False}
    if Goal.objects.filter(**in_money).exists() or GoalKpi.objects.filter(**in_money).exists():
        raise ValidationError({"currency": gettext("There are goals with targets in this currency, so it stays.")})


def _measured_by(kpis: list[int]) -> Q:
    """The goal's own KPI, or a further one of a scorecard."""
    return Q(kpi__in=kpis) | Q(pk__in=GoalKpi.objects.filter(kpi__in=kpis).values("goal"))


def _named(goals: GoalQuerySet) -> list[Use]:
    return [Use(goal.statement, "goals:detail", goal.pk) for goal in goals[:MOST_NAMED]]


def _teams_of(members: list[int], day: dt.date) -> frozenset[int]:
    """The teams that they were in on that day, and all above."""
    own = TeamMembership.objects.filter(placed_on(day), member__in=members).values_list("team_id", flat=True)
    return teams_above(own, parents_of_teams())
