"""The dashboard of a whole organization, through the whole stack."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from goals.forecasting import refresh_forecasts
from goals.models import Goal
from goals.stored import GoalForecast
from kpis.numbers import Scope, value
from kpis.periods import Window
from teams.models import Organization, Team
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.dashboards.stage import at_ten, make_north, page, spread, text_of
from tests.dashboards.test_queries import fill, page_queries, settle
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record

pytestmark = pytest.mark.django_db

WHOLE = "/acme/overview/"
MOST_QUERIES, MOST_BYTES = 12, 150_000


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def test_teams_stand_side_by_side(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        spread(goals["bob"].kpi, cast.bob, 0)  # type: ignore[arg-type]
        record(goals["bob"].kpi, cast.bob, dt.date(2025, 11, 23), 95)  # type: ignore[arg-type]
        record(goals["bob"].kpi, cast.bob, dt.date(2025, 11, 24), 1000)  # type: ignore[arg-type]
    response = page(cast.client(cast.dan), WHOLE)
    north, south = response.context["overview"].teams
    assert [row.goal for row in north.rows] == [goals["bob"], goals["north"], goals["alice"]]
    assert [row.goal for row in south.rows] == [goals["carol"]]
    (calls,) = north.values
    # 190 against 95 on the same days of last year: the 24th does not count yet.
    assert (calls.value, calls.last_year, calls.change.amount) == (190, 95, 1)
    with tenant(cast.acme.pk):
        assert value(calls.kpi, Scope.team(cast.north.pk), Window(dt.date(2026, 10, 1), TODAY)) == calls.value
    # 10 %, 47.5 % and 90 % of the way, each goal with the same weight.
    assert round(north.progress, 4) == Decimal("0.4917")
    text = text_of(response)
    assert "+100%" in text
    assert "49% of the way done, 58% expected by today" in text


def test_the_tree_says_what_the_targets_below_come_to(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        Goal.objects.filter(pk__in=[goals["north"].pk, goals["carol"].pk]).update(parent=goals["all"])
        late = make_goal(
            goals["all"].kpi,
            team=cast.south,
            statement="The south in spring",
            parent=goals["all"],
            start=dt.date(2027, 3, 1),
            deadline=dt.date(2027, 3, 31),
            target=Decimal(300),
        )
    response = page(cast.client(cast.dan), WHOLE)
    (root,) = response.context["overview"].branches
    assert root.row.goal == goals["all"]
    assert {leaf.row.goal for leaf in root.below} == {goals["north"], goals["carol"], late}
    # 400, 100 and what is to come in spring.
    ((_kpi, coverage),) = root.covered
    assert (coverage.value, coverage.missing) == (800, 4200)
    assert "The targets below come to 800 of 5,000: 4,200 is missing" in text_of(response)


def test_the_year_is_forecast_against_last_year(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        for n in range(700):
            if (day := days_ago(n)).isoweekday() <= 5:
                record(calls, cast.bob, day, 10 if day.year < 2026 else 20)
    (end,) = page(cast.client(cast.dan), WHOLE).context["overview"].year_ends
    with tenant(cast.acme.pk):
        last = value(calls, Scope.organization(), Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31)))
        so_far = value(calls, Scope.organization(), Window(dt.date(2026, 1, 1), TODAY))
    assert (end.so_far, end.target, end.is_promised) == (so_far, last, False)
    assert so_far is not None
    assert end.low <= end.expected <= end.high
    # 28 working days are left, at 20 a day.
    assert abs(end.expected - (so_far + 28 * 20)) < 60
    assert end.probability == 1


def test_the_year_s_own_goal_is_what_it_is_compared_with(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = make_goal(calls, target=Decimal(9000), start=dt.date(2026, 1, 1))
        for n in range(320):
            record(calls, cast.bob, days_ago(n), 20)
    before = page(cast.client(cast.dan), WHOLE).context["overview"].year_ends[0]
    with tenant(cast.acme.pk):
        refresh_forecasts([goal], cast.acme, NOW)
        stored = GoalForecast.objects.get(goal=goal)
    end = page(cast.client(cast.dan), WHOLE).context["overview"].year_ends[0]
    assert (end.target, end.is_promised) == (9000, True)
    assert (end.expected, end.probability) == (stored.expected, stored.probability)
    # What is reckoned on the spot and what the clock stores are one forecast.
    assert float(before.expected) == pytest.approx(float(end.expected), rel=0.01)


def test_levels_and_lean_organizations_break_nothing(cast: Cast) -> None:
    client = cast.client(cast.dan)
    assert len(page(client, WHOLE).context["overview"].teams) == 2
    with tenant(cast.acme.pk):
        make_win_rate()
        churn = make_kpi("churn", unit="percent", direction="lower", aggregation="average")
        record(churn, cast.bob, TODAY, "0.4")
    for query in ({}, {"period": "month"}, {"period": "year"}, {"on": "2025-01-01"}, {"on": "2028-01-01"}, {"on": "x"}):
        text_of(page(client, WHOLE, **query))


def test_only_who_sees_everything_may_look(cast: Cast, goals: dict[str, Goal]) -> None:
    people = (cast.alice, cast.bob, cast.vera)
    assert [page(cast.client(who), WHOLE).status_code for who in people] == [403, 403, 403]
    Organization.objects.filter(pk=cast.acme.pk).update(visibility=Organization.Visibility.OPEN)
    assert page(cast.client(cast.vera), WHOLE).status_code == 200
    assert page(cast.client(cast.charlie), WHOLE).status_code == 404


def test_queries_and_size_stay_as_they_are_however_much_there_is(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        kpis = [make_kpi("visits", cadence="weekly"), make_win_rate(), make_kpi("margin", aggregation="average")]
        fill(cast, kpis, 10)
    settle(cast)
    client = cast.client(cast.dan)
    few = page_queries(client, WHOLE)
    with tenant(cast.acme.pk):
        fill(cast, kpis, 190)
        for n in range(60):
            Team.objects.create(name=f"A team with a rather long name, number {n}", parent=cast.north)
        top = Goal.objects.filter(member=None, team=None).first()
        Goal.objects.filter(team=cast.north).update(parent=top)
    settle(cast)
    assert len(page_queries(client, WHOLE)) == len(few) <= MOST_QUERIES, few
    assert len(text_of(page(client, WHOLE)).encode()) <= MOST_BYTES
