"""What people see when something is refused or fails: a page, or a word at the edge of theirs."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import requires_csrf_token

Text = str | Promise


@dataclass(frozen=True)
class Failure:
    status: int
    title: Text
    advice: Text


BAD_REQUEST = Failure(400, _("This request cannot be read"), _("Go back, reload the page and try it once more."))
FORBIDDEN = Failure(
    403,
    _("You may not do this"),
    _("Your role in this organization does not include it. An admin of the organization can change that."),
)
PAGE_TOO_OLD = Failure(
    403,
    _("This page has grown too old"),
    _("You signed in or out since it was loaded, or cookies are off. Reload the page and try it once more."),
)
NOT_FOUND = Failure(
    404, _("There is no such page"), _("It may have been moved or deleted, or it belongs to somebody else.")
)
CONFLICT = Failure(
    409,
    _("Somebody else was faster"),
    _("This was changed while you had it open. Load it again and look at the change before you save."),
)
BROKEN = Failure(
    500,
    _("Something broke on our side"),
    _("It has been recorded. Nothing of what you last sent was saved; try it again in a moment."),
)


def answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    """The failure as a page of the product, or beside the page for an htmx request."""
    template = "web/_failure.html" if getattr(request, "htmx", False) else "web/failure.html"
    return _respond(template, failure, request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # A refused Host header ends here too, before there is a session.
    return _plain_answer(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, NOT_FOUND)


def conflict(request: HttpRequest) -> HttpResponse:
    """For the second of two people who edit the same thing, where the page has nothing better to show."""
    return answer(request, CONFLICT)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    response = answer(request, PAGE_TOO_OLD)
    response["X-Page-Too-Old"] = "1"  # for the script that keeps what could not be sent
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    # The database may be what broke.
    return _plain_answer(request, BROKEN)


def _plain_answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    """Without anything that asks for the session, the person or the database."""
    htmx = getattr(request, "htmx", False)
    return _respond("web/_failure.html" if htmx else "web/plain_failure.html", failure)


def _respond(template: str, failure: Failure, request: HttpRequest | None = None) -> HttpResponse:
    text = render_to_string(template, {"failure": failure}, request)
    response = HttpResponse(text, status=failure.status)
    if template == "web/_failure.html":
        response["HX-Reswap"] = "none"
    return response
