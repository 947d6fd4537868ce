"""A goal that serves one which its people do not see: it stays there, and no page speaks of it."""

import re

import pytest

from goals.actions import EditConflict, set_parent
from goals.models import Goal
from teams.models import Organization
from teams.tenancy import tenant
from tests.cast import Cast
from tests.goals.stage import make_goal, make_kpi
from tests.goals.test_writing import typed, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
SECRET = "Take the whole market"


@pytest.fixture
def goal(cast: Cast) -> Goal:
    """Bob's, below one of his team; in a closed organization a rep sees only what is theirs."""
    Organization.objects.filter(pk=cast.acme.pk).update(visibility="closed")
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        above = make_goal(calls, statement=SECRET, team=cast.north, target=777)
        return make_goal(calls, member=cast.bob, parent=above)


def parent_of(cast: Cast, goal: Goal) -> Goal | None:
    with tenant(cast.acme.pk):
        return Goal.objects.select_related("parent").get(pk=goal.pk).parent


def version(page: object, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="(\d+)"', page.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1]


def test_editing_keeps_it_and_tells_nothing(cast: Cast, goal: Goal) -> None:
    bob, url = cast.client(cast.bob), f"/acme/goals/{goal.pk}/edit/"
    page = bob.get(url)
    assert "as it is: a goal that you do not see" in words(page)
    assert goal.kpi
    said = typed(cast, goal.kpi, start="2026-10-01", deadline="2026-12-31", baseline="", target="100", parent="")
    late = bob.post(url, {**said, "version": "0"})
    assert late.status_code == 409
    saved = bob.post(url, {**said, "version": version(page, "version")})
    assert saved.status_code == 302
    assert parent_of(cast, goal) == goal.parent
    for shown in (page, late, bob.get(f"/acme/goals/{goal.pk}/"), bob.post("/acme/goals/coach/", {"goal": goal.pk})):
        assert (SECRET in words(shown), "777" in words(shown)) == (False, False)


def test_moving_keeps_it_until_another_is_chosen(cast: Cast, goal: Goal) -> None:
    with tenant(cast.acme.pk):
        own = make_goal(goal.kpi, member=cast.bob, statement="My year")
    bob, url = cast.client(cast.bob), f"/acme/goals/{goal.pk}/move/"
    late = bob.post(url, {"parent": "", "version_read": "0"})
    assert (late.status_code, SECRET in words(late)) == (409, False)
    assert "It serves a goal that you do not see." in words(late)
    assert bob.post(url, {"parent": "", "version_read": version(late, "version_read")}).status_code == 302
    assert parent_of(cast, goal) == goal.parent
    with tenant(cast.acme.pk):
        now = Goal.objects.get(pk=goal.pk)
    assert bob.post(url, {"parent": own.pk, "version_read": now.version}).status_code == 302
    assert parent_of(cast, goal) == own
    assert SECRET not in words(bob.get(f"/acme/goals/{goal.pk}/"))  # nor does the history name it
    assert SECRET in words(cast.client(cast.alice).get(f"/acme/goals/{goal.pk}/"))


def test_who_lost_sight_of_a_goal_while_writing_reads_nothing_of_it(
    cast: Cast, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(goal: Goal, plan: object, **_: object) -> Goal:
        Goal.objects.filter(pk=goal.pk).update(member=cast.carol, statement=SECRET)
        raise EditConflict(Goal.objects.with_names().get(pk=goal.pk))

    monkeypatch.setattr("goals.views.writing.edit_goal", taken)
    assert goal.kpi
    said = typed(cast, goal.kpi, start="2026-10-01", deadline="2026-12-31", baseline="", target="100")
    answer = cast.client(cast.bob).post(f"/acme/goals/{goal.pk}/edit/", {**said, "version": "1"})
    assert (answer.status_code, SECRET in words(answer)) == (404, False)


def test_of_two_edits_that_cross_the_second_is_refused_in_words(
    cast: Cast, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant(cast.acme.pk):
        below = make_goal(goal.kpi, team=cast.north, parent=goal)
        set_parent(goal, None)
    # As if the other move had come between our look and our writing.
    monkeypatch.setattr("goals.actions._refuse_cycle", lambda goal, parent: None)
    assert goal.kpi
    said = typed(
        cast, goal.kpi, start="2026-10-01", deadline="2026-12-31", baseline="", target="100", parent=str(below.pk)
    )
    answer = cast.client(cast.alice).post(f"/acme/goals/{goal.pk}/edit/", {**said, "version": "2"})
    assert (answer.status_code, "A goal cannot serve itself" in words(answer)) == (422, True)
