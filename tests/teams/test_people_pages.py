"""Members and teams through the pages."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from teams.models import Leave, Member, Team, TeamMembership
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast

TODAY = dt.date.today()  # noqa: DTZ011 - the pages ask the clock


def names_of_teams(cast: Cast, member: Member) -> list[tuple[str, dt.date | None, dt.date | None]]:
    with tenant(cast.acme.pk):
        rows = TeamMembership.objects.filter(member=member).select_related("team").order_by("pk")
        stays = [(row.team.name, row.starts_on, row.ends_on) for row in rows]
    return sorted(stays, key=lambda stay: stay[1] or dt.date.min)


def member_called(cast: Cast, name: str) -> Member:
    with tenant(cast.acme.pk):
        found: Member = Member.objects.get(name=name)
    return found


def test_the_directory_shows_teams_and_people(cast: Cast) -> None:
    page = cast.client(cast.dan).get("/acme/people/").content.decode()
    for text in ("North", "South", "Managed by Alice", "Bob", "Carol", "In no team", "Dan"):
        assert text in page
    assert "Charlie" not in page


def test_a_rep_sees_their_own_team(cast: Cast) -> None:
    page = cast.client(cast.bob).get("/acme/people/").content.decode()
    assert "Alice" in page
    assert "Carol" not in page
    assert cast.client(cast.bob).get(f"/acme/people/{cast.alice.pk}/").status_code == 200
    assert cast.client(cast.bob).get(f"/acme/people/{cast.carol.pk}/").status_code == 404


def test_the_search_answers_with_the_part_that_changes(cast: Cast) -> None:
    client = cast.client(cast.dan)
    whole = client.get("/acme/people/", {"q": "caro"}).content.decode()
    part = client.get("/acme/people/", {"q": "caro"}, headers={"HX-Request": "true", "HX-Target": "div#people"})
    assert "Carol" in whole
    assert "Bob" not in whole
    assert part.content.decode().startswith('<div id="people"')
    assert "Nobody is called" in client.get("/acme/people/", {"q": "zz"}).content.decode()
    assert client.get("/acme/people/", {"q": "\0"}).status_code == 200


def test_a_member_is_added_once_however_often_the_form_is_sent(cast: Cast) -> None:
    sent = {"name": "Eve  Ning", "email": "Eve@Example.com", "role": "rep", "team": cast.north.pk}
    sent |= {"joined_on": "1/12/2569", "request_id": str(uuid.uuid4())}
    for _ in range(2):
        assert cast.client(cast.dan).post("/acme/people/new/", sent).status_code == 302
    eve = member_called(cast, "Eve Ning")
    assert (eve.email, eve.user, eve.joined_on) == ("eve@example.com", None, dt.date(2026, 12, 1))
    assert names_of_teams(cast, eve) == [("North", dt.date(2026, 12, 1), None)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "a\0b"),
        ("email", "no address"),
        ("email", "bob@example.com"),
        ("email", "BOB@example.com"),
        ("role", "emperor"),
        ("team", "999999"),
        ("team", "x"),
        ("joined_on", "31/2/2026"),
        ("weekly_hours", "1e400"),
        ("weekly_hours", "-1"),
        ("weekly_hours", "169"),
        ("weekly_hours", "NaN"),
    ],
)
def test_what_is_wrong_with_a_new_member_is_said_at_the_field(cast: Cast, field: str, value: str) -> None:
    sent = {"name": "Eve", "email": "", "role": "rep", "team": "", "request_id": str(uuid.uuid4()), field: value}
    answer = cast.client(cast.dan).post("/acme/people/new/", sent)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    with tenant(cast.acme.pk):
        assert Member.objects.count() == 5


def test_a_back_dated_move_splits_the_stay(cast: Cast) -> None:
    sent = {"team": cast.south.pk, "starts_on": "2026-02-01", "ends_on": "2026-02-10"}
    assert cast.client(cast.dan).post(f"/acme/people/{cast.bob.pk}/move/", sent).status_code == 302
    assert names_of_teams(cast, cast.bob) == [
        ("North", None, dt.date(2026, 1, 31)),
        ("South", dt.date(2026, 2, 1), dt.date(2026, 2, 10)),
        ("North", dt.date(2026, 2, 11), None),
    ]
    page = cast.client(cast.dan).get(f"/acme/people/{cast.bob.pk}/").content.decode()
    assert "1 Feb 2026 to 10 Feb 2026" in page


def test_a_move_that_ends_before_it_starts_is_refused(cast: Cast) -> None:
    sent = {"team": cast.south.pk, "starts_on": "2026-02-10", "ends_on": "2026-02-01"}
    answer = cast.client(cast.dan).post(f"/acme/people/{cast.bob.pk}/move/", sent)
    assert answer.status_code == 422
    assert 'id="id_ends_on_error"' in answer.content.decode()
    assert names_of_teams(cast, cast.bob) == [("North", None, None)]


def test_leave_is_entered_by_leaders_for_their_people(cast: Cast) -> None:
    sent = {"starts_on": "2026-12-24", "ends_on": "2026-12-31", "request_id": str(uuid.uuid4())}
    address = f"/acme/people/{cast.bob.pk}/leave/"
    for _ in range(2):
        assert cast.client(cast.alice).post(address, sent).status_code == 302
    with tenant(cast.acme.pk):
        leave = Leave.objects.get()
    assert cast.client(cast.alice).post(f"/acme/people/{cast.carol.pk}/leave/", sent).status_code == 404
    assert cast.client(cast.bob).post(address, sent).status_code == 403
    too_long = sent | {"ends_on": "2028-12-31", "request_id": str(uuid.uuid4())}
    assert cast.client(cast.alice).post(address, too_long).status_code == 422
    assert cast.client(cast.alice).post(f"{address}{leave.pk}/remove/").status_code == 302
    with tenant(cast.acme.pk):
        assert not Leave.objects.exists()


def test_who_has_left_is_out_and_can_come_back(cast: Cast) -> None:
    bob = cast.client(cast.bob)
    assert bob.get("/acme/people/").status_code == 200
    address = f"/acme/people/{cast.bob.pk}/"
    assert cast.client(cast.dan).post(f"{address}let-go/", {"left_on": TODAY.isoformat()}).status_code == 302
    assert bob.get("/acme/people/").status_code == 404
    [(team, start, end)] = names_of_teams(cast, cast.bob)
    assert (team, start) == ("North", None)
    assert end == TODAY - dt.timedelta(days=1)
    assert cast.client(cast.dan).post(f"{address}take-back/").status_code == 302
    assert bob.get("/acme/people/").status_code == 200


def test_who_manages_a_team_cannot_leave_or_become_a_rep_before_handing_it_over(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    answer = dan.post(f"/acme/people/{cast.alice.pk}/let-go/", {"left_on": "2026-12-01"})
    assert answer.status_code == 422
    assert "manages the team North" in answer.content.decode()
    answer = dan.post(f"/acme/people/{cast.alice.pk}/edit/", {"name": "Alice", "role": "rep"})
    assert answer.status_code == 422
    assert member_called(cast, "Alice").role == Role.MANAGER


def test_the_last_owner_stays(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    answer = dan.post(f"/acme/people/{cast.dan.pk}/edit/", {"name": "Dan", "role": "rep"})
    assert answer.status_code == 422
    assert "the only owner" in answer.content.decode()
    assert dan.post(f"/acme/people/{cast.dan.pk}/let-go/", {"left_on": "2026-12-01"}).status_code == 422
    assert dan.post(f"/acme/people/{cast.vera.pk}/edit/", {"name": "Vera", "role": "owner"}).status_code == 302
    assert dan.post(f"/acme/people/{cast.dan.pk}/edit/", {"name": "Dan", "role": "rep"}).status_code == 302


def test_an_admin_neither_makes_nor_unmakes_owners(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.vera.pk).update(role="admin")
    vera = cast.client(cast.vera)
    for member, role in ((cast.vera, "owner"), (cast.dan, "rep"), (cast.bob, "owner")):
        answer = vera.post(f"/acme/people/{member.pk}/edit/", {"name": member.name, "role": role})
        assert answer.status_code == 422
        assert member_called(cast, member.name).role != role
    assert vera.post(f"/acme/people/{cast.dan.pk}/let-go/", {"left_on": "2026-12-01"}).status_code == 422
    assert vera.post(f"/acme/people/{cast.bob.pk}/edit/", {"name": "Bob", "role": "manager"}).status_code == 302


def test_teams_make_no_ring(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    below = {"name": "South", "parent": cast.north.pk, "manager": ""}
    assert dan.post(f"/acme/teams/{cast.south.pk}/", below).status_code == 302
    above = {"name": "North", "parent": cast.south.pk, "manager": cast.alice.pk}
    answer = dan.post(f"/acme/teams/{cast.north.pk}/", above)
    assert answer.status_code == 422
    assert 'id="id_parent_error"' in answer.content.decode()
    assert dan.post(f"/acme/teams/{cast.north.pk}/", above | {"parent": cast.north.pk}).status_code == 422


def test_a_team_is_made_once_and_names_are_unique(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    sent = {"name": "East", "parent": cast.north.pk, "manager": cast.alice.pk, "request_id": str(uuid.uuid4())}
    for _ in range(2):
        assert dan.post("/acme/teams/new/", sent).status_code == 302
    answer = dan.post("/acme/teams/new/", sent | {"name": "EAST", "request_id": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()
    answer = dan.post(f"/acme/teams/{cast.south.pk}/", {"name": "east", "parent": "", "manager": ""})
    assert answer.status_code == 422


def test_only_an_empty_team_is_archived(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    answer = dan.post(f"/acme/teams/{cast.south.pk}/archive/", follow=True)
    assert "This team has members" in answer.content.decode()
    assert dan.post(f"/acme/people/{cast.carol.pk}/move/", {"team": "", "starts_on": TODAY}).status_code == 302
    assert dan.post(f"/acme/teams/{cast.south.pk}/archive/").status_code == 302
    with tenant(cast.acme.pk):
        assert not Team.objects.live().filter(name="South").exists()
    assert dan.post(f"/acme/teams/{cast.south.pk}/restore/").status_code == 302
    with tenant(cast.acme.pk):
        assert Team.objects.live().filter(name="South").exists()


WRITES = [
    "people/new/",
    "people/invite/",
    "people/{member}/edit/",
    "people/{member}/move/",
    "people/{member}/invite/",
    "people/{member}/let-go/",
    "people/{member}/take-back/",
    "teams/new/",
    "teams/{team}/",
    "teams/{team}/archive/",
    "teams/{team}/restore/",
    "settings/",
    "settings/holidays/",
]


@pytest.mark.parametrize("path", WRITES)
def test_only_admins_change_people(cast: Cast, path: str) -> None:
    address = "/acme/" + path.format(member=cast.bob.pk, team=cast.north.pk)
    for member in (cast.alice, cast.bob, cast.vera):
        assert cast.client(member).post(address, {}).status_code == 403
    assert Client().post(address, {}).status_code == 302
    assert cast.client(cast.charlie).post(address, {}).status_code == 404


@pytest.mark.parametrize("path", ["people/{}/", "people/{}/edit/", "teams/{}/", "settings/holidays/{}/remove/"])
def test_ids_that_do_not_exist(cast: Cast, path: str) -> None:
    for number in ("999999", "9" * 30):
        assert cast.client(cast.dan).post("/acme/" + path.format(number)).status_code in (404, 405)
        assert cast.client(cast.dan).get("/acme/" + path.format(number)).status_code in (404, 405)
