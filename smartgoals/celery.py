"""The Celery application. Tasks carry no content: the database row is the queue, a task only wakes a worker."""

import os
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from celery.signals import task_prerun
from django.db import connections
from kombu.connection import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartgoals.settings")


class EagerConnection(Connection):
    """Asks a broker that is away every few seconds: Celery would wait half a minute in the end, and so would mail."""

    def ensure_connection(self, *args: Any, **given: Any) -> Any:
        waits = {"interval_start": 1, "interval_step": 1, "interval_max": 5}
        return super().ensure_connection(*args, **{**waits, **given})  # type: ignore[no-untyped-call]


class Broker(AMQP):  # type: ignore[misc]
    Connection = EagerConnection


app = Celery("smartgoals", amqp=Broker)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect  # type: ignore[untyped-decorator]
def look_at_connections(**_given: Any) -> None:
    """A database connection that broke is opened anew, as before each request: tasks share one for long."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # only a test calls a task within a transaction
            connection.close_if_unusable_or_obsolete()
