"""An open team page asks whether anything changed, and is drawn anew only where it did."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goals.kept import refresh
from goals.models import Action, Goal
from kpis.models import Entry, Kpi
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.dashboards.stage import TEAM, act, at_ten, make_north, page, text_of
from tests.dashboards.test_queries import settle
from tests.goals.stage import days_ago, record

pytestmark = pytest.mark.django_db(transaction=True)
MOST_OF_A_POLL = 7
SCREENS = ("/acme/team/screen/", "/acme/overview/screen/")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        found = make_north(cast)
        act(found["bob"], "Call", ends_on=days_ago(-4), member=cast.bob)
    settle(cast)
    return found


def mark_of(response: Any) -> str:
    found = re.search(rf"""hx-vals='{{"since": "([0-9]+)", "day": "{TODAY}"}}""", text_of(response))
    assert found
    return found[1]


def mark_without_others(response: Any) -> str:
    """The page's mark as it is where nobody else's transaction is under way: tests beside this one keep theirs open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (now,) = cursor.fetchone()
    assert int(mark_of(response)) <= now
    return str(now)


def poll(client: Client, since: str, path: str = TEAM, **query: str) -> Any:
    part = "show" if path in SCREENS else "following"
    return page(client, path, fragment=part, since=since, **{"day": str(TODAY), **query})


def test_where_nothing_changed_there_is_no_answer(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.alice)
    since = mark_without_others(page(client, TEAM))
    assert poll(client, since).status_code == 204
    with CaptureQueriesContext(connection) as captured:
        assert poll(client, since).status_code == 204
    asked = [query["sql"] for query in captured.captured_queries if query["sql"] not in ("BEGIN", "COMMIT")]
    assert len(asked) <= MOST_OF_A_POLL


def _log(cast: Cast, goals: dict[str, Goal]) -> None:
    record(Kpi.objects.get(code="calls"), cast.bob, TODAY, 5)


def _withdraw(cast: Cast, goals: dict[str, Goal]) -> None:
    entry = Entry.objects.filter(member=cast.bob).latest("pk")
    entry.voided_at = cast.acme.created_at
    entry.save()


def _finish(cast: Cast, goals: dict[str, Goal]) -> None:
    Action.objects.update(state=Action.State.DONE)


def _rename(cast: Cast, goals: dict[str, Goal]) -> None:
    Goal.objects.filter(pk=goals["north"].pk).update(statement="The north rings")


def _reckon(cast: Cast, goals: dict[str, Goal]) -> None:
    """As the worker does, after something else that the standing depends on."""
    Goal.objects.filter(pk=goals["alice"].pk).update(weight=2)
    refresh(cast.acme, TODAY)


@pytest.mark.parametrize("happens", [_log, _withdraw, _finish, _rename, _reckon])
def test_what_changes_is_drawn_once(
    cast: Cast, goals: dict[str, Goal], happens: Callable[[Cast, dict[str, Goal]], None]
) -> None:
    client = cast.client(cast.alice)
    since = mark_of(page(client, TEAM))
    with tenant(cast.acme.pk):
        happens(cast, goals)
    response = poll(client, since)
    text = text_of(response)
    assert text.lstrip().startswith('<div id="following"')
    assert "<html" not in text
    assert poll(client, mark_without_others(response)).status_code == 204


def test_what_others_do_elsewhere_does_not_matter(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.alice)
    since = mark_without_others(page(client, TEAM))
    with tenant(cast.acme.pk):
        record(Kpi.objects.get(code="calls"), cast.carol, TODAY, 5)
        Goal.objects.filter(pk=goals["carol"].pk).update(statement="The south rings")
    assert poll(client, since).status_code == 204


@pytest.mark.parametrize("since", ["", "soon", "-1", "9" * 18, "9" * 40, "٣"])
def test_a_mark_that_says_nothing_draws(cast: Cast, goals: dict[str, Goal], since: str) -> None:
    assert 'id="following"' in text_of(poll(cast.client(cast.alice), since))


def test_the_page_of_yesterday_is_drawn_anew(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.alice)
    since = mark_without_others(page(client, TEAM))
    assert poll(client, since, day=str(days_ago(1))).status_code == 200


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_follows_as_well(cast: Cast, goals: dict[str, Goal], path: str) -> None:
    client = cast.client(cast.dan)
    since = mark_without_others(page(client, path, period="month"))
    assert poll(client, since, path, period="month").status_code == 204
    with tenant(cast.acme.pk):
        _log(cast, goals)
    text = text_of(poll(client, since, path, period="month"))
    assert text.lstrip().startswith("<main")
    # It asks for what it was asked for at first.
    assert f'hx-get="{path}?period=month"' in text


def test_filters_and_page_are_kept(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.alice)
    response = poll(client, "", status="on_track", group="rep", q="lead")
    assert [row.goal for row in response.context["rows"]] == [goals["alice"]]
    assert 'name="group" value="rep"' in text_of(response)


def test_a_period_that_is_over_does_not_follow(cast: Cast, goals: dict[str, Goal]) -> None:
    assert "data-follow" not in text_of(page(cast.client(cast.alice), TEAM, on="2026-07-01"))
