"""Share links: made by those who lead, opened by anybody, and showing nothing beyond their scope."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from dashboards.models import ShareLink, ShareView
from dashboards.sharing import network_of
from goals.models import Goal
from teams.models import Member, Organization, Team, User
from teams.signals import membership_ends
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.dashboards.stage import act, at_ten, make_north, page, text_of

pytestmark = pytest.mark.django_db

SHARES = "/acme/shares/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        found = make_north(cast)
        act(found["bob"], "Call the list", ends_on=TODAY)
        return found


def make(client: Client, focus: Any, **said: str) -> Any:
    plain = {"name": "Board", "period": "quarter", "lifetime": "30", "request_id": str(uuid.uuid4())}
    return client.post(SHARES, {**plain, "focus": str(focus), **said})


def address_in(response: Any) -> str:
    assert response.status_code == 201, response.status_code
    found = re.search(r"http[^<\"]*(/shared/[^<\"]+/)", text_of_any(response))
    assert found
    return found[1]


def text_of_any(response: Any) -> str:
    return str(response.content.decode())


def opened(address: str, **headers: str) -> Any:
    """By somebody without cookies."""
    client = Client()
    response = client.get(address, headers=headers)
    assert not client.cookies
    return response


def test_somebody_outside_sees_the_team_and_no_names(cast: Cast, goals: dict[str, Goal]) -> None:
    text = text_of(opened(address_in(make(cast.client(cast.alice), cast.north.pk))))
    assert "The north calls" in text
    for hidden in ("Bob", "Alice", "Carol", "Reopen dormant", "Southern", "All of Acme calls", 'href="/acme'):
        assert hidden not in text
    # Two people's goals are counted, and not named.
    assert "2 more goals are counted above" in text
    assert "of 3 goals" in text


def test_people_are_named_where_the_creator_ticked_it(cast: Cast, goals: dict[str, Goal]) -> None:
    text = text_of(opened(address_in(make(cast.client(cast.alice), cast.north.pk, with_people="on"))))
    assert "Reopen dormant accounts" in text
    assert "Bob" in text
    assert "Southern" not in text
    assert 'href="/acme' not in text


def test_the_whole_organization(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        Goal.objects.filter(pk__in=[goals["north"].pk, goals["carol"].pk]).update(parent=goals["all"])
    client = cast.client(cast.dan)
    text = text_of(opened(address_in(make(client, "all"))))
    assert "All of Acme calls" in text
    assert "The north calls" in text
    assert "South" in text
    for hidden in ("Southern calls", "Carol", 'href="/acme'):
        assert hidden not in text
    named = text_of(opened(address_in(make(client, "all", with_people="on"))))
    assert "Southern calls" in named


def test_no_place_keeps_the_page_or_is_told_its_address(cast: Cast, goals: dict[str, Goal]) -> None:
    response = opened(address_in(make(cast.client(cast.alice), cast.north.pk)))
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex' in text_of(response)


def test_it_speaks_the_browser_s_language_else_the_creator_s(cast: Cast, goals: dict[str, Goal]) -> None:
    address = address_in(make(cast.client(cast.alice), cast.north.pk))
    User.objects.filter(email=cast.alice.email).update(language="th")
    assert 'lang="th"' in text_of(opened(address))
    assert 'lang="en"' in text_of(opened(address, **{"Accept-Language": "de, en;q=0.5"}))
    assert opened(address, **{"Accept-Language": "th"})["Content-Language"] == "th"


def test_only_the_hash_is_stored_and_the_address_is_shown_once(cast: Cast, goals: dict[str, Goal]) -> None:
    client, said = cast.client(cast.alice), {"request_id": str(uuid.uuid4())}
    address = address_in(make(client, cast.north.pk, **said))
    with tenant(cast.acme.pk):
        (link,) = ShareLink.objects.all()
    assert address.split("/")[2] not in (link.token_hash, text_of(client.get(SHARES)))
    again = make(client, cast.north.pk, **said)
    assert again.status_code == 302
    with tenant(cast.acme.pk):
        assert ShareLink.objects.count() == 1


def test_it_ends(cast: Cast, goals: dict[str, Goal]) -> None:
    address = address_in(make(cast.client(cast.alice), cast.north.pk, lifetime="7"))
    with time_machine.travel(NOW + dt.timedelta(days=7, seconds=-1), tick=False):
        text_of(opened(address))
    with time_machine.travel(NOW + dt.timedelta(days=7), tick=False):
        response = opened(address)
    assert response.status_code == 404
    assert "This link shows nothing" in text_of_any(response)
    assert "Acme" not in text_of_any(response)


def test_it_is_withdrawn_by_its_maker_or_an_admin(cast: Cast, goals: dict[str, Goal]) -> None:
    for who in (cast.alice, cast.dan):
        address = address_in(make(cast.client(cast.alice), cast.north.pk))
        with tenant(cast.acme.pk):
            link = ShareLink.objects.latest("pk")
        client = cast.client(who)
        for _twice in range(2):
            assert client.post(f"{SHARES}{link.pk}/withdraw/").status_code == 302
        assert opened(address).status_code == 404
        with tenant(cast.acme.pk):
            assert ShareLink.objects.get(pk=link.pk).withdrawn_by == who


def test_others_links_are_an_admin_s_alone(cast: Cast, goals: dict[str, Goal]) -> None:
    make(cast.client(cast.dan), "all")
    with tenant(cast.acme.pk):
        link = ShareLink.objects.get()
    client = cast.client(cast.alice)
    assert client.post(f"{SHARES}{link.pk}/withdraw/").status_code == 404
    assert client.get(SHARES).context["open_rows"] == []
    assert len(cast.client(cast.dan).get(SHARES).context["open_rows"]) == 1
    assert [cast.client(who).get(SHARES).status_code for who in (cast.bob, cast.vera)] == [403, 403]


def test_one_shares_only_what_one_leads(cast: Cast, goals: dict[str, Goal]) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(visibility=Organization.Visibility.OPEN)
    client = cast.client(cast.alice)
    for focus in (cast.south.pk, "all", "", "x"):
        assert make(client, focus).status_code == 422
    assert make(client, cast.north.pk, period="week").status_code == 422
    assert make(client, cast.north.pk, lifetime="9999").status_code == 422
    assert make(client, cast.north.pk, name="  ").status_code == 422


def test_it_ends_with_what_its_maker_may(cast: Cast, goals: dict[str, Goal]) -> None:
    address = address_in(make(cast.client(cast.alice), cast.north.pk))
    with tenant(cast.acme.pk):
        Team.objects.filter(pk=cast.north.pk).update(manager=None)
    assert opened(address).status_code == 404
    with tenant(cast.acme.pk):
        Team.objects.filter(pk=cast.north.pk).update(manager=cast.alice)
    text_of(opened(address))
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.alice.pk).update(role="rep")
    assert opened(address).status_code == 404
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.alice.pk).update(role="manager")
        membership_ends.send(None, member=cast.alice, at=NOW)
    assert opened(address).status_code == 404


def test_a_closed_period_stays_and_a_current_one_follows(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.alice)
    fixed = address_in(make(client, cast.north.pk, period="quarter:2026-10-01", lifetime="90"))
    current = address_in(make(client, cast.north.pk, lifetime="90"))
    with time_machine.travel(NOW + dt.timedelta(days=50), tick=False):
        assert "Q4 2026" in text_of(opened(fixed))
        assert "Q1 2027" in text_of(opened(current))


def test_views_are_counted_by_network_and_day(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.alice)
    address = address_in(make(client, cast.north.pk))
    for last in (7, 8):
        assert Client(REMOTE_ADDR=f"203.0.113.{last}").get(address).status_code == 200
    assert Client(REMOTE_ADDR="2001:db8:1:2::3").get(address).status_code == 200
    # A screen that asks again, and a look at the headers, are no views.
    page(Client(REMOTE_ADDR="203.0.113.7"), address, fragment="show")
    Client(REMOTE_ADDR="203.0.113.7").head(address)
    with tenant(cast.acme.pk):
        noted = ShareView.objects.order_by("network").values_list("day", "network", "views", "in_minute")
        assert list(noted) == [(TODAY, "2001:db8:1::/48", 1, 1), (TODAY, "203.0.113.0/24", 2, 4)]
    text = text_of(client.get(SHARES))
    assert "Seen 3 times" in text
    assert "203.0.113.0/24" in text


def test_too_many_requests_of_a_network_wait(cast: Cast, goals: dict[str, Goal], monkeypatch: Any) -> None:
    monkeypatch.setattr("dashboards.share_views.PER_MINUTE", 2)
    address = address_in(make(cast.client(cast.alice), cast.north.pk))
    assert [opened(address).status_code for _n in range(3)] == [200, 200, 429]
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        assert opened(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:abcd:12::9", "2001:db8:abcd::/48"),
        ("", ""),
        (None, ""),
        ("somewhere", ""),
    ],
)
def test_a_network_is_no_single_device(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_screens(cast: Cast, goals: dict[str, Goal]) -> None:
    manager, owner = cast.client(cast.alice), cast.client(cast.dan)
    team = text_of(manager.get("/acme/team/screen/", {"team": str(cast.north.pk)}))
    assert 'hx-trigger="follow"' in team
    assert "Reopen dormant accounts" in team
    part = text_of(page(manager, "/acme/team/screen/", fragment="show"))
    assert part.lstrip().startswith("<main")
    assert "Teams side by side" in text_of(owner.get("/acme/overview/screen/"))
    assert manager.get("/acme/overview/screen/").status_code == 403
    assert manager.get("/acme/team/screen/", {"team": str(cast.south.pk)}).status_code == 404
    shared = text_of(Client().get(f"{address_in(make(manager, cast.north.pk))}?screen=1"))
    assert 'hx-trigger="every 60s"' in shared
    assert "every 60s" not in text_of(opened(address_in(make(manager, cast.north.pk))))
