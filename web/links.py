"""Addresses of pages under an organization's own path."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.urls import reverse


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
