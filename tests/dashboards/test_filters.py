"""Search, chips and pages of the goals on the team dashboard; all of it in the address."""

from collections.abc import Iterator

import pytest

from goals.models import Goal
from teams.tenancy import tenant
from tests.cast import Cast
from tests.dashboards.stage import TEAM, at_ten, make_calls, make_north, page, text_of
from tests.goals.stage import make_goal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def shown(response: object) -> list[str]:
    return [row.goal.statement for row in response.context["rows"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "off_track"}, ["Reopen dormant accounts"]),
        ({"status": "on_track"}, ["Call every new lead"]),
        ({"status": "missed"}, []),
        ({"status": "nonsense"}, ["Reopen dormant accounts", "The north calls", "Call every new lead"]),
        ({"q": "DORMANT"}, ["Reopen dormant accounts"]),
        ({"q": " bob "}, ["Reopen dormant accounts"]),
        ({"q": "calls made"}, ["Reopen dormant accounts", "The north calls", "Call every new lead"]),
        ({"q": "calls", "status": "at_risk"}, ["The north calls"]),
        ({"q": "ไม่มี\x00' OR 1=1 --"}, []),
        ({"q": "x" * 5000}, []),
        ({"page": "9999"}, ["Reopen dormant accounts", "The north calls", "Call every new lead"]),
        (
            {"page": "-1", "on": "31.02.2026", "period": "<b>"},
            ["Reopen dormant accounts", "The north calls", "Call every new lead"],
        ),
    ],
)
def test_filters(cast: Cast, goals: dict[str, Goal], query: dict[str, str], expected: list[str]) -> None:
    response = page(cast.client(cast.alice), TEAM, **query)
    assert response.status_code == 200
    assert shown(response) == expected


def test_chips_count_what_the_search_leaves(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM, q="call", status="off_track")
    chips = {chip.value: chip.count for chip in response.context["chips"]}
    assert chips == {"": 3, "off_track": 1, "at_risk": 1, "on_track": 1}
    assert "Showing 1 of 3" in text_of(response)
    response = page(cast.client(cast.alice), TEAM, q="lead")
    assert {chip.value: chip.count for chip in response.context["chips"]} == {
        "": 1,
        "off_track": 0,
        "at_risk": 0,
        "on_track": 1,
    }


def test_nothing_found_offers_everything_again(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM, q="zebra", period="year")
    assert "No goal matches these filters" in text_of(response)
    assert response.context["all_url"] == f"/acme/team/?team={cast.north.pk}&period=year"


def test_htmx_gets_the_table_and_nothing_else(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.alice), TEAM, fragment="goals", status="off_track")
    text = text_of(response)
    assert text.lstrip().startswith('<section class="panel" id="goals"')
    assert "<html" not in text
    assert "Needs attention" not in text
    assert shown(response) == ["Reopen dormant accounts"]
    # The browser names no template: another target gets the page.
    assert "<html" in text_of(page(cast.client(cast.alice), TEAM, fragment="watched"))


def test_twenty_a_page_and_the_filters_go_along(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_calls()
        for n in range(52):
            make_goal(calls, member=cast.bob, statement=f"Goal {n:03}")
    client = cast.client(cast.alice)
    first = page(client, TEAM, q="goal", period="quarter")
    assert len(shown(first)) == 20
    assert "Page 1 of 3" in text_of(first)
    following = first.context["page_urls"]["next"]
    assert "q=goal" in following
    second, third = client.get(following), page(client, TEAM, q="goal", page=3)
    assert [len(shown(second)), len(shown(third))] == [20, 12]
    assert len({*shown(first), *shown(second), *shown(third)}) == 52
    assert "next" not in third.context["page_urls"]


def test_thai_names_stand_in_thai_order(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_calls()
        for statement in ("ไพลิน", "แพรว", "เกศรา", "กฤต", "Anan"):
            make_goal(calls, member=cast.bob, statement=statement)
    assert shown(page(cast.client(cast.alice), TEAM)) == ["Anan", "กฤต", "เกศรา", "แพรว", "ไพลิน"]
