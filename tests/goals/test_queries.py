"""What the pages of goals ask of the database: the same for a few rows and for many."""

from decimal import Decimal

import pytest

from goals.kept import refresh
from goals.models import Action, CheckIn, Goal, Milestone, TargetRevision
from kpis.models import Kpi
from kpis.rollups import refresh_batch
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.dashboards.test_queries import page_queries
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
# The session, the account, the member, the tenant, the teams.
OF_THE_SESSION = 5
LEVELS = {"baseline": Decimal("0.1"), "target": Decimal("0.9")}


def below(cast: Cast, goal: Goal, number: int) -> None:
    """So many of each thing that belongs to a goal."""
    for n in range(number):
        kpi = Kpi.objects.get(code=("win_rate", "won")[n % 2])
        make_goal(kpi, member=(cast.bob, cast.alice)[n % 2], parent=goal, **LEVELS)
        Action.objects.create(goal=goal, title=f"Call {n}", member=cast.bob, hours=1)
        CheckIn.objects.create(goal=goal, date=days_ago(n), confidence=5, made_by=cast.bob)
        Milestone.objects.create(goal=goal, name=f"Step {n}", date=days_ago(n), value=Decimal("0.3"))
        record(Kpi.objects.get(code="won"), cast.bob, days_ago(n), 1)
        TargetRevision.objects.create(
            goal=goal,
            effective_on=days_ago(n),
            old_target="0.9",
            new_target="0.9",
            reason="?",
            revised_by=cast.dan.user,
        )


def stored(cast: Cast) -> None:
    """As the clock does all the time."""
    with tenant(cast.acme.pk):
        while refresh_batch(wait=True):
            pass
        refresh(cast.acme, TODAY)


def test_a_goal_s_page(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        top = make_goal(make_win_rate(), team=cast.north, started_at=NOW, **LEVELS)
        goal = make_goal(top.kpi, member=cast.bob, parent=top, started_at=NOW, **LEVELS)
        below(cast, goal, 2)
    stored(cast)
    readers: list[Member] = [cast.bob, cast.vera]
    few = [len(page_queries(cast.client(who), f"/acme/goals/{goal.pk}/")) for who in readers]
    with tenant(cast.acme.pk):
        Milestone.objects.all().delete()
        below(cast, goal, 12)
    stored(cast)
    assert [len(page_queries(cast.client(who), f"/acme/goals/{goal.pk}/")) for who in readers] == few
    # What the targets of the goals below come to for a ratio is one question more.
    assert max(few) <= 8 + 1


def test_the_list(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        kpis = [make_win_rate(), make_kpi("csat", aggregation="average")]
        for n in range(4):
            make_goal(kpis[n % 2], member=cast.bob, **LEVELS)
    few_to_reckon = len(page_queries(cast.client(cast.bob), "/acme/goals/"))
    stored(cast)
    few = len(page_queries(cast.client(cast.bob), "/acme/goals/"))
    with tenant(cast.acme.pk):
        for n in range(60):
            make_goal(kpis[n % 2], member=(cast.bob, cast.carol)[n % 3 // 2], **LEVELS)
    # What is stored is read apart from what is not.
    assert len(page_queries(cast.client(cast.bob), "/acme/goals/")) == few_to_reckon + 1
    stored(cast)
    assert len(page_queries(cast.client(cast.bob), "/acme/goals/?page=2")) == few <= 7
    assert few_to_reckon - OF_THE_SESSION <= 8
