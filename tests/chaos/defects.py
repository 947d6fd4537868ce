"""Each protection switched off: what the product would be without it. The row that guards it must turn red."""

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import timezone


def program(name: str) -> Any:
    """A module of the program, to be changed."""
    return import_module(name)


def tell_before_sending() -> None:
    """The row is marked as sent before the mail goes: a crash in between loses it."""
    outbox, sending = program("reminders.outbox"), program("reminders.sending")

    hand_over, record_sent = sending.hand_over, outbox.record_sent

    def tell_first(message: Any, letter: Any, relay: Any) -> Any:
        record_sent(message)
        import time

        time.sleep(0.01)
        return hand_over(message, letter, relay)

    sending.hand_over = tell_first


def run_for_ever() -> None:
    """A run of the sender goes on until the queue is empty, and heeds nobody who asks it to stop."""
    settings.MAIL_RUN_S = 3600.0
    settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 0


def queue_in_broker() -> None:
    """What is to be sent is a message of the broker, taken from the rows and forgotten there."""
    from django.db import connection

    sending = program("reminders.sending")
    from smartgoals.celery import app

    @app.task(name="chaos.send_one", queue="mail")
    def send_one(address: str) -> None:
        from django.core.mail import send_mail

        send_mail("A goal", "It is due.", None, [address])

    def move_to_broker() -> int:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reminders_message SET state = 'sent' WHERE state = 'pending' RETURNING address")
            found = [row[0] for row in cursor.fetchall()]
        for address in found:
            send_one.apply_async([address], queue="mail")
        return len(found)

    sending.send_due = move_to_broker


def publish_in_request() -> None:
    """A page that publishes to the broker, and waits for it."""
    card = program("goals.views.card")
    from smartgoals.celery import app

    log = card.refresh_forecasts

    def publish(*args: Any) -> Any:
        app.send_task("reminders.tasks.sweep", queue="mail")
        return log(*args)

    card.refresh_forecasts = publish


def record_once() -> None:
    """The end of a mail is written down once, and not again when the database was away."""
    program("reminders.outbox")._insist = lambda write: write()


def heed_ticks_only() -> None:
    """The sweep looks at what came due since the last tick, not at what is due."""
    tasks = program("reminders.tasks")

    due_messages = tasks.due_messages

    def of_this_tick(organization: Any, now: dt.datetime, topics: Any) -> list[Any]:
        drafts = due_messages(organization, now, topics)
        return [draft for draft in drafts if draft.due_at > now - dt.timedelta(seconds=15)]

    tasks.due_messages = of_this_tick


def no_unique_key() -> None:
    """Every sweep writes its own rows."""
    tasks = program("reminders.tasks")

    enqueue_all = tasks.enqueue_all

    def enqueue_again(drafts: Iterable[Any], organization_id: int | None) -> None:
        enqueue_all([replace(draft, key=f"{draft.key}:{uuid.uuid4()}") for draft in drafts], organization_id)

    tasks.enqueue_all = enqueue_again


def endless_lease() -> None:
    """Whoever took a row keeps it."""
    settings.MAIL_LEASE_S = 3600


def retry_everything() -> None:
    """Every refusal is tried again."""
    sending = program("reminders.sending")

    judge = sending.judge
    sending.judge = lambda error: sending.Verdict(sending.Ending.LATER, judge(error).answer)


def lazy_commits() -> None:
    """The database says that it has written before it has."""
    settings.DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"


def read_modify_write() -> None:
    """Progress is a number that is read, added to and written back."""
    card = program("goals.views.card")
    from kpis.models import Entry

    log_entry = card.log_entry

    def add_up(**given: Any) -> Any:
        found = Entry.objects.filter(kpi=given["kpi"], member=given["member"], date=given["date"]).first()
        if found is None:
            return log_entry(**given)
        found.value += given["value"]
        found.save(update_fields=["value"])
        return found, True

    card.log_entry = add_up


def forget_requests() -> None:
    """A request has no id."""
    card = program("goals.views.card")

    log_entry = card.log_entry
    card.log_entry = lambda **given: log_entry(**{**given, "request_id": None})


def last_editor_wins() -> None:
    """No version is compared."""
    actions = program("goals.actions")

    def unguarded(goal: Any) -> Any:
        from goals.models import Goal

        current = Goal.objects.select_for_update(of=("self",)).with_names().get(pk=goal.pk)
        current.version = Version(current.version)
        return current

    class Version(int):
        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = int.__hash__

    actions.locked = unguarded


def forget_before_reckoning() -> None:
    """Stale marks are taken away first, in a transaction of their own, and the rollups made after that."""
    rollups = program("kpis.rollups")
    from teams.tenancy import current_organization_id, tenant

    refresh_all = rollups.refresh_all

    def careless(organization_id: int, **given: Any) -> Any:
        from django.db import connection

        with tenant(organization_id), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM kpis_stalerollup WHERE ctid IN (SELECT ctid FROM kpis_stalerollup"
                " WHERE organization_id = %s LIMIT 2000)",
                [current_organization_id()],
            )
        return refresh_all(organization_id, **{**given, "batches": 1})

    program("kpis.tasks").refresh_all = careless


def trust_own_clock() -> None:
    """The worker's clock says what is due."""
    outbox = program("reminders.outbox")

    true, own = "due_at <= clock_timestamp()", f"make_interval(secs => {os.environ.get('CHAOS_CLOCK', 0)})"
    assert true in outbox._TAKEN, "the defect no longer fits the program"
    outbox._TAKEN = outbox._TAKEN.replace(true, f"{true} + {own}")


def fixed_offsets() -> None:
    """A zone is a distance from UTC, the one of today."""
    moments = program("reminders.moments")

    now = timezone.now()

    def nine(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
        fixed = dt.timezone(now.astimezone(zone).utcoffset() or dt.timedelta())
        return dt.datetime.combine(day, moments.MORNING, fixed).astimezone(dt.UTC)

    moments._nine = nine


def read_floats() -> None:
    """Whatever Python reads as a number is one."""
    from decimal import Decimal

    card = program("goals.views.card")

    class Careless:
        def __init__(self, data: dict[str, Any], **_given: Any) -> None:
            self.errors: dict[str, list[str]] = {}
            try:
                self.cleaned_data = {
                    "value": Decimal(repr(float(data["value"]))),
                    "request_id": uuid.UUID(data["request_id"]),
                }
            except ValueError:
                self.errors = {"value": ["no number"]}

        def is_valid(self) -> bool:
            return not self.errors

    card.LogForm = Careless


DEFECTS: dict[str, Callable[[], None]] = {
    found.__name__: found
    for found in (
        tell_before_sending,
        run_for_ever,
        queue_in_broker,
        publish_in_request,
        record_once,
        heed_ticks_only,
        no_unique_key,
        endless_lease,
        retry_everything,
        lazy_commits,
        read_modify_write,
        forget_requests,
        last_editor_wins,
        forget_before_reckoning,
        trust_own_clock,
        fixed_offsets,
        read_floats,
    )
}
