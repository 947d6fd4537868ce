"""The pages of goals, asked the same eight questions, and what they show."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goals.actions import revise_target
from goals.models import Action, CheckIn, Goal, Milestone
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record
from tests.goals.test_writing import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def goal(cast: Cast) -> Goal:
    """Bob's, half way."""
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        record(calls, cast.bob, TODAY, 60)
        goal = make_goal(calls, member=cast.bob)
        Milestone.objects.create(goal=goal, name="Half", date=days_ago(7), value=50)
        Action.objects.create(goal=goal, title="Call before ten", member=cast.bob)
    return goal


# Address, form to post (None: only looked at), where it leads to.
REQUEST = {"request_id": "11111111-1111-1111-1111-111111111111"}
FORMS = [
    ("goals/{goal}/check-in/", {**REQUEST, "confidence": "8", "note": "Well"}),
    (
        "goals/{goal}/revise/",
        {**REQUEST, "target_as": "amount", "target": "120", "effective_on": "2026-11-23", "reason": "+"},
    ),
    ("goals/{goal}/milestones/", {**REQUEST, "name": "All", "date": "2026-12-01", "value": "90"}),
    (
        "goals/{goal}/actions/",
        {**REQUEST, "title": "Visit them", "state": "todo", "hours": "3.5", "cost_planned": "1,500"},
    ),
    ("milestones/{milestone}/", {**REQUEST, "name": "Half of it", "date": "2026-11-17", "value": "45"}),
    ("actions/{action}/", {**REQUEST, "title": "Call early", "state": "done"}),
    ("goals/{goal}/drop/", {"note": "No more"}),
]  # fmt: skip
BUTTONS = [
    ("goals/{goal}/propose/", REQUEST),
    ("actions/{action}/state/", {"state": "doing"}),
    ("actions/{action}/remove/", {}),
    ("milestones/{milestone}/remove/", {}),
]


def address(path: str, goal: Goal, slug: str = "acme") -> str:
    assert goal.organization_id is not None
    with tenant(goal.organization_id):
        milestone, action = goal.milestones.get().pk, goal.actions.get().pk
    return f"/{slug}/" + path.format(goal=goal.pk, milestone=milestone, action=action)


def statuses(cast: Cast, url: str, said: dict[str, str] | None) -> dict[str, int]:
    def asked(who: Member) -> int:
        client: Client = cast.client(who)
        return (client.get(url) if said is None else client.post(url, said)).status_code

    people = {"vera": cast.vera, "carol": cast.carol, "charlie": cast.charlie, "alice": cast.alice, "bob": cast.bob}
    return {name: asked(who) for name, who in people.items()}


@pytest.mark.parametrize(("path", "said"), [*FORMS, *BUTTONS])
def test_owner_and_manager_may_readers_may_not_and_others_see_nothing(
    cast: Cast, goal: Goal, path: str, said: dict[str, str]
) -> None:
    url = address(path, goal)
    found = statuses(cast, url, said)
    # Vera sees the goal but only reads; Carol is in another team; Charlie in another organization.
    assert (found["vera"], found["carol"], found["charlie"], found["alice"]) == (403, 404, 404, 302)
    # Alice was first, and what is sent twice is done once; what she removed is gone for Bob.
    assert found["bob"] == (404 if "remove" in path else 302)


@pytest.mark.parametrize(("path", "said"), FORMS)
def test_forms_are_shown_refused_with_422_and_bound_to_their_method(
    cast: Cast, goal: Goal, path: str, said: dict[str, str]
) -> None:
    bob, url = cast.client(cast.bob), address(path, goal)
    assert bob.get(url).status_code == 200
    assert bob.put(url).status_code == 405
    wrong = {**dict.fromkeys(said, "\x00"), "request_id": "?"}
    assert bob.post(url, wrong).status_code == 422
    assert bob.post(url, {}).status_code in (302, 422)
    assert bob.get(url.replace(f"/{goal.pk}/", "/999999/", 1)).status_code in (200, 404)


@pytest.mark.parametrize(("path", "said"), BUTTONS)
def test_buttons_are_posts(cast: Cast, goal: Goal, path: str, said: dict[str, str]) -> None:
    assert cast.client(cast.bob).get(address(path, goal)).status_code == 405


@pytest.mark.parametrize("path", ["goals/", "goals/{goal}/"])
def test_looking_is_for_all_who_see_it(cast: Cast, goal: Goal, path: str) -> None:
    found = statuses(cast, address(path, goal), None)
    hidden = 200 if path == "goals/" else 404
    assert found == {"vera": 200, "carol": hidden, "charlie": 404, "alice": 200, "bob": 200}
    assert cast.client(cast.bob).post(address(path, goal)).status_code == 405
    assert "Call every dormant account" not in words(cast.client(cast.carol).get("/acme/goals/"))
    assert cast.client(cast.bob).get("/acme/goals/999999999999999999999/").status_code == 404


def test_the_detail_page_tells_all_of_a_goal(cast: Cast, goal: Goal) -> None:
    with tenant(cast.acme.pk):
        top = make_goal(goal.kpi, statement="Wake the sleeping accounts", team=cast.north, target=Decimal(500))
        Goal.objects.filter(pk=goal.pk).update(parent=top)
        make_goal(goal.kpi, statement="Ten a week", member=cast.bob, parent=goal)
        CheckIn.objects.create(goal=goal, date=days_ago(1), confidence=4, note="The list is old", made_by=cast.bob)
        revise_target(
            goal, target=Decimal(120), effective_on=TODAY, reason="A new list", by=cast.alice, today=TODAY,
            request_id=uuid.uuid4(),
        )  # fmt: skip
    page = cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/")
    said = words(page)
    for text in (
        "Bob: increase Calls to 120 by 31 Dec 2026.",
        "60 of 120 Calls",
        "needs 2.1 each working day",
        "38 days left",
        "Wake the sleeping accounts",
        "Ten a week",
        "The list is old",
        "100 → 120",
        "A new list",
        "Call before ten",
        "50 expected, 0 on the day",
        "Written down for the first time",
        "Target: 100 → 120",
    ):
        assert text in said, text
    assert 'style="' not in page.content.decode()


def test_the_list_filters_by_address_and_puts_the_worst_first(cast: Cast, goal: Goal) -> None:
    with tenant(cast.acme.pk):
        calls = goal.kpi
        assert calls is not None
        make_goal(calls, statement="Far behind", member=cast.bob, target=Decimal(5000))
        make_goal(calls, statement="Of the team", team=cast.north, target=Decimal(60))
        make_goal(calls, statement="Not yet", member=cast.bob, state="draft")
    alice = cast.client(cast.alice)

    def listed(query: str, **headers: str) -> str:
        answer = alice.get(f"/acme/goals/?{query}", headers=headers or None)
        assert answer.status_code == 200
        return words(answer)

    everything = listed("")
    assert everything.index("Far behind") < everything.index("Call every dormant account")
    assert "Not yet" not in everything
    assert "Not yet" in listed("state=draft")
    assert "Far behind" not in listed(f"owner=team:{cast.north.pk}")
    assert "Of the team" in listed(f"owner=team:{cast.north.pk}")
    assert "Call every dormant account" not in listed("status=off_track")
    assert "Far behind" not in listed("q=DORMANT")
    assert "No goal matches these filters" in listed("q=%00nothing&state=?&status=?&owner=?&page=x")
    part = alice.get("/acme/goals/?q=far", headers={"HX-Request": "true", "HX-Target": "section#goals"})
    assert part.content.lstrip().startswith(b'<section class="panel" id="goals"')


def test_the_list_shows_fifty_a_page(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        for number in range(52):
            make_goal(calls, statement=f"Goal {number}", member=cast.bob)
    bob = cast.client(cast.bob)
    first, second = (bob.get(f"/acme/goals/?page={page}").content.decode() for page in (1, 2))
    assert (first.count('<tr role="row" id="r-'), second.count('<tr role="row" id="r-')) == (50, 2)
    assert "Page 2 of 2" in second


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(cast: Cast, goal: Goal) -> None:
    counts: dict[str, list[int]] = {"goals/": [], f"goals/{goal.pk}/": [], "goals/new/": []}
    alice = cast.client(cast.alice)
    with tenant(cast.acme.pk):
        rate = make_win_rate()
    alice.get("/acme/goals/")  # notes the session and reads the definitions, which happens once
    for _ in range(2):
        with tenant(cast.acme.pk):
            for number in range(5):
                make_goal(rate, member=cast.bob, baseline=Decimal("0.1"), target=Decimal("0.3"), parent=goal)
                make_goal(rate, team=cast.north, target_type="stay_at_or_above", target=Decimal("0.3"), parent=goal)
                CheckIn.objects.create(goal=goal, date=days_ago(number), confidence=5, made_by=cast.bob)
                Action.objects.create(goal=goal, title="More", member=cast.bob, hours=2)
        for path, seen in counts.items():
            with CaptureQueriesContext(connection) as queries:
                alice.get(f"/acme/{path}")
            seen.append(len(queries))
    assert [first == second for first, second in counts.values()] == [True] * 3, counts
    assert counts["goals/"][0] <= 32
