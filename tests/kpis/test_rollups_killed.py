"""Random work, committed step by step, while workers refresh, rebuild, run two at a time and are killed on the way.

The same work is done in plain Python (`model_of_numbers`): every number is compared with it on the way, and at the end
every rollup with the entries.
"""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from kpis import actions
from kpis.models import Credit, Entry, Kpi, Rollup, StaleRollup
from kpis.periods import Window
from kpis.rollups import differences, rebuild, refresh_all, refresh_batch
from teams.tenancy import tenant
from tests.cast import make_cast
from tests.kpis.test_numbers_property import CODES, DAYS, FIRST, Story

STEPS, CHECK_EVERY = 36, 4
WAIT_S = 30.0

pytestmark = pytest.mark.django_db(transaction=True)


class Life(Story):
    """A story in which also shares, definitions and workers change, each step in a transaction of its own."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        cast = make_cast()
        self.organization = cast.acme.pk
        with tenant(self.organization):
            super().__init__(cast)
        self.aggregations = {"calls": "sum", "sales_cycle": "average", "customers": "last"}

    def step(self) -> None:
        name = self.chance.choice([*WRITES, *WORKERS])
        if name in WORKERS:
            getattr(self, name)()
            return
        with tenant(self.organization):
            getattr(self, f"some_{name}")()

    def compare(self) -> None:
        with tenant(self.organization):
            self.check()

    # What people do

    def day(self) -> dt.date:
        return FIRST + dt.timedelta(days=self.chance.randrange(DAYS))

    def amount(self) -> Decimal:
        return Decimal(self.chance.randrange(-2000, 5000)) / 4

    def some_log(self) -> None:
        self.log(self.chance.choice(CODES), self.chance.randrange(4), self.day(), self.amount())

    def some_split(self) -> None:
        a, b = self.chance.sample(range(4), 2)
        self.split(self.chance.choice(CODES), a, b, self.day(), self.amount(), self.chance.randrange(1, 100))

    def some_correct(self) -> None:
        self.correct(self.chance.randrange(10), self.day(), self.amount())

    def some_withdraw(self) -> None:
        self.withdraw(self.chance.randrange(10))

    def some_restore(self) -> None:
        self.restore(self.chance.randrange(10))

    def some_redeliver(self) -> None:
        code, who = self.chance.choice(CODES), self.chance.randrange(4)
        self.redeliver(code, who, self.day(), self.amount(), self.chance.randrange(3))

    def some_move(self) -> None:
        self.move(self.chance.randrange(4), self.day(), self.chance.randrange(3))

    def some_delete(self) -> None:
        """A row that is gone for good, as an administrator's own SQL may do."""
        found = [entry for entry in self.company.entries if entry.pk not in self._delivered_ids()]
        if found:
            gone = self.chance.choice(found)
            Credit.objects.filter(entry=gone.pk).delete()
            Entry.objects.filter(pk=gone.pk).delete()
            self.company.entries.remove(gone)

    def some_reshare(self) -> None:
        found = [entry for entry in self.company.entries if len(entry.shares) == 2]
        if found:
            entry = self.chance.choice(found)
            share = Decimal(self.chance.randrange(1, 100)) / 100
            entry.shares = dict(zip(entry.shares, (share, 1 - share), strict=True))
            for member, part in entry.shares.items():
                Credit.objects.filter(entry=entry.pk, member=member).update(share=part)

    def some_redefine(self) -> None:
        code = self.chance.choice(list(self.aggregations))
        kpi = Kpi.objects.get(code=code)
        kpi.aggregation = self.aggregations[code] = self.chance.choice(["sum", "average", "last"])
        self.kpis[code] = actions.save_kpi(kpi)

    def _delivered_ids(self) -> set[int]:
        return {entry.pk for entry in self.delivered.values()}

    def right(self, code: str, scope: tuple[str, int, int], window: Window) -> Decimal | None:
        match self.aggregations.get(code):
            case "last":
                return self.company.stock(code, scope, window.end)
            case "average":
                flow = self.company.flow(code, scope, window)
                return flow[0] / flow[1] if flow else None
            case "sum":
                flow = self.company.flow(code, scope, window)
                return flow[0] if flow else None
        return super().right(code, scope, window)

    # What workers do

    def refresh(self) -> None:
        with tenant(self.organization):
            refresh_batch(self.chance.randrange(1, 5))

    def rebuild(self) -> None:
        rebuild(self.organization)

    def two_workers(self) -> None:
        """Both drain while somebody records."""
        workers = [threading.Thread(target=_closing, args=(self._drain,)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for _ in range(3):
            with tenant(self.organization):
                self.some_log()
        for worker in workers:
            worker.join(WAIT_S)
            assert not worker.is_alive()

    def _drain(self) -> None:
        for _ in range(3):
            refresh_all(self.organization, wait=True)

    def kill_before_commit(self) -> None:
        """All is recomputed, nothing is committed."""

        def work() -> None:
            with tenant(self.organization):
                refresh_batch(100)
                hold.wait(WAIT_S)

        hold = threading.Event()
        victim = Victim(work)
        victim.wait_until("state = 'idle in transaction'")
        victim.kill()
        hold.set()
        victim.join()

    def kill_on_the_way(self) -> None:
        """The marks are gone, the rollups can't be written yet: a lock on their table holds the worker there."""
        job = self.chance.choice([lambda: rebuild(self.organization), lambda: refresh_all(self.organization)])
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE kpis_rollup IN SHARE MODE")
            victim = Victim(job)
            victim.wait_until("wait_event_type = 'Lock'")
            victim.kill()
            victim.join()


WRITES = ("log", "log", "split", "correct", "withdraw", "restore", "redeliver", "move", "delete", "reshare", "redefine")
WORKERS = ("refresh", "refresh", "rebuild", "two_workers", "kill_before_commit", "kill_on_the_way", "kill_on_the_way")


class Victim:
    """A worker on a connection of its own, whose server process is terminated."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._known = threading.Event()
        self._pid = 0
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=_closing, args=(self._run,))
        self._thread.start()
        assert self._known.wait(WAIT_S)

    def _run(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._pid = cursor.fetchone()[0]
        self._known.set()
        try:
            self._work()
        except (OperationalError, InterfaceError):
            pass
        except BaseException as failure:
            self.failure = failure

    def wait_until(self, condition: str) -> None:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            with connection.cursor() as cursor:
                # Within a transaction the first reading would be kept.
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(f"SELECT ({condition}) FROM pg_stat_activity WHERE pid = %s", [self._pid])
                if cursor.fetchone() in ((True,), None):
                    return
            time.sleep(0.01)
        raise AssertionError(f"the worker never came to {condition}")

    def kill(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [self._pid])

    def join(self) -> None:
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()
        assert self.failure is None


def _closing(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(4))
def test_rollups_come_right_whoever_is_killed(seed: int) -> None:
    life = Life(random.Random(seed))
    for n in range(STEPS):
        life.step()
        if n % CHECK_EVERY == 0:
            life.compare()
    refresh_all(life.organization, wait=True)
    with tenant(life.organization):
        assert not StaleRollup.objects.exists()
        assert differences() == []
        assert Rollup.objects.exists()
    life.compare()


def test_killed_rebuild_takes_everything_back() -> None:
    life = Life(random.Random(1))
    with tenant(life.organization):
        life.some_log()
        life.some_log()
        marks = StaleRollup.objects.count()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE kpis_rollup IN SHARE MODE")
        victim = Victim(lambda: rebuild(life.organization))
        victim.wait_until("wait_event_type = 'Lock'")
        victim.kill()
        victim.join()
    with tenant(life.organization):
        assert StaleRollup.objects.count() == marks
        assert not Rollup.objects.exists()
    life.compare()
    rebuild(life.organization)
    with tenant(life.organization):
        assert not StaleRollup.objects.exists()
        assert differences() == []
