"""The catalogue, own definitions and the numbers on the pages."""

import datetime as dt
import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.actions import add_from_catalogue, log_entry
from kpis.catalogue import CATALOGUE
from kpis.models import Entry, Kpi
from teams.models import Member, Team, TeamMembership
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast, make_member


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def codes(cast: Cast) -> set[str]:
    with tenant(cast.acme.pk):
        return set(Kpi.objects.live().values_list("code", flat=True))


def definition(**fields: str) -> dict[str, str]:
    return {
        "name": "Demos",
        "code": "demos",
        "unit": "count",
        "decimals": "0",
        "direction": "higher",
        "cadence": "weekly",
        "aggregation": "sum",
        "formula": "",
        "request_id": str(uuid.uuid4()),
        **fields,
    }


def stored(cast: Cast, code: str) -> Kpi:
    with tenant(cast.acme.pk):
        found: Kpi = Kpi.objects.get(code=code)
    return found


def test_one_tap_adds_a_kpi_with_its_parts_and_twice_changes_nothing(cast: Cast) -> None:
    client = cast.client(cast.dan)
    for _ in range(2):
        assert client.post("/acme/kpis/add/", {"keys": "churn_rate"}).status_code == 302
    assert codes(cast) == {"churn_rate", "customers", "lost_customers"}
    assert client.post("/acme/kpis/add/", {"all": "1"}).status_code == 302
    assert codes(cast) == set(CATALOGUE)
    assert "Add all" not in client.get("/acme/kpis/catalogue/").content.decode()


def test_catalogue_in_thai_does_not_store_a_language(cast: Cast) -> None:
    cast.client(cast.dan).post("/acme/kpis/add/", {"keys": "calls"})
    assert stored(cast, "calls").name == ""


@pytest.mark.parametrize("keys", [[], ["nothing"], ["calls", "\0"]])
def test_unknown_keys_add_nothing(cast: Cast, keys: list[str]) -> None:
    response = cast.client(cast.dan).post("/acme/kpis/add/", {"keys": keys})
    assert response.status_code == 422
    assert "Choose a KPI of the catalogue." in response.content.decode()
    assert codes(cast) == set()


def test_only_admins_define(cast: Cast) -> None:
    cast.client(cast.dan).post("/acme/kpis/add/", {"keys": "calls"})
    pk = stored(cast, "calls").pk
    for member in (cast.alice, cast.bob, cast.vera):
        client = cast.client(member)
        assert client.get("/acme/kpis/catalogue/").status_code == 200
        for url in ("/acme/kpis/new/", f"/acme/kpis/{pk}/edit/"):
            assert client.get(url).status_code == 403
            assert client.post(url, definition()).status_code == 403
        for url in ("/acme/kpis/add/", f"/acme/kpis/{pk}/archive/", f"/acme/kpis/{pk}/revive/"):
            assert client.post(url, {"keys": "won"}).status_code == 403
    assert codes(cast) == {"calls"}


def test_own_definition_is_made_once(cast: Cast) -> None:
    client, fields = cast.client(cast.dan), definition(name="การสาธิต")
    first = client.post("/acme/kpis/new/", fields)
    second = client.post("/acme/kpis/new/", fields)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert codes(cast) == {"demos"}
    assert "การสาธิต" in client.get("/acme/kpis/").content.decode()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"formula": "won / demoed", "aggregation": ""}, "There is no KPI with the code “demoed”."),
        ({"formula": "demos / won", "aggregation": ""}, "The formula would depend on itself: demos → demos."),
        ({"formula": "won / (", "aggregation": ""}, "The formula cannot be read near"),
        ({"formula": "eval(won)", "aggregation": ""}, "There is no function “eval”."),
        ({"formula": "won ** 9", "aggregation": ""}, "cannot be used in a formula"),
        ({"formula": "(" * 400, "aggregation": ""}, "The formula"),
        ({"formula": "won\0", "aggregation": ""}, "Null characters are not allowed."),
        ({"formula": "won"}, "Give either an aggregation or a formula, not both."),
        ({"aggregation": ""}, "Choose how values are put together, or write a formula."),
        ({"aggregation": "median"}, "Select a valid choice."),
        ({"code": "won"}, "Another KPI already has the code “won”."),
        ({"code": "Demos Held"}, "Use small letters, digits and _, beginning with a letter."),
        ({"code": "opening"}, "has a meaning of its own in formulas"),
        ({"code": "x" * 41}, "at most 40 characters"),
        ({"name": ""}, "This field is required."),
        ({"decimals": "99"}, "less than or equal to 6"),
        ({"request_id": "x"}, "Enter a valid UUID."),
    ],
)
def test_bad_definitions_are_answered_at_the_field(cast: Cast, fields: dict[str, str], says: str) -> None:
    client = cast.client(cast.dan)
    client.post("/acme/kpis/add/", {"keys": "won"})
    response = client.post("/acme/kpis/new/", definition(**fields))
    assert response.status_code == 422
    assert says in response.content.decode().replace("&quot;", '"')
    assert codes(cast) == {"won"}


def test_cycle_through_another_kpi_is_refused(cast: Cast) -> None:
    client = cast.client(cast.dan)
    client.post("/acme/kpis/add/", {"keys": "win_rate"})
    client.post("/acme/kpis/new/", definition(code="twice", formula="win_rate * 2", aggregation=""))
    rate = stored(cast, "win_rate")
    change = definition(code="win_rate", formula="twice / 2", aggregation="", version="1", name="")
    response = client.post(f"/acme/kpis/{rate.pk}/edit/", change)
    assert response.status_code == 422
    assert "would depend on itself" in response.content.decode()
    assert stored(cast, "win_rate").formula == "won / (won + lost)"


def test_second_editor_is_told_and_loses_nothing(cast: Cast) -> None:
    client = cast.client(cast.dan)
    client.post("/acme/kpis/new/", definition())
    url = f"/acme/kpis/{stored(cast, 'demos').pk}/edit/"
    assert 'name="version" value="1"' in client.get(url).content.decode()
    assert client.post(url, definition(name="Theirs", version="1")).status_code == 302
    response = client.post(url, definition(name="Mine", version="1"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert 'name="version" value="2"' in page
    assert stored(cast, "demos").name == "Theirs"
    assert client.post(url, definition(name="Mine", version="2")).status_code == 302
    assert stored(cast, "demos").name == "Mine"


def test_new_code_goes_into_the_formulas(cast: Cast) -> None:
    client = cast.client(cast.dan)
    client.post("/acme/kpis/add/", {"keys": "win_rate"})
    client.post(f"/acme/kpis/{stored(cast, 'won').pk}/edit/", definition(code="signed", name="Signed", version="1"))
    assert stored(cast, "win_rate").formula == "signed / (signed + lost)"


def test_what_was_recorded_keeps_its_meaning(cast: Cast) -> None:
    client = cast.client(cast.dan)
    client.post("/acme/kpis/new/", definition())
    client.post("/acme/kpis/add/", {"keys": "won"})
    kpi = stored(cast, "demos")
    with tenant(cast.acme.pk):
        log_entry(kpi=kpi, member=cast.bob, date=TODAY, value=Decimal(5), by=None)
    for fields in ({"unit": "percent"}, {"formula": "won", "aggregation": ""}):
        response = client.post(f"/acme/kpis/{kpi.pk}/edit/", definition(version="1", **fields))
        assert response.status_code == 422
        assert "Values have been recorded for this KPI" in response.content.decode()


def test_archived_and_used_again(cast: Cast) -> None:
    client = cast.client(cast.dan)
    client.post("/acme/kpis/add/", {"keys": "win_rate"})
    won, rate = stored(cast, "won"), stored(cast, "win_rate")
    page = client.post(f"/acme/kpis/{won.pk}/archive/", follow=True).content.decode()
    assert "These KPIs are computed from it: Win rate." in page
    assert codes(cast) == {"won", "lost", "win_rate"}
    for kpi in (rate, won):
        client.post(f"/acme/kpis/{kpi.pk}/archive/")
    assert codes(cast) == {"lost"}
    client.post(f"/acme/kpis/{rate.pk}/revive/")
    assert codes(cast) == {"won", "lost", "win_rate"}


def record(cast: Cast) -> Kpi:
    """Bob won 3 of 4 today, Carol 1 of 1; Bob won 2 a year ago."""
    with tenant(cast.acme.pk):
        won, lost, rate = add_from_catalogue(["won", "lost", "win_rate"])
        for kpi, member, day, amount in (
            (won, cast.bob, TODAY, 3),
            (lost, cast.bob, TODAY, 1),
            (won, cast.carol, TODAY, 1),
            (lost, cast.carol, TODAY, 0),
            (won, cast.bob, TODAY - dt.timedelta(days=400), 2),
        ):
            log_entry(kpi=kpi, member=member, date=day, value=Decimal(amount), by=None)
    return rate


def test_numbers_on_the_pages_are_those_of_the_scope(cast: Cast) -> None:
    rate = record(cast)
    of = {"organization": "80.0%", f"team-{cast.north.pk}": "75.0%", f"member-{cast.carol.pk}": "100.0%"}
    client = cast.client(cast.dan)
    for key, text in of.items():
        for url in ("/acme/kpis/", f"/acme/kpis/{rate.pk}/"):
            assert text in client.get(url, {"of": key, "by": "year"}).content.decode()
    page = client.get(f"/acme/kpis/{rate.pk}/", {"by": "quarter"}).content.decode()
    for text in ("80.0%", "75.0%", "100.0%", "North", "Carol", "won / (won + lost)"):
        assert text in page


def test_people_see_the_numbers_of_their_reach(cast: Cast) -> None:
    rate = record(cast)
    for url in ("/acme/kpis/", f"/acme/kpis/{rate.pk}/"):
        for member, key, status in (
            (cast.bob, "", 200),
            (cast.bob, f"team-{cast.north.pk}", 200),
            (cast.bob, f"member-{cast.alice.pk}", 200),
            (cast.bob, f"member-{cast.carol.pk}", 404),
            (cast.bob, f"team-{cast.south.pk}", 404),
            (cast.bob, "organization", 404),
            (cast.alice, f"member-{cast.carol.pk}", 404),
            (cast.vera, "", 200),
            (cast.dan, f"member-{cast.charlie.pk}", 404),
            (cast.dan, "team-\0", 404),
        ):
            response = cast.client(member).get(url, {"of": key})
            assert response.status_code == status, (url, member, key)
            assert "Carol" not in response.content.decode()
    assert cast.client(cast.charlie).get(f"/globex/kpis/{rate.pk}/").status_code == 404
    assert cast.client(cast.charlie).get(f"/acme/kpis/{rate.pk}/").status_code == 404


def test_everyone_begins_where_they_belong(cast: Cast) -> None:
    record(cast)
    for member, name in ((cast.bob, "Bob"), (cast.alice, "North"), (cast.vera, "North"), (cast.dan, "Acme")):
        page = cast.client(member).get("/acme/kpis/", {"by": "nonsense"})
        assert page.context["chosen"].name == name


def test_queries_do_not_grow_with_people_kpis_or_entries(cast: Cast) -> None:
    rate = record(cast)
    with tenant(cast.acme.pk):
        add_from_catalogue(["sales_growth"])
    urls = ("/acme/kpis/", f"/acme/kpis/{rate.pk}/", "/acme/entries/", "/acme/entries/log/", "/acme/kpis/catalogue/")
    client = cast.client(cast.dan)

    def counts() -> list[int]:
        found = []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    few = counts()
    with tenant(cast.acme.pk):
        kpis = add_from_catalogue(CATALOGUE)
        for n in range(30):
            member = make_member(f"Person{n}", Role.REP)
            team = Team.objects.create(name=f"Team {n}", parent=cast.south)
            TeamMembership.objects.create(member=member, team=team)
            shares = {member.pk: Decimal("0.5"), cast.bob.pk: Decimal("0.5")}
            for kpi in kpis[:2]:
                log_entry(kpi=kpi, member=member, date=TODAY, value=Decimal(n), by=member.user, shares=shares)
    assert counts() == few
    # Twelve of them are the frame's: session, person, sessions' list, tenant, reach.
    assert max(few) <= 11, few
    with tenant(cast.acme.pk):
        assert Entry.objects.count() > 50
        assert Member.objects.count() > 30
