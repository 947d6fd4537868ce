"""What happens to every request of the API, whatever it asks: who is it, in which language, in whose transaction."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from api import tokens
from api.actions import note_use
from api.models import Token
from api.problems import Problem, problem_of
from api.requests import ApiRequest
from teams.history import telling
from teams.reach import reach_of
from teams.requests import memory_of
from teams.tenancy import tenant

View = Callable[..., HttpResponse]
LANGUAGES = ("en", "th")
REALM = 'Bearer realm="SmartGoals"'

log = logging.getLogger("django.request")


def door(view: View) -> View:
    """The view behind it runs as the token's member. Neither sessions nor cookies count here, so nothing can be forged
    across sites and no form's token is asked for.
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with translation.override(_asked_language(request) or settings.LANGUAGE_CODE):
            try:
                response = _let_in(cast("ApiRequest", request), view, *args, **kwargs)
            except Exception as error:
                response = _explain(request, error)
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        return response

    return answer


def _let_in(request: ApiRequest, view: View, *args: object, **kwargs: object) -> HttpResponse:
    request.now = timezone.now()
    token = _token(request, request.now)
    assert token.member.user is not None
    request.token, request.member, request.organization = token, token.member, token.organization
    request.user = token.member.user
    request.today = token.organization.today(request.now)
    language = _asked_language(request) or request.user.language or token.organization.language
    translation.activate(language)  # until the override around this ends
    _count(request, token)
    _check_body(request)
    with telling(lambda: {"token": token.pk}), tenant(token.organization.pk), memory_of(request):
        request.reach = reach_of(request.member, request.organization, request.today)
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            raise Problem(405, headers={"Allow": response.headers["Allow"]})
    response.headers["Content-Language"] = language
    return response


def _token(request: HttpRequest, now: dt.datetime) -> Token:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise Problem(401, headers={"WWW-Authenticate": REALM})
    token = tokens.find(secret.strip(), now)
    if token is None:
        raise Problem(401, headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'})
    return token


def _count(request: ApiRequest, token: Token) -> None:
    """In a transaction that is over before the work begins."""
    with tenant(token.organization.pk):
        in_minute = note_use(token, today=request.today, now=request.now)
    if in_minute > settings.API_REQUESTS_PER_MINUTE:
        raise Problem(429, headers={"Retry-After": str(60 - request.now.second)})


def _check_body(request: HttpRequest) -> None:
    """Reads it, which raises where it is too large or breaks off."""
    if request.method in ("POST", "PUT", "PATCH") and request.body and request.content_type != "application/json":
        raise Problem(415)


def _asked_language(request: HttpRequest) -> str:
    """The first of our languages that the request accepts, "" where it names none."""
    for name, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if name[:2] in LANGUAGES:
            return name[:2]
    return ""


def _explain(request: HttpRequest, error: Exception) -> HttpResponse:
    problem = problem_of(error)
    if problem is None:
        got_request_exception.send(sender=None, request=request)
        log.error("Internal Server Error: %s", request.path, exc_info=error, extra={"request": request})
        problem = Problem(500)
    response = problem.answer()
    response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    return response
