"""What no road stores, whichever way it comes, and what every road does store."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kpis.actions import add_from_catalogue, archive_kpi, correct_entry, log_entry, log_many
from kpis.bulk import Delivery, prepare
from kpis.models import Entry, EntryChange, Kpi
from kpis.numbers import Scope, value
from kpis.periods import Window
from kpis.refusals import EntryRefused
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import TODAY, Cast

D = Decimal
TOMORROW = TODAY + dt.timedelta(days=1)
Road = Callable[..., Any]


@pytest.fixture
def acme(cast: Cast) -> Any:
    with tenant(cast.acme.pk):
        add_from_catalogue(["calls", "win_rate", "meetings"])
        archive_kpi(Kpi.objects.get(code="meetings"))
        Member.objects.filter(pk=cast.carol.pk).update(left_on=dt.date(2026, 11, 10))
        yield cast


def typed(kpi: Kpi, member: Member, date: dt.date, amount: Decimal) -> None:
    log_entry(kpi=kpi, member=member, date=date, value=amount, by=None, today=TODAY)


def delivered(kpi: Kpi, member: Member, date: dt.date, amount: Decimal) -> None:
    log_many([Delivery(kpi.pk, member.pk, date, amount, "1")], source="file", today=TODAY)


def corrected(kpi: Kpi, member: Member, date: dt.date, amount: Decimal) -> None:
    entry = Entry.objects.create(kpi=kpi, member=member, date=dt.date(2026, 11, 1), value=D(1))
    try:
        correct_entry(entry, value=amount, date=date, reason="x", by=None, today=TODAY)
    finally:
        stored = Entry.objects.get(pk=entry.pk)
        entry.delete() if stored.value == 1 else None


ROADS = pytest.mark.parametrize("road", [typed, delivered, corrected])


@ROADS
@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("1e18", "too_large"),
        ("-1000000000000000000", "too_large"),
        ("1e400", "too_large"),
        ("0.1234567", "too_precise"),
        ("1e-400", "too_precise"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
    ],
)
def test_numbers_that_the_database_would_round_or_refuse(acme: Cast, road: Road, amount: str, code: str) -> None:
    calls = Kpi.objects.get(code="calls")
    with pytest.raises(EntryRefused) as refused:
        road(calls, acme.bob, TODAY, D(amount))
    assert (refused.value.code, refused.value.field) == (code, "value")
    assert not Entry.objects.exists()
    assert not EntryChange.objects.exists()


@ROADS
@pytest.mark.parametrize(
    ("member", "day", "code"),
    [
        ("bob", TOMORROW, "to_come"),
        ("bob", dt.date(9999, 12, 31), "to_come"),
        ("bob", dt.date(1899, 12, 31), "year_out_of_range"),
        ("carol", dt.date(2026, 11, 10), "had_left"),
        ("carol", TODAY, "had_left"),
    ],
)
def test_days_on_which_nothing_can_have_happened(acme: Cast, road: Road, member: str, day: dt.date, code: str) -> None:
    who = Member.objects.get(pk=getattr(acme, member).pk)
    with pytest.raises(EntryRefused) as refused:
        road(Kpi.objects.get(code="calls"), who, day, D(5))
    assert (refused.value.code, refused.value.field) == (code, "date")
    assert not Entry.objects.exists()


@ROADS
@pytest.mark.parametrize(
    ("member", "day"),
    [
        ("bob", TODAY),
        # Long before the KPI was defined, and before the product was there.
        ("bob", dt.date(2019, 2, 1)),
        ("bob", dt.date(1900, 1, 1)),
        # The last day before leaving, recorded afterwards.
        ("carol", dt.date(2026, 11, 9)),
    ],
)
def test_any_day_that_was_is_good(acme: Cast, road: Road, member: str, day: dt.date) -> None:
    calls, who = Kpi.objects.get(code="calls"), Member.objects.get(pk=getattr(acme, member).pk)
    road(calls, who, day, D("999999999999999999.999999"))
    assert value(calls, Scope.member(who.pk), Window(day, day)) == D("999999999999999999.999999")


@pytest.mark.parametrize("road", [typed, delivered])
@pytest.mark.parametrize(("kpi", "code"), [("win_rate", "computed"), ("meetings", "archived")])
def test_kpis_that_take_no_entries(acme: Cast, road: Road, kpi: str, code: str) -> None:
    with pytest.raises(EntryRefused) as refused:
        road(Kpi.objects.get(code=kpi), acme.bob, TODAY, D(5))
    assert (refused.value.code, refused.value.field) == (code, "kpi")


def test_a_share_for_somebody_who_had_left(acme: Cast) -> None:
    shares = {acme.bob.pk: D("0.5"), acme.carol.pk: D("0.5")}
    calls = Kpi.objects.get(code="calls")
    with pytest.raises(EntryRefused, match="Carol had left"):
        log_entry(kpi=calls, member=acme.bob, date=TODAY, value=D(2), by=None, shares=shares, today=TODAY)
    entry, _new = log_entry(
        kpi=calls, member=acme.bob, date=dt.date(2026, 11, 2), value=D(2), by=None, shares=shares, today=TODAY
    )
    with pytest.raises(EntryRefused, match="Carol had left"):
        correct_entry(entry, value=D(2), date=TODAY, reason="x", by=None, today=TODAY)


def test_a_number_is_corrected_also_where_the_person_has_left_since(acme: Cast) -> None:
    carol, calls = Member.objects.get(pk=acme.carol.pk), Kpi.objects.get(code="calls")
    entry = Entry.objects.create(kpi=calls, member=carol, date=TODAY, value=D(5))
    assert correct_entry(entry, value=D(4), date=TODAY, reason="x", by=None, today=TODAY).value == 4


def test_rows_are_refused_one_by_one(acme: Cast) -> None:
    calls, rate = Kpi.objects.get(code="calls"), Kpi.objects.get(code="win_rate")
    rows = [
        Delivery(calls.pk, acme.bob.pk, TODAY, D(1), "1"),
        Delivery(calls.pk, acme.bob.pk, TOMORROW, D(1), "2"),
        Delivery(calls.pk, acme.carol.pk, TODAY, D(1), "3"),
        Delivery(calls.pk, acme.bob.pk, TODAY, D("1e18"), "4"),
        Delivery(rate.pk, acme.bob.pk, TODAY, D(1), "5"),
        Delivery(calls.pk, acme.charlie.pk, TODAY, D(1), "6"),
        Delivery(rate.pk + 1000, acme.bob.pk, TODAY, D(1), "7"),
    ]
    codes = [row.code if isinstance(row, EntryRefused) else "" for row in prepare(rows, today=TODAY)]
    assert codes == ["", "to_come", "had_left", "too_large", "computed", "no_member", "no_kpi"]


def test_today_is_the_organizations(acme: Cast) -> None:
    """Without a day from the caller: what is tomorrow in Bangkok is refused, whatever the server's clock says."""
    here = acme.acme.today(dt.datetime.now(dt.UTC))
    calls = Kpi.objects.get(code="calls")
    log_entry(kpi=calls, member=acme.bob, value=D(1), by=None, date=here)
    with pytest.raises(EntryRefused, match="still to come"):
        log_entry(kpi=calls, member=acme.bob, value=D(1), by=None, date=here + dt.timedelta(days=1))
