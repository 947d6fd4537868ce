"""Money in other currencies through the API: it stays what it is, on every road."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kpis.actions import add_from_catalogue
from kpis.models import EntryChange
from kpis.rates import NewRate, set_rates
from teams.tenancy import tenant
from tests.api.stage import TODAY, Stage, read

YESTERDAY = TODAY - dt.timedelta(days=1)
USD = {"amount": "100", "currency": "USD"}


@pytest.fixture
def bank(stage: Stage) -> Stage:
    """A dollar is 30 baht, and 40 from today on."""
    with tenant(stage.cast.acme.pk):
        add_from_catalogue(["revenue"])
        rates = ((dt.date(2020, 1, 1), 30), (TODAY, 40))
        set_rates([NewRate("USD", day, Decimal(rate)) for day, rate in rates], by=None)
        set_rates([NewRate("EUR", TODAY, Decimal(45))], by=None)
    return stage


def sent(**fields: Any) -> dict[str, Any]:
    return {"kpi": "revenue", "date": TODAY.isoformat(), "external_id": "crm-1", **fields}


def money(entry: Any) -> tuple[str, str | None, str | None]:
    return entry["value"], entry["amount"], entry["currency"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value": "100"}, ("100", None, None)),
        (USD, ("4000", "100", "USD")),
        ({"amount": "100", "currency": "THB"}, ("100", None, None)),
        ({**USD, "date": YESTERDAY.isoformat()}, ("3000", "100", "USD")),
    ],
)
def test_money_is_recorded_in_its_currency(bank: Stage, fields: dict[str, str], expected: Any) -> None:
    bob = bank.program(bank.cast.bob)
    made = bob.post("entries", sent(**fields))
    assert (made.status_code, money(read(made))) == (201, expected)
    many = read(bob.post("entries/bulk", {"entries": [sent(**fields, external_id="crm-2")]}))
    [of_many] = read(bob.get("entries", external_id="crm-2"))["items"]
    assert (many["added"], money(of_many)) == (1, expected)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": "120"}, ("4800", "120", "USD")),
        ({"date": YESTERDAY.isoformat()}, ("3000", "100", "USD")),
        ({"currency": "EUR"}, ("4500", "100", "EUR")),
        ({"amount": "3500", "currency": "THB"}, ("3500", None, None)),
        ({}, ("4000", "100", "USD")),
    ],
)
def test_a_correction_keeps_what_it_does_not_name(bank: Stage, fields: dict[str, str], expected: Any) -> None:
    bob = bank.program(bank.cast.bob)
    made = read(bob.post("entries", sent(**USD)))
    answer = bob.patch(f"entries/{made['id']}", {**fields, "reason": "Misread"})
    assert (answer.status_code, money(read(answer))) == (200, expected)
    with tenant(bank.cast.acme.pk):
        changes = [(each.old_amount, each.old_currency) for each in EntryChange.objects.all()]
    assert changes == ([(100, "USD")] if fields else [])


def test_a_value_does_not_take_the_place_of_an_amount(bank: Stage) -> None:
    bob = bank.program(bank.cast.bob)
    made = read(bob.post("entries", sent(**USD)))
    answer = bob.patch(f"entries/{made['id']}", {"value": "120", "reason": "Misread"})
    assert (answer.status_code, read(answer)["code"]) == (409, "in_currency")
    assert read(answer)["errors"][0]["field"] == "value"
    assert money(read(bob.get(f"entries/{made['id']}"))) == ("4000", "100", "USD")


@pytest.mark.parametrize(
    ("fields", "status", "code", "field"),
    [
        ({"amount": "100"}, 422, "value_or_amount", "body"),
        ({"currency": "USD"}, 422, "value_or_amount", "body"),
        ({"value": "100", "currency": "USD"}, 422, "value_or_amount", "body"),
        ({}, 422, "value_or_amount", "body"),
        ({"amount": "100", "currency": "usd"}, 422, "currency", "currency"),
        ({"amount": "100", "currency": "JPY"}, 409, "no_rate", "currency"),
        ({**USD, "date": "2019-12-31"}, 409, "no_rate", "currency"),
        ({**USD, "kpi": "calls"}, 409, "not_money", "currency"),
        ({"amount": "999999999999999999", "currency": "USD"}, 409, "too_large", "value"),
    ],
)
def test_money_that_is_refused(bank: Stage, fields: dict[str, str], status: int, code: str, field: str) -> None:
    bob = bank.program(bank.cast.bob)
    answer = bob.post("entries", sent(**fields))
    assert answer.status_code == status
    [row] = read(bob.post("entries/bulk", {"entries": [sent(**fields)]}))["results"]
    assert row["status"] == "refused"
    for errors in (read(answer)["errors"], row["errors"]):
        assert [(each["field"], each["code"]) for each in errors] == [(field, code)]


def test_in_bulk_the_same_is_all_of_it_the_same(bank: Stage) -> None:
    bob = bank.program(bank.cast.bob)

    def deliver(**fields: str) -> str:
        [row] = read(bob.post("entries/bulk", {"entries": [sent(**fields)]}))["results"]
        return str(row["status"])

    assert deliver(**USD) == "added"
    assert deliver(**USD) == "unchanged"
    assert deliver(value="4000") == "changed", "worth the same, but other money"
    assert deliver(amount="4000", currency="THB") == "unchanged"
    assert deliver(**USD, date=YESTERDAY.isoformat()) == "changed"
