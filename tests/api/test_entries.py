"""Entries through the API: the same rules as on the pages, for each of the cast."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from kpis.actions import log_entry
from kpis.models import Credit, Entry, EntryChange
from kpis.numbers import Scope, value
from kpis.periods import Window
from teams.models import Member, TeamMembership
from teams.roles import Role
from teams.tenancy import tenant
from tests.api.stage import TODAY, Program, Stage, make_stage, read
from tests.cast import make_member


def sent(**fields: Any) -> dict[str, Any]:
    usual = {"kpi": "calls", "date": TODAY.isoformat(), "value": "5", "external_id": "crm-1"}
    return {name: value for name, value in (usual | fields).items() if value is not None}


def stored(stage: Stage) -> list[tuple[str, Decimal, str | None]]:
    with tenant(stage.cast.acme.pk):
        rows = Entry.objects.select_related("member").order_by("pk")
        return [(row.member.name, row.value, row.external_id) for row in rows]


def entry_of(stage: Stage, member: Member, external_id: str | None = None) -> Entry:
    with tenant(stage.cast.acme.pk):
        return log_entry(
            kpi=stage.kpis["calls"], member=member, date=TODAY, value=Decimal(5), by=member.user,
            source="api" if external_id else "manual", external_id=external_id,
        )[0]  # fmt: skip


def test_a_second_delivery_updates_and_keeps_what_stood_before(stage: Stage) -> None:
    bob = stage.program(stage.cast.bob)
    first, again = bob.post("entries", sent()), bob.post("entries", sent(value="7.50"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert read(first)["id"] == read(again)["id"]
    assert read(again)["value"] == "7.5"
    assert stored(stage) == [("Bob", Decimal("7.5"), "crm-1")]
    with tenant(stage.cast.acme.pk):
        [change] = EntryChange.objects.all()
    assert (change.old_value, change.changed_by) == (5, stage.cast.bob.user)


def test_the_same_request_is_stored_once(stage: Stage) -> None:
    bob, body = stage.program(stage.cast.bob), sent(external_id=None, request_id=str(uuid.uuid4()))
    answers = [bob.post("entries", body).status_code for _ in range(2)]
    assert answers == [201, 200]
    assert len(stored(stage)) == 1


@pytest.mark.parametrize(
    ("person", "whose", "status"),
    [
        ("bob", "bob", 201),
        ("bob", "alice", 403),
        ("bob", "carol", 404),
        ("alice", "bob", 201),
        ("alice", "carol", 404),
        ("dan", "carol", 201),
        ("dan", "charlie", 404),
        ("vera", "vera", 403),
    ],
)
def test_who_records_for_whom(stage: Stage, person: str, whose: str, status: int) -> None:
    program, member = stage.program(getattr(stage.cast, person)), getattr(stage.cast, whose)
    assert program.post("entries", sent(member=member.pk)).status_code == status
    row = read(program.post("entries/bulk", {"entries": [sent(member=member.pk, external_id="b")]}))
    if person != "vera":
        assert (row["results"][0]["status"] == "added") == (status == 201)
    assert bool(stored(stage)) == (status == 201)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"kpi": "nothing"}, 404, "not_found"),
        ({"kpi": "win_rate"}, 409, "computed"),
        ({"date": (TODAY + dt.timedelta(days=3)).isoformat()}, 409, "to_come"),
        ({"date": "1899-12-31"}, 409, "year_out_of_range"),
        ({"value": 5}, 422, "invalid"),
        ({"value": "5,0"}, 422, "invalid"),
        ({"external_id": None}, 422, "invalid"),
        ({"shares": [{"member": 1, "share": "0.5"}]}, 409, "shares"),
        ({"shares": [{"member": 10**9, "share": "1"}]}, 409, "share_of_nobody"),
        ({"shares": [{"member": 1, "share": "0.5"}, {"member": 1, "share": "0.5"}]}, 409, "share_twice"),
    ],
)
def test_what_is_refused(stage: Stage, fields: dict[str, Any], status: int, code: str) -> None:
    answer = stage.program(stage.cast.bob).post("entries", sent(**fields))
    assert (answer.status_code, read(answer)["code"]) == (status, code)
    assert stored(stage) == []


def test_nothing_is_recorded_for_days_after_leaving(stage: Stage) -> None:
    with tenant(stage.cast.acme.pk):
        Member.objects.filter(pk=stage.cast.carol.pk).update(left_on=TODAY - dt.timedelta(days=1))
    answer = stage.program(stage.cast.dan).post("entries", sent(member=stage.cast.carol.pk))
    assert (answer.status_code, read(answer)["code"]) == (409, "had_left")


def test_who_has_no_account_has_values_all_the_same(stage: Stage) -> None:
    """Recorded by who leads them, one by one and in bulk, wholly and by shares; counted for them and their team."""
    with tenant(stage.cast.acme.pk):
        eve = make_member("Eve", Role.REP, account=False)
        TeamMembership.objects.create(member=eve, team=stage.cast.north)
    alice, carol = stage.program(stage.cast.alice), stage.program(stage.cast.carol)
    assert alice.post("entries", sent(member=eve.pk)).status_code == 201
    rows = [sent(member=eve.pk, value="7"), sent(member=eve.pk, value="2", external_id="crm-2")]
    results = read(alice.post("entries/bulk", {"entries": rows}))["results"]
    assert [row["status"] for row in results] == ["changed", "added"]
    halves = [{"member": member.pk, "share": "0.5"} for member in (eve, stage.cast.bob)]
    assert alice.post("entries", sent(external_id="crm-4", value="8", shares=halves)).status_code == 201
    assert carol.post("entries", sent(member=eve.pk, external_id="crm-3")).status_code == 404
    assert stored(stage)[:2] == [("Eve", Decimal(7), "crm-1"), ("Eve", Decimal(2), "crm-2")]
    with tenant(stage.cast.acme.pk):
        assert set(Entry.objects.values_list("created_by", flat=True)) == {stage.cast.alice.user_id}
        day, calls = Window(TODAY, TODAY), stage.kpis["calls"]
        scopes = [Scope.member(eve.pk), Scope.member(stage.cast.bob.pk), Scope.team(stage.cast.north.pk)]
        assert [value(calls, scope, day) for scope in scopes] == [13, 4, 17]
    assert {row["member"] for row in read(alice.get("entries", member=eve.pk))["items"]} == {eve.pk}


def test_shared_credit(stage: Stage) -> None:
    halves = [{"member": member.pk, "share": "0.5"} for member in (stage.cast.bob, stage.cast.alice)]
    answer = stage.program(stage.cast.bob).post("entries", sent(shares=halves))
    assert read(answer)["shares"] == halves
    with tenant(stage.cast.acme.pk):
        assert Credit.objects.count() == 2


def test_an_external_id_of_somebody_whom_one_does_not_lead(stage: Stage) -> None:
    entry_of(stage, stage.cast.carol, "crm-1")
    bob = stage.program(stage.cast.bob)
    assert bob.post("entries", sent()).status_code == 403
    [row] = read(bob.post("entries/bulk", {"entries": [sent()]}))["results"]
    assert (row["status"], row["errors"][0]["field"]) == ("refused", "external_id")
    assert stored(stage) == [("Carol", Decimal(5), "crm-1")]
    assert stage.program(stage.cast.dan).post("entries", sent()).status_code == 200


@pytest.mark.parametrize(
    ("person", "whose", "status"),
    [("bob", "bob", 200), ("bob", "alice", 404), ("alice", "bob", 200), ("alice", "carol", 404), ("dan", "carol", 200),
     ("vera", "vera", 403), ("charlie", "bob", 404)],
)  # fmt: skip
def test_who_corrects_and_withdraws(stage: Stage, person: str, whose: str, status: int) -> None:
    entry = entry_of(stage, getattr(stage.cast, whose))
    program = stage.program(getattr(stage.cast, person))
    answer = program.patch(f"entries/{entry.pk}", {"value": "9", "reason": "One was missed"})
    assert answer.status_code == status
    for verb in ("withdraw", "restore"):
        assert program.post(f"entries/{entry.pk}/{verb}").status_code == status
    assert stored(stage)[0][1] == (9 if status == 200 else 5)


def test_a_withdrawn_entry_is_not_corrected(stage: Stage) -> None:
    entry, bob = entry_of(stage, stage.cast.bob), stage.program(stage.cast.bob)
    answer = bob.post(f"entries/{entry.pk}/withdraw", {"reason": "Twice"})
    assert read(answer)["withdrawn_at"] is not None
    answer = bob.patch(f"entries/{entry.pk}", {"value": "9", "reason": "x"})
    assert (answer.status_code, read(answer)["code"]) == (409, "withdrawn")
    assert read(bob.get(f"entries/{entry.pk}"))["value"] == "5"


def test_lists_come_in_parts_that_new_rows_do_not_shift(stage: Stage) -> None:
    for n in range(5):
        entry_of(stage, stage.cast.bob, f"crm-{n}")
    bob, found, after = stage.program(stage.cast.bob), [], ""
    while True:
        page = read(bob.get("entries", limit=2, **({"after": after} if after else {})))
        found += [item["external_id"] for item in page["items"]]
        entry_of(stage, stage.cast.bob)
        after = page["next"]
        if after is None:
            break
    assert found == ["crm-4", "crm-3", "crm-2", "crm-1", "crm-0"]


def test_filters(stage: Stage) -> None:
    entry_of(stage, stage.cast.bob, "crm-1")
    entry_of(stage, stage.cast.alice)
    alice = stage.program(stage.cast.alice)
    assert len(read(alice.get("entries"))["items"]) == 2
    for query in ({"member": stage.cast.bob.pk}, {"external_id": "crm-1"}):
        assert [item["member"] for item in read(alice.get("entries", **query))["items"]] == [stage.cast.bob.pk]
    assert read(alice.get("entries", kpi="won"))["items"] == []
    assert read(alice.get("entries", to=(TODAY - dt.timedelta(days=1)).isoformat()))["items"] == []


def test_bulk_stores_the_good_rows_and_says_what_is_wrong_with_the_others(stage: Stage) -> None:
    bob = stage.program(stage.cast.bob)
    rows = [
        sent(external_id="a"),
        sent(external_id="b", value="many", colour="red"),
        sent(external_id="c", kpi="nothing"),
        sent(external_id="d", kpi="win_rate"),
        sent(external_id="e", member=stage.cast.alice.pk),
        sent(external_id="f", date="2199-01-01"),
        sent(external_id="a", value="6"),
        {},
    ]
    answer = read(bob.post("entries/bulk", {"entries": rows}))
    assert {name: answer[name] for name in ("added", "superseded", "refused")} == {
        "added": 1, "superseded": 1, "refused": 6,
    }  # fmt: skip
    codes = [[error["code"] for error in result["errors"]] for result in answer["results"]]
    assert codes[:7] == [
        [], ["amount", "extra_forbidden"], ["not_found"], ["computed"], ["forbidden"], ["to_come"], [],
    ]  # fmt: skip
    assert stored(stage) == [("Bob", Decimal(6), "a")]
    again = read(bob.post("entries/bulk", {"entries": [sent(external_id="a", value="6"), sent(external_id="z")]}))
    assert [result["status"] for result in again["results"]] == ["unchanged", "added"]
    assert read(bob.post("entries/bulk", {"entries": [sent(external_id="a", value="8")]}))["changed"] == 1
    assert len(stored(stage)) == 2


def test_bulk_is_bounded_and_takes_a_constant_number_of_queries(stage: Stage) -> None:
    from django.test.utils import CaptureQueriesContext

    bob, counts = stage.program(stage.cast.bob), []
    for size in (2, 1000):
        rows = [sent(external_id=f"{size}-{n}") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert read(bob.post("entries/bulk", {"entries": rows}))["added"] == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert bob.post("entries/bulk", {"entries": [{}] * 1001}).status_code == 422
    assert bob.post("entries/bulk", {"entries": []}).status_code == 422


def together(*calls: Callable[[], Any]) -> None:
    def run(call: Callable[[], Any]) -> None:
        try:
            call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_from_two_programs_at_once_is_stored_once() -> None:
    stage = make_stage()
    programs: list[Program] = [stage.program(stage.cast.bob), stage.program(stage.cast.dan)]
    answers: list[Any] = []
    rows = [sent(external_id=str(n), member=stage.cast.bob.pk) for n in range(200)]

    def deliver(program: Program, order: int) -> None:
        answers.append(program.post("entries/bulk", {"entries": rows[::order]}))

    for _round in range(3):
        together(*(lambda p=p, o=o: deliver(p, o) for p in programs for o in (1, -1)))
    assert [answer.status_code for answer in answers] == [200] * 12
    assert sum(read(answer)["added"] for answer in answers) == 200
    assert len(stored(stage)) == 200
