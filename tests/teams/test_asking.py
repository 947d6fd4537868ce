"""Who asks, and as whom: one question to the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Member, Organization, User
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast


def test_person_and_place_come_in_one_statement(cast: Cast) -> None:
    client = cast.client(cast.bob)
    client.get("/acme/kpis/")  # the list of sessions is written
    with CaptureQueriesContext(connection) as asked:
        client.get("/acme/kpis/")
    tables = ("teams_user", "teams_organization")
    assert [sum(f"JOIN {table}" in query["sql"] for query in asked) for table in tables] == [1, 1]
    assert not any(f'FROM "{table}"' in query["sql"] for table in tables for query in asked)


def test_a_page_outside_organizations_reads_the_person_alone(cast: Cast) -> None:
    client = cast.client(cast.bob)
    client.get("/me/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/me/").status_code != 404
    assert not any("JOIN teams_organization" in query["sql"] for query in asked)


def test_one_session_in_two_organizations(cast: Cast) -> None:
    with tenant(cast.globex.pk):
        Member.objects.create(name="Roberto", email="bob@example.com", role=Role.VIEWER.value, user=cast.bob.user)
    client = cast.client(cast.bob)
    for slug, name in (("acme", "Bob"), ("globex", "Roberto"), ("acme", "Bob")):
        request = client.get(f"/{slug}/kpis/").wsgi_request
        assert isinstance(request.user, User)
        assert request.user.asks_as is not None
        assert (request.user.asks_as.name, request.user.asks_as.organization.slug) == (name, slug)
        assert request.user == cast.bob.user


def test_all_that_is_stored_is_read(cast: Cast) -> None:
    asker = cast.client(cast.alice).get("/acme/kpis/").wsgi_request.user
    assert isinstance(asker, User)
    member = asker.asks_as
    assert member is not None
    stored = (
        Member.across_tenants.get(pk=cast.alice.pk),
        Organization.objects.get(pk=cast.acme.pk),
        User.objects.get(email="alice@example.com"),
    )
    for read, row in zip((member, member.organization, member.user), stored, strict=True):
        assert read is not None
        for field in row._meta.concrete_fields:
            assert getattr(read, field.attname) == getattr(row, field.attname), field


def test_strangers_and_unknown_addresses_look_alike(cast: Cast) -> None:
    client = cast.client(cast.charlie)
    assert client.get("/acme/kpis/").status_code == client.get("/nowhere/kpis/").status_code == 404


def test_an_account_that_was_closed_is_signed_out(cast: Cast) -> None:
    client = cast.client(cast.bob)
    User.objects.filter(email="bob@example.com").update(is_active=False)
    answer = client.get("/acme/kpis/")
    assert answer.status_code == 302
    assert "login" in answer["Location"]
