"""Addresses of pages under an organization's own path."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


class HasSlug(Protocol):
    @property
    def slug(self) -> str: ...


class InOrganization(Protocol):
    """A request for a page of one organization."""

    @property
    def organization(self) -> HasSlug: ...


def link(request: InOrganization, name: str, *, query: Mapping[str, str | int] | None = None, **kwargs: Any) -> str:
    """The address of a named page in the organization that the request is in. Raises `NoReverseMatch`."""
    return reverse(name, kwargs={"organization": request.organization.slug, **kwargs}, query=query)


def own_page(request: HttpRequest, page: str) -> str:
    """The address if it leads to a page of ours, "" otherwise.

    Only paths count: a bare word would be looked up as the name of a view by `redirect`.
    """
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if is_ours and page.startswith("/") and page.isprintable() else ""
