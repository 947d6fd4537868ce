"""Money in other currencies: converted by the rate of its day and anew with each new one, never silently added."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpis.actions import add_from_catalogue, correct_entry, log_entry, log_many, save_kpi, withdraw_entry
from kpis.bulk import Delivery
from kpis.conversion import RateTable, converted
from kpis.converted import currencies_in
from kpis.models import Entry, EntryChange, ExchangeRate, Kpi
from kpis.numbers import Scope, value
from kpis.periods import PeriodRules, Window
from kpis.rates import NewRate, RateRefused, remove_rate, set_rates
from kpis.refusals import EntryRefused
from kpis.rollups import differences, refresh_batch
from teams.tenancy import tenant
from tests.cast import TODAY, Cast

D = Decimal
NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    """Counts in baht; a dollar is worth 35.2 from the 1st and 36 from the 20th on."""
    with tenant(cast.acme.pk):
        add_from_catalogue(["revenue", "calls"])
        set_rates([NewRate("USD", nov(1), D("35.2")), NewRate("USD", nov(20), D(36))], by=None)
        yield cast


def revenue() -> Kpi:
    return Kpi.objects.get(code="revenue")


def earn(cast: Cast, amount: str, currency: str, day: dt.date, shares: dict[int, Decimal] | None = None) -> Entry:
    entry, _new = log_entry(
        kpi=revenue(),
        member=cast.bob,
        date=day,
        value=D(amount),
        by=None,
        currency=currency,
        shares=shares,
        today=TODAY,
    )
    return entry


def total(cast: Cast) -> Decimal | None:
    return value(revenue(), Scope.organization(), NOVEMBER)


@pytest.mark.parametrize(
    ("amount", "currency", "day", "worth"),
    [
        ("100", "USD", nov(1), "3520"),
        ("100", "USD", nov(19), "3520"),
        ("100", "USD", nov(20), "3600"),
        ("100", "USD", TODAY, "3600"),
        ("-0.01", "USD", nov(2), "-0.352"),
        ("100", "", nov(2), "100"),
        ("100", "THB", nov(2), "100"),
    ],
)
def test_the_rate_in_force_is_the_latest_of_the_day_or_before(
    acme: Cast, amount: str, currency: str, day: dt.date, worth: str
) -> None:
    entry = Entry.objects.get(pk=earn(acme, amount, currency, day).pk)
    assert (entry.value, total(acme)) == (D(worth), D(worth))
    expected = ("USD", D(amount)) if currency == "USD" else ("", None)
    assert (entry.currency, entry.amount) == expected


@pytest.mark.parametrize(
    ("amount", "rate", "worth"),
    [
        ("1", "0.0000005", "0.000001"),  # half up
        ("1", "0.00000049", "0"),
        ("-1", "0.0000005", "-0.000001"),  # away from zero
        ("0.1", "33.333333333333", "3.333333"),
        ("999999999999.999999", "35.123456789012", "35123456789011.999965"),
    ],
)
def test_rounding_is_half_up_to_six_decimals_here_and_in_the_database(
    acme: Cast, amount: str, rate: str, worth: str
) -> None:
    set_rates([NewRate("EUR", nov(1), D(1))], by=None)
    entry = earn(acme, amount, "EUR", nov(3))
    set_rates([NewRate("EUR", nov(1), D(rate))], by=None)
    by_database = Entry.objects.get(pk=entry.pk).value
    assert by_database == converted(D(amount), D(rate)) == D(worth)


@pytest.mark.parametrize(
    ("kpi", "amount", "currency", "day", "code"),
    [
        ("revenue", "100", "USD", dt.date(2026, 10, 31), "no_rate"),
        ("revenue", "100", "EUR", nov(2), "no_rate"),
        ("revenue", "100", "$", nov(2), "not_a_currency"),
        ("revenue", "100", "usd", nov(2), "not_a_currency"),
        ("calls", "100", "USD", nov(2), "not_money"),
        ("revenue", "999999999999999999", "USD", nov(2), "too_large"),
    ],
)
@pytest.mark.parametrize("road", ["typed", "delivered", "corrected"])
def test_without_a_rate_nothing_is_stored(
    acme: Cast, road: str, kpi: str, amount: str, currency: str, day: dt.date, code: str
) -> None:
    found = Kpi.objects.get(code=kpi)
    before = Entry.objects.create(kpi=found, member=acme.bob, date=nov(5), value=D(1))
    row = Delivery(found.pk, acme.bob.pk, day, D(amount), "1", currency=currency)
    typed = {"date": day, "value": D(amount), "by": None, "currency": currency, "today": TODAY}
    roads: dict[str, Callable[[], object]] = {
        "typed": lambda: log_entry(kpi=found, member=acme.bob, **typed),  # type: ignore[arg-type]
        "delivered": lambda: log_many([row], source="file", today=TODAY),
        "corrected": lambda: correct_entry(before, reason="x", **typed),  # type: ignore[arg-type]
    }
    with pytest.raises(EntryRefused) as refused:
        roads[road]()
    assert refused.value.code == code
    assert refused.value.field == ("value" if code == "too_large" else "currency")
    assert Entry.objects.get().value == 1


def test_a_corrected_rate_converts_its_entries_anew_and_keeps_what_stood(acme: Cast) -> None:
    before, inside, after = (earn(acme, "100", "USD", day) for day in (nov(1), nov(12), nov(21)))
    own = earn(acme, "7", "", nov(12))
    while refresh_batch():
        pass
    done = set_rates([NewRate("USD", nov(10), D(40))], by=acme.dan.user)
    assert (done.added, done.corrected, done.unchanged, done.reconverted) == (1, 0, 0, 1)
    worth = dict(Entry.objects.values_list("pk", "value"))
    assert [worth[entry.pk] for entry in (before, inside, after, own)] == [3520, 4000, 3600, 7]
    change = EntryChange.objects.get()
    assert (change.kind, change.old_value, change.new_value) == ("reconverted", D(3520), D(4000))
    assert (change.changed_by, change.old_amount, change.new_currency) == (acme.dan.user, 100, "USD")
    assert total(acme) == 3520 + 4000 + 3600 + 7  # at once, before any worker
    while refresh_batch():
        pass
    assert differences() == []
    assert total(acme) == 3520 + 4000 + 3600 + 7
    again = set_rates([NewRate("USD", nov(10), D("40.0"))], by=acme.dan.user)
    assert (again.unchanged, again.reconverted, EntryChange.objects.count()) == (1, 0, 1)
    corrected = set_rates([NewRate("USD", nov(10), D(41))], by=None)
    assert (corrected.added, corrected.corrected, corrected.reconverted) == (0, 1, 1)


def test_withdrawn_and_split_entries_are_converted_too(acme: Cast) -> None:
    shares = {acme.bob.pk: D("0.25"), acme.carol.pk: D("0.75")}
    split, gone = earn(acme, "100", "USD", nov(2), shares=shares), earn(acme, "10", "USD", nov(2))
    withdraw_entry(gone, by=None)
    while refresh_batch():
        pass
    set_rates([NewRate("USD", nov(1), D(40))], by=None)
    assert value(revenue(), Scope.member(acme.carol.pk), NOVEMBER) == 3000
    assert Entry.objects.get(pk=gone.pk).value == 400
    assert Entry.objects.get(pk=split.pk).value == 4000


def test_a_removed_rate_gives_way_to_the_one_before_or_stays(acme: Cast) -> None:
    late = earn(acme, "100", "USD", nov(21))
    first, second = ExchangeRate.objects.order_by("day")
    remove_rate(second, by=None)
    assert Entry.objects.get(pk=late.pk).value == 3520
    with pytest.raises(RateRefused, match="there is none before it"):
        remove_rate(first, by=None)
    withdraw_entry(late, by=None)
    with pytest.raises(RateRefused):  # it could be counted again
        remove_rate(first, by=None)


@pytest.mark.parametrize(
    ("currency", "rate", "code"),
    [
        ("US", "1", "not_a_currency"),
        ("usd", "1", "not_a_currency"),
        ("THB", "1", "own"),
        ("EUR", "0", "not_positive"),
        ("EUR", "-1", "not_positive"),
        ("EUR", "NaN", "not_positive"),
        ("EUR", "1e12", "out_of_range"),
        ("EUR", "0.0000000000001", "out_of_range"),
    ],
)
def test_rates_that_are_none(acme: Cast, currency: str, rate: str, code: str) -> None:
    with pytest.raises(RateRefused) as refused:
        set_rates([NewRate("EUR", nov(1), D(38)), NewRate(currency, nov(1), D(rate))], by=None)
    assert refused.value.code == code
    assert ExchangeRate.objects.count() == 2


def test_a_rate_that_would_make_an_entry_too_large_is_refused(acme: Cast) -> None:
    earn(acme, "9999999999999999", "USD", nov(2))
    with pytest.raises(RateRefused, match="too large"):
        set_rates([NewRate("USD", nov(1), D(1000))], by=None)
    assert Entry.objects.get().value == D("9999999999999999") * D("35.2")


def test_a_delivery_in_another_currency_updates_and_repeats_harmlessly(acme: Cast) -> None:
    def deliver(amount: str, currency: str) -> tuple[int, int, int]:
        row = Delivery(revenue().pk, acme.bob.pk, nov(3), D(amount), "deal 1", currency=currency)
        done = log_many([row], source="crm", today=TODAY)
        return done.added, done.changed, done.unchanged

    assert [deliver("100", "USD"), deliver("100", "USD")] == [(1, 0, 0), (0, 0, 1)]
    # The same number in baht is something else; so is the same worth typed in baht.
    assert deliver("3520", "THB") == (0, 1, 0)
    change = EntryChange.objects.get()
    assert (change.old_currency, change.old_amount, change.new_currency, change.new_amount) == ("USD", 100, "", None)
    assert deliver("3520", "") == (0, 0, 1)
    assert total(acme) == 3520
    entry = Entry.objects.get()
    log_entry(
        kpi=revenue(), member=acme.bob, date=nov(3), value=D(50), by=None, currency="USD", source="crm",
        external_id="deal 1", today=TODAY,
    )  # fmt: skip
    entry.refresh_from_db()
    assert (entry.value, entry.currency, entry.amount) == (1760, "USD", 50)


def test_rates_are_one_organizations_own(acme: Cast) -> None:
    with tenant(acme.globex.pk):
        (kpi,) = add_from_catalogue(["revenue"])
        with pytest.raises(EntryRefused, match="no rate for USD"):
            log_entry(kpi=kpi, member=acme.charlie, date=nov(2), value=D(1), by=None, currency="USD", today=TODAY)


days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 20))


# That drawing takes long says something of the machine, nothing of the rates.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.tuples(st.sampled_from(["USD", "EUR"]), days), st.integers(1, 99), max_size=12), days)
def test_the_rate_in_force_against_a_plain_search(rates: dict[tuple[str, dt.date], int], day: dt.date) -> None:
    table = RateTable((currency, since, D(rate)) for (currency, since), rate in rates.items())
    for currency in ("USD", "EUR", "GBP"):
        known = [since for (which, since) in rates if which == currency and since <= day]
        found = table.in_force(currency, day)
        assert (found.rate if found else None) == (rates[currency, max(known)] if known else None)


def test_the_hint_asks_what_the_number_asks(acme: Cast) -> None:
    """Each part in the days in which it is read, and of a stock only what stands."""
    add_from_catalogue(["open_pipeline"])
    ytd = save_kpi(Kpi(code="ytd", name="Y", unit="money", formula="year_to_date(revenue)"))
    before = save_kpi(Kpi(code="eve", name="E", unit="money", formula="previous(revenue) + opening(open_pipeline)"))
    set_rates([NewRate("EUR", nov(1), D(38))], by=None)
    earn(acme, "100", "USD", nov(2))
    earn(acme, "100", "EUR", nov(20), {acme.bob.pk: D("0.5"), acme.carol.pk: D("0.5")})
    pipeline = Kpi.objects.get(code="open_pipeline")
    stocks = [(acme.bob, nov(2), "USD"), (acme.bob, nov(9), ""), (acme.alice, nov(3), "EUR")]
    for member, day, currency in stocks:
        log_entry(kpi=pipeline, member=member, date=day, value=D(1), by=None, currency=currency, today=TODAY)

    def found(kpi: Kpi, scope: Scope, first: int, last: int) -> list[str]:
        return currencies_in(kpi, scope, Window(nov(first), nov(last)), PeriodRules())

    everyone, bob, carol = Scope.organization(), Scope.member(acme.bob.pk), Scope.member(acme.carol.pk)
    with CaptureQueriesContext(connection) as queries:
        assert found(revenue(), everyone, 1, 30) == ["EUR", "USD"]
    assert len(queries) == 2  # one of them for the KPI
    assert found(revenue(), carol, 1, 30) == ["EUR"]
    assert found(revenue(), everyone, 3, 10) == []
    assert found(ytd, everyone, 10, 12) == ["USD"]
    assert found(ytd, bob, 20, 20) == ["EUR", "USD"]
    assert found(before, bob, 3, 3) == ["USD"]  # the dollars of the day before, and of the pipeline at its end
    assert found(before, bob, 2, 2) == []
    assert found(pipeline, bob, 5, 8) == ["USD"]
    assert found(pipeline, bob, 1, 9) == []  # superseded
    assert found(pipeline, everyone, 1, 9) == ["EUR"]
    assert found(before, everyone, 10, 10) == ["EUR"]
