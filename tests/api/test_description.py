"""The description of the API: valid, complete, and with examples that are what they describe."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from schemathesis.specs.openapi import definitions

from api.models import Scope
from api.v1.service import api
from tests.api.stage import Stage


@pytest.fixture
def described(stage: Stage) -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_openapi(described: dict[str, Any]) -> None:
    errors = list(Draft202012Validator(definitions.OPENAPI_31).iter_errors(described))
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def test_every_operation_says_how_it_refuses_and_which_scope_it_needs(described: dict[str, Any]) -> None:
    found = operations(described)
    assert len(found) == 16
    for name, operation in found:
        assert {"401", "403", "422", "429"} <= operation["responses"].keys(), name
        assert operation["security"], name
        if not name.endswith("/me"):
            assert any(scope.value in operation["description"] for scope in Scope), name
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= operation["responses"].keys(), name


def test_the_examples_are_what_they_describe(described: dict[str, Any]) -> None:
    checked = 0
    for name, schema in described["components"]["schemas"].items():
        for example in schema.get("examples", []):
            whole = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
            assert [error.message for error in Draft202012Validator(whole).iter_errors(example)] == [], name
            checked += 1
    assert checked >= 8


def test_it_is_made_once_and_told_by_its_tag(
    stage: Stage, described: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_again(**options: Any) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(api, "get_openapi_schema", made_again)
    answer = Client().get("/api/v1/openapi.json", headers={"Accept-Language": "th"})
    assert (json.loads(answer.content), answer.headers["Content-Language"]) == (described, "en")
    for tag, status in ((answer.headers["ETag"], 304), ('"another"', 200)):
        assert Client().get("/api/v1/openapi.json", headers={"If-None-Match": tag}).status_code == status


def test_it_needs_no_script_from_elsewhere(described: dict[str, Any], stage: Stage) -> None:
    """There is no interactive page, whose scripts would come from another server."""
    assert stage.program(stage.cast.bob).get("docs").status_code == 404
