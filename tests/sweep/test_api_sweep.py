"""No operation of the API shows, changes or betrays another organization's rows."""

from collections.abc import Callable

import pytest

from teams.models import Member, MemberQuerySet
from tests.sweep.api_walk import API_PEOPLE, ApiSweep
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


def test_an_operation_that_forgets_the_tenant_turns_the_sweep_red(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.v1.directory.Member", UnscopedMembers)
    found = ApiSweep(world, "admin").run().problems
    assert any("/api/v1/members" in problem and "shows" in problem for problem in found)
