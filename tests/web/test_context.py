"""Who sees which places in the menus; no database."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from teams.roles import may_role
from web.context import MENU, PLACES, Place, navigation

PEOPLE = Place("teams:people", "People", "users", "see organization", "teams:")
SETTINGS = Place("teams:settings", "Settings", "settings", "edit organization", "teams:settings")


@dataclass
class Member:
    role: str

    def may(self, verb: str) -> bool:
        return may_role(self.role, verb)


@dataclass
class Request:
    member: Member | None
    view: str = ""
    organization: Any = field(default_factory=lambda: SimpleNamespace(slug="acme"))

    @property
    def resolver_match(self) -> Any:
        return SimpleNamespace(view_name=self.view) if self.view else None


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("owner", ["/acme/people/", "/acme/settings/"]),
        ("admin", ["/acme/people/", "/acme/settings/"]),
        ("manager", ["/acme/people/"]),
        ("rep", ["/acme/people/"]),
        ("viewer", ["/acme/people/"]),
    ],
)
def test_members_see_the_places_where_they_may_do_something(role: str, expected: list[str]) -> None:
    found = navigation(Request(Member(role)), (PEOPLE, SETTINGS))
    assert [item["url"] for item in found] == expected


def test_outside_an_organization_there_is_no_menu() -> None:
    assert navigation(Request(None), (PEOPLE,)) == []


@pytest.mark.parametrize(
    ("view", "current"),
    [("teams:people", "page"), ("teams:member", "true"), ("goals:list", ""), ("", "")],
)
def test_menu_says_where_one_is(view: str, current: str) -> None:
    (item,) = navigation(Request(Member("rep"), view), (PEOPLE,))
    assert item["current"] == current


@pytest.mark.parametrize("place", [*PLACES, *MENU], ids=lambda place: place.name)
def test_every_place_asks_for_a_verb_that_exists(place: Place) -> None:
    assert may_role("owner", place.verb)
