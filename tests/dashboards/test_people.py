"""What the team dashboard says of people: their load, and who of them was asked today."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from goals.models import Action, Goal
from teams.models import Leave, Member
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.dashboards.stage import TEAM, act, at_ten, make_north, page, text_of
from tests.goals.stage import days_ago, make_goal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def test_load_is_promised_hours_against_the_week(cast: Cast, goals: dict[str, Goal]) -> None:
    """Monday 23 November: this week and three more, of 40 hours."""
    with tenant(cast.acme.pk):
        act(goals["bob"], "Call", starts_on=TODAY, ends_on=days_ago(-4), member=cast.bob, hours=Decimal(30))
        act(goals["bob"], "Visit", starts_on=days_ago(-7), ends_on=days_ago(-18), member=cast.bob, hours=Decimal(100))
        act(goals["bob"], "Done", ends_on=TODAY, member=cast.bob, hours=Decimal(9), state=Action.State.DONE)
        make_goal(goals["bob"].kpi, member=cast.carol, effort_hours=Decimal(100))
    response = page(cast.client(cast.alice), TEAM)
    burdens = response.context["burdens"]
    assert [burden.member for burden in burdens.rows] == [cast.bob]
    assert [(week.hours, week.is_over) for week in burdens.rows[0].weeks] == [
        (30, False), (50, True), (50, True), (0, False),
    ]  # fmt: skip
    text = text_of(response)
    assert "75%" in text
    assert "Too much:" in text
    with tenant(cast.acme.pk):
        Leave.objects.create(member=cast.bob, starts_on=TODAY, ends_on=days_ago(-4))
    assert "no working day" in text_of(page(cast.client(cast.alice), TEAM))


def test_the_load_of_people_whom_one_does_not_lead_is_not_shown(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        act(goals["bob"], "Call", ends_on=days_ago(-4), member=cast.bob, hours=Decimal(30))
    for who in (cast.bob, cast.vera):
        response = page(cast.client(who), TEAM)
        assert response.context["burdens"].rows == []


def test_who_leads_may_ask_and_sees_who_has_asked(cast: Cast, goals: dict[str, Goal]) -> None:
    alice = cast.client(cast.alice)
    button = f'action="/acme/goals/{goals["bob"].pk}/nudge/"'
    text = text_of(page(alice, TEAM))
    assert button in text
    assert f"/acme/goals/{goals['north'].pk}/nudge/" not in text
    alice.post(f"/acme/goals/{goals['bob'].pk}/nudge/")
    text = text_of(page(alice, TEAM))
    assert button not in text
    assert "Asked today by Alice" in text
    assert "nudge" not in text_of(page(cast.client(cast.bob), TEAM))


def test_an_owner_without_an_account_is_named_as_such(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.bob.pk).update(user=None)
    assert "Bob has no account, so no mail." in text_of(page(cast.client(cast.alice), TEAM))
