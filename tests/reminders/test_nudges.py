"""Who leads somebody asks them how it goes: once for each goal and day, through the outbox."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from goals.models import CheckIn, Goal
from reminders.letters import write
from reminders.models import Kind, Message, OrganizationSwitch, Preference, RefusedAddress, Rhythm
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import Cast
from tests.reminders.stories import bangkok, make_goal

pytestmark = pytest.mark.django_db
NOON, TODAY = "2026-11-23 12:00", dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(bangkok(NOON), tick=False):
        yield


@pytest.fixture
def goal(cast: Cast) -> Goal:
    """Bob's."""
    with tenant(cast.acme.pk):
        return make_goal(cast)


def ask(client: Client, goal: Goal, **given: Any) -> Any:
    return client.post(f"/acme/goals/{goal.pk}/nudge/", {"next": "/acme/team/", **given}, follow=True)


def asked(cast: Cast) -> list[Message]:
    with tenant(cast.acme.pk):
        found = Message.objects.filter(kind=Kind.NUDGE).select_related("organization", "member", "user")
        return list(found.order_by("pk"))


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_owner_is_asked_once_a_day(cast: Cast, goal: Goal) -> None:
    alice = cast.client(cast.alice)
    response = ask(alice, goal)
    assert response.redirect_chain == [("/acme/team/", 302)]
    assert said(response) == ["Bob is asked how it goes."]
    assert said(ask(alice, goal)) == ["Bob is asked how it goes."]
    assert said(ask(cast.client(cast.dan), goal)) == ["Alice has asked Bob today already."]
    (message,) = asked(cast)
    assert (message.member, message.address, message.state) == (cast.bob, "bob@example.com", "pending")
    with time_machine.travel(bangkok("2026-11-24 12:00"), tick=False):
        ask(cast.client(cast.dan), goal)
    assert len(asked(cast)) == 2


def test_the_letter_says_who_asks_and_leads_to_the_check_in(cast: Cast, goal: Goal) -> None:
    ask(cast.client(cast.alice), goal)
    with tenant(cast.acme.pk):
        letter = write(asked(cast)[0], bangkok(NOON))
        assert letter
        assert letter.subject == "Alice asks how it goes: Sell the new service to old customers"
        assert f"/acme/goals/{goal.pk}/check-in/" in letter.text
        assert "If something is in your way, say so: Alice reads it." in letter.text
        assert "List-Unsubscribe" in letter.headers
        CheckIn.objects.create(goal=goal, date=TODAY, confidence=7)
        assert write(asked(cast)[0], bangkok(NOON)) is None


def test_the_bell_shows_it_until_the_check_in(cast: Cast, goal: Goal) -> None:
    ask(cast.client(cast.alice), goal)
    bob = cast.client(cast.bob)
    assert "Somebody who leads you asks" in bob.get("/acme/bell/").content.decode()
    opened = bob.post(f"/acme/bell/{asked(cast)[0].pk}/open/")
    assert opened["Location"] == f"/acme/goals/{goal.pk}/check-in/"
    with tenant(cast.acme.pk):
        CheckIn.objects.create(goal=goal, date=TODAY, confidence=7)
    assert [item.is_over for item in bob.get("/acme/bell/").context["over_items"]] == [True]


def test_in_the_page_the_button_becomes_the_word(cast: Cast, goal: Goal) -> None:
    headers = {"HX-Request": "true", "HX-Target": f"div#nudge-{goal.pk}"}
    response = cast.client(cast.alice).post(f"/acme/goals/{goal.pk}/nudge/", headers=headers)
    assert "Asked today by Alice" in response.content.decode()
    assert "<button class" not in response.content.decode().partition("hx-partial")[0]


@pytest.mark.parametrize("who", ["bob", "carol", "vera"])
def test_who_does_not_lead_the_owner_may_not(cast: Cast, goal: Goal, who: str) -> None:
    response = cast.client(getattr(cast, who)).post(f"/acme/goals/{goal.pk}/nudge/")
    assert response.status_code in (403, 404)
    assert asked(cast) == []


def test_nobody_asks_oneself_or_a_team(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goals = make_goal(cast, member=cast.alice), make_goal(cast, team=cast.north)
    for goal in goals:
        assert cast.client(cast.alice).post(f"/acme/goals/{goal.pk}/nudge/").status_code == 403


def _leaves(cast: Cast) -> None:
    Member.objects.filter(pk=cast.bob.pk).update(left_on=TODAY)


def _has_no_account(cast: Cast) -> None:
    Member.objects.filter(pk=cast.bob.pk).update(user=None)


def _is_refused(cast: Cast) -> None:
    RefusedAddress.objects.create(address="bob@example.com", answer="550 5.1.1")


def _switches_off(cast: Cast) -> None:
    Preference.objects.create(member=cast.bob, kind=Kind.NUDGE, is_on=False)


def _is_off_for_all(cast: Cast) -> None:
    OrganizationSwitch.objects.create(kind=Kind.NUDGE, is_on=False)


def _closes(cast: Cast) -> None:
    Goal.objects.update(state=Goal.State.CLOSED, outcome=Goal.Outcome.MISSED, closed_at=bangkok(NOON))


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (_leaves, "Bob has left."),
        (_has_no_account, "Bob has no account, so no mail."),
        (_is_refused, "Bob can't be reached by mail at present."),
        (_switches_off, "Bob gets no such messages: they are switched off."),
        (_is_off_for_all, "Bob gets no such messages: they are switched off."),
        (_closes, "This goal does not run any more."),
    ],
)
def test_where_nobody_can_be_asked_it_is_said(cast: Cast, goal: Goal, happens: Any, words: str) -> None:
    with tenant(cast.acme.pk):
        happens(cast)
    assert said(ask(cast.client(cast.dan), goal)) == [words]
    assert asked(cast) == []


def test_it_waits_for_quiet_hours_and_goes_into_the_digest(cast: Cast, goal: Goal) -> None:
    with tenant(cast.acme.pk):
        Rhythm.objects.create(
            member=cast.bob, mails=Rhythm.Mails.DAILY, quiet_from=dt.time(11), quiet_until=dt.time(14)
        )
    response = ask(cast.client(cast.alice), goal)
    assert said(response) == ["Bob is asked how it goes when their day begins: 23 Nov 2026, 14:00."]
    (message,) = asked(cast)
    assert (message.due_at, message.state) == (bangkok("2026-11-23 14:00"), "folded")
