"""Whether this process runs, and whether the whole can do its work. For machines: no sign-in, no secrets."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from reminders import delivery, heartbeat, holds
from smartgoals.celery import app

log = logging.getLogger(__name__)

SWEEP = "reminders.tasks.sweep"
BROKER_TIMEOUT_S = 1
Finding = dict[str, bool | float | str | None]


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 with what is wrong. Ages are in seconds; null where there is nothing to have one."""
    findings = {name: _look(check) for name, check in CHECKS.items()}
    is_ready = all(finding["ok"] for finding in findings.values())
    return JsonResponse({"ok": is_ready, **findings}, status=200 if is_ready else 503)


def _look(check: Callable[[], Finding]) -> Finding:
    """What a check finds. The reason goes to the log: an answer to strangers names only the kind of trouble."""
    try:
        return check()
    except (DatabaseError, KombuError, OSError) as error:
        log.warning("%s: %s", check.__name__.strip("_"), error)
        return {"ok": False, "error": type(error).__name__}


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _migrations() -> Finding:
    missing = _unapplied()
    if missing:
        _unapplied.cache_clear()
    return {"ok": not missing, "missing": missing}


@cache
def _unapplied() -> int:
    """Once all are applied they stay so for as long as this code runs."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _broker() -> Finding:
    options = {
        **app.conf.broker_transport_options,
        "socket_timeout": BROKER_TIMEOUT_S,
        "socket_connect_timeout": BROKER_TIMEOUT_S,
    }
    with app.connection_for_write(connect_timeout=BROKER_TIMEOUT_S, transport_options=options) as broker:
        broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_S)
        broker.default_channel.client.ping()
    return {"ok": True}


def _clock() -> Finding:
    """The beat is alive if any of its tasks was done; the sweep is one of them."""
    ages = heartbeat.ages()
    youngest, sweep = min(ages.values(), default=None), ages.get(SWEEP)
    return {
        "ok": sweep is not None and sweep <= settings.READY_SWEEP_AGE,
        "last_beat_age": _seconds(youngest),
        "last_sweep_age": _seconds(sweep),
    }


def _rollups() -> Finding:
    return _queue("oldest_stale_rollup")


def _mail() -> Finding:
    """Mail that is held back on purpose waits without being a fault."""
    finding, is_held = _queue("oldest_unsent_message"), holds.all_mail_is_held()
    numbers = delivery.in_numbers()
    return {
        **finding,
        "ok": bool(finding["ok"]) or is_held,
        "held": is_held,
        "waiting": numbers.waiting,
        "dead": numbers.dead,
        "sent_last_hour": numbers.sent_last_hour,
    }


def _queue(function: str) -> Finding:
    age = age_of_oldest(function)
    return {"ok": age is None or age <= settings.READY_QUEUE_AGE, "oldest_age": _seconds(age)}


def age_of_oldest(function: str) -> dt.timedelta | None:
    """How long the oldest row waits that the database's function finds; what is not due yet has waited for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT clock_timestamp() - {function}()")
        found: dt.timedelta | None = cursor.fetchone()[0]
    return None if found is None else max(found, dt.timedelta(0))


def _seconds(age: dt.timedelta | None) -> float | None:
    return None if age is None else round(age.total_seconds(), 1)


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "clock": _clock,
    "rollups": _rollups,
    "mail": _mail,
}
