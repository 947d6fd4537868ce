"""The goals of the team dashboard person by person and team by team."""

from collections.abc import Iterator

import pytest

from goals.models import Goal
from goals.progress import Status
from teams.models import Member, TeamMembership
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.dashboards.stage import TEAM, at_ten, make_north, page, text_of
from tests.goals.stage import days_ago, make_goal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def groups(response: object) -> list[tuple[str, list[str], int]]:
    found = response.context["groups"]  # type: ignore[attr-defined]
    return [(group.name, [row.goal.statement for row in group.rows], group.count) for group in found]


def test_by_person_the_organization_and_teams_come_first(cast: Cast, goals: dict[str, Goal]) -> None:
    response = page(cast.client(cast.dan), TEAM, group="rep")
    assert groups(response) == [
        ("The organization", ["All of Acme calls"], 1),
        ("North", ["The north calls"], 1),
        ("Alice", ["Call every new lead"], 1),
        ("Bob", ["Reopen dormant accounts"], 1),
        ("Carol", ["Southern calls"], 1),
    ]
    assert 'name="group" value="rep"' in text_of(response)


def test_by_team_people_stand_where_they_were_on_the_last_day(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        TeamMembership.objects.filter(member=cast.bob).update(ends_on=days_ago(1))
        TeamMembership.objects.create(member=cast.bob, team=cast.south, starts_on=TODAY)
        make_goal(goals["bob"].kpi, member=cast.dan, statement="Dan calls")
    response = page(cast.client(cast.dan), TEAM, group="team")
    assert groups(response) == [
        ("The organization", ["All of Acme calls"], 1),
        ("North", ["The north calls", "Call every new lead"], 2),
        ("South", ["Reopen dormant accounts", "Southern calls"], 2),
        ("Without a team", ["Dan calls"], 1),
    ]


def test_thai_names_are_sorted_as_thai(cast: Cast, goals: dict[str, Goal]) -> None:
    """A vowel that is written before its consonant counts after it."""
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.alice.pk).update(name="เกศ")
        Member.objects.filter(pk=cast.bob.pk).update(name="ขวัญ")
        Member.objects.filter(pk=cast.carol.pk).update(name="กมล")
    names = [name for name, _rows, _count in groups(page(cast.client(cast.dan), TEAM, group="rep"))]
    assert names[2:] == ["กมล", "เกศ", "ขวัญ"]


def test_a_group_goes_on_on_the_next_page_and_counts_all_of_it(cast: Cast, goals: dict[str, Goal]) -> None:
    with tenant(cast.acme.pk):
        for n in range(30):
            make_goal(goals["bob"].kpi, member=cast.bob, statement=f"Goal {n:02}", target=1000)
    client = cast.client(cast.alice)
    first, second = (page(client, TEAM, group="rep", page=n) for n in (1, 2))
    assert [(name, len(rows), count) for name, rows, count in groups(first)] == [
        ("North", 1, 1), ("Alice", 1, 1), ("Bob", 18, 31),
    ]  # fmt: skip
    assert [(name, len(rows), count) for name, rows, count in groups(second)] == [("Bob", 13, 31)]
    assert first.context["groups"][2].tally == [(Status.OFF_TRACK, 31)]
    assert "group=rep" in first.context["page_urls"]["next"]


def test_an_unknown_grouping_is_one_table_worst_first(cast: Cast, goals: dict[str, Goal]) -> None:
    (group,) = page(cast.client(cast.alice), TEAM, group="shoe size").context["groups"]
    assert (group.name, len(group.rows)) == ("", 3)
