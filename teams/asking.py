"""Who asks: the person, and in the same query what they are in the organization that the address names."""

from contextvars import ContextVar
from functools import cache
from itertools import islice
from typing import cast

from allauth.account.auth_backends import AuthenticationBackend as AccountBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from teams.models import Member, Organization, User
from teams.validators import RESERVED_SLUGS

_slug: ContextVar[str] = ContextVar("slug", default="")


class PersonMiddleware(AuthenticationMiddleware):
    """The person is read when first asked for, which is before the address is taken apart."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        first = request.path_info.split("/", 2)[1:2]
        token = _slug.set(first[0] if first and first[0] not in RESERVED_SLUGS else "")
        try:
            return cast("HttpResponseBase", super().__call__(request))
        finally:
            _slug.reset(token)


class AuthenticationBackend(AccountBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        member = _member_of(user_id, slug) if (slug := _slug.get()) else None
        if member is None:
            found: User | None = super().get_user(user_id)
            return found
        user = member.user
        assert user is not None
        user.asks_as = member
        return user if self.user_can_authenticate(user) else None


def _member_of(user_id: int, slug: str) -> Member | None:
    """With organization and user; None for strangers and for slugs that do not exist alike. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_question(), [user_id, slug])
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    read = [
        model.from_db(connection.alias, names, list(islice(values, len(names)))) for model, names in _names().items()
    ]
    member, organization, user = cast("tuple[Member, Organization, User]", read)
    member.organization, member.user = organization, user
    return member


@cache
def _names() -> dict[type[Model], list[str]]:
    """The fields that are read of each."""
    return {model: [field.attname for field in model._meta.concrete_fields] for model in (Member, Organization, User)}


@cache
def _question() -> str:
    """Every page of an organization asks it; a QuerySet would put the same text together each time, which takes longer
    than the answer.
    """
    columns = ", ".join(f'"{model._meta.db_table}"."{name}"' for model, names in _names().items() for name in names)
    return f"""
        SELECT {columns} FROM teams_member
        JOIN teams_organization ON teams_organization.id = teams_member.organization_id
        JOIN teams_user ON teams_user.id = teams_member.user_id
        WHERE teams_user.id = %s AND teams_organization.slug = %s
    """  # noqa: S608 - made of the models' own names
