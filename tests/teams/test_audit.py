"""Every change of people is kept by the database, with who, how and in which request."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from teams.models import Member, TeamMembership
from teams.tenancy import tenant
from tests.cast import Cast


def events(name: str, **asked: Any) -> list[Any]:
    model: Any = apps.get_model("teams", name)
    return list(model._base_manager.filter(**asked).order_by("pgh_id"))


def test_a_page_leaves_who_and_which_request(cast: Cast) -> None:
    assert cast.dan.user is not None
    sent = {"name": "Robert", "email": "bob@example.com", "role": "manager"}
    assert cast.client(cast.dan).post(f"/acme/people/{cast.bob.pk}/edit/", sent).status_code == 302
    with tenant(cast.acme.pk):
        change = events("MemberEvent", pgh_obj_id=cast.bob.pk)[-1]
    assert (change.name, change.role, change.pgh_label) == ("Robert", "manager", "update")
    context = change.pgh_context
    assert context["user"] == cast.dan.user.pk
    assert context["url"] == f"/acme/people/{cast.bob.pk}/edit/"
    assert context["method"] == "POST"
    assert uuid.UUID(context["request"])


def test_moves_are_kept_on_both_sides(cast: Cast) -> None:
    sent = {"team": cast.south.pk, "starts_on": "2026-02-01"}
    assert cast.client(cast.dan).post(f"/acme/people/{cast.bob.pk}/move/", sent).status_code == 302
    with tenant(cast.acme.pk):
        kept = [
            (change.pgh_label, change.team_id, change.starts_on, change.ends_on)
            for change in events("TeamMembershipEvent", member_id=cast.bob.pk)
        ]
    assert kept == [
        ("insert", cast.north.pk, None, None),
        ("delete", cast.north.pk, None, None),
        ("insert", cast.north.pk, None, dt.date(2026, 1, 31)),
        ("insert", cast.south.pk, dt.date(2026, 2, 1), None),
    ]


def test_a_change_past_the_models_is_kept_too(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE teams_team SET name = 'Nord' WHERE id = %s", [cast.north.pk])
            cursor.execute("DELETE FROM teams_teammembership WHERE member_id = %s", [cast.bob.pk])
        assert events("TeamEvent", pgh_obj_id=cast.north.pk)[-1].name == "Nord"
        assert events("TeamMembershipEvent", member_id=cast.bob.pk)[-1].pgh_label == "delete"


@pytest.mark.parametrize("statement", ["UPDATE {} SET name = 'x'", "DELETE FROM {}"])
def test_what_is_kept_cannot_be_rewritten(cast: Cast, statement: str) -> None:
    with (
        tenant(cast.acme.pk),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("teams_memberevent"))


def test_the_other_tenants_history_is_out_of_sight(cast: Cast) -> None:
    with tenant(cast.globex.pk):
        assert {change.name for change in events("MemberEvent")} == {"Charlie"}


def test_a_change_outside_a_request_is_kept_without_a_person(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.bob.pk).update(joined_on=timezone.now().date())
        change = events("MemberEvent", pgh_obj_id=cast.bob.pk)[-1]
        assert TeamMembership.objects.filter(member=cast.bob).exists()
    assert change.pgh_label == "update"
    assert not change.pgh_context
