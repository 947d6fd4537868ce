"""Who asks, in which language, for which organization."""

import uuid
from collections.abc import Callable
from typing import Any, cast

import pghistory.middleware
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from teams.models import Member, User
from teams.reach import reach_of
from teams.requests import MemberRequest
from teams.tenancy import tenant

Answer = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """The person's own language, else the one chosen on this device, else the browser's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") or request.COOKIES.get("language", "")
        language = chosen if chosen in ("en", "th") else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):  # type: ignore[misc]
    """Every audited change carries who, where and which request."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_context(request), "request": str(uuid.uuid4()), "method": request.method}


class TenantMiddleware:
    """Trades the organization's slug in the address for a member, and runs the view as that tenant."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if "organization" not in kwargs:
            return None
        asked = cast("MemberRequest", request)
        asked.now = timezone.now()
        member = _member(asked, kwargs.pop("organization"))
        asked.today = member.organization.today(asked.now)
        if member.has_left(asked.today):
            # Before the request knows the organization: the page of the error would name it.
            raise Http404
        asked.member, asked.organization = member, member.organization
        with tenant(asked.organization.pk):
            asked.reach = reach_of(asked.member, asked.organization, asked.today)
            response = view(request, *args, **kwargs)
        if request.session.get("organization") != asked.organization.slug:
            request.session["organization"] = asked.organization.slug
        patch_cache_control(response, private=True, no_store=True)
        return response


def _member(request: MemberRequest, slug: str) -> Member:
    """404 for strangers and for slugs that do not exist alike."""
    assert isinstance(request.user, User)
    found = (
        Member.across_tenants.select_related("organization").filter(user=request.user, organization__slug=slug).first()
    )
    if found is None:
        raise Http404
    return found
