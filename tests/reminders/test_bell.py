"""The bell: the rows of the mails in the page."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goals.models import Action, CheckIn, Goal
from reminders import bell
from reminders.models import OPTIONAL_KINDS, Kind, Message
from reminders.outbox import enqueue
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import Cast
from tests.reminders.stories import make_goal, make_kpi

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
BELL, COUNT = "/acme/bell/", "/acme/bell/count/"


def tell(cast: Cast, kind: Kind, goals: list[Goal], member: Member | None = None, **given: Any) -> Message:
    """Something that became due for Bob an hour ago and holds for a day."""
    due_at = given.pop("due_at", timezone.now() - HOUR)
    today = cast.acme.today(timezone.now()).isoformat()
    payload: dict[str, Any] = {"goals": [goal.pk for goal in goals], "day": today}
    if kind != Kind.CHECK_IN:
        payload = {"goal": goals[0].pk, "deadline": str(goals[0].deadline)}
    key = f"{kind}:{goals[0].pk}:{due_at}:{member}"
    enqueue(
        key=key,
        kind=kind,
        address="bob@example.com",
        payload=payload,
        due_at=due_at,
        expires_at=given.pop("expires_at", due_at + 24 * HOUR),
        member=member or cast.bob,
        organization=cast.acme,
    )
    with tenant(cast.acme.pk):
        Message.objects.filter(key=key).update(**given)
        return Message.objects.get(key=key)


def goal_of(cast: Cast, **given: Any) -> Goal:
    with tenant(cast.acme.pk):
        return make_goal(cast, **given)


def count(client: Client) -> str:
    """What the header shows."""
    answer = client.get(COUNT, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    found = re.search(r'aria-hidden="true">(\d+)<', answer.content.decode())
    return found.group(1) if found else ""


def shown(client: Client) -> tuple[list[str], list[str]]:
    """The titles that are open and those that are done or over."""
    page = client.get(BELL)
    assert page.status_code == 200
    first, _between, second = page.content.decode().partition("Done or over")
    titles = [re.findall(r'class="link t">([^<]*)<', part) for part in (first, second)]
    return titles[0], titles[1]


def test_a_bell_that_has_nothing_to_say(cast: Cast) -> None:
    client = cast.client(cast.bob)
    assert count(client) == ""
    assert shown(client) == ([], [])
    assert "Nothing is due" in client.get(BELL).content.decode()


@pytest.mark.parametrize("state", [Message.State.PENDING, Message.State.SENT, Message.State.DEAD])
def test_what_is_due_is_shown_whatever_became_of_its_mail(cast: Cast, state: str) -> None:
    goal = goal_of(cast)
    tell(cast, Kind.DEADLINE, [goal], state=state)
    client = cast.client(cast.bob)
    assert count(client) == "1"
    assert shown(client) == ([goal.statement], [])


def test_what_is_not_mine_not_yet_or_no_more_is_no_news(cast: Cast) -> None:
    goal = goal_of(cast)
    tell(cast, Kind.DEADLINE, [goal], due_at=timezone.now() + HOUR)
    tell(cast, Kind.DEADLINE, [goal], due_at=timezone.now() - 31 * 24 * HOUR)
    tell(cast, Kind.DEADLINE, [goal], state=Message.State.LAPSED)
    tell(cast, Kind.INVITATION, [goal], due_at=timezone.now() - 2 * HOUR)
    tell(cast, Kind.DEADLINE, [goal], member=cast.alice)
    assert count(cast.client(cast.bob)) == ""
    assert shown(cast.client(cast.bob)) == ([], [])
    assert count(cast.client(cast.alice)) == "1"


def test_the_next_step_takes_the_place_of_the_last_one(cast: Cast) -> None:
    goal = goal_of(cast)
    tell(cast, Kind.DEADLINE, [goal], due_at=timezone.now() - 30 * HOUR)
    client = cast.client(cast.bob)
    assert count(client) == ""
    assert shown(client) == ([], [goal.statement])


def test_read_and_done(cast: Cast) -> None:
    goal = goal_of(cast)
    message = tell(cast, Kind.DEADLINE, [goal])
    client = cast.client(cast.bob)
    answer = client.post(f"{BELL}{message.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, f"/acme/goals/{goal.pk}/")
    # Read, and still to do.
    assert count(client) == ""
    assert shown(client) == ([goal.statement], [])
    for _time in range(2):
        assert client.post(f"{BELL}{message.pk}/done/").status_code == 302
    assert shown(client) == ([], [goal.statement])
    client.post(f"{BELL}{message.pk}/done/", {"undo": "1"})
    assert shown(client) == ([goal.statement], [])


def test_mark_all_as_read(cast: Cast) -> None:
    goal = goal_of(cast)
    tell(cast, Kind.DEADLINE, [goal])
    tell(cast, Kind.CHECK_IN, [goal])
    others = tell(cast, Kind.DEADLINE, [goal], member=cast.alice)
    client = cast.client(cast.bob)
    assert count(client) == "2"
    assert client.post(f"{BELL}read/").status_code == 302
    assert count(client) == ""
    assert len(shown(client)[0]) == 2
    with tenant(cast.acme.pk):
        assert Message.objects.get(pk=others.pk).read_at is None


def test_what_was_settled_needs_no_tick(cast: Cast) -> None:
    """Check-ins that were made, goals that were closed, deadlines that moved."""
    first, second = goal_of(cast), goal_of(cast, statement="Call every new lead")
    tell(cast, Kind.CHECK_IN, [first, second])
    tell(cast, Kind.DEADLINE, [second])
    client = cast.client(cast.bob)
    assert shown(client)[0] == ["Call every new lead", "2 goals"]
    with tenant(cast.acme.pk):
        CheckIn.objects.create(goal=first, date=cast.acme.today(timezone.now()), confidence=5)
        assert second.deadline
        Goal.objects.filter(pk=second.pk).update(deadline=second.deadline + dt.timedelta(days=7))
    assert shown(client) == (["Call every new lead"], ["Call every new lead"])
    with tenant(cast.acme.pk):
        Goal.objects.update(state=Goal.State.CLOSED, outcome=Goal.Outcome.DROPPED)
    assert shown(client)[0] == []
    assert count(client) == ""


def test_a_check_in_leads_to_its_form(cast: Cast) -> None:
    first, second = goal_of(cast), goal_of(cast)
    one, both = tell(cast, Kind.CHECK_IN, [first]), tell(cast, Kind.CHECK_IN, [first, second], due_at=timezone.now())
    client = cast.client(cast.bob)
    assert client.post(f"{BELL}{one.pk}/open/")["Location"] == f"/acme/goals/{first.pk}/check-in/"
    assert client.post(f"{BELL}{both.pk}/open/")["Location"] == "/acme/"


def test_other_peoples_rows_do_not_exist(cast: Cast) -> None:
    message = tell(cast, Kind.DEADLINE, [goal_of(cast)], member=cast.alice)
    client = cast.client(cast.bob)
    for verb in ("open", "done"):
        assert client.post(f"{BELL}{message.pk}/{verb}/").status_code == 404
        assert client.get(f"{BELL}{message.pk}/{verb}/").status_code == 405
    assert cast.client(cast.charlie).get(BELL).status_code == 404


def test_a_goal_that_may_no_longer_be_seen_is_not_named(cast: Cast) -> None:
    goal = goal_of(cast, member=cast.carol)
    tell(cast, Kind.DEADLINE, [goal])
    page = cast.client(cast.bob).get(BELL).content.decode()
    assert goal.statement not in page


def test_every_page_has_the_link_and_the_count_comes_by_itself(cast: Cast) -> None:
    page = cast.client(cast.bob).get("/acme/goals/").content.decode()
    assert f'href="{BELL}"' in page
    assert f'hx-get="{COUNT}" hx-trigger="load"' in page
    # Typed into the browser it leads to the list.
    assert cast.client(cast.bob).get(COUNT)["Location"] == BELL


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    client = cast.client(cast.bob)
    with tenant(cast.acme.pk):
        kpi = make_kpi()
    asked = []
    for more in (2, 38):
        for _number in range(more):
            tell(cast, Kind.CHECK_IN, [goal_of(cast, kpi=kpi)])
        for address in (BELL, COUNT):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address, headers={"HX-Request": "true"})
            asked.append(len([found for found in captured.captured_queries if "SAVEPOINT" not in found["sql"]]))
    assert asked[:2] == asked[2:]


def test_every_kind_that_comes_to_the_bell_knows_when_it_is_settled() -> None:
    assert set(bell._STILL) == set(OPTIONAL_KINDS)


def say(cast: Cast, kind: Kind, payload: dict[str, Any]) -> None:
    now = timezone.now()
    enqueue(
        key=f"{kind}:{payload}",
        kind=kind,
        address="bob@example.com",
        payload=payload,
        due_at=now - HOUR,
        expires_at=now + 24 * HOUR,
        member=cast.bob,
        organization=cast.acme,
    )


def test_actions_are_over_when_they_are_done(cast: Cast) -> None:
    goal = goal_of(cast)
    with tenant(cast.acme.pk):
        actions = [Action.objects.create(goal=goal, title=title, member=cast.bob) for title in ("Call", "Write")]
    say(cast, Kind.ACTION, {"actions": [action.pk for action in actions], "day": "2026-11-23"})
    client = cast.client(cast.bob)
    assert shown(client) == (["2 actions"], [])
    with tenant(cast.acme.pk):
        Action.objects.filter(pk=actions[0].pk).update(state=Action.State.DONE)
    assert shown(client) == (["Write"], [])
    with tenant(cast.acme.pk):
        Action.objects.update(state=Action.State.DROPPED)
    assert shown(client) == ([], ["2 actions"])


def test_an_offer_is_over_when_it_was_answered(cast: Cast) -> None:
    asked_at = timezone.now() - 2 * HOUR
    offered = {"state": Goal.State.PROPOSED, "started_at": None, "waits_for": Goal.Side.OWNER, "waits_since": asked_at}
    goal = goal_of(cast, **offered)
    say(cast, Kind.PROPOSED, {"goal": goal.pk, "turn": None})
    client = cast.client(cast.bob)
    assert shown(client) == ([goal.statement], [])
    with tenant(cast.acme.pk):
        Goal.objects.update(waits_for=Goal.Side.LEADER, waits_since=timezone.now())
    assert shown(client) == ([], [goal.statement])


@pytest.mark.parametrize("kind", [Kind.MILESTONE, Kind.AT_RISK, Kind.ASSIGNED])
def test_what_is_about_a_goal_is_over_with_it(cast: Cast, kind: Kind) -> None:
    goal = goal_of(cast)
    say(cast, kind, {"goal": goal.pk, "date": "2026-11-23"})
    client = cast.client(cast.bob)
    assert shown(client) == ([goal.statement], [])
    with tenant(cast.acme.pk):
        Goal.objects.update(state=Goal.State.CLOSED, outcome=Goal.Outcome.MISSED)
    assert shown(client) == ([], [goal.statement])


def test_escalation_ends_with_a_later_deadline(cast: Cast) -> None:
    today = cast.acme.today(timezone.now())
    goal = goal_of(cast, start=today - dt.timedelta(days=30), deadline=today - dt.timedelta(days=3))
    say(cast, Kind.ESCALATION, {"goals": [goal.pk], "day": str(today)})
    client = cast.client(cast.bob)
    assert shown(client) == ([goal.statement], [])
    with tenant(cast.acme.pk):
        Goal.objects.update(deadline=today)
    assert shown(client) == ([], [goal.statement])


@pytest.mark.parametrize("kind", [Kind.DIGEST, Kind.WEEKLY])
def test_digests_repeat_nothing_here(cast: Cast, kind: Kind) -> None:
    say(cast, kind, {})
    assert shown(cast.client(cast.bob)) == ([], [])
