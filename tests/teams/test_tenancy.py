"""The two walls between tenants."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from teams.grants import event_tables
from teams.models import Team
from teams.tenancy import TenantModel, TenantNotSet, tenant
from tests.cast import Cast

# Outside row-level security: what finds the tenant.
FINDS_THE_TENANT = {"teams_member", "teams_invitation", "api_token", "reminders_feed", "dashboards_sharelink"}


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def rows(sql: str, *params: str | int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model.__name__)
def test_unscoped_query_raises(model: type[TenantModel]) -> None:
    with pytest.raises(TenantNotSet):
        model.objects.all()
    assert model._meta.base_manager_name == "objects"
    with pytest.raises(TenantNotSet):
        model._base_manager.all()


def test_queries_see_only_the_tenant(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        assert set(Team.objects.values_list("name", flat=True)) == {"North", "South"}
        with tenant(cast.globex.pk):
            assert set(Team.objects.values_list("name", flat=True)) == {"West"}
        assert set(Team.objects.values_list("name", flat=True)) == {"North", "South"}


def test_database_shows_nothing_without_a_tenant(cast: Cast) -> None:
    assert rows("SELECT count(*) FROM teams_team") == [(0,)]


def test_database_shows_only_the_tenants_rows_to_raw_sql(cast: Cast) -> None:
    with tenant(cast.globex.pk):
        assert rows("SELECT name FROM teams_team") == [("West",)]


def test_database_refuses_a_row_of_another_tenant(cast: Cast) -> None:
    with tenant(cast.globex.pk), pytest.raises(DatabaseError), transaction.atomic():
        Team.objects.create(name="Trojan", organization=cast.acme)


def test_an_error_inside_gives_the_outer_tenant_back(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        with pytest.raises(ZeroDivisionError), tenant(cast.globex.pk):
            _ = 1 / 0
        assert rows("SELECT count(*) FROM teams_team") == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_a_pooled_connection_carries_no_tenant_on() -> None:
    from tests.cast import make_cast

    cast = make_cast()
    for number in range(200):
        one, name = (cast.acme, "North") if number % 2 else (cast.globex, "West")
        with tenant(one.pk):
            assert (name,) in rows("SELECT name FROM teams_team")
        assert rows("SELECT count(*), current_setting('app.organization', true) FROM teams_team") == [(0, "")]


def test_every_table_with_an_organization_has_a_policy(db: None) -> None:
    with_column = {
        table
        for (table,) in rows(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'organization_id'"
        )
    }
    protected = {
        table
        for (table,) in rows(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relrowsecurity"
        )
    }
    assert with_column - protected == FINDS_THE_TENANT


def test_application_role_owns_nothing_and_bypasses_nothing(db: None) -> None:
    role = settings.APP_ROLE
    assert rows("SELECT current_user") == [(role,)]
    assert rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", role) == [(False, False)]
    assert rows("SELECT count(*) FROM pg_tables WHERE tableowner = %s", role) == [(0,)]


@pytest.mark.parametrize("table", event_tables())
def test_history_may_only_grow(db: None, table: str) -> None:
    may = rows(
        "SELECT has_table_privilege(%s, 'INSERT'), has_table_privilege(%s, 'SELECT'), "
        "has_table_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE')",
        *[table] * 4,
    )
    assert may == [(True, True, False, False)]
