"""No operation of the API shows, changes or betrays another organization's rows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.v1.service import api
from teams.models import Member, MemberQuerySet
from tests.sweep.api_walk import API_PEOPLE, ApiSweep, Names, bodies, queries
from tests.sweep.rows import World
from tests.sweep.watch import checksums, crossings


@pytest.fixture(autouse=True)
def _no_limit(settings: object) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10**9  # type: ignore[attr-defined]


@pytest.mark.parametrize("person", API_PEOPLE)
def test_programs_of_strangers_find_nothing_and_change_nothing(
    world: World, person: str, record_property: Callable[[str, object], None]
) -> None:
    sweep = ApiSweep(world, person)
    before = checksums(world)
    report = sweep.run()
    record_property("sweep requests", report.requests)
    assert report.problems == []
    after = checksums(world)
    assert [table for table in before if before[table] != after[table]] == []
    assert crossings(world) == []


class UnscopedMembers:
    objects = MemberQuerySet(Member)


@pytest.mark.parametrize(
    ("module", "name", "address"),
    [
        ("directory", "list_members", "GET /api/v1/members shows"),
        ("entries", "record_entry", "POST /api/v1/entries "),
        ("bulk", "record_entries", "POST /api/v1/entries/bulk "),
        ("checks", "check_goal", "POST /api/v1/goals/check tells"),
    ],
)
def test_an_operation_that_forgets_the_tenant_turns_the_sweep_red(
    world: World, monkeypatch: pytest.MonkeyPatch, module: str, name: str, address: str
) -> None:
    monkeypatch.setattr(f"api.v1.{module}.Member", UnscopedMembers)
    found = ApiSweep(world, "admin").run([f"api_v1:{name}"]).problems
    assert any(address in problem for problem in found), found


def test_the_walk_names_a_row_in_every_place_that_takes_one() -> None:
    """By the description, so that a new parameter or key is either known to name nothing or tried."""
    assert unnamed() == {}


def test_a_place_that_is_left_out_turns_the_walk_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.sweep.test_api_sweep.queries", lambda *_given: iter(()))
    assert unnamed() == {
        "api_v1:list_entries": {"kpi", "member", "external_id"},
        "api_v1:read_number": {"kpi", "scope"},
    }


# Keys and parameters that name no row. `after` is a place in a list: it need not be anybody's id.
NAMELESS = {
    *("after", "archived", "by", "from", "language", "left", "limit", "state", "to", "today"),
    *("amount", "currency", "date", "note", "reason", "request_id", "share", "value"),
    *("baseline", "deadline", "means", "owner", "siblings_value", "start", "statement", "target", "target_type", "why"),
    *("aggregation", "cadence", "direction", "formula", "holidays", "leave", "name", "unit", "working_days"),
}


def unnamed() -> dict[str, set[str]]:
    """The parameters and keys, with points between, that take a row's name and get none, by operation."""
    schema = api.get_openapi_schema()
    paths: Any = schema["paths"]
    names = Names("their_kpi", 1001, 1002, 1003, 1004, "their-entry")
    found = {}
    for operation in [operation for path in paths.values() for operation in path.values()]:
        name = f"api_v1:{operation['operationId']}"
        sent = {place for each in (*queries(name, names, ""), *bodies(name, names, "")) for place in named(each, names)}
        if missing := places(operation, schema["components"]["schemas"]) - sent:
            found[name] = missing
    return found


def places(operation: dict[str, Any], shapes: dict[str, Any]) -> set[str]:
    found = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    if "requestBody" in operation:
        found |= set(keys_of(operation["requestBody"]["content"]["application/json"]["schema"], shapes))
    return {place for place in found if place and place.rpartition(".")[2] not in NAMELESS}


def keys_of(schema: dict[str, Any], shapes: dict[str, Any], place: str = "") -> Iterator[str]:
    if "$ref" in schema:
        schema = shapes[schema["$ref"].rpartition("/")[2]]
    keys = schema.get("properties", {})
    inner = [] if keys else [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]
    for key, value in keys.items():
        yield from keys_of(value, shapes, f"{place}.{key}" if place else key)
    for each in inner:
        yield from keys_of(each, shapes, place)
    if not keys and not inner and schema.get("type") not in ("null", "object"):
        yield place
    if isinstance(schema.get("additionalProperties"), dict):
        yield place


def named(sent: Any, names: Names, place: str = "") -> Iterator[str]:
    """Where in a query or body something of theirs is named."""
    if isinstance(sent, dict):
        for key, value in sent.items():
            if key in vars(names).values():
                yield place
            yield from named(value, names, f"{place}.{key}" if place else key)
    elif isinstance(sent, list):
        for each in sent:
            yield from named(each, names, place)
    elif any(str(sent).rpartition("-")[2] == str(name).rpartition("-")[2] for name in vars(names).values()):
        yield place
