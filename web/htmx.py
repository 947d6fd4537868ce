"""What htmx requests are answered with; views go on returning pages, redirects and messages."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


def details(request: HttpRequest) -> HtmxDetails:
    """What htmx says about the request; false where it was not htmx that asked."""
    return cast("HtmxRequest", request).htmx


def target_id(request: HttpRequest) -> str:
    """The id of the element that the browser will replace, "" where it has none.

    htmx 4 sends the tag's name as well: `section#goals`.
    """
    return unquote((details(request).target or "").partition("#")[2])


def render_part(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    parts: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    """The whole page, or the part of it that htmx asked for.

    `parts` maps the id of the element to replace to the template that renders it. The browser names neither a
    template nor a block, so that it can reach only what is listed here.
    """
    htmx = details(request)
    if htmx and not htmx.history_restore_request:
        template = parts.get(target_id(request), template)
    return render(request, template, dict(context), status=status)


class HtmxAnswerMiddleware:
    """Redirects become new pages, messages travel with fragments, caches keep pages and fragments apart.

    Belongs below the middleware of messages and of django-htmx.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxRequest) -> HttpResponse:
        response = self.get_response(request)
        # On whole pages too: a cache that saw only those would hand them out as fragments.
        patch_vary_headers(response, ("HX-Request", "HX-Target"))
        if not request.htmx or response.streaming:
            return response
        if 300 <= response.status_code < 400 and response.has_header("Location"):
            _leave_page(request, response)
        elif _is_whole_page(response):
            _replace_body(request, response)
        elif _shows_messages(response):
            _append_messages(request, response)
        return response


def _leave_page(request: HtmxRequest, response: HttpResponse) -> None:
    """Turn a redirect, which fetch() would follow into the fragment, into a navigation of the browser.

    The response is changed, not replaced: it carries cookies.
    """
    location = _after_sign_in_come_back(request, response["Location"])
    del response["Location"]
    response.status_code = 200
    response.content = b""
    page = request.htmx.current_url_abs_path or ""
    if urlsplit(location).fragment and location.partition("#")[0] == page.partition("#")[0]:
        # A browser that is sent to another anchor of the page it shows does not load it again.
        response["HX-Refresh"] = "true"
    else:
        response["HX-Redirect"] = location


def _after_sign_in_come_back(request: HtmxRequest, location: str) -> str:
    """A session that ended during a fragment's request leads back to the page, not to the fragment."""
    path, _, query = location.partition("?")
    if path != resolve_url(settings.LOGIN_URL):
        return location
    values = QueryDict(query, mutable=True)
    page = request.htmx.current_url_abs_path
    if REDIRECT_FIELD_NAME in values and page:
        values[REDIRECT_FIELD_NAME] = page
    return f"{path}?{values.urlencode(safe='/')}" if values else path


def _is_html(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").startswith("text/html")


def _is_whole_page(response: HttpResponse) -> bool:
    return _is_html(response) and response.content[:40].lstrip().lower().startswith(b"<!doctype")


def _replace_body(request: HtmxRequest, response: HttpResponse) -> None:
    """A page that answers where a fragment was asked for must not end up inside the fragment's place."""
    if request.htmx.target != "body":
        response.headers.setdefault("HX-Retarget", "body")
        response.headers.setdefault("HX-Reswap", "outerHTML")


def _shows_messages(response: HttpResponse) -> bool:
    leaves = response.has_header("HX-Redirect") or response.has_header("HX-Refresh")
    return _is_html(response) and response.status_code not in (204, 304) and not leaves


def _append_messages(request: HtmxRequest, response: HttpResponse) -> None:
    storage = get_messages(request)
    # A storage that was read has been shown by the template itself.
    if getattr(storage, "used", True) or not len(storage):
        return
    response.content += render_to_string("web/_toasts.html", {"messages": storage}).encode()
