"""A mapping is checked whole, and says where it is wrong."""

import copy
from typing import Any

import pytest

from connectors.mapping import READY, MappingError, load, parse

GOOD: dict[str, Any] = {
    "member": {"column": "agent", "by": "name"},
    "date": {"column": "closed"},
    "external_id": {"column": "id"},
    "filter": {"stage": ["Won", "Lost"]},
    "entries": [
        {"kpi": "won", "value": {"fixed": 1}, "filter": {"stage": "Won"}},
        {"kpi": "revenue", "value": {"column": "amount"}, "date": "paid"},
    ],
}


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def test_reads_columns_filters_and_own_dates() -> None:
    mapping = parse(GOOD, "crm")
    assert mapping.columns == ["agent", "id", "stage", "closed", "amount", "paid"]
    assert mapping.number_columns == ["amount"]
    assert mapping.entries[0].filter == {"stage": frozenset({"Won"})}
    assert (mapping.entries[0].date, mapping.entries[1].date) == ("closed", "paid")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("entires",), [], "entires"),
        (("member", "colum"), "x", "colum"),
        (("member",), None, "member"),
        (("member", "by"), "phone", "phone"),
        (("entries",), [], "entries"),
        (("entries", 0, "value"), {"fixed": 1, "column": "x"}, "either"),
        (("entries", 0, "value"), {}, "either"),
        (("entries", 0, "value"), {"fixed": "many"}, "many"),
        (("entries", 0, "kpi"), None, "kpi"),
        (("entries", 0, "valeu"), 1, "valeu"),
        (("date",), None, "date"),
        (("decimal",), "x", "decimal"),
        (("filter",), "Won", "filter"),
    ],
)
def test_says_what_is_wrong(path: tuple[str | int, ...], value: Any, says: str) -> None:
    with pytest.raises(MappingError, match=says):
        parse(changed(path, value), "crm")


@pytest.mark.parametrize("name", sorted(path.stem for path in READY.glob("*.yaml")))
def test_ready_mappings_are_right(name: str) -> None:
    assert load(name).entries


def test_unknown_name_lists_the_ready_ones() -> None:
    with pytest.raises(MappingError, match="crm_pipeline"):
        load("nosuch")
