"""A number by team and by person."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.actions import add_from_catalogue, log_entry, save_kpi
from kpis.models import Kpi
from teams.models import Member, Team, TeamMembership
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast, make_member

NOVEMBER = {"by": "custom", "first": "2026-11-01", "last": "2026-11-20"}
DAY = dt.date(2026, 11, 10)
BEFORE = dt.date(2026, 10, 20)


@pytest.fixture
def rate(cast: Cast) -> Kpi:
    """Bob won 3 of 4 and 1 of 2 before, Carol 1 of 4; Dan, in no team, 1 of 1."""
    with tenant(cast.acme.pk):
        won, lost, rate = add_from_catalogue(["won", "lost", "win_rate"])
        for member, day, wins, losses in (
            (cast.bob, DAY, 3, 1),
            (cast.bob, BEFORE, 1, 1),
            (cast.carol, DAY, 1, 3),
            (cast.dan, DAY, 1, 0),
        ):
            for kpi, amount in ((won, wins), (lost, losses)):
                log_entry(kpi=kpi, member=member, date=day, value=Decimal(amount), by=None)
    return rate


def won(cast: Cast) -> Kpi:
    with tenant(cast.acme.pk):
        found: Kpi = Kpi.objects.get(code="won")
    return found


def rows(cast: Cast, kpi: Kpi, member: Member | None = None, **query: str) -> list[list[str]]:
    response = cast.client(member or cast.dan).get(f"/acme/kpis/{kpi.pk}/breakdown/", NOVEMBER | query)
    assert response.status_code == 200
    table = response.content.decode().partition("<tbody>")[2]
    return [
        [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", cell)).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    ]


def test_a_rate_is_sum_over_sum_with_its_parts_beside_it(cast: Cast, rate: Kpi) -> None:
    assert rows(cast, rate, of="organization", who="team") == [
        ["North", "75.0%", "3", "1", "+19.4 pts", "50.0%", "+25.0 pts"],
        ["South", "25.0%", "1", "3", "−30.6 pts", "–", "–"],
        ["Acme", "55.6%", "5", "4", "", "50.0%", "+5.6 pts"],
    ]


def test_a_part_is_what_the_formula_sees_also_where_it_gives_no_value(cast: Cast, rate: Kpi) -> None:
    with tenant(cast.acme.pk):
        odds = save_kpi(Kpi(code="odds", name="Odds", unit="ratio", decimals=1, formula="won / lost"))
        log_entry(kpi=won(cast), member=cast.bob, date=dt.date(2026, 11, 22), value=Decimal(2), by=None)
    later: dict[str, Any] = {"first": "2026-11-21", "last": "2026-11-22"}
    assert [row[:4] for row in rows(cast, odds, of="organization", who="team", **later)] == [
        ["North", "–", "2", "0"],  # lost something before
        ["South", "–", "0", "0"],
        ["Acme", "–", "2", "0"],
    ]
    first: dict[str, Any] = {"first": "2026-01-01", "last": "2026-10-01"}
    assert [row[:4] for row in rows(cast, odds, of="organization", who="team", **first)] == [
        [name, "–", "–", "–"] for name in ("North", "South", "Acme")
    ]


def test_what_adds_up_has_shares_and_says_what_is_missing(cast: Cast, rate: Kpi) -> None:
    assert rows(cast, won(cast), of="organization", who="team") == [
        ["North", "3", "60.0%", "1", "+200%"],
        ["South", "1", "20.0%", "–", "–"],
        ["In none of these teams", "1", "20.0%", "0", "+1"],
        ["Acme", "5", "", "1", "+400%"],
    ]


def test_shares_of_people_are_those_of_their_days_in_the_team(cast: Cast, rate: Kpi) -> None:
    with tenant(cast.acme.pk):
        TeamMembership.objects.filter(member=cast.bob).update(ends_on=DAY)
        TeamMembership.objects.create(member=cast.bob, team=cast.south, starts_on=DAY + dt.timedelta(days=1))
        log_entry(kpi=won(cast), member=cast.bob, date=dt.date(2026, 11, 15), value=Decimal(6), by=None)
    assert rows(cast, won(cast), of=f"team-{cast.south.pk}", who="member") == [
        ["Bob Part of the days", "6", "85.7%", "–", "–"],
        ["Carol", "1", "14.3%", "–", "–"],
        ["South", "7", "", "–", "–"],
    ]
    assert rows(cast, won(cast), of=f"team-{cast.north.pk}", who="member")[0][:2] == ["Bob Part of the days", "3"]


def test_who_has_left_still_counts_for_the_past(cast: Cast, rate: Kpi) -> None:
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.carol.pk).update(left_on=dt.date(2026, 11, 15))
    named = [row[0] for row in rows(cast, won(cast), of="organization", who="member")]
    assert "Carol Left" in named
    key = f"member-{cast.carol.pk}"
    assert cast.client(cast.dan).get(f"/acme/kpis/{rate.pk}/", {"of": key}).status_code == 200
    assert cast.client(cast.bob).get(f"/acme/kpis/{rate.pk}/", {"of": key}).status_code == 404


def test_people_who_may_not_be_seen_are_others(cast: Cast, rate: Kpi) -> None:
    with tenant(cast.acme.pk):
        below = Team.objects.create(name="Below", parent=cast.north)
        gone = make_member("Gone", Role.REP)
        TeamMembership.objects.create(member=gone, team=below, ends_on=DAY)
        log_entry(kpi=won(cast), member=gone, date=DAY, value=Decimal(2), by=None)
    table = rows(cast, won(cast), cast.bob, of=f"team-{cast.north.pk}", who="member")
    assert ["Others", "2", "40.0%", "0", "+2"] in table
    assert not any("Gone" in row[0] for row in table)


@pytest.mark.parametrize(
    ("sort", "names"),
    [("value", ["Dan", "Bob", "Carol"]), ("name", ["Alice", "Bob", "Carol"]), ("change", ["Bob"]), ("\0", ["Dan"])],
)
def test_orders(cast: Cast, rate: Kpi, sort: str, names: list[str]) -> None:
    found = [row[0] for row in rows(cast, rate, of="organization", who="member", sort=sort)]
    assert found[: len(names)] == names


def test_thai_names_sort_as_thai(cast: Cast, rate: Kpi) -> None:
    with tenant(cast.acme.pk):
        for name in ("แก้ว", "ขวัญ", "กานต์"):
            Member.objects.create(name=name, role=Role.REP.value)
    found = [row[0] for row in rows(cast, rate, of="organization", who="member", sort="name")]
    assert found[-4:-1] == ["กานต์", "แก้ว", "ขวัญ"]


def test_one_person_has_no_parts(cast: Cast, rate: Kpi) -> None:
    response = cast.client(cast.bob).get(f"/acme/kpis/{rate.pk}/breakdown/", {"of": f"member-{cast.bob.pk}"})
    assert "Nothing to break down" in response.content.decode()


def test_lower_is_better_puts_the_lowest_first(cast: Cast, rate: Kpi) -> None:
    with tenant(cast.acme.pk):
        lost = Kpi.objects.get(code="lost")
        Kpi.objects.filter(pk=lost.pk).update(direction="lower")
    assert [row[0] for row in rows(cast, lost, of="organization", who="team")][:2] == ["North", "South"]


def test_a_hundred_people_a_page_in_as_many_queries(cast: Cast, rate: Kpi) -> None:
    client, url = cast.client(cast.dan), f"/acme/kpis/{rate.pk}/breakdown/"
    query = NOVEMBER | {"of": "organization", "who": "member"}

    def count() -> int:
        client.get(url, query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url, query).status_code == 200
        return len(queries)

    few = count()
    with tenant(cast.acme.pk):
        Member.objects.bulk_create(
            Member(name=f"Person {n:03}", role=Role.REP.value, organization_id=cast.acme.pk) for n in range(120)
        )
    assert count() == few
    assert few <= 24
    assert len(rows(cast, rate, of="organization", who="member")) == 101
    assert len(rows(cast, rate, of="organization", who="member", page="2")) == 26
