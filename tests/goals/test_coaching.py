"""What the coach and the load are told from rows: siblings as the tree counts them, hours of a goal's own actions."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from goals.coaching import Coach
from goals.measures import book_of
from goals.models import Action, Goal
from goals.plan import plan_of
from goals.workload import hours_of, load_of
from kpis.models import Kpi
from teams.calendars import calendar_of
from teams.models import Organization
from teams.reach import reach_of
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.goals.stage import make_goal, make_kpi

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def relevant(cast: Cast, goal: Goal) -> str:
    """What the coach says to Bob of how his goal serves the one above."""
    coach = Coach(cast.acme, book_of(cast.acme), TODAY, reach_of(cast.bob, cast.acme, TODAY))
    return coach.verdict(plan_of(goal), [], goal).relevant.reason


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        ([{}], "makes 300 of the 1,000 wanted"),
        ([{"target_type": "stay_at_or_above", "target": 8}], "makes 100 of the 1,000"),  # eight a day add nothing
        ([{"state": "draft"}], "makes 100 of the 1,000"),
        ([{"state": "closed", "outcome": "missed"}], "makes 300 of the 1,000"),
        # The team's own months say the same once more.
        ([{}, {"member": None, "team": True, "deadline": dt.date(2026, 10, 31)}], "makes 300 of the 1,000"),
        ([{"target": 950}], "fully covered: 1,050"),
    ],
)
def test_the_coach_counts_siblings_as_the_tree_does(cast: Cast, beside: list[dict[str, Any]], says: str) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top = make_goal(calls, team=cast.north, target=Decimal(1000))
        for fields in beside:
            team = {"team": cast.north} if fields.get("team") else {}
            make_goal(calls, **{"member": cast.alice, "target": Decimal(200), "parent": top, **fields, **team})
        own = make_goal(calls, member=cast.bob, target=Decimal(100), parent=top, state="draft")
        assert says in relevant(cast, own)


def test_of_siblings_that_the_writer_does_not_see_the_coach_tells_no_sum(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(visibility="closed")
    cast.acme.refresh_from_db()
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top = make_goal(calls, target=Decimal(1000))
        make_goal(calls, member=cast.alice, target=Decimal(200), parent=top)
        own = make_goal(calls, member=cast.bob, target=Decimal(100), parent=top, state="draft")
        assert relevant(cast, own) == "It feeds the larger goal and lies within its time."


@pytest.mark.parametrize("state", ["draft", "running"])
def test_hours_of_a_goal_s_own_actions_are_in_its_load(cast: Cast, state: str) -> None:
    with tenant(cast.acme.pk):
        days = {"start": TODAY, "deadline": TODAY + dt.timedelta(days=6)}
        goal = make_goal(make_kpi("calls"), member=cast.bob, state=state, effort_hours=Decimal(4), **days)
        other = make_goal(Kpi.objects.get(), member=cast.bob, effort_hours=Decimal(2), **days)
        for who, hours, done in ((cast.bob, 10, "todo"), (cast.alice, 30, "todo"), (cast.bob, 20, "done")):
            Action.objects.create(goal=goal, title=f"{hours}", member=who, hours=Decimal(hours), state=done)
        Action.objects.create(goal=other, title="Of the other", member=cast.bob, hours=Decimal(1))
        calendar = calendar_of(cast.acme, [cast.bob.pk])[cast.bob.pk]
        [week] = load_of(plan_of(goal), calendar, cast.acme, goal)
        assert [week.committed, week.added] == [3, 14]
        assert hours_of(plan_of(goal), calendar, cast.acme, goal)[1] == 17
