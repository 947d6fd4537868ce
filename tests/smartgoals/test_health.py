"""The two addresses that machines ask."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from kpis.models import Kpi, StaleRollup
from reminders.heartbeat import beat
from reminders.models import Heartbeat, Kind, Message
from reminders.outbox import enqueue
from smartgoals import health
from smartgoals.celery import app
from teams.tenancy import tenant
from tests.cast import Cast

SWEEP = "reminders.tasks.sweep"


@pytest.fixture
def alive(db: None) -> None:
    beat(SWEEP)


def ask() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    assert answer["Cache-Control"].startswith("max-age=0")
    return answer.status_code, answer.json()


def test_the_process_answers_without_the_database() -> None:
    """No database fixture: a query would fail the test."""
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready(alive: None) -> None:
    status, found = ask()
    assert status == 200, found
    assert found["ok"] is True
    assert found["clock"]["last_sweep_age"] < 60
    assert found["rollups"] == {"ok": True, "oldest_age": None}
    counted = {"waiting": 0, "dead": 0, "sent_last_hour": 0}
    assert found["mail"] == {"ok": True, "oldest_age": None, "held": False, **counted}


def test_a_clock_that_never_ticked(db: None) -> None:
    status, found = ask()
    assert (status, found["clock"]) == (503, {"ok": False, "last_beat_age": None, "last_sweep_age": None})


def test_a_sweep_that_stands_still(alive: None) -> None:
    Heartbeat.objects.update(at=timezone.now() - dt.timedelta(seconds=95))
    beat("kpis.tasks.refresh_rollups")
    status, found = ask()
    assert status == 503
    assert found["clock"]["last_sweep_age"] > 90
    assert found["clock"]["last_beat_age"] < 60
    assert [name for name, part in found.items() if name != "ok" and not part["ok"]] == ["clock"]


def test_a_heartbeat_replaces_the_one_before(alive: None) -> None:
    Heartbeat.objects.update(at=timezone.now() - dt.timedelta(hours=1))
    beat(SWEEP)
    assert Heartbeat.objects.get().at > timezone.now() - dt.timedelta(minutes=1)


def put(cast: Cast, due_at: dt.datetime) -> None:
    enqueue(key="x", kind=Kind.DEADLINE, address="b@example.com", payload={}, due_at=due_at, organization=cast.acme)


def test_mail_that_waits_too_long(cast: Cast, alive: None, settings: Settings) -> None:
    """Of whichever organization, though the page belongs to none."""
    put(cast, timezone.now() - dt.timedelta(minutes=6))
    assert Message.objects.count() == 0
    status, found = ask()
    assert status == 503
    assert found["mail"]["oldest_age"] > 300
    settings.EMAIL_HOLD = True
    status, found = ask()
    assert (status, found["mail"]["held"]) == (200, True)


def test_mail_that_is_not_due_yet_is_no_fault(cast: Cast, alive: None) -> None:
    put(cast, timezone.now() + dt.timedelta(hours=6))
    status, found = ask()
    assert (status, found["mail"]["oldest_age"]) == (200, 0.0)


def test_rollups_that_stay_stale(cast: Cast, alive: None) -> None:
    with tenant(cast.acme.pk):
        kpi = Kpi.objects.create(code="calls", name="Calls", aggregation="sum")
        StaleRollup.objects.create(kpi=kpi, member=cast.bob, day=dt.date(2026, 11, 23))
        StaleRollup.objects.update(marked_at=timezone.now() - dt.timedelta(minutes=6))
    status, found = ask()
    assert status == 503
    assert found["rollups"]["oldest_age"] > 300


def test_a_broker_that_is_away(alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = app.connection_for_write
    monkeypatch.setattr(
        app, "connection_for_write", lambda **given: connect("redis://secret-name:secret-word@127.0.0.1:1/0", **given)
    )
    status, found = ask()
    assert status == 503
    assert found["broker"]["ok"] is False
    assert "secret" not in str(found)
    assert found["database"] == {"ok": True}


def test_a_migration_that_was_not_applied(alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Behind(MigrationExecutor):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            last = self.loader.graph.leaf_nodes("reminders")[0]
            self.loader.applied_migrations = {**self.loader.applied_migrations}
            del self.loader.applied_migrations[last]

    health._unapplied.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(health, "MigrationExecutor", Behind)
        status, found = ask()
        assert (status, found["migrations"]) == (503, {"ok": False, "missing": 1})
    # Looked at again until it is there.
    assert ask()[1]["migrations"] == {"ok": True, "missing": 0}


def test_a_database_that_is_away(alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseError("connection to server at secret-host failed")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        status, found = ask()
    assert status == 503
    assert found["broker"] == {"ok": True}
    assert found["database"] == {"ok": False, "error": "DatabaseError"}
    assert "secret" not in str(found)
