"""A member's own page: what is due, what to log, where to begin."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from goals.models import CheckIn, Goal
from kpis.numbers import Scope, value
from kpis.periods import Window
from teams.models import User
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.dashboards.stage import HOME, act, at_ten, make_north, page, text_of
from tests.goals.stage import days_ago, make_goal, make_kpi, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def test_a_rep_finds_their_own_goals_and_logs_in_one_tap(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.bob)
    response = page(client, HOME)
    text = text_of(response)
    assert [card.goal for card in response.context["cards"]] == [goals["bob"]]
    assert "Good morning, Bob" in text
    assert "1 running goal" in text
    assert "Q4 2026" in text
    assert response.context["tally"] == [("off_track", 1)]
    step = response.context["cards"][0].steps[0]
    request_id = response.context["cards"][0].request_id
    tapped = {"tap": step.key, "request_id": str(request_id), "next": "home"}
    answer = client.post(f"/acme/goals/{goals['bob'].pk}/log/", tapped)
    assert (answer.status_code, answer["Location"]) == (302, f"/acme/#card-{goals['bob'].pk}")
    with tenant(cast.acme.pk):
        assert value(goals["bob"].kpi, Scope.member(cast.bob.pk), Window(days_ago(53), TODAY)) == 100 + step.value  # type: ignore[arg-type]
    assert page(client, HOME).context["cards"][0].can_undo


@pytest.mark.parametrize(
    ("hour", "zone", "greeting"),
    [
        (3, "", "Good morning, Bob"),
        (5, "", "Good afternoon, Bob"),
        (11, "", "Good evening, Bob"),
        (19, "", "Good evening, Bob"),
        (22, "", "Good morning, Bob"),
        (22, "America/New_York", "Good afternoon, Bob"),
    ],
)
def test_the_greeting_follows_the_reader_s_clock(cast: Cast, hour: int, zone: str, greeting: str) -> None:
    User.objects.filter(email=cast.bob.email).update(time_zone=zone)
    with time_machine.travel(dt.datetime(2026, 11, 23, hour, tzinfo=dt.UTC), tick=False):
        assert greeting in text_of(page(cast.client(cast.bob), HOME))


def test_what_is_due(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        weekly = make_goal(make_kpi("visits", cadence="weekly"), member=cast.bob, statement="Visit partners")
        CheckIn.objects.create(goal=weekly, date=days_ago(6), confidence=7)
        late = make_goal(make_kpi("tenders", cadence="weekly"), member=cast.bob, statement="Send tenders")
        CheckIn.objects.create(goal=late, date=days_ago(10), confidence=4)
        CheckIn.objects.create(goal=goals["bob"], date=TODAY, confidence=4)
        for title, ends_on, state in (
            ("Overdue", days_ago(3), "doing"),
            ("Today", TODAY, "todo"),
            ("In two weeks", days_ago(-14), "todo"),
            ("Later", days_ago(-15), "todo"),
            ("Done", days_ago(3), "done"),
        ):
            act(goals["bob"], title, ends_on=ends_on, state=state, member=cast.bob)
        act(goals["bob"], "Alice's", ends_on=TODAY, member=cast.alice)
    response = page(cast.client(cast.bob), HOME)
    assert [(call.goal, call.since) for call in response.context["calls"]] == [(late, days_ago(3))]
    assert [action.title for action in response.context["actions"]] == ["Overdue", "Today", "In two weeks"]
    text = text_of(response)
    assert "Check-in due since 20 Nov" in text
    assert "Overdue since 20 Nov" in text
    assert response.context["due_count"] == 4


def test_drafts_wait_at_the_side_and_closed_goals_are_gone(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        draft = Goal.objects.create(statement="Maybe hotels", member=cast.bob)
        Goal.objects.filter(pk=goals["bob"].pk).update(state="closed", outcome="missed", closed_at=cast.acme.created_at)
    response = page(cast.client(cast.bob), HOME)
    assert response.context["drafts"] == [draft]
    assert f"/acme/goals/{draft.pk}/edit/" in text_of(response)
    assert response.context["cards"] == []
    assert "No running goal yet" in text_of(response)


def test_a_manager_without_goals_sees_their_team_in_short(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        Goal.objects.filter(pk=goals["alice"].pk).update(member=cast.bob)
    response = page(cast.client(cast.alice), HOME)
    summary = response.context["summary"]
    assert (summary.focus.label, summary.goal_count) == ("North", 3)
    assert summary.tally == [("off_track", 1), ("at_risk", 1), ("on_track", 1)]
    assert summary.concern_count == 2
    assert f"/acme/team/?team={cast.north.pk}" in text_of(response)
    assert "No running goal yet" not in text_of(response)


def test_a_rep_leads_nobody_and_gets_no_summary(cast: Cast, goals: dict[str, Goal]) -> None:
    assert page(cast.client(cast.bob), HOME).context["summary"] is None


def test_a_viewer_sees_the_organization_s_goals_and_logs_nothing(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.vera), HOME)
    text = text_of(response)
    assert [card.goal for card in response.context["cards"]] == [goals["all"]]
    assert "New goal" not in text
    assert "/log/" not in text
    assert "What is due" not in text


def test_a_new_organization_begins_with_three_steps(cast: Cast) -> None:
    with tenant(cast.globex.pk):
        assert [step.is_done for step in page(cast.client(cast.charlie), "/globex/").context["steps"]] == [False] * 3
        kpi = make_kpi("calls")
    response = page(cast.client(cast.charlie), "/globex/")
    assert [(step.key, step.is_done) for step in response.context["steps"]] == [
        ("kpis", True),
        ("people", False),
        ("goal", False),
    ]
    assert "Choose what you measure" in text_of(response)
    with tenant(cast.globex.pk):
        make_goal(kpi)
    assert [step.is_done for step in page(cast.client(cast.charlie), "/globex/").context["steps"]] == [
        True,
        False,
        True,
    ]


def test_who_has_all_of_it_is_not_shown_the_steps(cast: Cast, goals: dict[str, Goal]) -> None:
    assert page(cast.client(cast.dan), HOME).context["steps"] == []
    assert page(cast.client(cast.bob), HOME).context["steps"] == []


def test_the_worst_comes_first_however_late_it_ends(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        make_goal(calls, member=cast.bob, statement="Soon", deadline=dt.date(2026, 11, 27), target=Decimal(10))
        make_goal(calls, member=cast.bob, statement="Late", deadline=dt.date(2026, 12, 31), target=Decimal(1000))
        make_goal(calls, member=cast.bob, statement="To come", start=dt.date(2026, 12, 1), state="agreed")
        record(calls, cast.bob, days_ago(1), 40)
    cards = page(cast.client(cast.bob), HOME).context["cards"]
    assert [card.goal.statement for card in cards] == ["Late", "Soon", "To come"]


def test_what_ended_lately_waits_for_a_look_back(cast: Cast, goals: dict[str, Goal]) -> None:
    now = cast.acme.created_at
    with tenant(cast.acme.pk):
        for name, outcome, days, looked in (
            ("Missed", "missed", 3, False),
            ("Reached", "achieved", 2, False),
            ("Dropped", "dropped", 2, False),
            ("Long ago", "missed", 40, False),
            ("Looked at", "missed", 1, True),
        ):
            goal = make_goal(goals["bob"].kpi, member=cast.bob, statement=name)
            at = NOW - dt.timedelta(days=days)
            Goal.objects.filter(pk=goal.pk).update(
                state="closed", outcome=outcome, closed_at=at, looked_back_at=now if looked else None
            )
    response = page(cast.client(cast.bob), HOME)
    assert [goal.statement for goal in response.context["look_backs"]] == ["Reached", "Missed"]
    assert [card.goal for card in response.context["cards"]] == [goals["bob"]]


def test_many_goals_come_in_pages(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        for n in range(30):
            make_goal(calls, member=cast.bob, statement=f"Goal {n}", deadline=dt.date(2026, 12, 1 + n))
    client = cast.client(cast.bob)
    first, second = page(client, HOME), page(client, HOME, page=2)
    assert [len(response.context["cards"]) for response in (first, second)] == [24, 6]
    assert first.context["cards"][0].goal.statement == "Goal 0"
    assert "30 running goals" in text_of(first)
