"""Leaderboards: off unless switched on, the own place for most, all places for who leads."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Kpi
from teams.models import Member, Organization, Team, TeamMembership
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast, make_member
from tests.dashboards.stage import TEAM, at_ten, page, text_of
from tests.goals.stage import days_ago, make_goal, make_kpi, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def calls(cast: Cast) -> Kpi:
    """Of the north's people Bob made 50 calls of 100 this quarter, กานดา 50, Eve 20, Fay 10.

    In November, compared with as many days of October: Bob 40 after 10, กานดา 20 after 30, Eve 15 after 5; Fay has no
    October.
    """
    with tenant(cast.acme.pk):
        calls = make_kpi("calls", name="Calls made")
        people = {"Bob": cast.bob, "Alice": cast.alice}
        for name in ("Kanda", "Eve", "Fay"):
            people[name] = make_member(name, Role.REP)
            TeamMembership.objects.create(member=people[name], team=cast.north)
        Member.objects.filter(pk=people["Kanda"].pk).update(name="กานดา")
        for name, october, november in (("Bob", 10, 40), ("Kanda", 30, 20), ("Eve", 5, 15), ("Fay", 0, 10)):
            make_goal(calls, member=people[name], target=Decimal(100))
            if october:
                record(calls, people[name], days_ago(40), october)
            record(calls, people[name], days_ago(2), november)
    return calls


def board(text: str) -> list[list[str]]:
    """Rows of place, name and score; nothing where the page has no leaderboard."""
    table = text.partition('id="h-places"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL)
    return [
        [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]


def team_page(cast: Cast, who: Member) -> str:
    return text_of(page(cast.client(who), TEAM, team=cast.north.pk))


def kpi_page(cast: Cast, who: Member, kpi: Kpi, **query: Any) -> str:
    of = {"of": f"team-{cast.north.pk}", "by": "month"} | query
    return text_of(cast.client(who).get(f"/acme/kpis/{kpi.pk}/", of))


def switch(cast: Cast, who: Member, team: Team, on: str = "1") -> int:
    return cast.client(who).post(f"/acme/teams/{team.pk}/leaderboard/", {"on": on}).status_code


def test_off_by_default(cast: Cast, calls: Kpi) -> None:
    for who in (cast.dan, cast.alice, cast.bob):
        assert "h-places" not in team_page(cast, who)
        assert "h-places" not in kpi_page(cast, who, calls)


def test_the_teams_manager_switches_it_on_and_off(cast: Cast, calls: Kpi) -> None:
    assert "Switch a leaderboard on" in team_page(cast, cast.alice)
    assert "Switch a leaderboard on" not in team_page(cast, cast.bob)
    assert switch(cast, cast.bob, cast.north) == 403
    assert switch(cast, cast.alice, cast.south) in (403, 404)
    assert switch(cast, cast.alice, cast.north) == 302
    assert "h-places" in team_page(cast, cast.bob)
    assert "Switch the leaderboard off" in team_page(cast, cast.alice)
    assert switch(cast, cast.alice, cast.north, on="0") == 302
    assert "h-places" not in team_page(cast, cast.bob)


def test_the_organization_switches_all_on(cast: Cast, calls: Kpi) -> None:
    client = cast.client(cast.dan)
    form = client.get("/acme/settings/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert client.post("/acme/settings/", sent | {"ramp": "", "leaderboard": "on"}).status_code == 302
    assert Organization.objects.get(pk=cast.acme.pk).leaderboard
    assert "h-places" in team_page(cast, cast.bob)
    assert "Switch the leaderboard off" not in team_page(cast, cast.alice)


def test_by_progress_with_ties(cast: Cast, calls: Kpi) -> None:
    switch(cast, cast.alice, cast.north)
    rows = board(team_page(cast, cast.alice))
    assert rows == [["1", "Bob", "50%"], ["1", "กานดา", "50%"], ["3", "Eve", "20%"], ["4", "Fay", "10%"]]


def test_a_rep_sees_the_own_place_and_two_more(cast: Cast, calls: Kpi) -> None:
    switch(cast, cast.alice, cast.north)
    with tenant(cast.acme.pk):
        fay = Member.objects.get(name="Fay")
    text = team_page(cast, fay)
    assert board(text) == [["1", "กานดา", "50%"], ["3", "Eve", "20%"], ["4", "Fay you", "10%"]]
    assert "4 people have a place." in text
    assert "h-places" not in team_page(cast, cast.vera)


def test_by_improvement_on_the_own_past(cast: Cast, calls: Kpi) -> None:
    switch(cast, cast.alice, cast.north)
    text = kpi_page(cast, cast.alice, calls)
    assert board(text) == [["1", "Bob", "+300%"], ["2", "Eve", "+200%"], ["3", "กานดา", "−33%"]]
    assert "people without a number are left out" in text
    with tenant(cast.acme.pk):
        fay = Member.objects.get(name="Fay")
    assert "You have no place here yet" in kpi_page(cast, fay, calls)


def test_less_is_better_where_the_kpi_says_so(cast: Cast, calls: Kpi) -> None:
    switch(cast, cast.alice, cast.north)
    with tenant(cast.acme.pk):
        Kpi.objects.filter(pk=calls.pk).update(direction="lower")
    assert [row[1] for row in board(kpi_page(cast, cast.alice, calls))] == ["กานดา", "Eve", "Bob"]


def test_it_asks_the_database_for_nothing_more(cast: Cast, calls: Kpi) -> None:
    def counts() -> list[int]:
        """Asked a second time: the first writes down the session."""
        found = []
        for n in range(4):
            with CaptureQueriesContext(connection) as captured:
                team_page(cast, cast.bob) if n % 2 else kpi_page(cast, cast.bob, calls)
            found.append(len(captured))
        return found[2:]

    off = counts()
    switch(cast, cast.alice, cast.north)
    assert counts() == off
