"""Leases, fencing, and senders that die, on committed rows with several connections."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from reminders import outbox
from reminders.models import Kind, Message
from reminders.outbox import backoff, claim, enqueue
from reminders.sending import Relay, deliver, send_due
from tests.reminders.sink import HANG, Sink

State = Message.State
MINUTE = dt.timedelta(minutes=1)


def put(count: int) -> None:
    for number in range(count):
        enqueue(
            key=f"account:{number}",
            kind=Kind.ACCOUNT,
            address=f"p{number}@example.com",
            payload={"subject": "s", "text": "t", "html": "h", "language": "en"},
            due_at=timezone.now() - MINUTE,
        )


def at_once(*jobs: Callable[[], object]) -> None:
    """Each in a thread with a connection of its own."""
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        barrier.wait()
        try:
            job()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def owner_connection() -> "psycopg.Connection[tuple[object, ...]]":
    given = connection.get_connection_params()
    wanted = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    return psycopg.connect(**wanted, autocommit=True)


@pytest.mark.django_db(transaction=True)
def test_concurrent_senders_send_each_row_once(sink: Sink) -> None:
    put(40)
    at_once(send_due, send_due, send_due)
    assert sorted(sink.recipients) == sorted(f"p{number}@example.com" for number in range(40))
    assert set(Message.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_is_one_row() -> None:
    at_once(*[lambda: put(1)] * 5)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(sink: Sink, settings: Settings) -> None:
    settings.MAIL_LEASE_S = 1
    put(1)
    (first,) = claim(None)
    assert claim(None) == []
    time.sleep(1.1)
    (second,) = claim(None)
    assert second.attempts == 2
    # The first one wakes up again: its token has lost its force.
    assert outbox.record_dead(first, "late") is False
    assert outbox.go_on(None, first) is False
    outbox.record_sent(first)
    assert Message.objects.get().state == State.SENDING
    assert outbox.go_on(None, second) is True
    outbox.record_sent(second)
    assert outbox.record_failed(first, "later still") is False
    assert Message.objects.get().state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_killed_leads_to_one_more_copy_and_no_loss(sink: Sink) -> None:
    """kill -9 after the relay took the mail and before that was written down."""
    put(1)
    sink.data["p0@example.com"] = [HANG]
    sender = subprocess.Popen([sys.executable, "-c", _SENDER], env=_environment(sink))
    _wait_until(lambda: len(sink.taken) == 1)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    assert Message.objects.get().state == State.SENDING
    assert send_due() == 0
    Message.objects.update(lease_until=timezone.now() - MINUTE)
    assert send_due() == 1
    assert send_due() == 0
    assert len(sink.taken) == 2
    assert len({mail["Message-ID"] for mail in sink.taken}) == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_batch_whose_sender_is_killed_one_mail_is_in_doubt(sink: Sink) -> None:
    """Those before it are written down, those after it were never on their way: neither comes twice."""
    put(6)
    sink.data["p2@example.com"] = [HANG]
    sender = subprocess.Popen([sys.executable, "-c", _SENDER], env=_environment(sink))
    _wait_until(lambda: len(sink.taken) == 3)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    states = Message.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.SENT] * 2 + [State.SENDING] * 4
    Message.objects.update(lease_until=timezone.now() - MINUTE)
    assert send_due() == 4
    copies = [address for address in sink.recipients if address != "p2@example.com"]
    assert sorted(copies) == [f"p{number}@example.com" for number in (0, 1, 3, 4, 5)]
    assert len(sink.taken) == 7


@pytest.mark.django_db(transaction=True)
def test_what_a_sender_abandoned_is_taken_alone(sink: Sink) -> None:
    """So a letter that kills its sender each time is given up in the end, and no other with it."""
    put(4)
    claim(None, 3)
    Message.objects.filter(state=State.SENDING).update(lease_until=timezone.now() - MINUTE)
    for attempt in range(2, settings.MAIL_MAX_ATTEMPTS + 1):
        (deadly,) = claim(None, 3)
        assert (deadly.address, deadly.attempts) == ("p0@example.com", attempt)
        Message.objects.filter(pk=deadly.pk).update(lease_until=timezone.now() - MINUTE)
    assert send_due() == 3
    rows = Message.objects.order_by("pk").values_list("state", "attempts")
    assert list(rows) == [(State.DEAD, settings.MAIL_MAX_ATTEMPTS), (State.SENT, 2), (State.SENT, 2), (State.SENT, 1)]


@pytest.mark.django_db(transaction=True)
def test_what_was_not_tried_is_given_back_untouched(sink: Sink) -> None:
    put(3)
    taken = claim(None, 2)
    assert [message.address for message in taken] == ["p0@example.com", "p1@example.com"]
    outbox.record_sent(taken[0])
    assert outbox.give_back(taken) == 1
    assert outbox.give_back(taken) == 0
    rows = Message.objects.order_by("pk").values_list("state", "attempts", "first_tried_at", "token")
    assert list(rows[1:]) == [(State.PENDING, 0, None, None)] * 2
    assert send_due() == 2


@pytest.mark.django_db(transaction=True)
def test_a_batch_stops_when_the_turn_is_over(sink: Sink) -> None:
    put(3)
    assert deliver(claim(None, 3), Relay(), stop=time.monotonic()) == 0
    assert set(Message.objects.values_list("state", "attempts")) == {(State.PENDING, 0)}
    assert sink.taken == []


_SENDER = """
import django
django.setup()
from reminders.sending import send_due
send_due()
"""


def _environment(sink: Sink) -> dict[str, str]:
    given = connection.settings_dict
    where = urlencode({"host": given["HOST"], **({"port": given["PORT"]} if given["PORT"] else {})})
    database = f"postgresql://{given['USER']}:{given['PASSWORD']}@/{given['NAME']}?{where}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "smartgoals.settings",
        "DATABASE_URL": database,
        "MAIL_FROM": "SmartGoals <goals@example.org>",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}?tls=none",
    }


def _wait_until(holds: Callable[[], bool]) -> None:
    stop = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < stop
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_drops_the_connection_leads_to_no_second_copy(sink: Sink) -> None:
    """The connection is cut while the mail is on its way: what the relay took is written down all the same."""
    put(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    kind = type(sink)
    take = kind.handle_DATA

    async def cut_and_take(self: Sink, *args: object) -> str:
        with owner_connection() as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        return await take(self, *args)

    sink.handle_DATA = cut_and_take.__get__(sink)  # type: ignore[method-assign]
    assert send_due() == 2
    assert len(sink.taken) == 2
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_stops_every_sender_ends(settings: Settings) -> None:
    settings.MAIL_MAX_ATTEMPTS = 3
    put(1)
    for _attempt in range(3):
        assert claim(None)
        Message.objects.update(lease_until=timezone.now() - MINUTE)
    assert claim(None) == []
    assert outbox.lapse(None) == 1
    assert Message.objects.get().state == State.DEAD


@pytest.mark.parametrize(
    ("attempts", "doubtful", "jitter", "minutes"),
    [
        (1, False, 0, 1),
        (2, False, 0, 5),
        (3, False, 1, 18),
        (7, False, 0, 360),
        (20, False, 0, 360),
        (1, True, 0, 10),
        (3, True, 0, 15),
    ],
)
def test_backoff(attempts: int, doubtful: bool, jitter: float, minutes: int) -> None:
    assert backoff(attempts, doubtful=doubtful, jitter=jitter) == minutes * MINUTE
