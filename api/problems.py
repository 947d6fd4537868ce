"""What a program is told when something is refused or fails: one shape for everything (RFC 9457)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from ninja.errors import HttpError
from ninja.errors import ValidationError as Malformed

from web.parsing import InvalidInput

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50
LONGEST_NAME = 100

DETAILS: dict[int, Promise] = {
    400: gettext_lazy("The body cannot be read: send JSON in UTF-8."),
    401: gettext_lazy("Send a valid token: “Authorization: Bearer …”."),
    403: gettext_lazy("Your role does not include it, or it is not yours to change."),
    404: gettext_lazy("There is no such thing here, or it is not for you to see."),
    405: gettext_lazy("This address does not know that method."),
    413: gettext_lazy("The body is too large."),
    415: gettext_lazy("Send the body as application/json."),
    429: gettext_lazy("Too many requests. Wait for the seconds that Retry-After says."),
    500: gettext_lazy("Something broke on our side. It has been recorded, and nothing of what you sent was stored."),
}
CODES = {
    400: "malformed",
    401: "not_signed",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "broken",
}
# What pydantic finds wrong, in our words; `%(…)s` come from its own context.
SENTENCES: dict[str, Promise] = {
    "missing": gettext_lazy("This is required."),
    "extra_forbidden": gettext_lazy("There is no such key."),
    "repeated": gettext_lazy("Give this only once."),
    "amount": gettext_lazy(
        "Write the number as a string in digits, such as “1234.5”: at most 18 digits before the point and 6 after it."
    ),
    "share": gettext_lazy("Write the share as a string between 0 and 1, such as “0.5”."),
    "currency": gettext_lazy("Write the three letters of the currency, for example USD."),
    "day": gettext_lazy("Write the date as year-month-day, for example 2026-12-31."),
    "uuid": gettext_lazy("Write a UUID, for example 0b8f4a4e-6f0c-4c6e-9d5a-3f1f2c9a7d10."),
    "whole_number": gettext_lazy("Write a whole number between %(ge)s and %(le)s."),
    "truth": gettext_lazy("Write true or false."),
    "value_or_amount": gettext_lazy("Give either value, or amount and currency."),
    "one_key": gettext_lazy("Give external_id or request_id, so that sending it twice stores it once."),
    "string_type": gettext_lazy("This must be a string."),
    "string_unicode": gettext_lazy("This is not Unicode text."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters."),
    "string_pattern_mismatch": gettext_lazy("This contains characters that are not allowed here."),
    "literal_error": gettext_lazy("This must be one of %(expected)s."),
    "enum": gettext_lazy("This must be one of %(expected)s."),
    "list_type": gettext_lazy("This must be a list."),
    "too_long": gettext_lazy("At most %(max_length)s of them."),
    "too_short": gettext_lazy("At least %(min_length)s of them."),
    "model_attributes_type": gettext_lazy("This must be an object."),
    "model_type": gettext_lazy("This must be an object."),
    "dict_type": gettext_lazy("This must be an object."),
}
ANYTHING_ELSE = gettext_lazy("This is not as it should be.")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where: `entries.3.value`."""

    field: str
    code: str
    message: str


class Problem(Exception):
    """Ends the request with this answer; nothing of it is stored."""

    def __init__(
        self,
        status: int,
        code: str = "",
        detail: str = "",
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code or CODES[status]
        self.detail = detail or str(DETAILS[status])
        self.faults = faults
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [vars(fault) for fault in self.faults],
        }

    def answer(self) -> HttpResponse:
        return JsonResponse(self.body(), status=self.status, content_type=MEDIA_TYPE, headers=self.headers)


def refused(code: str, detail: str, field: str = "") -> Problem:
    """409: well written, but not possible as things are."""
    return Problem(409, code, detail, faults=[Fault(field, code, detail)] if field else ())


def missing(field: str) -> Problem:
    """404 for something that the body names."""
    return Problem(404, faults=[Fault(field, CODES[404], str(DETAILS[404]))])


def invalid(faults: Iterable[Fault]) -> Problem:
    """422, with the names of what is wrong in its detail."""
    found = list(faults)[:MOST_ERRORS]
    names = ", ".join(dict.fromkeys(fault.field for fault in found))
    unknown = [fault.field for fault in found if fault.code == "extra_forbidden"]
    if len(unknown) == len(found):
        detail = ngettext("Unknown key: %(names)s.", "Unknown keys: %(names)s.", len(found))
    else:
        detail = _("Not as it should be: %(names)s.")
    return Problem(422, detail=detail % {"names": names}, faults=found)


def faults_of(errors: Iterable[Mapping[str, Any]], skip: int = 0) -> list[Fault]:
    """From pydantic's errors; `skip` leaves out the first parts of each place."""
    return [_fault(error, skip) for error in errors]


def _fault(error: Mapping[str, Any], skip: int) -> Fault:
    code = str(error["type"])
    sentence = str(SENTENCES.get(code, ANYTHING_ELSE))
    place = ".".join(str(part)[:LONGEST_NAME] for part in error["loc"][skip:])
    context = error.get("ctx") or {}
    return Fault(place or "body", code, sentence % context if "%(" in sentence else sentence)


def problem_of(error: Exception) -> Problem | None:
    """What an exception means to the program that asked; None for a mistake of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Malformed):
        # The place begins with where it came in, and for a body with the name that the operation gives it.
        return invalid(_fault(each, 2 if each["loc"][0] == "body" else 1) for each in error.errors)
    if isinstance(error, InvalidInput):
        return refused(error.code, error.message, getattr(error, "field", None) or "")
    if isinstance(error, HttpError):
        return Problem(error.status_code)
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return Problem(status)
    return None


_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (Http404, 404),
    (PermissionDenied, 403),
    (RequestDataTooBig, 413),
    (UnreadablePostError, 400),
    (BadRequest, 400),
)
