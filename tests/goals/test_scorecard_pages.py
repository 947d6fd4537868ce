"""A goal with several KPIs on its pages: written, agreed on, revised, logged, and two editors at once."""

import re
import uuid
from decimal import Decimal

import pytest

from goals.further import GoalKpi
from goals.models import Goal
from kpis.models import Entry, Kpi
from teams.tenancy import tenant
from tests.cast import NOW, Cast
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record
from tests.goals.test_writing import HX, letter, typed, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def kpis(cast: Cast) -> dict[str, Kpi]:
    with tenant(cast.acme.pk):
        make_win_rate()
        make_kpi("calls")
        return {kpi.code: kpi for kpi in Kpi.objects.all()}


def said(cast: Cast, kpis: dict[str, Kpi], **more: str) -> dict[str, str]:
    """Calls to 100 with the weight 3, the win rate from 25 % to 30 % with 1."""
    return {
        **typed(cast, kpis["calls"], baseline="", target="100"),
        "own_weight": "3",
        "further": "1",
        "further-0-target_type": "increase_to",
        "further-0-kpi": str(kpis["win_rate"].pk),
        "further-0-baseline": "25%",
        "further-0-target": "30",
        "further-0-weight": "1",
        **more,
    }


def test_rows_are_added_and_removed_without_a_script(cast: Cast, kpis: dict[str, Kpi]) -> None:
    bob = cast.client(cast.bob)
    page = bob.post("/acme/goals/new/", {**said(cast, kpis), "take": "further=2"}).content.decode()
    assert 'name="further" value="2"' in page
    assert 'name="further-0-target" value="30"' in page
    assert 'name="further-1-target"' in page
    two = said(cast, kpis, **{"further": "2", "further-1-kpi": str(kpis["won"].pk), "further-1-target": "12"})
    page = bob.post("/acme/goals/new/", {**two, "take": "without=0"}).content.decode()
    assert 'name="further" value="1"' in page
    assert 'name="further-0-target" value="12"' in page
    assert 'name="further-1-target"' not in page
    for wrong in ("without=9", "without=x", "further=999999", "further=-1", "further=x"):
        assert bob.post("/acme/goals/new/", {**two, "take": wrong}).status_code == 200


def test_from_writing_to_agreement_and_log(cast: Cast, kpis: dict[str, Kpi]) -> None:
    bob, alice = cast.client(cast.bob), cast.client(cast.alice)
    page = bob.post("/acme/goals/new/", {**said(cast, kpis), "do": "propose"}, follow=True)
    assert "At the same time: increase Win rate from 25.0% to 30.0% (25% of the whole)." in words(page)
    with tenant(cast.acme.pk):
        goal, row = Goal.objects.get(), GoalKpi.objects.get()
    assert (goal.own_weight, row.weight, row.target) == (Decimal(3), Decimal(1), Decimal("0.3"))
    table = alice.get(f"/acme/goals/{goal.pk}/")
    assert re.search(r"The offer on the table: 100 by 29 Nov 2026 ?\. Win rate: 30.0%", words(table))
    form = alice.get(f"/acme/goals/{goal.pk}/counter/")
    assert "Target: Win rate" in words(form)
    offer = {
        "request_id": str(uuid.uuid4()), "version_read": str(goal.version), "words": "A little less of it",
        "target": "100", f"target_{row.pk}": "28", "deadline": "2026-11-29",
    }  # fmt: skip
    assert alice.post(f"/acme/goals/{goal.pk}/counter/", offer).status_code == 302
    with tenant(cast.acme.pk):
        goal.refresh_from_db()
    accepted = {"request_id": str(uuid.uuid4()), "version_read": str(goal.version)}
    page = bob.post(f"/acme/goals/{goal.pk}/accept/", accepted, follow=True)
    assert "What it is measured by" in words(page)
    assert "Calls 75%" in words(page)
    # Each of its KPIs can be logged from the card, and nothing else.
    tap = {"request_id": str(uuid.uuid4()), "kpi": str(kpis["won"].pk), "value": "2"}
    assert bob.post(f"/acme/goals/{goal.pk}/log/", tap).status_code == 302
    other = {"request_id": str(uuid.uuid4()), "kpi": str(kpis["win_rate"].pk), "value": "2"}
    assert bob.post(f"/acme/goals/{goal.pk}/log/", other).status_code == 404
    with tenant(cast.acme.pk):
        assert Entry.objects.get().kpi == kpis["won"]
    for address in ("/acme/goals/", "/acme/goals/tree/", "/acme/home/", "/acme/team/", f"/acme/goals/{goal.pk}/"):
        assert bob.get(address).status_code in (200, 404), address
    assert "Calls and 1 more KPI" in words(bob.get("/acme/goals/"))


def test_one_line_is_revised_by_its_own_address(cast: Cast, kpis: dict[str, Kpi]) -> None:
    bob = cast.client(cast.bob)
    with tenant(cast.acme.pk):
        goal = make_goal(kpis["calls"], member=cast.bob, own_weight=Decimal(1))
        GoalKpi.objects.create(
            goal=goal, kpi=kpis["win_rate"], target_type="increase_to", baseline=Decimal("0.25"), target=Decimal("0.3")
        )
    address = f"/acme/goals/{goal.pk}/revise/?kpi={kpis['win_rate'].pk}"
    assert "This is about Win rate." in words(bob.get(address))
    change = {
        "request_id": str(uuid.uuid4()), "target_as": "points", "target": "-2", "effective_on": "2026-11-23",
        "reason": "The season is over",
    }  # fmt: skip
    page = bob.post(address, change, follow=True)
    assert "Win rate: 30.0% → 28.0%" in words(page)
    with tenant(cast.acme.pk):
        goal.refresh_from_db()
        assert (goal.target, GoalKpi.objects.get().target) == (Decimal(100), Decimal("0.28"))


def test_the_coach_judges_each_line_and_names_the_worst(cast: Cast, kpis: dict[str, Kpi]) -> None:
    with tenant(cast.acme.pk):
        for back in range(3, 24):
            if days_ago(back).isoweekday() < 6:
                for code, number in (("won", 2), ("lost", 6), ("calls", 20)):
                    record(kpis[code], cast.bob, days_ago(back), number)
    bob = cast.client(cast.bob)
    sound = bob.post("/acme/goals/coach/", said(cast, kpis), headers=HX)
    assert letter(sound, "Achievable").startswith("Sound")
    much = bob.post("/acme/goals/coach/", said(cast, kpis, **{"further-0-target": "50"}), headers=HX)
    assert letter(much, "Achievable").startswith("Too much Win rate: Over the last 3 weeks")
    take = re.search(r'name="take" value="(further-0-target=[^"]*)"', much.content.decode())
    assert take
    offered = {**said(cast, kpis, **{"further-0-target": "50"}), "take": take[1].replace("&amp;", "&")}
    assert letter(bob.post("/acme/goals/new/", offered), "Achievable").startswith("Sound")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("further-0-target", "very much", "Write a number in digits"),
        ("further-0-target", "25", "Win rate: The target equals where it starts"),
        ("further-0-kpi", "", "Choose the KPI that shows whether it is reached."),
        ("further-0-kpi", "999999", "Select a valid choice"),
        ("further-0-weight", "0", "The number must be at least 0.01."),
        ("own_weight", "-1", "The number must be at least 0.01."),
    ],
)
def test_what_is_wrong_is_told_and_stays(cast: Cast, kpis: dict[str, Kpi], field: str, value: str, told: str) -> None:
    bob = cast.client(cast.bob)
    for do in ("draft", "propose"):
        answer = bob.post("/acme/goals/new/", {**said(cast, kpis, **{field: value}), "do": do})
        assert answer.status_code == 422
        assert told in words(answer)
        assert 'name="further-0-baseline" value="25%"' in answer.content.decode()
    assert bob.post("/acme/goals/coach/", said(cast, kpis, **{field: value}), headers=HX).status_code == 200
    with tenant(cast.acme.pk):
        assert not Goal.objects.exists()


def test_of_two_editors_the_second_chooses_field_by_field(cast: Cast, kpis: dict[str, Kpi]) -> None:
    alice, bob = cast.client(cast.alice), cast.client(cast.bob)
    bob.post("/acme/goals/new/", {**said(cast, kpis), "do": "draft"})
    with tenant(cast.acme.pk):
        goal = Goal.objects.get()
    address, version = f"/acme/goals/{goal.pk}/edit/", str(goal.version)
    first = said(cast, kpis, version=version, statement="Call twice", target="120", **{"further-0-target": "28"})
    assert alice.post(address, first).status_code == 302
    second = said(cast, kpis, version=version, statement="Write to them", target="90")
    told = bob.post(address, {**second, "request_id": str(uuid.uuid4())})
    assert told.status_code == 409
    assert "30.0% (25% of the whole)" in words(told)
    found = re.search(r'name="version" value="(\d+)"', told.content.decode())
    assert found
    chosen = {"choose-statement": "mine", "choose-target": "theirs", "choose-further": "theirs", "version": found[1]}
    assert bob.post(address, {**second, **chosen, "request_id": str(uuid.uuid4())}).status_code == 302
    with tenant(cast.acme.pk):
        goal, row = Goal.objects.get(), GoalKpi.objects.get()
    assert (goal.statement, goal.target, row.target) == ("Write to them", Decimal(120), Decimal("0.28"))


def test_each_line_has_its_chart_milestones_entries_history_and_coverage(cast: Cast, kpis: dict[str, Kpi]) -> None:
    calls, rate = kpis["calls"], kpis["win_rate"]
    with tenant(cast.acme.pk):
        goal = make_goal(calls, team=cast.north, own_weight=Decimal(1), started_at=NOW)
        line = GoalKpi.objects.create(
            goal=goal, kpi=rate, target_type="increase_to", baseline=Decimal("0.25"), target=Decimal("0.3")
        )
        make_goal(calls, member=cast.bob, parent=goal, target=Decimal(60))
        below = make_goal(make_kpi("visits"), member=cast.alice, parent=goal, own_weight=Decimal(1), target=Decimal(10))
        # A scorecard below counts with each of its KPIs.
        GoalKpi.objects.create(goal=below, kpi=calls, target_type="increase_to", target=Decimal(25))
        GoalKpi.objects.create(goal=below, kpi=rate, target_type="increase_to", baseline=0, target=Decimal("0.4"))
        for code, number in (("calls", 7), ("won", 3), ("lost", 5)):
            record(kpis[code], cast.bob, days_ago(9), number)
    alice = cast.client(cast.alice)
    address = f"/acme/goals/{goal.pk}/"
    form = alice.get(f"{address}milestones/?kpi={rate.pk}")
    assert "This is about Win rate." in words(form)
    half = {"name": "Half way", "date": "2026-11-20", "value": "28"}
    for kpi in (rate, calls):
        said = {**half, "request_id": str(uuid.uuid4())}
        assert alice.post(f"{address}milestones/?kpi={kpi.pk}", said).status_code == 302
    twice = alice.post(f"{address}milestones/?kpi={rate.pk}", {**half, "request_id": str(uuid.uuid4())})
    assert (twice.status_code, "There is a milestone on this day already." in words(twice)) == (422, True)
    with tenant(cast.acme.pk):
        assert {row.further_id: row.value for row in goal.milestones.all()} == {line.pk: Decimal("0.28"), None: 28}
        GoalKpi.objects.filter(pk=line.pk).update(target=Decimal("0.35"))
    page = alice.get(address)
    for text in (
        "Win rate: 28.0% expected, 37.5% on the day",
        "Calls: 28 expected, 7 on the day",
        "Win rate – Target: 30.0% → 35.0%",
        "Calls: The targets below come to 85 of 100: 15 is missing",
        "Win rate: The targets below come to 40.0%: that covers 35.0%",
        "7 Calls",
        "3 Won",
    ):
        assert text in words(page), text
    assert page.content.decode().count('class="chartwrap"') == 2
