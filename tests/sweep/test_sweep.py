"""No address shows, changes or betrays another organization's rows."""

from collections.abc import Callable

import pytest
from django.db.models import Model

from teams.models import Member, MemberQuerySet, Organization, Team, TeamQuerySet, User
from teams.tenancy import TenantModel, tenant
from tests.sweep.addresses import OF_A_TENANT, OF_THE_API, TENANT_FREE, addresses, unlisted
from tests.sweep.rows import PEOPLE, World, texts_without_the_word
from tests.sweep.walk import Sweep
from tests.sweep.watch import checksums, crossings, tables_of_tenants, tables_outside

# Not the person's words, or not words at all; the slug is what a stranger types.
NOT_TEXT = {
    "teams.Organization.slug",
    "teams.Organization.time_zone",
    "teams.Organization.currency",
    "kpis.Entry.currency",
    "kpis.EntryChange.old_currency",
    "kpis.EntryChange.new_currency",
    "kpis.ExchangeRate.currency",
    "teams.User.password",
    "teams.User.time_zone",
}
# No tenant's: when parts of the machinery last did their work, and which database this is.
NOBODYS = ["reminders_heartbeat", "reminders_home"]


def known() -> list[str]:
    return [address.name for address in addresses() if address.name not in OF_THE_API]


def test_every_address_is_in_a_table() -> None:
    found = addresses()
    assert unlisted(found) == []
    assert {*OF_A_TENANT, *OF_THE_API, *TENANT_FREE} - {address.name for address in found} == set()


def test_every_text_of_every_table_holds_the_word(world: World) -> None:
    models: list[type[Model]] = [Organization, User, *TenantModel.__subclasses__()]
    assert texts_without_the_word(world, models, NOT_TEXT.__contains__) == []
    planted = {model._meta.db_table for model in world.theirs.rows}
    histories = {table for table in tables_of_tenants() if table.endswith("event")}
    assert set(tables_of_tenants()) - planted - histories == set()
    assert tables_outside() == NOBODYS


@pytest.mark.timeout(900)
@pytest.mark.parametrize("person", PEOPLE)
def test_strangers_find_nothing_and_change_nothing(
    world: World, person: str, record_property: Callable[[str, object], None]
) -> None:
    sweep = Sweep(world, person)
    world.client(person)  # signing in is itself noted on the account
    before = checksums(world)
    assert [table for table, text in before.items() if text.startswith("0 rows")] == []
    report = sweep.run(known())
    record_property("sweep requests", report.requests)
    assert report.problems == []
    after = checksums(world)
    changed = [table for table in before if before[table] != after[table]]
    # A person's own account is theirs to change.
    assert [table for table in changed if not (table == "teams_user" and person in ("left", "deactivated"))] == []
    assert crossings(world) == []


class UnscopedMembers:
    objects = MemberQuerySet(Member)


class UnscopedTeams:
    objects = TeamQuerySet(Team)


def test_a_view_that_forgets_the_tenant_turns_the_sweep_red(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teams.views.members.Member", UnscopedMembers)
    found = Sweep(world, "admin").run(["teams:member"]).problems
    assert any("GET teams:member" in problem and "answers 200" in problem for problem in found)
    assert any("shows" in problem for problem in found)


def test_the_database_holds_where_a_view_forgets_the_tenant(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teams.views.people.Team", UnscopedTeams)
    assert Sweep(world, "admin").run(["teams:team"]).problems == []


def test_a_change_is_noticed(world: World) -> None:
    before = checksums(world)
    with tenant(world.theirs.organization.pk):
        Team.objects.filter(pk=world.theirs.first(Team).pk).update(name="Changed")
    after = checksums(world)
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"teams_team", "teams_teamevent", "goals_standingmark"}


def test_a_key_that_crosses_is_noticed(world: World) -> None:
    with tenant(world.own.organization.pk):
        Team.objects.filter(pk=world.own.first(Team).pk).update(manager_id=world.theirs.first(Member).pk)
    assert crossings(world) == ["teams_team: 1 rows", "teams_teamevent: 1 rows"]
