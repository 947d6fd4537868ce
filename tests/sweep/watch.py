"""What must not change, and what must not cross from one organization to the other."""

from typing import Any

from django.apps import apps
from django.db import connection

from teams.models import User
from teams.tenancy import tenant
from tests.sweep.rows import FIRST_ID, World

# Tables of the first organization that have no column for it, and how its rows are told.
OTHER_TABLES = {
    "teams_organization": "id = %(organization)s",
    "teams_organizationevent": "pgh_obj_id = %(organization)s",
    "teams_user": f"id >= {FIRST_ID}",
    "reminders_refusedaddress": f"id >= {FIRST_ID}",
}


def _ask(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def tables_of_tenants() -> list[str]:
    """Every table of the database that has an organization, histories included."""
    sql = (
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name = 'organization_id' ORDER BY table_name"
    )
    return [table for (table,) in _ask(sql)]


def tables_outside() -> list[str]:
    """The product's own tables that are neither a tenant's nor watched otherwise."""
    own = {
        model._meta.db_table
        for model in apps.get_models()
        if not model.__module__.startswith(("django.", "allauth.", "pghistory."))
    }
    return sorted(own - set(tables_of_tenants()) - set(OTHER_TABLES))


def checksums(world: World) -> dict[str, str]:
    """Of every table, over all rows of the first organization."""
    organization = world.theirs.organization.pk
    wheres = dict.fromkeys(tables_of_tenants(), "organization_id = %(organization)s") | OTHER_TABLES
    sums = {}
    with tenant(organization):
        for table, where in wheres.items():
            sql = f"SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')), count(*) FROM {table} t "
            [(digest, count)] = _ask(sql + f"WHERE {where}", organization=organization)
            sums[table] = f"{count} rows {digest}"
    return sums


def crossings(world: World) -> list[str]:
    """Rows of the second organization that name a row of the first."""
    found = []
    organization = world.own.organization.pk
    with tenant(organization):
        for table in tables_of_tenants():
            sql = f"SELECT count(*) FROM {table} t WHERE organization_id = %(organization)s AND t::text ~ %(id)s"
            [(count,)] = _ask(sql, organization=organization, id=r"\m500\d{4}\M")
            if count:
                found.append(f"{table}: {count} rows")
    if User.objects.filter(pk__gte=FIRST_ID + 100, pk__lt=FIRST_ID + 900_000).exists():
        found.append("teams_user")
    return found
