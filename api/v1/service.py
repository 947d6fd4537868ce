"""The API itself: its operations, how bodies are read, and its description."""

import json
from typing import Any, NoReturn

from django.http import Http404, HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.security import HttpBearer

from api.v1 import bulk, checks, directory, entries, goals, numbers
from api.v1.operations import WORDS, describe, problem_response, problem_schemas

DESCRIPTION = """\
Numbers, entries and goals of one organization, for programs.

Make a token on the page “API tokens” of your organization and send it as `Authorization: Bearer smartgoals_…`. The
token acts as its member: it sees and may do what they may, within its scopes.

Values are decimal strings in the KPI's own unit (a percent KPI holds the fraction: `"0.25"` is 25 %), dates are ISO,
what is absent is null. Keys that an operation does not know are refused. Messages come in English or Thai, by
`Accept-Language`.
"""


class StrictParser(Parser):
    """JSON in UTF-8 as the standard says: no NaN, no Infinity, no half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        text = request.body.decode("utf-8")
        body = json.loads(text, parse_constant=_refuse)
        if "\\u" in text or "\\U" in text:
            json.dumps(body, ensure_ascii=False).encode("utf-8")  # raises where it is no text
        return body


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


class Token(HttpBearer):
    """The door has found the token already; this puts it into the description, and refuses once more without one."""

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "token", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError("the door finds tokens")


class Api(NinjaAPI):
    """Lets every error through to the door, and describes what the framework does not know of."""

    def set_default_exception_handlers(self) -> None:
        """Each kind that the framework has a handler for."""
        for kind in (Exception, Http404, HttpError, ValidationError):
            self.add_exception_handler(kind, _let_through)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"] |= problem_schemas()
        schema["components"]["responses"] = {f"Problem{status}": problem_response(status) for status in WORDS}
        found = {each["operationId"]: each for path in schema["paths"].values() for each in path.values()}
        for bound in self._get_bound_routers():
            for view in bound.path_operations.values():
                for operation in view.operations:
                    describe(found[self.get_openapi_operation_id(operation)], operation.view_func)
        return schema


def _let_through(request: HttpRequest, error: Any) -> NoReturn:
    raise error


api = Api(
    title="SmartGoals",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api_v1",
    docs_url=None,  # its page would load scripts from elsewhere
    auth=Token(),
    parser=StrictParser(),
)
for router in (directory, numbers, entries, bulk, goals, checks):
    api.add_router("", router.router)
