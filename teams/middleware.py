"""Who asks, in which language, for which organization."""

import datetime as dt
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from teams.history import telling
from teams.models import Member
from teams.reach import Reach, reach_of
from teams.requests import MemberRequest, memory_of, only_reads
from teams.tenancy import tenant
from web.links import own_page

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


class SignInMiddleware(LoginRequiredMiddleware):
    """After signing in one comes back to the page: a form that was sent leads to the page on which it stood."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if only_reads(request):
            return super().handle_no_permission(request, view_func)
        came = urlsplit(request.headers.get("Referer", ""))
        is_ours = came.netloc == request.get_host()
        page = own_page(request, came._replace(scheme="", netloc="").geturl()) if is_ours else ""
        return redirect_to_login(page or "/", self.get_login_url(view_func), self.get_redirect_field_name(view_func))


class SessionActivityMiddleware:
    """Keeps the list of a person's sessions true: at once where address or browser change, else every few minutes.

    allauth's own middleware would write its row with every request.
    """

    KEY = "seen"

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            device = f"{get_adapter().get_client_ip(request)} {request.headers.get('User-Agent', '')}"
            now, seen = time.time(), request.session.get(self.KEY)
            if not self._is_fresh(seen, request.session.session_key, device, now):
                if not (seen and seen[0] == request.session.session_key):
                    self._limit(request.session)
                UserSession.objects.create_from_request(request)
                request.session[self.KEY] = [request.session.session_key, device, int(now)]
        return self.get_response(request)

    @staticmethod
    def _limit(session: SessionBase) -> None:
        """Signing in gives a session a new key. Without a fixed end each use would put its end off."""
        session.set_expiry(timezone.now() + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE))

    @staticmethod
    def _is_fresh(seen: Any, key: str, device: str, now: float) -> bool:
        return bool(seen) and seen[:2] == [key, device] and now - seen[2] < settings.SESSION_SEEN_EVERY_S


class HistoryMiddleware:
    """Every audited change carries who, where and which request."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if only_reads(request):
            return self.get_response(request)
        where = {"url": request.path, "request": str(uuid.uuid4()), "method": request.method}
        # Signing in makes a person of a stranger in mid-request.
        with telling(lambda: {"user": request.user.pk, **where}):
            return self.get_response(request)


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
        with tenant(asked.organization.pk), memory_of(asked):
            asked.reach = _reach(asked)
            response = view(request, *args, **kwargs)
        if request.session.get("organization") != asked.organization.slug:
            request.session["organization"] = asked.organization.slug
        patch_cache_control(response, private=True, no_store=True)
        return response


def _reach(request: MemberRequest) -> Reach:
    """A page asks for it in many places, and for the teams that it reads; who records something for oneself needs none.
    So what writes reads it when it is first asked for.
    """
    found = partial(reach_of, request.member, request.organization, request.today)
    return found() if only_reads(request) else cast("Reach", SimpleLazyObject(found))


def _member(request: MemberRequest, slug: str) -> Member:
    """404 for strangers and for slugs that do not exist alike."""
    member = request.user.asks_as
    if member is None or member.organization.slug != slug:
        raise Http404
    return member
