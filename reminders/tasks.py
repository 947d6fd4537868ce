"""The clock's tasks. They carry nothing: the rows say what is due, so a lost or doubled tick changes nothing."""

import datetime as dt
import logging
from typing import Any

from celery import Task, shared_task
from celery.exceptions import Ignore
from celery.signals import task_success
from django.db import InterfaceError, OperationalError

from reminders import heartbeat, sending
from reminders.due import due_messages
from reminders.outbox import enqueue_all
from teams.models import Organization
from teams.tenancy import tenant

# Shorter than the time between two ticks.
REST = dt.timedelta(seconds=1)

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Put what is due into the outbox, organization by organization. By the database's clock: a worker's own may be
    wrong. Of ticks that waited in the broker together, the first does the work.
    """
    now = heartbeat.now()
    if heartbeat.is_younger(sweep.name, REST):
        raise Ignore  # no work done, so no sign of life either
    for organization in Organization.objects.order_by("pk"):
        try:
            with tenant(organization.pk):
                enqueue_all(due_messages(organization, now), organization.pk)
        except (InterfaceError, OperationalError):
            raise  # the database is away, for all of them
        except Exception:
            # One organization's fault must not silence the others.
            log.exception("the sweep of organization %s failed", organization.pk)


@shared_task  # type: ignore[untyped-decorator]
def send_due() -> None:
    sending.send_due()


@task_success.connect  # type: ignore[untyped-decorator]
def note_success(sender: Task, **_kwargs: Any) -> None:
    """Every worker's every finished task is a sign of life."""
    heartbeat.beat(sender.name)
