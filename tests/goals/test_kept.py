"""Stored standings: whatever changes, what is asked for is what reckoning it now would say."""

import datetime as dt
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals import kept
from goals.actions import close_goal, drop_goal, revise_target
from goals.further import GoalKpi
from goals.kept import organizations_to_refresh, refresh, standings
from goals.models import CheckIn, Goal, Milestone
from goals.reading import Standing
from goals.standing import reckon
from goals.stored import GoalForecast, StandingMark, StoredStanding
from goals.tasks import refresh_standings, refresh_standings_of
from kpis.models import Credit, Entry, Kpi
from kpis.rollups import refresh_all, refresh_batch
from teams.models import Holiday, Leave, Organization, Team, TeamMembership
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast, make_cast
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record

pytestmark = pytest.mark.django_db
D = Decimal
TOMORROW = TODAY + dt.timedelta(days=1)


def make_stage(cast: Cast) -> None:
    """Goals of everyone, on totals, rates and stocks, with numbers."""
    calls, rate, stock = make_kpi("calls"), make_win_rate(), make_kpi("customers", aggregation="last")
    owners: list[dict[str, Any]] = [{"member": cast.bob}, {"member": cast.carol}, {"team": cast.north}, {}]
    for owner in owners:
        make_goal(calls, **owner)
        make_goal(calls, target_type="stay_at_or_above", target=Decimal(3), **owner)
        make_goal(rate, baseline=Decimal("0.2"), target=Decimal("0.6"), **owner)
        make_goal(stock, baseline=Decimal(1), target=Decimal(9), **owner)
    make_goal(calls, member=cast.bob, start=TODAY + dt.timedelta(days=9), state=Goal.State.AGREED)
    make_scorecard(calls, rate, member=cast.bob)
    ended = {"start": days_ago(90), "deadline": days_ago(30), "state": Goal.State.CLOSED, "closed_at": NOW}
    make_scorecard(calls, rate, member=cast.bob, outcome="missed", closing_value=40, own_attainment=D("0.4"), **ended)
    won, lost = Kpi.objects.get(code="won"), Kpi.objects.get(code="lost")
    for n, member in enumerate((cast.bob, cast.carol, cast.alice)):
        for kpi in (calls, won, lost, stock):
            record(kpi, member, days_ago(3 * n + 1), n + 2)
            record(kpi, member, days_ago(40), n + 1)


def make_scorecard(calls: Kpi, rate: Kpi, **more: Any) -> None:
    """Calls with the weight 3, beside the win rate with 1."""
    goal = make_goal(calls, own_weight=D(3), **more)
    GoalKpi.objects.create(goal=goal, kpi=rate, target_type="increase_to", baseline=D("0.2"), target=D("0.9"))


def all_goals() -> list[Goal]:
    return list(Goal.objects.with_names().order_by("pk"))


def store(cast: Cast, today: dt.date = TODAY) -> None:
    while refresh_batch(wait=True):
        pass
    refresh(acme(cast), today)


def acme(cast: Cast) -> Organization:
    """As it is now."""
    return Organization.objects.get(pk=cast.acme.pk)


def live(cast: Cast, today: dt.date = TODAY) -> dict[int, Standing]:
    return reckon(all_goals(), acme(cast), today)


def must_agree(cast: Cast, today: dt.date = TODAY) -> None:
    assert standings(all_goals(), acme(cast), today) == live(cast, today)


def first(**what: Any) -> Goal:
    found: Goal = Goal.objects.with_names().filter(**what).order_by("pk")[0]
    return found


def kpi(code: str) -> Kpi:
    found: Kpi = Kpi.objects.get(code=code)
    return found


def line() -> GoalKpi:
    """The further KPI of the scorecard that runs."""
    found: GoalKpi = GoalKpi.objects.select_related("goal", "kpi").get(goal__state="running")
    return found


def share(cast: Cast) -> None:
    """Of what Bob recorded half is Carol's."""
    entry = Entry.objects.filter(member=cast.bob, kpi=kpi("calls"))[0]
    for member in (cast.bob, cast.carol):
        Credit.objects.create(entry=entry, member=member, share=Decimal("0.5"))
    Entry.objects.filter(pk=entry.pk).update(is_split=True)


CHANGES: dict[str, Callable[[Cast], Any]] = {
    "an entry": lambda cast: record(kpi("calls"), cast.bob, TODAY, 7),
    "an entry of a part": lambda cast: record(kpi("lost"), cast.carol, TODAY, 7),
    "a correction": lambda cast: Entry.objects.filter(kpi=kpi("calls"), member=cast.bob).update(value=Decimal(50)),
    "a withdrawal": lambda cast: Entry.objects.filter(kpi=kpi("won")).update(voided_at=NOW),
    "another's share": lambda cast: share(cast),
    "a revision": lambda cast: revise_target(
        first(member=cast.bob, state="running"), target=Decimal(140), effective_on=TODAY, reason="More", by=cast.alice,
        today=TODAY, request_id=uuid4(),
    ),
    "a milestone": lambda cast: Milestone.objects.create(
        goal=first(member=cast.bob), name="Half", date=days_ago(5), value=Decimal(80)
    ),
    "a check-in": lambda cast: CheckIn.objects.create(goal=first(team=cast.north), date=TODAY, confidence=3, note="Hm"),
    "a forecast": lambda cast: GoalForecast.objects.create(
        goal=first(member=cast.carol), day=TODAY, made_at=NOW, probability=Decimal("0.05")
    ),
    "a line's forecast": lambda cast: GoalForecast.objects.create(
        further=line(), day=TODAY, made_at=NOW, probability=Decimal("0.05")
    ),
    "a line's target": lambda cast: GoalKpi.objects.update(target=Decimal("0.8")),
    "a line's revision": lambda cast: revise_target(
        line().goal, target=Decimal("0.7"), effective_on=TODAY, reason="Less", by=cast.alice, today=TODAY,
        request_id=uuid4(), further=line(),
    ),
    "a line's milestone": lambda cast: Milestone.objects.create(
        goal=line().goal, further=line(), name="Half", date=days_ago(-5), value=Decimal("0.6")
    ),
    "a line more": lambda cast: GoalKpi.objects.create(
        goal=line().goal, kpi=kpi("customers"), target_type="increase_to", baseline=1, target=9
    ),
    "a line less": lambda cast: line().delete(),
    "a new deadline": lambda cast: Goal.objects.filter(member=cast.bob).update(deadline=days_ago(-90)),
    "another owner": lambda cast: Goal.objects.filter(member=cast.bob).update(member=cast.carol),
    "a goal given up": lambda cast: drop_goal(
        first(member=cast.bob), note="", organization=cast.acme, today=TODAY, now=NOW
    ),
    "a new goal": lambda cast: make_goal(kpi("calls"), member=cast.bob, target=Decimal(5)),
    "another formula": lambda cast: Kpi.objects.filter(code="win_rate").update(formula="won / (won + 2 * lost)"),
    "another cadence": lambda cast: Kpi.objects.filter(code="calls").update(cadence="monthly"),
    "a holiday": lambda cast: Holiday.objects.create(date=days_ago(4), name="A feast"),
    "leave": lambda cast: Leave.objects.create(member=cast.bob, starts_on=days_ago(9), ends_on=days_ago(2)),
    "a week of six days": lambda cast: Organization.objects.filter(pk=cast.acme.pk).update(
        working_days=[1, 2, 3, 4, 5, 6]
    ),
    "a move to the team": lambda cast: TeamMembership.objects.filter(member=cast.carol).update(team=cast.north),
    "a team that came below": lambda cast: Team.objects.filter(pk=cast.south.pk).update(parent=cast.north),
    "a leaver": lambda cast: type(cast.bob).objects.filter(pk=cast.bob.pk).update(left_on=days_ago(2)),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_stored_never_outlives_a_change(cast: Cast, name: str) -> None:
    with tenant(cast.acme.pk):
        make_stage(cast)
        store(cast)
        before = live(cast)
        CHANGES[name](cast)
        after = live(cast)
        assert after != before, "a change that changes nothing proves nothing"
        must_agree(cast)
        # The rollups are made anew, and the standings are not yet.
        while refresh_batch(wait=True):
            pass
        must_agree(cast)
        store(cast)
        assert not StandingMark.objects.exists()
        must_agree(cast)


def test_what_is_stored_is_what_is_shown(cast: Cast) -> None:
    """Else nothing here would be about stored rows."""
    with tenant(cast.acme.pk):
        make_stage(cast)
        store(cast)
        goals = all_goals()
        assert StoredStanding.objects.count() == len(goals) + GoalKpi.objects.count()
        StoredStanding.objects.update(last_entry_on=dt.date(2020, 2, 20))
        found = standings(goals, cast.acme, TODAY)
    assert {each.last_entry_on for each in found.values()} == {dt.date(2020, 2, 20)}


def test_two_queries_where_all_is_stored_and_one_for_scorecards(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_stage(cast)
        store(cast)
        goals = all_goals()
        with CaptureQueriesContext(connection) as captured:
            standings([goal for goal in goals if not goal.is_scorecard], cast.acme, TODAY)
        assert len(captured) == 2
        with CaptureQueriesContext(connection) as captured:
            standings(goals, cast.acme, TODAY)
        assert len(captured) == 3


def test_a_new_day_is_reckoned_until_it_is_stored(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_stage(cast)
        store(cast)
        assert live(cast, TOMORROW) != live(cast)
        must_agree(cast, TOMORROW)
        store(cast, TOMORROW)
        moving = StoredStanding.objects.exclude(goal__state="closed").exclude(further__goal__state="closed")
        assert {row.day for row in moving} == {TOMORROW}
        must_agree(cast, TOMORROW)


def test_a_closed_goal_is_stored_once_for_all_days(cast: Cast) -> None:
    after = dt.date(2027, 1, 8)
    with tenant(cast.acme.pk):
        make_stage(cast)
        goal = first(member=cast.bob)
        close_goal(goal, reckon([goal], cast.acme, after)[goal.pk], now=NOW + (after - TODAY))
        store(cast, after)
        store(cast, after + dt.timedelta(days=1))
        assert StoredStanding.objects.get(goal=goal).day == after
        must_agree(cast, after + dt.timedelta(days=1))


def test_drafts_are_not_stored(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_stage(cast)
        make_goal(kpi("calls"), member=cast.bob, state=Goal.State.DRAFT)
        store(cast)
        assert not StoredStanding.objects.filter(goal__state=Goal.State.DRAFT).exists()
        must_agree(cast)


def test_the_clock_finds_organizations_by_their_marks(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_stage(cast)
    for organization in (cast.acme, cast.globex):
        while refresh_all(organization.pk):
            pass
        refresh_standings_of(organization, NOW)
    assert organizations_to_refresh() == []
    with tenant(cast.acme.pk):
        Holiday.objects.create(date=TODAY, name="A feast")
    assert organizations_to_refresh() == [cast.acme.pk]
    refresh_standings()
    assert organizations_to_refresh() == []


def test_marks_of_an_organization_that_is_gone_are_forgotten() -> None:
    with tenant(987654):
        StandingMark.objects.create()
    assert organizations_to_refresh() == [987654]
    refresh_standings()
    assert organizations_to_refresh() == []


OPERATIONS = ["entry", "correction", "drain", "refresh", "check-in", "revision", "holiday", "move", "formula", "ask"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 5)), min_size=3, max_size=12))
def test_in_whatever_order(cast: Cast, steps: list[tuple[str, int]]) -> None:
    with tenant(cast.acme.pk):
        clear()
        make_stage(cast)
        for n, (name, number) in enumerate(steps):
            act(cast, name, number, n)
            must_agree(cast)


def clear() -> None:
    for model in (Goal, Entry, Kpi, Holiday):
        model.objects.all().delete()


def act(cast: Cast, name: str, number: int, n: int) -> None:
    member = (cast.bob, cast.carol, cast.alice)[number % 3]
    if name == "entry":
        record(kpi(("calls", "won", "customers")[number // 2]), member, days_ago(n), number + 1)
    elif name == "correction":
        Entry.objects.filter(member=member).update(value=Decimal(number + 2))
    elif name == "drain":
        refresh_batch(number + 1, wait=True)
    elif name == "refresh":
        refresh(cast.acme, TODAY)
    elif name == "check-in":
        CheckIn.objects.create(goal=all_goals()[number], date=TODAY, confidence=number)
    elif name == "revision":
        Goal.objects.filter(pk=all_goals()[number].pk).update(target=Decimal(number + 50))
    elif name == "holiday":
        Holiday.objects.create(date=days_ago(n + 1), name="A feast")
    elif name == "move":
        TeamMembership.objects.filter(member=member).update(team=(cast.north, cast.south)[number % 2])
    elif name == "formula":
        Kpi.objects.filter(code="win_rate").update(formula=f"won / (won + {number + 1} * lost)")


@pytest.mark.django_db(transaction=True)
def test_a_change_during_the_reckoning_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody logs between the worker's reading and its storing: the older standing is stored, and marked."""
    cast = make_cast()
    with tenant(cast.acme.pk):
        make_stage(cast)
        store(cast)
        Holiday.objects.create(date=days_ago(4), name="A feast")
    real = reckon

    def slowly(*arguments: Any) -> dict[int, Standing]:
        found = real(*arguments)
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        return found

    def elsewhere() -> None:
        with tenant(cast.acme.pk):
            record(kpi("calls"), cast.bob, TODAY, 11)
            refresh_batch(wait=True)
            CheckIn.objects.create(goal=first(member=cast.bob), date=TODAY, confidence=1)
        connection.close()

    monkeypatch.setattr(kept, "reckon", slowly)
    assert refresh_standings_of(cast.acme, NOW)
    monkeypatch.undo()
    with tenant(cast.acme.pk):
        assert StandingMark.objects.filter(goal__isnull=False).exists()
        must_agree(cast)
        store(cast)
        must_agree(cast)
