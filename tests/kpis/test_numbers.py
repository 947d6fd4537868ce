"""What value() says of a small record, by hand."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal as D  # noqa: N817
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions, ledger
from kpis.models import Kpi
from kpis.numbers import Cell, DayFigures, Scope, daily, is_updating, last_entry_dates, value, values
from kpis.periods import PeriodRules, Window, period_of
from kpis.rollups import refresh_batch
from teams.models import Member, Team, TeamMembership
from teams.tenancy import tenant
from tests.cast import Cast

NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 10, 31))


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with tenant(cast.acme.pk):
        yield cast


@pytest.fixture(params=["live", "rolled up"])
def settle(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Every case holds before the rollups are made, and after."""
    return lambda: None if request.param == "live" else drain()


def drain() -> None:
    while refresh_batch():
        pass


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def log(kpi: Kpi, member: Member, day: dt.date, amount: str, **options: object) -> None:
    actions.log_entry(kpi=kpi, member=member, date=day, value=D(amount), by=None, today=day, **options)  # type: ignore[arg-type]


def add(*keys: str) -> list[Kpi]:
    return actions.add_from_catalogue(keys)


def test_flow_is_summed_over_the_window_and_the_scope(acme: Cast, settle: Callable[[], None]) -> None:
    (calls,) = add("calls")
    log(calls, acme.bob, nov(1), "3")
    log(calls, acme.bob, nov(1), "4.5")
    log(calls, acme.bob, nov(30), "1")
    log(calls, acme.bob, dt.date(2026, 10, 31), "100")
    log(calls, acme.carol, nov(5), "20")
    settle()
    assert value(calls, Scope.member(acme.bob.pk), NOVEMBER) == D("8.5")
    assert value(calls, Scope.team(acme.north.pk), NOVEMBER) == D("8.5")
    assert value(calls, Scope.team(acme.south.pk), NOVEMBER) == D(20)
    assert value(calls, Scope.organization(), NOVEMBER) == D("28.5")


def test_nothing_recorded_is_none_and_not_zero(acme: Cast, settle: Callable[[], None]) -> None:
    calls, customers, cycle, rate = add("calls", "customers", "sales_cycle", "win_rate")
    settle()
    for kpi in (calls, customers, cycle, rate):
        assert value(kpi, Scope.organization(), NOVEMBER) is None


def test_recorded_zero_is_zero(acme: Cast, settle: Callable[[], None]) -> None:
    (calls,) = add("calls")
    log(calls, acme.bob, nov(1), "0")
    settle()
    assert value(calls, Scope.member(acme.bob.pk), NOVEMBER) == D(0)


def test_average_is_weighted_by_entries_not_by_days_or_members(acme: Cast, settle: Callable[[], None]) -> None:
    (cycle,) = add("sales_cycle")
    for amount in ("10", "20", "30"):
        log(cycle, acme.bob, nov(2), amount)
    log(cycle, acme.carol, nov(3), "40")
    settle()
    assert value(cycle, Scope.organization(), NOVEMBER) == D(25)


def test_formula_is_sum_over_sum(acme: Cast, settle: Callable[[], None]) -> None:
    won, lost, rate = add("won", "lost", "win_rate")
    log(won, acme.bob, nov(2), "1")
    log(lost, acme.bob, nov(2), "1")
    log(won, acme.alice, nov(2), "8")
    log(lost, acme.alice, nov(2), "0")
    settle()
    assert value(rate, Scope.team(acme.north.pk), NOVEMBER) == D("0.9")


def test_week_of_losses_is_a_rate_of_zero_once_wins_were_recorded(acme: Cast, settle: Callable[[], None]) -> None:
    won, lost, rate = add("won", "lost", "win_rate")
    bob = Scope.member(acme.bob.pk)
    log(lost, acme.bob, nov(2), "2")
    settle()
    assert value(rate, bob, NOVEMBER) is None
    log(won, acme.bob, dt.date(2026, 10, 2), "1")
    settle()
    assert value(rate, bob, NOVEMBER) == D(0)
    assert value(won, bob, NOVEMBER) is None
    assert value(rate, bob, Window(nov(10), nov(20))) is None


def test_stock_is_the_last_value_of_each_member_in_the_scope(acme: Cast, settle: Callable[[], None]) -> None:
    (customers,) = add("customers")
    log(customers, acme.bob, dt.date(2026, 3, 1), "50")
    log(customers, acme.bob, nov(10), "60")
    log(customers, acme.bob, nov(10), "61")
    log(customers, acme.carol, nov(3), "7")
    settle()
    organization = Scope.organization()
    assert value(customers, organization, OCTOBER) == D(50)
    assert value(customers, organization, NOVEMBER) == D(68)
    assert value(customers, Scope.team(acme.south.pk), Window(nov(1), nov(2))) is None


def test_who_has_left_counts_in_no_stock_but_in_flows(acme: Cast, settle: Callable[[], None]) -> None:
    customers, calls = add("customers", "calls")
    for kpi in (customers, calls):
        log(kpi, acme.bob, nov(3), "5")
        log(kpi, acme.alice, nov(3), "2")
    Member.objects.filter(pk=acme.bob.pk).update(left_on=nov(20))
    settle()
    north = Scope.team(acme.north.pk)
    assert value(customers, north, Window(nov(1), nov(19))) == D(7)
    assert value(customers, north, Window(nov(1), nov(20))) == D(2)
    assert value(customers, Scope.organization(), NOVEMBER) == D(2)
    assert value(customers, Scope.member(acme.bob.pk), NOVEMBER) is None
    assert value(calls, north, NOVEMBER) == D(7)


def test_moved_member_counts_for_each_team_on_its_days(acme: Cast, settle: Callable[[], None]) -> None:
    calls, customers = add("calls", "customers")
    TeamMembership.objects.filter(member=acme.bob).update(ends_on=nov(14))
    TeamMembership.objects.create(member=acme.bob, team=acme.south, starts_on=nov(15))
    for day, amount in ((nov(14), "1"), (nov(15), "10")):
        log(calls, acme.bob, day, amount)
        log(customers, acme.bob, day, amount)
    settle()
    north, south = Scope.team(acme.north.pk), Scope.team(acme.south.pk)
    assert value(calls, north, NOVEMBER) == D(1)
    assert value(calls, south, NOVEMBER) == D(10)
    assert value(customers, north, Window(nov(1), nov(14))) == D(1)
    assert value(customers, north, NOVEMBER) is None
    assert value(customers, south, NOVEMBER) == D(10)


def test_team_holds_its_sub_teams(acme: Cast, settle: Callable[[], None]) -> None:
    (calls,) = add("calls")
    below = Team.objects.create(name="Below", parent=acme.south)
    acme.south.parent = acme.north
    acme.south.save()
    TeamMembership.objects.filter(member=acme.vera).update(team=below)
    for member in (acme.bob, acme.carol, acme.vera):
        log(calls, member, nov(2), "1")
    settle()
    assert value(calls, Scope.team(acme.north.pk), NOVEMBER) == D(3)
    assert value(calls, Scope.team(acme.south.pk), NOVEMBER) == D(2)


def test_shared_credit_counts_once_in_the_whole(acme: Cast, settle: Callable[[], None]) -> None:
    revenue, cycle = add("revenue", "sales_cycle")
    shares = {acme.bob.pk: D("0.7"), acme.carol.pk: D("0.3")}
    log(revenue, acme.bob, nov(2), "1000", shares=shares)
    log(cycle, acme.bob, nov(2), "30", shares=shares)
    log(cycle, acme.bob, nov(2), "10")
    settle()
    assert value(revenue, Scope.member(acme.bob.pk), NOVEMBER) == D(700)
    assert value(revenue, Scope.team(acme.south.pk), NOVEMBER) == D(300)
    assert value(revenue, Scope.organization(), NOVEMBER) == D(1000)
    assert value(cycle, Scope.member(acme.carol.pk), NOVEMBER) == D(30)
    assert value(cycle, Scope.organization(), NOVEMBER) == D(20)


def test_shifts_read_other_windows(acme: Cast, settle: Callable[[], None]) -> None:
    revenue, growth, customers, lost, churn = add(
        "revenue", "sales_growth", "customers", "lost_customers", "churn_rate"
    )
    log(revenue, acme.bob, dt.date(2025, 2, 1), "100")
    log(revenue, acme.bob, dt.date(2025, 12, 31), "9999")
    log(revenue, acme.bob, dt.date(2026, 1, 1), "60")
    log(revenue, acme.carol, nov(30), "60")
    log(customers, acme.bob, dt.date(2026, 10, 31), "40")
    log(customers, acme.bob, nov(1), "500")
    log(lost, acme.bob, nov(30), "18")
    settle()
    assert value(growth, Scope.organization(), NOVEMBER) == D("0.2")
    assert value(churn, Scope.organization(), NOVEMBER) == D("0.45")


def test_corrected_and_withdrawn_entries_count_at_once(acme: Cast, settle: Callable[[], None]) -> None:
    (calls,) = add("calls")
    entry, _new = actions.log_entry(kpi=calls, member=acme.bob, date=nov(2), value=D(5), by=None)
    settle()
    bob = Scope.member(acme.bob.pk)
    actions.correct_entry(entry, value=D(7), date=dt.date(2026, 10, 2), reason="misread", by=None)
    settle()
    assert value(calls, bob, NOVEMBER) is None
    assert value(calls, bob, OCTOBER) == D(7)
    actions.withdraw_entry(entry, by=None)
    settle()
    assert value(calls, bob, OCTOBER) is None
    actions.restore_entry(entry, by=None)
    assert value(calls, bob, OCTOBER) == D(7)


def test_daily_figures(acme: Cast, settle: Callable[[], None]) -> None:
    calls, customers = add("calls", "customers")
    TeamMembership.objects.filter(member=acme.bob).update(ends_on=nov(14))
    for day, amount in ((nov(2), "1"), (nov(2), "2"), (nov(16), "9")):
        log(calls, acme.bob, day, amount)
    log(customers, acme.bob, dt.date(2026, 10, 1), "40")
    log(customers, acme.alice, nov(3), "5")
    log(customers, acme.bob, nov(3), "41")
    settle()
    north = Scope.team(acme.north.pk)
    found = daily([(calls, north, NOVEMBER), (customers, north, NOVEMBER)])
    assert found[calls, north, NOVEMBER] == {nov(2): DayFigures(D(3), D(2), None)}
    assert {day: each.closing for day, each in found[customers, north, NOVEMBER].items()} == {
        nov(1): D(40),
        nov(3): D(46),
        nov(15): D(5),
    }


def test_daily_figures_of_a_formula_are_those_of_its_parts(acme: Cast) -> None:
    won, lost, rate = add("won", "lost", "win_rate")
    log(won, acme.bob, nov(2), "1")
    bob = Scope.member(acme.bob.pk)
    assert daily([(rate, bob, NOVEMBER)]) == {
        (won, bob, NOVEMBER): {nov(2): DayFigures(D(1), D(1), None)},
        (lost, bob, NOVEMBER): {},
    }


def test_last_entry_dates(acme: Cast, settle: Callable[[], None]) -> None:
    won, lost, rate = add("won", "lost", "win_rate")
    log(won, acme.bob, nov(2), "1")
    log(lost, acme.bob, nov(4), "1", shares={acme.alice.pk: D("0.5"), acme.bob.pk: D("0.5")})
    settle()
    bob, carol = Scope.member(acme.bob.pk), Scope.member(acme.carol.pk)
    found = last_entry_dates([(won, bob), (rate, bob), (rate, carol)], nov(30))
    assert found == {(won, bob): nov(2), (rate, bob): nov(4), (rate, carol): None}
    assert last_entry_dates([(rate, bob)], nov(3)) == {(rate, bob): nov(2)}


def test_another_tenants_numbers_are_out_of_reach(acme: Cast) -> None:
    (calls,) = add("calls")
    log(calls, acme.bob, nov(2), "1")
    with tenant(acme.globex.pk):
        (theirs,) = add("calls")
        log(theirs, acme.charlie, nov(2), "50")
        assert value(calls, Scope.member(acme.bob.pk), NOVEMBER) is None
        assert value(theirs, Scope.organization(), NOVEMBER) == D(50)
    assert value(calls, Scope.organization(), NOVEMBER) == D(1)


def test_beyond_the_bound_rollups_are_read_as_they_are(acme: Cast, settings: object) -> None:
    (calls,) = add("calls")
    log(calls, acme.bob, nov(2), "1")
    drain()
    settings.STALE_ROLLUPS_READ_LIVE = 1  # type: ignore[attr-defined]
    log(calls, acme.bob, nov(2), "10")
    organization = Scope.organization()
    assert (value(calls, organization, NOVEMBER), is_updating()) == (D(11), False)
    log(calls, acme.bob, nov(3), "100")
    assert (value(calls, organization, NOVEMBER), is_updating()) == (D(1), True)
    drain()
    assert (value(calls, organization, NOVEMBER), is_updating()) == (D(111), False)


def test_many_cells_take_no_more_queries_than_one(acme: Cast) -> None:
    kpis = add("calls", "win_rate", "sales_growth", "customers", "churn_rate")
    scopes = [Scope.organization(), Scope.team(acme.north.pk), Scope.member(acme.bob.pk)]
    windows = [Window(dt.date(2026, 1, 1) + dt.timedelta(days=n), nov(1)) for n in range(100)]
    with CaptureQueriesContext(
        connection,
    ) as few:
        values([Cell(kpis[2], scopes[1], windows[0])])
    with CaptureQueriesContext(connection) as many:
        values([Cell(kpi, scope, window) for kpi in kpis for scope in scopes for window in windows])
    assert len(few) == len(many) == 3


def test_a_stock_is_read_once_a_day_however_many_ask(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a month opens with is what the one before it closed with."""
    asked: list[Any] = []
    real = ledger.read_totals

    def listen(questions: Any) -> Any:
        asked.extend(questions)
        return real(questions)

    monkeypatch.setattr(ledger, "read_totals", listen)
    held = Kpi.objects.create(code="held", name="Held", aggregation="last")
    opened = Kpi.objects.create(code="opened", name="Opened", formula="opening(held)")
    days = [dt.date(2026, month, 1) for month in range(1, 12)]
    for n, day in enumerate(days):
        actions.log_entry(kpi=held, member=acme.bob, date=day, value=D(n), by=None)
    months = [period_of("month", day, PeriodRules()) for day in days]
    scope = Scope.member(acme.bob.pk)
    numbers = values(Cell(kpi, scope, month) for kpi in (held, opened) for month in months)
    assert len(asked) == len(months) + 1
    assert [numbers[Cell(held, scope, month)] for month in months] == list(range(11))
    assert [numbers[Cell(opened, scope, month)] for month in months] == [None, *range(10)]
