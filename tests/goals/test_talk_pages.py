"""Agreeing on goals on the pages: what each side sees, answers that come too late, and the way home."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goals.actions import drop_goal, propose_goal
from goals.models import Action, Goal
from goals.plan import GoalPlan
from goals.talk import withdraw
from teams.models import Leave, Member
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import days_ago, make_goal, make_kpi, record, voice_of
from tests.goals.test_writing import typed, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def proposal(cast: Cast) -> Goal:
    """Alice's to Bob: 200 calls in two weeks, where he has made ten a day."""
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        for back in range(1, 60):
            if days_ago(back).isoweekday() < 6:
                record(calls, cast.bob, days_ago(back), 10)
        plan = GoalPlan(
            statement="Call every dormant account", kpi=calls, member=cast.bob, target=Decimal(200), start=TODAY,
            deadline=dt.date(2026, 12, 6), effort_hours=Decimal(60),
        )  # fmt: skip
        return propose_goal(plan, voice_of(cast, cast.alice, "You know them"))[0]


def answer(client: Client, goal: Goal, verb: str, /, **said: str) -> HttpResponse:
    fields: dict[str, Any] = {"request_id": str(uuid.uuid4()), "version_read": str(goal.version), **said}
    return client.post(f"/acme/goals/{goal.pk}/{verb}/", fields)  # type: ignore[return-value]


def test_the_rep_decides_with_the_coach_s_evidence_and_their_load(cast: Cast, proposal: Goal) -> None:
    with tenant(cast.acme.pk):
        other = make_goal(make_kpi("visits"), member=cast.bob)
        Action.objects.create(goal=other, title="Visit", member=cast.bob, hours=20, starts_on=TODAY,
                              ends_on=TODAY + dt.timedelta(days=4))  # fmt: skip
        Leave.objects.create(member=cast.bob, starts_on=dt.date(2026, 12, 3), ends_on=dt.date(2026, 12, 4))
    page = words(cast.client(cast.bob).get(f"/acme/goals/{proposal.pk}/"))
    for text in (
        "It is your turn to answer",
        "The offer on the table: 200 by 6 Dec 2026 .",
        "You know them",
        "Make another offer",
        "Achievable",
        # 20 hours of actions, and 60 over eight working days.
        "Load of Bob",
        "1 week has more work than hours",
        "144% 57.5 of 40 h",
        "94% 22.5 of 24 h",
    ):
        assert text in page, text
    seen_by_alice = words(cast.client(cast.alice).get(f"/acme/goals/{proposal.pk}/"))
    assert "Waits for Bob since" in seen_by_alice
    assert "Withdraw the offer" in seen_by_alice
    assert "Accept" not in seen_by_alice
    assert cast.client(cast.carol).get(f"/acme/goals/{proposal.pk}/").status_code == 404
    # Vera is in the same team, but proposals are between two sides.
    assert cast.client(cast.vera).get(f"/acme/goals/{proposal.pk}/").status_code == 404


def test_accepting_in_one_tap_and_the_way_home(cast: Cast, proposal: Goal) -> None:
    bob, alice = cast.client(cast.bob), cast.client(cast.alice)
    assert "Waits for your answer" in words(bob.get("/acme/"))
    assert "Waits for your answer" not in words(alice.get("/acme/"))
    assert answer(bob, proposal, "accept").headers["Location"] == f"/acme/goals/{proposal.pk}/#talk"
    assert "Waits for your answer" not in words(bob.get("/acme/"))
    with tenant(cast.acme.pk):
        assert Goal.objects.get().is_running


def test_another_offer_goes_back(cast: Cast, proposal: Goal) -> None:
    bob, alice = cast.client(cast.bob), cast.client(cast.alice)
    assert 'name="target" value="200"' in bob.get(f"/acme/goals/{proposal.pk}/counter/").content.decode()
    wrong = answer(bob, proposal, "counter", target="12,5", deadline="2026-12-06", words="Half are out of date")
    assert (wrong.status_code, "write 12.5" in words(wrong)) == (422, True)
    assert "Half are out of date" in words(wrong)
    taken = answer(bob, proposal, "counter", target="๑๕๐", deadline="13/12/2569", words="Half are out of date")
    assert taken.status_code == 302
    home = words(alice.get("/acme/"))
    assert re.search(r"Waits for your answer 1 Call every dormant account Bob Calls 150 by 13 Dec", home)
    page = words(alice.get(f"/acme/goals/{proposal.pk}/"))
    assert "Half are out of date" in page
    assert "150 by 13 Dec 2026" in page


@pytest.mark.parametrize("verb", ["accept", "counter", "decline"])
def test_an_answer_to_what_was_withdrawn_a_second_ago(cast: Cast, proposal: Goal, verb: str) -> None:
    with tenant(cast.acme.pk):
        withdraw(proposal, voice_of(cast, cast.alice), version=proposal.version)
    said = {"target": "150", "deadline": "2026-12-13", "words": "Let us say 150"}
    told = answer(cast.client(cast.bob), proposal, verb, **said)
    assert told.status_code == 409
    assert "Alice withdrew this offer, 23 Nov 2026, 10:00. It is a draft again" in words(told)
    assert "Let us say 150" in words(told)
    with tenant(cast.acme.pk):
        assert (Goal.objects.get().state, Goal.objects.get().target) == ("draft", 200)


def test_answers_to_what_is_closed_or_agreed_or_offered_anew(cast: Cast, proposal: Goal) -> None:
    bob, alice = cast.client(cast.bob), cast.client(cast.alice)
    said = {"target": "150", "deadline": "2026-12-13", "words": "Fewer"}
    assert answer(bob, proposal, "counter", **said).status_code == 302
    late = answer(alice, proposal, "accept")
    assert (late.status_code, "There is another offer on the table since, by Bob" in words(late)) == (409, True)
    version = re.search(r'name="version_read" value="(\d+)"', late.content.decode())
    assert version  # who has read what is new may now answer it
    assert answer(alice, proposal, "accept", version_read=version[1]).status_code == 302
    twice = answer(alice, proposal, "accept", version_read=version[1])
    assert "This goal was agreed on already, by Alice" in words(twice)
    with tenant(cast.acme.pk):
        drop_goal(proposal, note="", organization=cast.acme, today=TODAY, now=NOW)
    told = answer(bob, proposal, "counter", **said)
    assert (told.status_code, "This goal is closed" in words(told), "Fewer" in words(told)) == (409, True, True)


def test_who_may_not_answer(cast: Cast, proposal: Goal) -> None:
    def status(member: Member, verb: str) -> int:
        return answer(cast.client(member), proposal, verb, words="x").status_code

    found = {who.name: [status(who, verb) for verb in ("accept", "decline", "withdraw", "say")] for who in (
        cast.vera, cast.carol, cast.charlie, cast.alice
    )}  # fmt: skip
    assert found == {
        "Vera": [404] * 4,
        "Carol": [404] * 4,
        "Charlie": [404] * 4,
        "Alice": [403, 403, 302, 302],
    }


def test_a_rep_proposes_from_the_sentence_and_the_page_says_who_is_asked(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
    bob = cast.client(cast.bob)
    said = typed(cast, calls, baseline="", target="100", effort="12.5", do="propose")
    assert "It holds as soon as your manager agrees." in words(bob.get("/acme/goals/new/"))
    read = bob.post("/acme/goals/coach/", said, headers={"HX-Request": "true", "HX-Target": "div#verdict"})
    assert "12.5 of 40 h" in words(read)
    page = bob.post("/acme/goals/new/", said, follow=True)
    assert "The goal is proposed" in words(page)
    with tenant(cast.acme.pk):
        assert (Goal.objects.get().waits_for, Goal.objects.get().effort_hours) == ("leader", Decimal("12.5"))
    dan = cast.client(cast.dan)
    assert "It holds at once" in words(dan.get("/acme/goals/new/"))
    offered = words(dan.get(f"/acme/goals/new/?owner=member:{cast.bob.pk}"))
    assert "It holds as soon as Bob agrees." in offered


def test_the_number_of_queries_of_a_proposal_does_not_depend_on_how_much_there_is(cast: Cast, proposal: Goal) -> None:
    bob = cast.client(cast.bob)
    seen: list[int] = []
    bob.get("/acme/")
    for _ in range(2):
        for _number in range(5):
            assert answer(bob, proposal, "say", words="Hm").status_code == 302
        with tenant(cast.acme.pk):
            goal = make_goal(make_kpi(f"kpi_{len(seen)}"), member=cast.bob, effort_hours=5)
            for _number in range(5):
                Action.objects.create(goal=goal, title="More", member=cast.bob, hours=2)
        with CaptureQueriesContext(connection) as queries:
            bob.get(f"/acme/goals/{proposal.pk}/")
        seen.append(len(queries))
    assert seen[0] == seen[1]
