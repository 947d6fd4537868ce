"""What was typed of a goal and not sent: kept at each pause, offered again, its writer's alone."""

import re
import uuid

import pytest

from goals.models import Goal
from goals.unfinished import MOST_KEPT, Unfinished
from teams.tenancy import tenant
from tests.cast import Cast
from tests.goals.test_writing import HX, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NEW = "/acme/goals/new/"


def typed(cast: Cast, statement: str = "Call every clinic", **more: str) -> dict[str, str]:
    plain = {"owner": f"member:{cast.bob.pk}", "target_type": "increase_to", "target_as": "amount"}
    return {**plain, "request_id": str(uuid.uuid4()), "statement": statement, "target": "12,5 or so", **more}


def test_what_was_typed_is_offered_again_and_goes_on_as_it_was(cast: Cast) -> None:
    bob = cast.client(cast.bob)
    bob.post("/acme/goals/coach/", typed(cast), headers=HX)
    page = bob.get(NEW)
    assert "You began “Call every clinic”" in words(page)
    found = re.search(r'href="[^"]*\?continue=(\d+)"', page.content.decode())
    assert found
    again = bob.get(f"{NEW}?continue={found[1]}").content.decode()
    assert "Call every clinic</textarea>" in again
    assert 'name="target" value="12,5 or so"' in again  # also what can't be read
    assert "You began" not in again


def test_it_is_its_writers_alone(cast: Cast) -> None:
    bob, alice = cast.client(cast.bob), cast.client(cast.alice)
    bob.post("/acme/goals/coach/", typed(cast), headers=HX)
    with tenant(cast.acme.pk):
        pk = Unfinished.objects.get().pk
    for address in (NEW, f"{NEW}?continue={pk}"):
        assert "Call every clinic" not in words(alice.get(address))
    alice.post(NEW, {"forget": str(pk)})
    with tenant(cast.acme.pk):
        assert Unfinished.objects.exists()
    assert bob.post(NEW, {"forget": str(pk)}).status_code == 302
    with tenant(cast.acme.pk):
        assert not Unfinished.objects.exists()


def test_once_it_is_sent_nothing_is_left_of_it(cast: Cast) -> None:
    bob = cast.client(cast.bob)
    first, second = typed(cast, target=""), typed(cast, "Visit every hotel")
    for said in (first, second):
        bob.post("/acme/goals/coach/", said, headers=HX)
    assert bob.post(NEW, {**first, "do": "draft"}).status_code == 302
    # What the closing tab says once more arrives after the goal.
    bob.post("/acme/goals/coach/", first, headers=HX)
    page = words(bob.get(NEW))
    assert "You began “Visit every hotel”" in page
    assert "You began “Call every clinic”" not in page


def test_what_was_refused_is_kept_too_and_an_empty_form_is_not(cast: Cast) -> None:
    bob = cast.client(cast.bob)
    assert bob.post(NEW, {**typed(cast), "do": "propose"}).status_code == 422
    bob.post("/acme/goals/coach/", typed(cast, "", target=""), headers=HX)
    bob.post("/acme/goals/coach/", typed(cast, request_id="no id"), headers=HX)
    with tenant(cast.acme.pk):
        assert [str(row) for row in Unfinished.objects.all()] == ["Call every clinic"]
        assert not Goal.objects.exists()


def test_the_oldest_give_way_and_nothing_typed_breaks_it(cast: Cast) -> None:
    bob = cast.client(cast.bob)
    for number in range(MOST_KEPT + 2):
        bob.post("/acme/goals/coach/", typed(cast, f"Goal {number} \0"), headers=HX)
    page = words(bob.get(NEW))
    assert page.count("You began") == MOST_KEPT
    assert "Goal 0" not in page
    for wrong in ("x", "-1", "9" * 40):
        assert bob.get(NEW, {"continue": wrong}).status_code == 200
        assert bob.post(NEW, {"forget": wrong}).status_code == 302


def test_only_the_forms_own_words_are_kept(cast: Cast) -> None:
    strange = {"kpi": "5000123", "parent": "5000124", "owner": "member:5000125", "member": "5000126", "further": "500"}
    cast.client(cast.bob).post("/acme/goals/coach/", typed(cast, **strange), headers=HX)
    with tenant(cast.acme.pk):
        words_kept = Unfinished.objects.get().words
    assert "50001" not in str(words_kept)
    assert not {"kpi", "parent", "owner", "member"} & words_kept.keys()
    assert words_kept["statement"] == "Call every clinic"
