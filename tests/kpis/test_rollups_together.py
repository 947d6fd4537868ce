"""Many at once, on connections of their own: nothing is lost, nothing counts twice."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kpis import actions, tasks
from kpis.models import Entry, Kpi, Rollup, StaleRollup
from kpis.numbers import Scope, value
from kpis.periods import Window
from kpis.rollups import differences, refresh_all, refresh_batch
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import Cast, make_cast

DAY = dt.date(2026, 11, 23)
TODAY = Window(DAY, DAY)
MANY = 100

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme() -> Cast:
    return make_cast()


@pytest.fixture
def calls(acme: Cast) -> Kpi:
    with tenant(acme.acme.pk):
        return actions.add_from_catalogue(["calls"])[0]


def at_once(count: int, work: Callable[[int], object], acme: Cast) -> list[object]:
    gate = threading.Barrier(min(count, 20))

    def run(n: int) -> object:
        try:
            gate.wait(timeout=30)
            with tenant(acme.acme.pk):
                return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=20) as pool:
        return list(pool.map(run, range(count)))


def log(kpi: Kpi, member: Member, request_id: uuid.UUID | None = None) -> bool:
    return actions.log_entry(kpi=kpi, member=member, date=DAY, value=Decimal(1), by=member.user, request_id=request_id)[
        1
    ]


@pytest.fixture
def workers(acme: Cast) -> Iterator[threading.Event]:
    """Two that drain all the time."""
    stop = threading.Event()

    def drain() -> None:
        try:
            while not stop.is_set():
                tasks.refresh_rollups()
        finally:
            connection.close()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield stop
    stop.set()
    for thread in threads:
        thread.join()


def test_a_hundred_at_once_all_count_while_workers_drain(acme: Cast, calls: Kpi, workers: threading.Event) -> None:
    new = at_once(MANY, lambda n: log(calls, acme.bob), acme)
    assert new == [True] * MANY
    with tenant(acme.acme.pk):
        assert value(calls, Scope.member(acme.bob.pk), TODAY) == MANY
    refresh_all(acme.acme.pk, wait=True)
    with tenant(acme.acme.pk):
        assert differences() == []
        assert Rollup.objects.get().total == MANY


def test_one_request_sent_a_hundred_times_is_one_entry(acme: Cast, calls: Kpi) -> None:
    request_id = uuid.uuid4()
    new = at_once(MANY, lambda n: log(calls, acme.bob, request_id), acme)
    assert sorted(map(bool, new)) == [False] * (MANY - 1) + [True]
    with tenant(acme.acme.pk):
        assert Entry.objects.count() == 1
        assert value(calls, Scope.organization(), TODAY) == 1


def test_one_delivery_sent_by_many_is_one_entry(acme: Cast, calls: Kpi) -> None:
    def deliver(n: int) -> None:
        row = actions.Delivery(calls.pk, acme.bob.pk, DAY, Decimal(n % 3), "row 1")
        actions.log_many([row], source="file")

    at_once(40, deliver, acme)
    with tenant(acme.acme.pk):
        assert value(calls, Scope.organization(), TODAY) == Entry.objects.get().value


def test_corrections_at_once_leave_the_last_and_keep_all(acme: Cast, calls: Kpi, workers: threading.Event) -> None:
    with tenant(acme.acme.pk):
        log(calls, acme.bob)
        entry = Entry.objects.get()

    def correct(n: int) -> None:
        actions.correct_entry(entry, value=Decimal(n + 2), date=DAY, reason=str(n), by=None)

    at_once(20, correct, acme)
    refresh_all(acme.acme.pk, wait=True)
    with tenant(acme.acme.pk):
        assert entry.changes.count() == 20
        assert value(calls, Scope.organization(), TODAY) == Entry.objects.get().value == Rollup.objects.get().total


def test_worker_that_dies_on_the_way_loses_nothing(acme: Cast, calls: Kpi) -> None:
    with tenant(acme.acme.pk):
        log(calls, acme.bob)

    def die_on_the_way() -> None:
        with tenant(acme.acme.pk):
            assert refresh_batch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die_on_the_way()
    with tenant(acme.acme.pk):
        assert StaleRollup.objects.exists()
        assert not Rollup.objects.exists()
        assert value(calls, Scope.organization(), TODAY) == 1
    tasks.refresh_rollups()
    with tenant(acme.acme.pk):
        assert not StaleRollup.objects.exists()
        assert Rollup.objects.get().total == 1


def test_entry_that_commits_during_a_round_stays_stale(acme: Cast, calls: Kpi) -> None:
    with tenant(acme.acme.pk):
        log(calls, acme.bob)
    written, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with tenant(acme.acme.pk):
                log(calls, acme.bob)
                written.set()
                may_commit.wait(timeout=30)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert written.wait(timeout=30)
    refresh_all(acme.acme.pk)
    may_commit.set()
    writer.join()
    with tenant(acme.acme.pk):
        assert Rollup.objects.get().total == 1
        assert value(calls, Scope.organization(), TODAY) == 2
    refresh_all(acme.acme.pk)
    with tenant(acme.acme.pk):
        assert Rollup.objects.get().total == 2


def test_check_rollups_finds_and_repairs(acme: Cast, calls: Kpi) -> None:
    with tenant(acme.acme.pk):
        log(calls, acme.bob)
        log(calls, acme.carol)
    refresh_all(acme.acme.pk)
    call_command("check_rollups", stdout=StringIO())
    with tenant(acme.acme.pk):
        Rollup.objects.filter(member=acme.bob).update(total=5)
        Rollup.objects.filter(member=acme.carol).delete()
        Rollup.objects.create(kpi=calls, member=acme.vera, day=DAY, total=1, weight=1, closing=1)
    out = StringIO()
    with pytest.raises(CommandError, match="3 rollups differ") as failure:
        call_command("check_rollups", organization="acme", stdout=out)
    assert failure.value.returncode == 1
    assert f"member {acme.bob.pk}, 2026-11-23: (total, weight, closing) is (5, 1, 1), should be (1, 1, 1)" in (
        out.getvalue()
    )
    call_command("check_rollups", organization="globex", stdout=StringIO())
    call_command("check_rollups", repair=True, stdout=StringIO())
    call_command("check_rollups", stdout=StringIO())


def test_check_rollups_rebuilds_whatever_stands_there(acme: Cast, calls: Kpi) -> None:
    with tenant(acme.acme.pk):
        log(calls, acme.bob)
        log(calls, acme.bob)
        log(calls, acme.carol)
    call_command("check_rollups", rebuild=True, stdout=StringIO())
    with tenant(acme.acme.pk):
        assert not StaleRollup.objects.exists()
        right = set(Rollup.objects.values_list("member", "day", "total", "weight", "closing"))
        one, two = Decimal(1), Decimal(2)
        assert right == {(acme.bob.pk, DAY, two, two, one), (acme.carol.pk, DAY, one, one, one)}
        kept = Rollup.objects.get(member=acme.carol).pk
        Rollup.objects.filter(member=acme.bob).update(total=5)
        Rollup.objects.create(kpi=calls, member=acme.vera, day=DAY, total=1, weight=1, closing=1)
    out = StringIO()
    call_command("check_rollups", rebuild=True, stdout=out)
    assert "acme: rebuilt" in out.getvalue()
    with tenant(acme.acme.pk):
        assert set(Rollup.objects.values_list("member", "day", "total", "weight", "closing")) == right
        assert Rollup.objects.get(member=acme.carol).pk == kept
