"""The clock's tasks. They carry nothing: the rows say what is due, so a lost or doubled tick changes nothing."""

import datetime as dt
import logging
import time
from collections.abc import Set
from typing import Any

from celery import Task, shared_task
from celery.exceptions import Ignore
from celery.signals import task_success
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from reminders import heartbeat, sending
from reminders.digests import gather
from reminders.due import due_messages
from reminders.keeping import forget_ended
from reminders.outbox import enqueue_all
from reminders.topics import Topic, topics_to_tell
from reminders.watch import goals_to_look_at, look_at
from teams.models import Organization
from teams.tenancy import tenant

# Shorter than the time between two ticks.
REST = dt.timedelta(seconds=1)
AT_ONCE = 100
SECONDS_TO_WATCH = 60
A_DAY = dt.timedelta(hours=23)

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Put what is due into the outbox, organization by organization. By the database's clock: a worker's own may be
    wrong. Of ticks that waited in the broker together, the first does the work.
    """
    now = heartbeat.now()
    if heartbeat.is_younger(sweep.name, REST):
        raise Ignore  # no work done, so no sign of life either
    topics = topics_to_tell(now)
    for organization in Organization.objects.filter(pk__in=topics).order_by("pk"):
        try:
            sweep_through(organization, topics[organization.pk], now)
        except (InterfaceError, OperationalError):
            raise  # the database is away, for all of them
        except Exception:
            # One organization's fault must not silence the others.
            log.exception("the sweep of organization %s failed", organization.pk)


def sweep_through(organization: Organization, topics: Set[Topic], now: dt.datetime) -> None:
    with tenant(organization.pk):
        drafts = due_messages(organization, now, topics)
        enqueue_all(drafts, organization.pk)
        if Topic.FOLDED in topics or any(draft.is_folded for draft in drafts):
            gather(organization, now)


@shared_task  # type: ignore[untyped-decorator]
def watch() -> None:
    """See which goals turned for the worse. What is left over when the time is up, the next tick finds."""
    stop = time.monotonic() + SECONDS_TO_WATCH
    for organization in Organization.objects.order_by("pk"):
        try:
            while time.monotonic() < stop and watch_goals_of(organization, timezone.now()) == AT_ONCE:
                pass
        except Exception:
            log.exception("the goals of organization %s could not be watched", organization.pk)


def watch_goals_of(organization: Organization, now: dt.datetime) -> int:
    """How many goals were looked at, at most `AT_ONCE`."""
    with tenant(organization.pk):
        return look_at(goals_to_look_at(organization.today(now), now, AT_ONCE), organization, now)


@shared_task  # type: ignore[untyped-decorator]
def send_due() -> None:
    sending.send_due()


@shared_task  # type: ignore[untyped-decorator]
def forget_old_mail() -> None:
    """Once a day: see `reminders.keeping`."""
    if heartbeat.is_younger(forget_old_mail.name, A_DAY):
        raise Ignore
    before = heartbeat.now() - dt.timedelta(days=settings.MAIL_KEPT_DAYS)
    forget_ended(before)
    for organization in Organization.objects.order_by("pk"):
        with tenant(organization.pk):
            forget_ended(before)


@task_success.connect  # type: ignore[untyped-decorator]
def note_success(sender: Task, **_kwargs: Any) -> None:
    """Every worker's every finished task is a sign of life."""
    heartbeat.beat(sender.name)
