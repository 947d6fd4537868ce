"""While five years are imported, rollups are refreshed and others rebuilt, a rep's page waits for none of them."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from kpis import actions
from kpis.models import Entry, Kpi
from kpis.numbers import Scope, value
from kpis.periods import Window
from kpis.rollups import rebuild, refresh_all, refresh_batch
from teams.tenancy import tenant
from tests.cast import Cast, make_cast

WAIT_S = 30.0
DAY = dt.date(2026, 11, 23)
FIVE_YEARS = 5 * 365

pytestmark = pytest.mark.django_db(transaction=True)


class Open:
    """Work in a transaction of its own, done but not committed until it is left."""

    def __init__(self, organization: int, work: Callable[[], object]) -> None:
        self._organization, self._work = organization, work
        self._done, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with tenant(self._organization):
                self._work()
                self._done.set()
                self._end.wait(WAIT_S)
        finally:
            connection.close()

    def __enter__(self) -> None:
        self._thread.start()
        assert self._done.wait(WAIT_S)

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(WAIT_S)


def five_years(kpi: Kpi, member: int) -> list[actions.Delivery]:
    days = (DAY - dt.timedelta(days=n) for n in range(FIVE_YEARS))
    return [actions.Delivery(kpi.pk, member, day, Decimal(2), f"row {n}") for n, day in enumerate(days)]


def post_one(cast: Cast, kpi: Kpi) -> None:
    """As Bob in his browser. An error if any statement has to wait for a lock."""
    client = cast.client(cast.bob)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
    try:
        fields = {"kpi": kpi.pk, "value": "1", "date": DAY.isoformat(), "member": cast.bob.pk}
        answer = client.post("/acme/entries/log/", {**fields, "note": "", "request_id": uuid.uuid4()})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert answer.status_code == 302


def locks_waited_for() -> int:
    with connection.cursor() as cursor:
        # In this database: the other process of tests has its own locks to wait for.
        here = "datname = current_database() AND wait_event_type = 'Lock'"
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {here}")
        return int(cursor.fetchone()[0])


def test_rep_logs_a_call_while_five_years_are_imported() -> None:
    cast = make_cast()
    bob = Scope.member(cast.bob.pk)
    with tenant(cast.acme.pk):
        calls, meetings = actions.add_from_catalogue(["calls", "meetings"])
        actions.log_many(five_years(meetings, cast.bob.pk), source="file")
    importing = Open(cast.acme.pk, lambda: actions.log_many(five_years(calls, cast.bob.pk), source="file"))
    refreshing = Open(cast.acme.pk, lambda: refresh_batch(1000))
    with importing, refreshing:
        # The same KPI, member and day as an entry of the import, and a key that is being refreshed.
        post_one(cast, calls)
        post_one(cast, meetings)
        assert locks_waited_for() == 0
        with tenant(cast.acme.pk):
            assert value(calls, bob, Window(DAY, DAY)) == 1
            assert value(meetings, bob, Window(DAY, DAY)) == 3
    with tenant(cast.acme.pk):
        assert value(calls, bob, Window(DAY, DAY)) == 3
        assert Entry.objects.filter(kpi=calls).count() == FIVE_YEARS + 1
    refresh_all(cast.acme.pk, wait=True)
    with tenant(cast.acme.pk):
        assert value(calls, bob, Window(dt.date(2000, 1, 1), DAY)) == 2 * FIVE_YEARS + 1


def test_rep_logs_a_call_while_rollups_are_rebuilt() -> None:
    cast = make_cast()
    with tenant(cast.acme.pk):
        (calls,) = actions.add_from_catalogue(["calls"])
        actions.log_many(five_years(calls, cast.bob.pk), source="file")
    with Open(cast.acme.pk, lambda: rebuild(cast.acme.pk)):
        post_one(cast, calls)
        assert locks_waited_for() == 0
        with tenant(cast.acme.pk):
            assert value(calls, Scope.member(cast.bob.pk), Window(DAY, DAY)) == 3
