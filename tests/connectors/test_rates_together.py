"""Rates are entered while others convert or change the organization, each in a transaction of their own."""

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from connectors.actions import import_table
from connectors.mapping import parse
from kpis import rates
from kpis.actions import add_from_catalogue
from kpis.bulk import Delivery, log_many
from kpis.models import Entry, ExchangeRate, Kpi
from kpis.rates import NewRate, set_rates
from teams.actions.organizations import change_organization
from teams.models import Organization
from teams.tenancy import tenant
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30
DAY = dt.date(2026, 11, 2)


@pytest.fixture
def acme() -> Cast:
    cast = make_cast()
    with tenant(cast.acme.pk):
        add_from_catalogue(["revenue"])
    return cast


class Other:
    """Somebody else's work: begun from within one's own, and watched until it ends or waits for a lock."""

    def __init__(self, cast: Cast, work: Callable[[], object]) -> None:
        self.cast, self.work = cast, work
        self.pool = ThreadPoolExecutor(max_workers=1)
        self.future: Future[object] | None = None

    def begin(self) -> None:
        if self.future is not None:
            return
        self.future = self.pool.submit(self._run)
        for _ in range(PATIENCE_S * 20):
            if self.future.done() or _somebody_waits():
                return
            time.sleep(0.05)
        raise AssertionError("it neither ended nor waited")

    def result(self) -> object:
        assert self.future is not None
        with self.pool:
            return self.future.result(PATIENCE_S)

    def _run(self) -> object:
        try:
            with tenant(self.cast.acme.pk):
                return self.work()
        finally:
            connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def enter(currency: str, rate: str) -> None:
    set_rates([NewRate(currency, DAY, Decimal(rate))], by=None)


def test_a_rate_and_another_currency_for_the_organization_do_not_meet(
    acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change() -> object:
        organization = Organization.objects.get(pk=acme.acme.pk)
        organization.currency = "USD"
        try:
            change_organization(organization)
        except ValidationError as refused:
            return refused.messages
        return "changed"

    other, check = Other(acme, change), rates.check_rate

    def check_while_it_changes(new: NewRate, own: str) -> None:
        other.begin()
        check(new, own)

    monkeypatch.setattr(rates, "check_rate", check_while_it_changes)
    with tenant(acme.acme.pk):
        enter("EUR", "38")
    assert other.result() == ["Exchange rates into this currency are stored. Remove them first."]
    assert Organization.objects.get(pk=acme.acme.pk).currency == "THB"


MAPPING = {
    "source": "crm",
    "member": "who",
    "external_id": "id",
    "date": "day",
    "currency": {"column": "currency"},
    "entries": [{"kpi": "revenue", "value": "amount"}],
}
FILE = "id,who,day,amount,currency\n1,Bob,2026-11-03,100,\n2,Bob,never,100,\n3,Bob,2026-11-03,100,USD\n"


def test_an_import_that_comes_to_money_of_others_late_does_not_block_a_new_rate(
    acme: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first batch locks an entry that the rate concerns, the second needs the rate."""
    path = tmp_path / "deals.csv"
    path.write_text(FILE)
    with tenant(acme.acme.pk):
        enter("USD", "35")
        known = Delivery(Kpi.objects.get().pk, acme.bob.pk, DAY, Decimal(7), "1", currency="USD")
        log_many([known], source="crm")
    other = Other(acme, lambda: enter("USD", "36"))
    monkeypatch.setattr("connectors.actions.BATCH", 1)
    report = import_table(acme.acme, path, parse(MAPPING, "crm"), refuse=lambda line, reason: other.begin())
    other.result()
    assert (report.updated, report.added, report.refused) == (1, 1, 1)
    with tenant(acme.acme.pk):
        assert list(Entry.objects.order_by("pk").values_list("value", flat=True)) == [100, 3600]
        assert ExchangeRate.objects.get().rate == 36
