"""What is told of a change stands beside it, however the transaction around it was begun."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from teams.history import telling
from teams.models import Member, Organization
from teams.tenancy import tenant
from tests.cast import Cast, make_cast


@pytest.fixture
def acme() -> Cast:
    return make_cast()


# pytest-django decides by the mark.
WAYS = pytest.mark.parametrize(
    "way",
    [
        pytest.param("inside a transaction", marks=pytest.mark.django_db),
        pytest.param("in transactions of its own", marks=pytest.mark.django_db(transaction=True)),
    ],
)


def rename(member: Member, name: str) -> None:
    Member.objects.filter(pk=member.pk).update(name=name)


def kept(cast: Cast, member: Member) -> dict[str, Any]:
    """What was told of the member's names, by name."""
    changes = apps.get_model("teams", "MemberEvent")
    with tenant(cast.acme.pk):
        return {change.name: change.pgh_context for change in changes._base_manager.filter(pgh_obj_id=member.pk)}


@WAYS
def test_around_a_tenant(acme: Cast, way: str) -> None:
    with telling(lambda: {"user": 7}), tenant(acme.acme.pk):
        rename(acme.bob, "First")
        rename(acme.bob, "Second")
    with tenant(acme.acme.pk):
        rename(acme.bob, "Third")
    found = kept(acme, acme.bob)
    assert [(found[name] or {}).get("user") for name in ("First", "Second")] == [7, 7]
    # In a transaction around all of it pghistory's setting lives on; in one of its own it has ended.
    assert found["Bob"] is None


def test_nothing_is_left_for_the_next_transaction(transactional_db: None) -> None:
    cast = make_cast()
    with telling(lambda: {"user": 7}), tenant(cast.acme.pk):
        rename(cast.bob, "First")
    with tenant(cast.acme.pk):
        rename(cast.bob, "Second")
    assert kept(cast, cast.bob)["Second"] is None


@WAYS
def test_inside_a_tenant_and_after_what_was_taken_back(acme: Cast, way: str) -> None:
    with tenant(acme.acme.pk), telling(lambda: {"user": 7}):
        undone = transaction.savepoint()
        rename(acme.bob, "Undone")
        transaction.savepoint_rollback(undone)
        rename(acme.bob, "Done")
    found = kept(acme, acme.bob)
    assert found["Done"]["user"] == 7
    assert "Undone" not in found


@WAYS
def test_what_is_told_further_in_comes_beside_it_and_goes_again(acme: Cast, way: str) -> None:
    with telling(lambda: {"user": 7}), tenant(acme.acme.pk):
        with telling(lambda: {"token": 3}):
            rename(acme.bob, "By token")
        rename(acme.bob, "By hand")
    found = kept(acme, acme.bob)
    assert found["By token"] == {"user": 7, "token": 3}
    assert found["By hand"] == {"user": 7}


@WAYS
def test_what_is_known_only_later_is_told_as_it_is_then(acme: Cast, way: str) -> None:
    about: dict[str, Any] = {"user": None}
    with telling(lambda: about):
        about["user"] = 7
        with tenant(acme.acme.pk):
            rename(acme.bob, "Signed in")
    assert kept(acme, acme.bob)["Signed in"] == {"user": 7}


def test_without_a_tenant_and_a_transaction(transactional_db: None) -> None:
    with telling(lambda: {"user": 7}):
        made = Organization.objects.create(name="Initech", slug="initech")
    with tenant(made.pk):
        changes = apps.get_model("teams", "OrganizationEvent")
        assert [change.pgh_context for change in changes._base_manager.filter(pgh_obj_id=made.pk)] == [{"user": 7}]
