"""Money in other currencies on the pages: what was converted is shown, what is wrong is answered at the field."""

import uuid
from decimal import Decimal

import pytest

from kpis.actions import add_from_catalogue, withdraw_entry
from kpis.models import Entry, ExchangeRate, Kpi
from teams.models import Organization
from teams.tenancy import tenant
from tests.cast import Cast
from tests.kpis.test_kpi_pages import definition

D = Decimal


def revenue() -> Kpi:
    return Kpi.objects.get(code="revenue")


def send(cast: Cast, **fields: object) -> dict[str, object]:
    with tenant(cast.acme.pk):
        kpi = revenue().pk
    return {"kpi": kpi, "value": "100", "date": "2026-11-02", "request_id": str(uuid.uuid4()), **fields}


@pytest.fixture
def shop(cast: Cast) -> Cast:
    with tenant(cast.acme.pk):
        add_from_catalogue(["revenue"])
    dan = cast.client(cast.dan)
    assert dan.post("/acme/settings/rates/", {"currency": "usd", "day": "1/11/2569", "rate": "35.2"}).status_code == 302
    return cast


def test_what_was_converted_is_shown_wherever_the_entry_shows(shop: Cast) -> None:
    bob = shop.client(shop.bob)
    assert '<option value="USD">' in bob.get("/acme/entries/log/").content.decode()
    assert bob.post("/acme/entries/log/", send(shop, currency="USD")).status_code == 302
    with tenant(shop.acme.pk):
        entry = Entry.objects.get()
    for url in ("/acme/entries/", f"/acme/entries/{entry.pk}/"):
        assert "100 USD at 35.2 = ฿3,520" in bob.get(url).content.decode()
    form = bob.get(f"/acme/entries/{entry.pk}/correct/").content.decode()
    assert 'value="100"' in form
    assert '<option value="USD" selected>' in form
    correction = {"value": "50", "currency": "USD", "date": "2026-11-02", "reason": "half"}
    assert bob.post(f"/acme/entries/{entry.pk}/correct/", correction).status_code == 302
    page = bob.get(f"/acme/entries/{entry.pk}/").content.decode()
    assert "50 USD at 35.2 = ฿1,760" in page
    assert "฿3,520 (100 USD)" in page
    shop.client(shop.dan).post("/acme/settings/rates/", {"currency": "USD", "day": "2026-11-01", "rate": "40"})
    page = bob.get(f"/acme/entries/{entry.pk}/").content.decode()
    assert "Converted anew: ฿1,760 (50 USD)" in page
    assert "50 USD at 40 = ฿2,000" in page


def test_numbers_made_of_converted_entries_say_so(shop: Cast) -> None:
    with tenant(shop.acme.pk):
        kpi = revenue().pk
    bob, alice = shop.client(shop.bob), shop.client(shop.alice)
    bob.post("/acme/entries/log/", send(shop, currency="USD"))
    hint = "Amounts in USD are in it, converted by the rate of their day."
    url = f"/acme/kpis/{kpi}/?by=month&on=2026-11-02"
    assert hint in bob.get(url).content.decode()
    assert hint in alice.get(url).content.decode()
    assert hint not in alice.get(f"{url}&of=member-{shop.alice.pk}").content.decode()
    assert hint not in bob.get(f"/acme/kpis/{kpi}/?by=month&on=2026-10-02").content.decode()


@pytest.mark.parametrize(
    ("fields", "name", "says"),
    [
        ({"currency": "USD", "date": "2026-10-31"}, "currency", "There is no rate for USD on 31 Oct 2026 or before."),
        ({"currency": "EUR"}, "currency", "Select a valid choice"),
        ({"currency": "USD", "value": "9" * 18}, "value", "This number is too large"),
    ],
)
def test_refusals_stand_at_the_field_and_nothing_typed_is_lost(
    shop: Cast, fields: dict[str, str], name: str, says: str
) -> None:
    answer = shop.client(shop.bob).post("/acme/entries/log/", send(shop, **{"value": "100", **fields}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert f'id="id_{name}_error"' in page
    with tenant(shop.acme.pk):
        assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"currency": "US"}, "currency"),
        ({"currency": "THB"}, "currency"),
        ({"currency": "ไทย"}, "currency"),
        ({"day": "31/2/2026"}, "day"),
        ({"rate": "0"}, "rate"),
        ({"rate": "35,2"}, "rate"),
        ({"rate": "1" * 13}, "rate"),
        ({"rate": ""}, "rate"),
    ],
)
def test_wrong_rates_are_answered_at_the_field(shop: Cast, fields: dict[str, str], name: str) -> None:
    answer = shop.client(shop.dan).post(
        "/acme/settings/rates/", {"currency": "EUR", "day": "2026-11-01", "rate": "38", **fields}
    )
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in answer.content.decode()


def test_rates_are_the_admins_business(shop: Cast) -> None:
    for who in (shop.alice, shop.bob, shop.vera):
        client = shop.client(who)
        assert client.get("/acme/settings/rates/").status_code == 403
        assert client.get("/acme/settings/rates/import/").status_code == 403
    assert "1 USD = 35.2 THB" in shop.client(shop.dan).get("/acme/settings/rates/").content.decode()


def test_an_organization_keeps_its_currency_while_it_has_money(shop: Cast) -> None:
    dan, settings = shop.client(shop.dan), "/acme/settings/"
    fields = {
        "name": "Acme", "slug": "acme", "time_zone": "Asia/Bangkok", "language": "en", "currency": "USD",
        "week_start": "1", "fiscal_year_start": "1", "fiscal_calendar": "months", "working_days": ["1", "2"],
        "grace_days": "2", "weekly_hours": "40", "visibility": "teams",
    }  # fmt: skip
    answer = dan.post(settings, fields)
    assert answer.status_code == 422
    assert "Exchange rates into this currency are stored." in answer.content.decode()
    shop.client(shop.bob).post("/acme/entries/log/", send(shop))
    answer = dan.post(settings, fields)
    assert answer.status_code == 422
    assert "Money has been recorded in this currency, so it stays." in answer.content.decode()
    assert dan.post(settings, fields | {"currency": "thb", "name": "Acme 2"}).status_code == 302
    with tenant(shop.acme.pk):
        Entry.objects.all().delete()
        ExchangeRate.objects.all().delete()
    assert dan.post(settings, fields).status_code == 302
    assert Organization.objects.get(pk=shop.acme.pk).currency == "USD"


@pytest.mark.parametrize(("currency", "status"), [("USD", 422), ("", 302)])
def test_a_kpi_stays_money_while_it_has_amounts_in_other_currencies(shop: Cast, currency: str, status: int) -> None:
    shop.client(shop.bob).post("/acme/entries/log/", send(shop, currency=currency))
    with tenant(shop.acme.pk):
        kpi, entry = revenue(), Entry.objects.get()
        withdraw_entry(entry, by=None)  # it may be counted again
    fields = definition(name="", code="revenue", unit="count", version=str(kpi.version))
    answer = shop.client(shop.dan).post(f"/acme/kpis/{kpi.pk}/edit/", fields)
    assert answer.status_code == status
    if status == 422:
        page = answer.content.decode()
        assert "Amounts in USD have been recorded for this KPI, so its unit stays money." in page
        assert 'id="id_unit_error"' in page
    with tenant(shop.acme.pk):
        assert revenue().unit == ("money" if currency else "count")
