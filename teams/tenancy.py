"""The tenant: one organization. Everything here fails closed.

First wall: a query on a tenant's model outside `tenant(...)` raises `TenantNotSet`; inside, it is filtered.
Second wall: PostgreSQL row-level security reads the same tenant from a setting that lives exactly as long as the
transaction, so a connection that goes back to a pool carries nothing with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.migrations.operations.special import RunSQL

from teams.history import begun_by_telling, setting, settings_of_change

SETTING = "app.organization"
_current: ContextVar[int | None] = ContextVar("organization", default=None)


class TenantNotSet(RuntimeError):
    """A tenant's rows were asked for without saying whose."""


def current_organization_id() -> int:
    """The tenant that this code runs for. Raises `TenantNotSet` outside `tenant(...)`."""
    organization_id = _current.get()
    if organization_id is None:
        raise TenantNotSet("a tenant's rows were asked for outside `with tenant(organization):`")
    return organization_id


@contextmanager
def tenant(organization_id: int) -> Iterator[None]:
    """Run one transaction for one organization. Nests; the outer tenant is back afterwards."""
    outer = _current.get()
    is_nested = connection.in_atomic_block
    if is_nested and outer == organization_id:
        with transaction.atomic():  # the database knows, for as long as the transaction lasts
            yield
        return
    with transaction.atomic():
        _tell_database(organization_id, {} if is_nested else settings_of_change())
        token = _current.set(organization_id)
        try:
            with nullcontext() if is_nested else begun_by_telling():
                yield
        finally:
            _current.reset(token)
        # The setting ends with its transaction; only a transaction around this one would carry it on. With an
        # exception the rollback takes it back.
        if is_nested:
            _tell_database(outer)


def _tell_database(organization_id: int | None, more: Mapping[str, str] = MappingProxyType({})) -> None:
    value = "" if organization_id is None else str(organization_id)
    with connection.cursor() as cursor:
        cursor.execute(*setting({SETTING: value, **more}))


M = TypeVar("M", bound=models.Model)


class TenantManager(models.Manager[M]):
    """The default manager of a tenant's models: filtered to the tenant, and an error without one."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(organization_id=current_organization_id())


class TenantKey(models.ForeignKey[Any, Any]):
    """The organization that a row belongs to: the current tenant, unless said otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Every index that matters leads with the organization, so it needs none of its own.
        fixed = {
            "to": "teams.Organization",
            "on_delete": models.CASCADE,
            "related_name": "+",
            "db_index": False,
        }
        super().__init__(**{"default": current_organization_id, **fixed, **kwargs})

    def deconstruct(self) -> Any:
        """In migrations a plain key without a default: they run for no tenant."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, "django.db.models.ForeignKey", args, kwargs


class TenantModel(models.Model):
    """A row that belongs to one organization. Subclasses' Meta inherits from `TenantModel.Meta`."""

    organization = TenantKey()

    objects = TenantManager[Any]()

    class Meta:
        abstract = True
        # Also rows reached through a foreign key, and those that save() updates.
        base_manager_name = "objects"


def tenant_policies(tables: Sequence[str]) -> list[RunSQL]:
    """Migration operations that put row-level security on the tables."""
    rule = f"organization_id = (SELECT nullif(current_setting('{SETTING}', true), '')::bigint)"
    return [
        RunSQL(
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
            f'CREATE POLICY tenant ON "{table}" USING ({rule}) WITH CHECK ({rule});',
            f'DROP POLICY tenant ON "{table}"; ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY;',
        )
        for table in tables
    ]
