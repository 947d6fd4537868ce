"""Definitions are kept in the process for as long as nobody has changed one, by whatever road."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.actions import add_from_catalogue, save_kpi
from kpis.definitions import Definitions, definitions_of
from kpis.models import Kpi
from teams.models import Organization
from teams.tenancy import tenant
from tests.cast import Cast


@pytest.fixture
def acme(cast: Cast) -> Cast:
    with tenant(cast.acme.pk):
        add_from_catalogue(["win_rate"])
    return cast


def as_read_now(cast: Cast) -> Definitions:
    with tenant(cast.acme.pk):
        return definitions_of(Organization.objects.get(pk=cast.acme.pk))


def by_action() -> None:
    won = Kpi.objects.get(code="won")
    won.name = "Signed"
    save_kpi(won)


def by_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kpis_kpi SET name = 'Signed' WHERE code = 'won'")


def by_another_row() -> None:
    Kpi.objects.filter(code="won").delete()
    Kpi.objects.bulk_create([Kpi(code="won", name="Signed", aggregation="sum")])


@pytest.mark.parametrize("change", [by_action, by_sql, by_another_row])
def test_a_change_by_any_road_is_seen(acme: Cast, change: Callable[[], None]) -> None:
    before = as_read_now(acme)
    assert as_read_now(acme) is before
    with tenant(acme.acme.pk):
        change()
    after = as_read_now(acme)
    assert (before.stored["won"].label, after.stored["won"].label) == ("Deals won", "Signed")


def test_a_kpi_that_is_deleted_is_gone(acme: Cast) -> None:
    with tenant(acme.acme.pk):
        Kpi.objects.create(code="calls", name="Calls", aggregation="sum")
        assert "calls" in as_read_now(acme).stored
        Kpi.objects.filter(code="calls").delete()
    assert "calls" not in as_read_now(acme).stored


def test_a_page_asks_for_them_once_and_again_after_a_change(acme: Cast) -> None:
    client = acme.client(acme.dan)

    def is_asked() -> bool:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/acme/goals/").status_code == 200
        return any('FROM "kpis_kpi"' in query["sql"] for query in asked)

    assert [is_asked(), is_asked()] == [True, False]
    with tenant(acme.acme.pk):
        by_action()
    assert [is_asked(), is_asked()] == [True, False]


def test_pages_leave_them_as_they_are(acme: Cast) -> None:
    client = acme.client(acme.dan)
    won = as_read_now(acme).stored["won"].pk
    for path in ("", "kpis/", f"kpis/{won}/", "goals/", "goals/new/", "entries/log/", "team/", "tree/"):
        assert client.get(f"/acme/{path}").status_code in (200, 302, 404), path
    held = as_read_now(acme)
    with tenant(acme.acme.pk):
        for kpi in (*held.stored.values(), *held.computed.values()):
            found = vars(Kpi.objects.get(pk=kpi.pk))
            assert {name: value for name, value in vars(kpi).items() if name != "_state"} == {
                name: value for name, value in found.items() if name != "_state"
            }


def test_the_other_tenants_are_others(acme: Cast) -> None:
    with tenant(acme.globex.pk):
        assert not definitions_of(acme.globex).stored


def test_an_organization_read_before_and_saved_whole_does_not_turn_the_number_back(acme: Cast) -> None:
    read_before = Organization.objects.get(pk=acme.acme.pk)
    with tenant(acme.acme.pk):
        by_action()
    counted = Organization.objects.get(pk=acme.acme.pk).definitions_version
    read_before.name = "Acme & Sons"
    read_before.save()
    found = Organization.objects.get(pk=acme.acme.pk)
    assert (found.name, found.definitions_version) == ("Acme & Sons", counted)
    assert counted > acme.acme.definitions_version


def test_counting_is_no_change_of_the_organization(acme: Cast) -> None:
    with tenant(acme.acme.pk):
        changes = apps.get_model("teams", "OrganizationEvent")._base_manager.filter(pgh_obj_id=acme.acme.pk)
        before = changes.count()
        by_action()
        assert changes.count() == before
