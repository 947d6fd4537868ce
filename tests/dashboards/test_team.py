"""The team dashboard of a manager, through the whole stack."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from goals.further import GoalKpi
from goals.kept import refresh
from goals.models import Goal, Milestone
from goals.progress import Status
from kpis.models import Kpi
from kpis.numbers import Scope, value
from kpis.periods import Window
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.dashboards.stage import TEAM, act, at_ten, make_north, page, text_of
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def test_a_manager_sees_their_team_with_the_worst_first(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM)
    text = text_of(response)
    assert [row.goal for row in response.context["rows"]] == [goals["bob"], goals["north"], goals["alice"]]
    assert [row.status for row in response.context["rows"]] == [Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK]
    assert "Southern calls" not in text
    assert "<strong>Day 54</strong> of 92" in text
    assert "59% of the quarter gone" in text
    # Bob is at 100 of 1,000; 38 of the quarter's 66 working days have gone.
    assert "10% of the way done, 58% expected by today" in text


def test_a_tile_measures_the_team_against_its_own_goal(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM)
    (tile,) = response.context["tiles"]
    assert (tile.kpi.code, tile.goal, tile.value) == ("calls", goals["north"], 190)
    text = text_of(response)
    assert "Target 400" in text
    # 230.3 of 400 were expected.
    assert "<b>18%</b> behind pace" in text
    assert response.context["on_pace"] == 1
    with tenant(cast.acme.pk):
        assert value(tile.kpi, Scope.team(cast.north.pk), Window(dt.date(2026, 10, 1), TODAY)) == tile.value


def test_without_a_target_a_tile_compares_with_the_same_days_before(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        make_goal(calls, member=cast.bob)
        record(calls, cast.bob, TODAY, 30)
        record(calls, cast.bob, dt.date(2026, 7, 1), 20)
        record(calls, cast.bob, dt.date(2026, 8, 23), 4)
        record(calls, cast.bob, dt.date(2026, 8, 24), 1000)
    text = text_of(page(cast.client(cast.alice), TEAM))
    # 54 days of the third quarter end on 23 August.
    assert "<b>25%</b> more than in Q3 2026 by the same day" in text


def test_a_period_that_is_over_is_compared_as_a_whole(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        record(calls, cast.bob, dt.date(2026, 9, 30), 30)
        record(calls, cast.bob, dt.date(2026, 6, 30), 40)
        record(calls, cast.bob, TODAY, 500)
    response = page(cast.client(cast.alice), TEAM, on="2026-07-01")
    assert "<b>25%</b> less than in Q2 2026<" in text_of(response)
    rhythm = response.context["rhythm"]
    assert rhythm.weeks[-1] == Window(dt.date(2026, 9, 28), dt.date(2026, 9, 30))
    assert rhythm.pulses[1].counts[-1] == 1
    assert response.context["watched"] == []


def test_a_rate_is_compared_in_points(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        churn = make_kpi("churn", unit="percent", decimals=1, direction="lower", aggregation="average")
        kept = make_kpi("kept", unit="percent", decimals=1, aggregation="average")
        quarter = {"team": cast.north, "baseline": Decimal("0.5")}
        make_goal(churn, target_type="decrease_to", target=Decimal("0.2"), **quarter)
        make_goal(kept, target_type="stay_at_or_above", target=Decimal("0.9"), **quarter)
        for day in range(60):
            record(churn, cast.bob, days_ago(day), "0.4")
            record(kept, cast.bob, days_ago(day), "0.95")
    response = page(cast.client(cast.alice), TEAM)
    behind, ahead = response.context["tiles"]
    # 0.5 - 0.3 * 38 / 66 = 32.7 % was expected.
    assert behind.is_in_points
    assert "<b>7.3 pts</b> behind pace" in text_of(response)
    assert "<b>5.0 pts</b> ahead of pace" in text_of(response)
    assert not behind.is_upward
    assert ahead.is_upward


def test_what_needs_attention_and_why(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        act(goals["alice"], "Ask for the list", ends_on=days_ago(1))
        act(goals["alice"], "Call the list", ends_on=TODAY)
        act(goals["alice"], "Given up", ends_on=days_ago(5), state="dropped")
        act(goals["alice"], "Done in time", ends_on=days_ago(5), state="done")
    response = page(cast.client(cast.alice), TEAM)
    watched = [(item.row.goal.statement, item.reasons) for item in response.context["watched"]]
    # Bob lacks 900 in 28 working days and did 60 in the last 20; the north lacks 210 and did 114.
    assert watched == [
        ("Reopen dormant accounts", ["Needs 161 a week, doing 15", "The check-in is 52 days overdue"]),
        ("The north calls", ["Needs 38 a week, doing 29", "The check-in is 52 days overdue"]),
        ("Call every new lead", ["1 of 3 actions overdue"]),
    ]


def test_upcoming_deadlines_hold_milestones(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        Milestone.objects.create(goal=goals["bob"], name="Half of them", date=days_ago(-4), value=Decimal(500))
        Milestone.objects.create(goal=goals["bob"], name="Long gone", date=days_ago(4), value=Decimal(300))
        Milestone.objects.create(goal=goals["carol"], name="South", date=days_ago(-4), value=Decimal(30))
    response = page(cast.client(cast.alice), TEAM)
    found = [(due.day, due.title, due.days_left) for due in response.context["upcoming"]]
    last = dt.date(2026, 12, 31)
    assert found[0] == (dt.date(2026, 11, 27), "Half of them", 4)
    assert found[1:] == [(last, goals[who].statement, 38) for who in ("bob", "alice", "north")]


def test_the_course_adds_up_and_says_what_was_expected(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM)
    pace = response.context["pace"]
    assert (pace.goal, pace.compared_with) == (goals["north"], None)
    assert pace.rows[-1].window == Window(TODAY, TODAY)
    assert pace.rows[-1].actual == 190
    assert pace.rows[-1].expected is not None
    assert round(pace.rows[-1].expected, 10) == round(400 * Decimal(38) / 66, 10)
    assert (pace.chart.expected[0].value, pace.chart.expected[-1].value) == (0, 400)
    assert "Calls made: 190 by 23 Nov 2026, beside 230 on the dashed line." in text_of(response)


def test_without_a_goal_the_course_stands_beside_the_period_before(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        record(calls, cast.bob, dt.date(2026, 7, 6), 12)
        record(calls, cast.bob, TODAY, 5)
    pace = page(cast.client(cast.alice), TEAM).context["pace"]
    assert pace.compared_with.start == dt.date(2026, 7, 1)
    assert pace.rows[-1].actual == 5
    assert pace.chart.expected[-1].value == 12


def test_the_rhythm_counts_entries_by_week(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM)
    rhythm = response.context["rhythm"]
    assert [pulse.member for pulse in rhythm.pulses] == [cast.alice, cast.bob]
    assert rhythm.pulses[1].counts == (5, 5, 5, 5, 5, 5, 5, 1)
    assert rhythm.weeks[-1] == Window(TODAY, TODAY)


def test_another_period(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.alice)
    assert "No goals in this period" in text_of(page(client, TEAM, on="2026-08-01"))
    year = page(client, TEAM, period="year")
    assert "<strong>Day 327</strong> of 365" in text_of(year)
    assert len(year.context["rows"]) == 3
    # The quarter's goal is no target for the year.
    assert year.context["tiles"][0].goal is None
    assert "on=2026-07-01" in page(client, TEAM).context["previous_url"]
    assert "Begins on 1 Jan 2027" in text_of(page(client, TEAM, on="2027-01-01"))


def test_goals_that_were_dropped_or_not_begun_are_not_the_team_s(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        Goal.objects.filter(pk=goals["bob"].pk).update(
            state="closed", outcome="dropped", closed_at=cast.acme.created_at
        )
        Goal.objects.filter(pk=goals["alice"].pk).update(state="draft")
    response = page(cast.client(cast.alice), TEAM)
    assert [row.goal for row in response.context["rows"]] == [goals["north"]]


def test_a_large_import_is_announced(cast: Cast, goals: dict[str, Goal], settings: pytest.FixtureRequest) -> None:
    client = cast.client(cast.alice)
    words = "The numbers are being updated"
    assert words not in text_of(page(client, TEAM))
    settings.STALE_ROLLUPS_READ_LIVE = 3  # type: ignore[attr-defined]
    assert words in text_of(page(client, TEAM))
    assert words in text_of(page(client, "/acme/"))


def test_kpis_without_goals_are_shown_as_well(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_kpi("calls")
        make_kpi("revenue", unit="money")
        make_kpi("old", archived_at=cast.acme.created_at)
        record(Kpi.objects.get(code="revenue"), cast.bob, TODAY, 2500)
    response = page(cast.client(cast.alice), TEAM)
    assert [tile.kpi.code for tile in response.context["tiles"]] == ["revenue", "calls"]
    assert "฿2,500" in text_of(response)


@pytest.mark.parametrize("state", ["running", "agreed", "closed"])
def test_a_goal_with_several_kpis_stands_as_well_before_it_is_stored(cast: Cast, state: str) -> None:
    ended = {"outcome": "missed", "closed_at": NOW} if state == "closed" else {}
    with tenant(cast.acme.pk):
        goal = make_goal(make_kpi("calls"), member=cast.bob, own_weight=1, state=state, **ended)
        levels = {"baseline": Decimal("0.1"), "target": Decimal("0.5")}
        GoalKpi.objects.create(goal=goal, kpi=make_win_rate(), target_type="increase_to", **levels)

    def stands() -> list[tuple[Goal, Status, object, int]]:
        rows = page(cast.client(cast.alice), TEAM).context["rows"]
        return [(row.goal, row.status, row.standing.progress, len(row.standing.lines)) for row in rows]

    reckoned = stands()
    with tenant(cast.acme.pk):
        refresh(cast.acme, TODAY)
    ((found, _status, _progress, lines),) = stored = stands()
    assert stored == reckoned
    assert (found, lines) == (goal, 2)
