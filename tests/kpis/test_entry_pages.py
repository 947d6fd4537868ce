"""Recording, correcting and withdrawing through the pages."""

import datetime as dt
import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kpis.actions import add_from_catalogue, log_entry
from kpis.models import Credit, Entry, EntryChange, ExchangeRate, Kpi
from kpis.rates import known_currencies
from teams.models import Member, TeamMembership
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast, make_member


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def calls(cast: Cast) -> Kpi:
    with tenant(cast.acme.pk):
        return add_from_catalogue(["calls"])[0]


def send(kpi: Kpi, /, **fields: object) -> dict[str, object]:
    return {"kpi": kpi.pk, "value": "5", "date": TODAY.isoformat(), "request_id": str(uuid.uuid4()), **fields}


def recorded(cast: Cast) -> list[tuple[str, Decimal]]:
    with tenant(cast.acme.pk):
        return [(entry.member.name, entry.value) for entry in Entry.objects.counted().select_related("member")]


def entry_of(cast: Cast, kpi: Kpi, member: Member) -> Entry:
    with tenant(cast.acme.pk):
        return log_entry(kpi=kpi, member=member, date=TODAY, value=Decimal(5), by=member.user)[0]


def test_rep_records_for_themself_and_twice_is_once(cast: Cast, calls: Kpi) -> None:
    client, fields = cast.client(cast.bob), send(calls, value="๑,๒๓๔.5", note="cold calls")
    for _ in range(2):
        response = client.post("/acme/entries/log/", fields)
        assert (response.status_code, response.headers["Location"]) == (302, "/acme/entries/")
    assert recorded(cast) == [("Bob", Decimal("1234.5"))]
    page = client.get("/acme/entries/").content.decode()
    assert "Calls 1,234.5" in page
    assert "cold calls" in page


def test_recording_asks_for_what_it_names_and_no_more(cast: Cast, calls: Kpi) -> None:
    """Session, account, member, tenant, KPI, the entry in its savepoint; for a colleague the people too."""

    def statements(client: Client, **fields: object) -> int:
        client.post("/acme/entries/log/", send(calls, **fields))  # the list of sessions is written once
        with CaptureQueriesContext(connection) as captured:
            assert client.post("/acme/entries/log/", send(calls, **fields)).status_code == 302
        return len([found for found in captured.captured_queries if "SAVEPOINT" not in found["sql"]])

    def counts() -> tuple[int, int]:
        own = statements(cast.client(cast.bob), member=cast.bob.pk, share_member_1=cast.bob.pk)
        return own, statements(cast.client(cast.alice), member=cast.bob.pk, share_member_1=cast.alice.pk)

    few = counts()
    with tenant(cast.acme.pk):
        for n in range(30):
            Member.objects.create(name=f"More {n}", role="rep")
            Kpi.objects.create(code=f"more_{n}", name=f"More {n}", aggregation="sum")
            ExchangeRate.objects.create(currency="USD", day=TODAY - dt.timedelta(days=n), rate=30)
    assert counts() == few == (5, 7)


def test_currencies_are_offered_once_each(cast: Cast, calls: Kpi) -> None:
    with tenant(cast.acme.pk):
        for currency in ("USD", "EUR", "JPY"):
            for n in range(3):
                ExchangeRate.objects.create(currency=currency, day=TODAY - dt.timedelta(days=n), rate=30)
        assert known_currencies() == ["EUR", "JPY", "USD"]
    page = cast.client(cast.bob).get("/acme/entries/log/").content.decode()
    assert page.count('<option value="USD"') == 1
    assert known_in(page, "THB", "EUR", "JPY", "USD")


def known_in(page: str, *texts: str) -> bool:
    """In this order."""
    places = [page.find(f">{text}</option>") for text in texts]
    return -1 not in places and places == sorted(places)


def test_back_dating_in_the_buddhist_era(cast: Cast, calls: Kpi) -> None:
    cast.client(cast.bob).post("/acme/entries/log/", send(calls, date="1/2/2567"))
    with tenant(cast.acme.pk):
        assert Entry.objects.get().date == dt.date(2024, 2, 1)


def test_percent_is_typed_as_percent(cast: Cast, calls: Kpi) -> None:
    with tenant(cast.acme.pk):
        share = Kpi.objects.create(code="share", name="Share", unit="percent", aggregation="average")
    cast.client(cast.bob).post("/acme/entries/log/", send(share, value="12.5%"))
    assert recorded(cast) == [("Bob", Decimal("0.125"))]
    assert "12.5%" in cast.client(cast.bob).get("/acme/entries/").content.decode()


def test_rep_cannot_record_for_others(cast: Cast, calls: Kpi) -> None:
    response = cast.client(cast.bob).post("/acme/entries/log/", send(calls, member=cast.alice.pk))
    assert response.status_code == 422
    assert recorded(cast) == []


def test_manager_records_for_an_absent_rep_and_it_shows(cast: Cast, calls: Kpi) -> None:
    cast.client(cast.alice).post("/acme/entries/log/", send(calls, member=cast.bob.pk))
    assert recorded(cast) == [("Bob", Decimal(5))]
    assert "recorded by Alice" in cast.client(cast.bob).get("/acme/entries/").content.decode()


def test_manager_records_for_a_member_without_an_account(cast: Cast, calls: Kpi) -> None:
    with tenant(cast.acme.pk):
        eve = make_member("Eve", Role.REP, account=False)
        TeamMembership.objects.create(member=eve, team=cast.north)
    client = cast.client(cast.alice)
    assert ">Eve</option>" in client.get("/acme/entries/log/").content.decode()
    assert client.post("/acme/entries/log/", send(calls, member=eve.pk)).status_code == 302
    assert recorded(cast) == [("Eve", Decimal(5))]
    assert "recorded by Alice" in client.get("/acme/entries/").content.decode()
    behind = client.get(f"/acme/kpis/{calls.pk}/entries/", {"of": f"member-{eve.pk}"}).content.decode()
    assert "recorded by Alice" in behind


def test_manager_reaches_no_further_than_the_own_teams(cast: Cast, calls: Kpi) -> None:
    response = cast.client(cast.alice).post("/acme/entries/log/", send(calls, member=cast.carol.pk))
    assert response.status_code == 422
    assert recorded(cast) == []


def test_viewer_records_nothing(cast: Cast, calls: Kpi) -> None:
    client = cast.client(cast.vera)
    assert client.get("/acme/entries/log/").status_code == 403
    assert client.post("/acme/entries/log/", send(calls)).status_code == 403
    assert client.get("/acme/entries/").status_code == 200


def test_shared_credit(cast: Cast, calls: Kpi) -> None:
    shares = {"share_member_1": cast.bob.pk, "share_1": "66.67", "share_member_2": cast.carol.pk, "share_2": "33.33%"}
    assert cast.client(cast.bob).post("/acme/entries/log/", send(calls, **shares)).status_code == 302
    with tenant(cast.acme.pk):
        assert dict(Credit.objects.values_list("member__name", "share")) == {
            "Bob": Decimal("0.6667"),
            "Carol": Decimal("0.3333"),
        }
    assert "Carol 33.33%" in cast.client(cast.carol).get("/acme/entries/").content.decode()


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ({"share_1": "60", "share_2": "30"}, "The shares must add up to 100%, not 90%."),
        ({"share_1": "100", "share_2": "0"}, "Each share must be more than 0%."),
        ({"share_1": "150", "share_2": "-50"}, "Each share must be more than 0%."),
        ({"share_1": "50", "share_3": "50"}, "Say whose share this is."),
        ({"share_1": "50", "share_2": "50", "share_member_2": "bob"}, "Bob has a share already."),
        ({"share_1": "12,5", "share_2": "50"}, "Use a point for decimals: write 12.5."),
    ],
)
def test_shares_that_do_not_add_up(cast: Cast, calls: Kpi, shares: dict[str, str], says: str) -> None:
    people = {"share_member_1": cast.bob.pk, "share_member_2": cast.carol.pk}
    if shares.get("share_member_2") == "bob":
        shares = {**shares, "share_member_2": str(cast.bob.pk)}
    response = cast.client(cast.bob).post("/acme/entries/log/", send(calls, **{**people, **shares}))
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert shares["share_1"] in page
    assert recorded(cast) == []


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("value", "", "Enter a number."),
        ("value", "12,5", "Use a point for decimals: write 12.5."),
        ("value", "1.234,56", "Use a point for decimals: write 1234.56."),
        ("value", "NaN", "Write a number in digits"),
        ("value", "1e400", "Write the number out in full"),
        ("value", "9" * 40, "This number is too large"),
        ("value", "0.1234567", "Too many decimals"),
        ("value", "5\0", "Write a number in digits"),
        ("date", "31/2/2026", "There is no such date"),
        ("date", "soon", "Write the date as day/month/year"),
        ("date", "1/1/2150", "This day is still to come."),
        ("kpi", "999999999999999999999999", "Select a valid choice"),
        ("kpi", "\0", "Null characters are not allowed"),
        ("member", "999999999999999999999999", "Select a valid choice"),
        ("request_id", "no uuid", "Enter a valid UUID"),
        ("note", "x" * 501, "at most 500 characters"),
        ("note", "a\0b", "Null characters are not allowed"),
    ],
)
def test_bad_input_is_answered_at_the_field_and_kept(cast: Cast, calls: Kpi, field: str, typed: str, says: str) -> None:
    response = cast.client(cast.bob).post("/acme/entries/log/", send(calls, **{field: typed}))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert recorded(cast) == []
    if field == "value" and typed and "\0" not in typed:
        assert f'value="{typed}"' in response.content.decode()


def test_nothing_is_recorded_for_a_formula_or_an_archived_kpi(cast: Cast, calls: Kpi) -> None:
    with tenant(cast.acme.pk):
        rate = add_from_catalogue(["win_rate"])[0]
        Kpi.objects.filter(pk=calls.pk).update(archived_at=timezone.now())
    for kpi in (rate, calls):
        assert cast.client(cast.bob).post("/acme/entries/log/", send(kpi)).status_code == 422
    assert recorded(cast) == []


def test_correction_keeps_what_stood_before(cast: Cast, calls: Kpi) -> None:
    entry = entry_of(cast, calls, cast.bob)
    client, url = cast.client(cast.alice), f"/acme/entries/{entry.pk}/correct/"
    assert 'value="5"' in client.get(url).content.decode()
    assert client.post(url, {"value": "7", "date": TODAY.isoformat(), "reason": ""}).status_code == 422
    response = client.post(url, {"value": "7", "date": TODAY.isoformat(), "reason": "counted again"})
    assert response.headers["Location"] == f"/acme/entries/{entry.pk}/"
    page = cast.client(cast.bob).get(f"/acme/entries/{entry.pk}/").content.decode()
    for text in ("Calls 7", "counted again", "Alice", "5, "):
        assert text in page
    with tenant(cast.acme.pk):
        assert EntryChange.objects.get().old_value == 5


def test_withdrawn_and_counted_again(cast: Cast, calls: Kpi) -> None:
    entry, client = entry_of(cast, calls, cast.bob), cast.client(cast.bob)
    for _ in range(2):
        response = client.post(f"/acme/entries/{entry.pk}/withdraw/", {"next": "/acme/entries/?kpi=1"})
        assert response.headers["Location"] == "/acme/entries/?kpi=1"
    assert recorded(cast) == []
    page = client.get("/acme/entries/").content.decode()
    assert "Withdrawn" in page
    assert client.post(
        f"/acme/entries/{entry.pk}/correct/", {"value": "1", "date": TODAY, "reason": "x"}
    ).status_code == (422)
    client.post(f"/acme/entries/{entry.pk}/restore/", {"next": "https://evil.example/", "reason": "\0"})
    assert recorded(cast) == [("Bob", Decimal(5))]
    with tenant(cast.acme.pk):
        assert EntryChange.objects.count() == 2


@pytest.mark.parametrize("verb", ["", "correct/", "withdraw/", "restore/"])
def test_others_entries_are_out_of_reach(cast: Cast, calls: Kpi, verb: str) -> None:
    entry = entry_of(cast, calls, cast.carol)

    def ask(client: Client, slug: str) -> int:
        url = f"/{slug}/entries/{entry.pk}/{verb}"
        return client.post(url).status_code if verb in ("withdraw/", "restore/") else client.get(url).status_code

    assert ask(cast.client(cast.bob), "acme") == 404
    assert ask(cast.client(cast.alice), "acme") == 404
    assert ask(cast.client(cast.charlie), "globex") == 404
    assert ask(cast.client(cast.dan), "acme") in (200, 302)


def test_one_who_only_has_a_share_sees_but_does_not_change(cast: Cast, calls: Kpi) -> None:
    with tenant(cast.acme.pk):
        shares = {cast.bob.pk: Decimal("0.5"), cast.carol.pk: Decimal("0.5")}
        entry, _ = log_entry(kpi=calls, member=cast.carol, date=TODAY, value=Decimal(5), by=None, shares=shares)
    client = cast.client(cast.bob)
    assert client.get(f"/acme/entries/{entry.pk}/").status_code == 200
    assert client.get(f"/acme/entries/{entry.pk}/correct/").status_code == 403
    assert client.post(f"/acme/entries/{entry.pk}/withdraw/").status_code == 403


def test_list_is_paged_and_filtered(cast: Cast, calls: Kpi) -> None:
    with tenant(cast.acme.pk):
        for n in range(60):
            log_entry(kpi=calls, member=cast.bob, date=TODAY, value=Decimal(n + 1000), by=None)
    client = cast.client(cast.alice)
    first = client.get("/acme/entries/", {"kpi": calls.pk, "member": cast.bob.pk})
    assert "1,059" in first.content.decode()
    assert "1,009" not in first.content.decode()
    older = client.get("/acme/entries/", {"kpi": calls.pk, "before": first.context["older"]}).content.decode()
    assert "1,009" in older
    for odd in ({"kpi": "9" * 30}, {"kpi": "\0"}, {"before": "x"}, {"member": "-1"}, {"before": "9" * 22}):
        assert client.get("/acme/entries/", odd).status_code == 200


def test_without_a_kpi_the_form_says_where_to_begin(cast: Cast) -> None:
    client = cast.client(cast.bob)
    begin = "There is no KPI to record for yet"
    assert begin in client.get("/acme/entries/log/").content.decode()
    with tenant(cast.acme.pk):
        add_from_catalogue(["calls"])
    assert begin not in client.get("/acme/entries/log/").content.decode()
