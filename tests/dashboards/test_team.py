"""The team dashboard, through the whole stack."""

import datetime as dt
from collections.abc import Iterator

import pytest

from goals.models import Goal
from teams.models import Organization
from teams.tenancy import tenant
from tests.cast import Cast
from tests.dashboards.stage import TEAM, act, at_ten, make_north, page, text_of
from tests.goals.stage import days_ago

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def test_a_manager_sees_their_team_with_the_worst_first(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM)
    text = text_of(response)
    assert [row.goal for row in response.context["rows"]] == [goals["bob"], goals["north"], goals["alice"]]
    assert "North<span" in text
    assert "Southern calls" not in text
    assert "<strong>Day 54</strong> of 92" in text
    assert "59% of the quarter gone" in text
    # 38 of 66 working days: 230.3 of 400 expected.
    assert "Target 400" in text
    assert "190" in text
    assert "<b>18%</b> behind pace" in text
