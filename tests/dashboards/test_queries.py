"""What the pages ask of the database: the same for ten goals and for two hundred."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goals.kept import refresh
from goals.models import Goal
from kpis.models import Kpi
from kpis.rollups import refresh_batch
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.dashboards.stage import HOME, TEAM, act, at_ten, make_north, page
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record

pytestmark = pytest.mark.django_db
# Of the whole request; while something has changed and is not stored yet, more.
MOST_OF_A_TEAM, MOST_WHILE_RECKONING = 10, 17
# A manager's own page tells of the team too.
MOST_OF_A_HOME, MOST_OF_A_LEADERS_HOME = 8, 13


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


def page_queries(client: Client, path: str, **query: str) -> list[str]:
    """All that the request asks, session and account too.

    Left out is what only a test's own transaction around the request brings: savepoints, and the tenant's setting
    taken back.
    """
    page(client, path, **query)
    with CaptureQueriesContext(connection) as captured:
        assert page(client, path, **query).status_code == 200
    asked = [found["sql"] for found in captured.captured_queries if "SAVEPOINT" not in found["sql"]]
    assert "set_config" in asked.pop()
    return asked


PLACES = [("alice", TEAM), ("dan", TEAM), ("bob", TEAM), ("bob", HOME), ("alice", HOME), ("vera", HOME)]


def fill(cast: Cast, kpis: list[Kpi], number: int) -> None:
    """So many goals of the north, of its people and of all, with what belongs to goals."""
    owners: tuple[dict[str, Any], ...] = ({"member": cast.bob}, {"member": cast.alice}, {"team": cast.north}, {})
    for n in range(number):
        goal = make_goal(kpis[n % 3], statement=f"Goal {n}", baseline="0.1", target="0.9", **owners[n % 4])
        act(goal, "Call", ends_on=days_ago(n % 9), member=cast.bob)
        record(kpis[0], cast.bob, days_ago(n % 50), 1)


def settle(cast: Cast) -> None:
    """As it is when the workers have done their work."""
    with tenant(cast.acme.pk):
        while refresh_batch(wait=True):
            pass
        refresh(cast.acme, TODAY)


def count(cast: Cast) -> list[int]:
    return [len(page_queries(cast.client(getattr(cast, who)), path)) for who, path in PLACES]


def test_the_number_of_queries_does_not_grow_with_the_goals(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        kpis = [make_kpi("visits", cadence="weekly"), make_win_rate(), make_kpi("margin", aggregation="average")]
        fill(cast, kpis, 10)
    few_to_reckon = count(cast)
    settle(cast)
    few = count(cast)
    with tenant(cast.acme.pk):
        fill(cast, kpis, 190)
        assert Goal.objects.count() == 200
    assert count(cast) == few_to_reckon
    settle(cast)
    assert count(cast) == few
    assert max(few[:3]) <= MOST_OF_A_TEAM
    assert max(few[3], few[5]) <= MOST_OF_A_HOME
    assert few[4] <= MOST_OF_A_LEADERS_HOME
    assert max(few_to_reckon[:3]) <= MOST_WHILE_RECKONING


def test_the_list_of_goals_and_a_kpi_ask_eight_times_at_most(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        kpis = [make_kpi("visits", cadence="weekly"), make_win_rate(), make_kpi("margin", aggregation="average")]
    paths = ["/acme/goals/", f"/acme/kpis/{kpis[0].pk}/"]
    counts = []
    for number in (10, 100):
        with tenant(cast.acme.pk):
            fill(cast, kpis, number)
        settle(cast)
        counts.append([len(page_queries(cast.client(cast.bob), path)) for path in paths])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8


def test_the_table_alone_asks_for_less(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_north(cast)
    client = cast.client(cast.alice)
    whole = page_queries(client, TEAM)
    assert len(page_queries(client, TEAM, fragment="goals")) <= len(whole) - 3
