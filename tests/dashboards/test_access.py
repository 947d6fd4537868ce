"""Who sees which team, in open and in closed organizations, and what is asked of every view."""

from collections.abc import Iterator

import pytest

from goals.models import Goal
from kpis.numbers import Scope
from teams.models import Member, Organization, Team, TeamMembership
from teams.tenancy import tenant
from tests.cast import Cast
from tests.dashboards.stage import HOME, TEAM, at_ten, make_north, page, text_of

pytestmark = pytest.mark.django_db
Visibility = Organization.Visibility


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def show_to(cast: Cast, visibility: str) -> None:
    cast.acme.visibility = visibility
    cast.acme.save()


def labels(response: object) -> list[str]:
    return [choice.label for choice, _url in response.context["choices"]]  # type: ignore[attr-defined]


def statements(response: object) -> set[str]:
    return {row.goal.statement for row in response.context["rows"]}  # type: ignore[attr-defined]


NORTH = {"Reopen dormant accounts", "Call every new lead", "The north calls"}
SOUTH, ALL = {"Southern calls"}, {"All of Acme calls"}

CASES = [
    # who, visibility, the choices with the first shown, what is seen there
    ("dan", Visibility.TEAMS, ["Whole organization", "North", "South"], NORTH | SOUTH | ALL),
    ("alice", Visibility.TEAMS, ["North"], NORTH),
    ("bob", Visibility.TEAMS, ["North"], NORTH),
    ("vera", Visibility.TEAMS, ["North"], NORTH),
    ("carol", Visibility.TEAMS, ["South"], SOUTH),
    ("alice", Visibility.CLOSED, ["North"], NORTH),
    ("bob", Visibility.CLOSED, ["My goals and the organization's"], {"Reopen dormant accounts"} | ALL),
    ("vera", Visibility.CLOSED, ["The organization's goals"], ALL),
    ("dan", Visibility.CLOSED, ["Whole organization", "North", "South"], NORTH | SOUTH | ALL),
]


@pytest.mark.parametrize(("who", "visibility", "choices", "seen"), CASES)
def test_who_sees_what(
    cast: Cast, goals: dict[str, Goal], who: str, visibility: str, choices: list[str], seen: set[str]
) -> None:
    show_to(cast, visibility)
    response = page(cast.client(getattr(cast, who)), TEAM)
    assert labels(response) == choices
    assert response.context["focus"].label == choices[0]
    assert statements(response) == seen


def test_in_an_open_organization_one_begins_with_one_s_own_team(cast: Cast, goals: dict[str, Goal]) -> None:
    show_to(cast, Visibility.OPEN)
    client = cast.client(cast.bob)
    response = page(client, TEAM)
    assert labels(response) == ["Whole organization", "North", "South"]
    assert response.context["focus"].label == "North"
    assert statements(page(client, TEAM, team="all")) == NORTH | SOUTH | ALL
    assert statements(page(client, TEAM, team=cast.south.pk)) == SOUTH


def test_a_closed_organization_shows_a_rep_no_colleague_s_number(cast: Cast, goals: dict[str, Goal]) -> None:
    show_to(cast, Visibility.CLOSED)
    response = page(cast.client(cast.bob), TEAM)
    assert response.context["focus"].scope == Scope.member(cast.bob.pk)
    # The organization's calls are no total of Bob's, so the tile shows his own.
    assert [tile.value for tile in response.context["tiles"]] == [100]
    assert [pulse.member for pulse in response.context["rhythm"].pulses] == [cast.bob]
    assert "Alice" not in text_of(response).replace("Alice@", "")


def test_a_viewer_without_a_team_sees_no_member(cast: Cast, goals: dict[str, Goal]) -> None:
    show_to(cast, Visibility.CLOSED)
    response = page(cast.client(cast.vera), TEAM)
    assert [tile.goal for tile in response.context["tiles"]] == [goals["all"]]
    assert response.context["rhythm"].pulses == []
    assert "Bob" not in text_of(response)


def test_a_manager_sees_sub_teams_and_chooses_among_them(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        Team.objects.filter(pk=cast.south.pk).update(parent=cast.north)
    client = cast.client(cast.alice)
    response = page(client, TEAM)
    assert labels(response) == ["North", "North › South"]
    assert response.context["focus"].label == "North"
    assert statements(response) == NORTH | SOUTH
    assert [tile.value for tile in response.context["tiles"]] == [250]
    assert statements(page(client, TEAM, team=cast.south.pk)) == SOUTH


def test_who_moved_away_belongs_to_the_days_that_they_were_here(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        TeamMembership.objects.filter(member=cast.bob).update(ends_on="2026-10-31")
        TeamMembership.objects.create(member=cast.bob, team=cast.south, starts_on="2026-11-01")
    client = cast.client(cast.dan)
    assert statements(page(client, TEAM, team=cast.north.pk)) == NORTH
    assert statements(page(client, TEAM, team=cast.south.pk)) == SOUTH | {"Reopen dormant accounts"}
    rhythm = page(client, TEAM, team=cast.north.pk).context["rhythm"]
    assert [pulse.member for pulse in rhythm.pulses] == [cast.alice]


@pytest.mark.parametrize("team", ["0", "999999", "south", "globex", "all", "me", "1e3", "-1", "๑", "x" * 300])
def test_a_team_that_is_not_there_or_not_to_be_seen_is_404(cast: Cast, team: str) -> None:
    key = {"south": cast.south.pk, "globex": cast.charlie.pk}.get(team, team)
    assert page(cast.client(cast.alice), TEAM, team=key).status_code == 404


@pytest.mark.parametrize("path", [TEAM, HOME])
def test_the_same_questions_for_both_views(cast: Cast, path: str) -> None:
    for member in (cast.dan, cast.alice, cast.bob, cast.vera):
        assert cast.client(member).get(path).status_code == 200
    assert cast.client(cast.charlie).get(path).status_code == 404
    anonymous = cast.client(cast.bob)
    anonymous.logout()
    assert anonymous.get(path).status_code == 302
    assert cast.client(cast.alice).post(path).status_code == 405
    assert cast.client(cast.alice).head(path).status_code == 200
    assert cast.client(cast.alice).get(path.replace("acme", "nowhere")).status_code == 404
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.bob.pk).update(left_on="2026-11-01")
    assert cast.client(cast.bob).get(path).status_code == 404
