"""The card: two taps to log, one to take back, and never more than once."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
import time_machine

from goals.cards import rounded_step, typical_steps
from goals.models import Goal
from kpis.models import Entry, Kpi
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import make_goal, make_kpi, make_win_rate, record
from tests.goals.test_writing import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(cast: Cast) -> Kpi:
    with tenant(cast.acme.pk):
        return make_kpi("calls")


@pytest.fixture
def goal(cast: Cast, calls: Kpi) -> Goal:
    with tenant(cast.acme.pk):
        return make_goal(calls, member=cast.bob)


def said(**fields: str) -> dict[str, str]:
    return {"request_id": str(uuid.uuid4()), **fields}


def hx(goal: Goal) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": f"article#card-{goal.pk}"}


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize(
    ("sent", "stored", "error"),
    [
        ("", TODAY, ""),
        ("2026-11-20", dt.date(2026, 11, 20), ""),
        ("๒๐/๑๑/๒๕๖๙", dt.date(2026, 11, 20), ""),
        ("2026-11-24", None, "still to come"),
        ("yesterday", None, "Write the date"),
    ],
)
def test_what_was_logged_offline_counts_on_its_own_day(
    cast: Cast, goal: Goal, sent: str, stored: dt.date | None, error: str
) -> None:
    answer = cast.client(cast.bob).post(f"/acme/goals/{goal.pk}/log/", said(value="2", date=sent), headers=hx(goal))
    assert answer.status_code == (200 if stored else 422)
    assert error in words(answer)
    with tenant(cast.acme.pk):
        assert [entry.date for entry in Entry.objects.all()] == ([stored] if stored else [])


@pytest.mark.usefixtures("monday")
def test_a_tap_logs_and_answers_the_card_with_its_undo(cast: Cast, calls: Kpi, goal: Goal) -> None:
    bob, url = cast.client(cast.bob), f"/acme/goals/{goal.pk}/log/"
    answer = bob.post(url, said(tap=f"{calls.pk}:2"), headers=hx(goal))
    assert answer.status_code == 200
    assert answer.content.lstrip().startswith(f'<article class="panel card" id="card-{goal.pk}"'.encode())
    assert answer["HX-Trigger"] == '{"entry-logged": {}}'
    assert "2 of 100 Calls" in words(answer)
    with tenant(cast.acme.pk):
        entry = Entry.objects.get()
    assert (entry.member_id, entry.value, entry.date) == (cast.bob.pk, 2, TODAY)
    assert entry.created_by_id == cast.bob.user_id
    undo = re.search(r'hx-post="([^"]*/undo/\d+/)"', answer.content.decode())
    assert undo
    back = bob.post(undo[1], headers=hx(goal))
    assert "0 of 100 Calls" in words(back)
    with tenant(cast.acme.pk):
        assert not Entry.objects.counted().exists()


@pytest.mark.usefixtures("monday")
def test_the_same_request_twice_is_one_entry_and_two_taps_are_two(cast: Cast, calls: Kpi, goal: Goal) -> None:
    bob, url = cast.client(cast.bob), f"/acme/goals/{goal.pk}/log/"
    once = said(tap=f"{calls.pk}:1")
    for body in (once, once, said(tap=f"{calls.pk}:1")):
        assert bob.post(url, body, headers=hx(goal)).status_code == 200
    with tenant(cast.acme.pk):
        assert [entry.value for entry in Entry.objects.all()] == [1, 1]


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize("value", ["12,5", "abc", "", "1e400", "٣\0", "9" * 40])
def test_a_bad_number_answers_the_card_with_422(cast: Cast, goal: Goal, value: str) -> None:
    bob, url = cast.client(cast.bob), f"/acme/goals/{goal.pk}/log/"
    for headers in (hx(goal), {}):
        answer = bob.post(url, said(value=value), headers=headers)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
        assert f'id="card-{goal.pk}"' in answer.content.decode()
    with tenant(cast.acme.pk):
        assert not Entry.objects.exists()


@pytest.mark.usefixtures("monday")
def test_without_script_one_returns_to_the_page_before(cast: Cast, goal: Goal) -> None:
    bob, url = cast.client(cast.bob), f"/acme/goals/{goal.pk}/log/"
    assert bob.post(url, said(value="3", next="goal"))["Location"] == f"/acme/goals/{goal.pk}/"
    assert bob.post(url, said(value="3", next="home"))["Location"] == f"/acme/#card-{goal.pk}"
    assert bob.post(url, said(value="3", next="//evil"))["Location"] == f"/acme/goals/{goal.pk}/"


@pytest.mark.usefixtures("monday")
def test_who_logs_on_whose_card(cast: Cast, calls: Kpi, goal: Goal) -> None:
    with tenant(cast.acme.pk):
        team = make_goal(calls, team=cast.north)
        other = make_kpi("visits")

    def logged(who: str, target: Goal, **fields: str) -> int:
        client = cast.client(getattr(cast, who))
        return client.post(f"/acme/goals/{target.pk}/log/", said(**(fields or {"value": "4"}))).status_code

    assert [logged(who, goal) for who in ("bob", "alice", "vera", "carol", "charlie")] == [302, 302, 403, 404, 404]
    assert [logged(who, team) for who in ("bob", "alice", "dan")] == [302, 302, 403]
    assert logged("bob", goal, tap=f"{other.pk}:1") == 404
    assert cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/log/").status_code == 405
    with tenant(cast.acme.pk):
        members = list(Entry.objects.order_by("pk").values_list("member__name", "created_by__name"))
    # A manager's entry for an absent rep counts for the rep; on a team's goal each logs their own.
    assert members == [("Bob", "Bob"), ("Bob", "Alice"), ("Bob", "Bob"), ("Alice", "Alice")]


@pytest.mark.usefixtures("monday")
def test_a_rate_is_logged_by_its_parts(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        won, lost = Kpi.objects.get(code="won"), Kpi.objects.get(code="lost")
        goal = make_goal(rate, member=cast.bob, baseline=Decimal("0.1"), target=Decimal("0.5"))
    bob = cast.client(cast.bob)
    page = words(bob.get(f"/acme/goals/{goal.pk}/"))
    assert "+1 Won" in page
    assert "+1 Lost" in page
    bob.post(f"/acme/goals/{goal.pk}/log/", said(kpi=str(lost.pk), value="3"), headers=hx(goal))
    answer = bob.post(f"/acme/goals/{goal.pk}/log/", said(tap=f"{won.pk}:1"), headers=hx(goal))
    assert "25.0% Win rate, to reach 50.0%" in words(answer)


def test_undo_is_for_one_s_own_entry_and_for_a_while(cast: Cast, calls: Kpi, goal: Goal) -> None:
    bob = cast.client(cast.bob)
    with time_machine.travel(NOW, tick=False):
        bob.post(f"/acme/goals/{goal.pk}/log/", said(value="4"), headers=hx(goal))
        with tenant(cast.acme.pk):
            mine = Entry.objects.get()
            others = record(calls, cast.bob, TODAY, 7)
        url = f"/acme/goals/{goal.pk}/undo/"
        assert cast.client(cast.alice).post(f"{url}{mine.pk}/").status_code == 404
        assert bob.post(f"{url}{others.pk}/").status_code == 404
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        assert bob.post(f"{url}{mine.pk}/").status_code == 403
        assert "Undo" not in words(bob.get(f"/acme/goals/{goal.pk}/"))


@pytest.mark.parametrize(
    ("unit", "aggregation", "values", "target", "steps"),
    [
        ("count", "sum", [], 100, [1, 2, 5]),
        ("count", "sum", [1, 1, 1, 2, 3, 4], 100, [1, 2, 5]),
        ("count", "sum", [1, 1, 1], 100, [1]),
        ("count", "sum", [400, 520, 480], 9000, [500]),
        ("money", "sum", [], 1_000_000, [10_000, 20_000, 50_000]),
        ("money", "sum", [18_400, 44_000, 51_000, 97_500], 1_000_000, [50_000, 100_000]),
        ("money", "sum", [], None, []),
        ("percent", "average", ["0.4"], 1, []),
        ("count", "last", [230], 300, []),
        ("duration", "sum", ["0.5", "1.2", "2"], 40, ["0.5", "1", "2"]),
    ],
)
def test_typical_steps(unit: str, aggregation: str, values: list[str], target: int | None, steps: list[str]) -> None:
    kpi = Kpi(unit=unit, aggregation=aggregation, organization_id=1)
    found = typical_steps(kpi, [Decimal(value) for value in values], None if target is None else Decimal(target))
    assert found == [Decimal(step) for step in steps]


@pytest.mark.parametrize(
    ("amount", "step"), [("1340", "1000"), ("37000", "50000"), ("0.3", "0.2"), ("8", "10"), ("1", "1")]
)
def test_rounded_steps(amount: str, step: str) -> None:
    assert rounded_step(Decimal(amount)) == Decimal(step)
