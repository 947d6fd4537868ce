"""How an operation is declared and described: what its token must be for, and what may be wrong with a request."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _
from pydantic import Field

from api.models import Scope
from api.problems import CODES, DETAILS, MEDIA_TYPE, SENTENCES, Fault, Problem, invalid
from api.requests import ApiRequest
from api.v1.shapes import Given

F = TypeVar("F", bound=Callable[..., Any])

ALWAYS = (401, 403, 422, 429)
WITH_BODY = (400, 413, 415)
WORDS = {
    400: "The body is not JSON in UTF-8.",
    401: "No valid token.",
    403: "The token lacks the scope, or its member may not do this.",
    404: "What is named does not exist, or is not for this member to see.",
    409: "Well written, but not possible as things are; `code` and `detail` say why.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "Not as described here; `errors` says where.",
    429: "More requests in this minute than a token may make.",
}
HEADERS = {401: "WWW-Authenticate", 429: "Retry-After"}


class FaultShape(Given):
    """One thing that is wrong."""

    field: str = Field(description="Where, with points between the keys: `entries.3.value`.")
    code: str
    message: str = Field(description="A sentence in the language of the answer.")


class ProblemShape(Given):
    """The one shape of everything that is refused or fails (RFC 9457)."""

    type: str
    title: str = Field(description="The name of the status.")
    status: int
    code: str = Field(description="A word that programs can go by.")
    detail: str = Field(description="A sentence for people, in the language of the answer.")
    errors: list[FaultShape]


def needs(scope: Scope | None, *, raises: tuple[int, ...] = ()) -> Callable[[F], F]:
    """403 unless the token is for that; 422 for query parameters that the operation does not know. `raises` are the
    statuses of refusals beside those that every operation may answer.
    """

    def declare(view: F) -> F:
        @wraps(view)
        def operation(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
            if scope is not None and scope.value not in request.token.scopes:
                detail = _("This token is not for that: it lacks the scope %(scope)s.") % {"scope": scope.value}
                raise Problem(403, "scope_missing", detail)
            check_query(request, operation)
            return view(request, *args, **kwargs)

        operation.scope, operation.raises = scope, raises  # type: ignore[attr-defined]
        return cast("F", operation)

    return declare


def check_query(request: ApiRequest, operation: Any) -> None:
    """The framework reads the parameters that it knows, the last of each, and no others."""
    models = operation._ninja_operation.models
    known = {
        name for model in models if model.__ninja_param_source__ == "query" for name in model.__ninja_flatten_map__
    }
    faults = [Fault(name[:100], code, str(SENTENCES[code])) for name, code in _wrong_keys(request, known)]
    if faults:
        raise invalid(faults)


def _wrong_keys(request: ApiRequest, known: set[str]) -> list[tuple[str, str]]:
    unknown = [(name, "extra_forbidden") for name in request.GET if name not in known]
    return unknown or [(name, "repeated") for name in request.GET if len(request.GET.getlist(name)) > 1]


def describe(details: dict[str, Any], view: Any) -> None:
    """Add to an operation's description its scope and what it answers when it refuses."""
    if view.scope is not None:
        details["description"] = f"{details.get('description', '')}\n\nScope: `{view.scope.value}`.".strip()
    statuses = {*ALWAYS, *view.raises, *(WITH_BODY if "requestBody" in details else ())}
    for status in sorted(statuses):
        details["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}


def problem_response(status: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ProblemShape.__name__}"}
    example = Problem(status, CODES.get(status, "archived"), str(DETAILS.get(status, WORDS[status]))).body()
    response: dict[str, Any] = {
        "description": WORDS[status],
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }
    if status in HEADERS:
        response["headers"] = {HEADERS[status]: {"required": True, "schema": {"type": "string"}}}
    return response


def problem_schemas() -> dict[str, Any]:
    whole = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**whole.pop("$defs"), ProblemShape.__name__: whole}
