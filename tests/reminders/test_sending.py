"""What becomes of a row, with a real relay on the other side."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import Settings

from reminders import outbox
from reminders.holds import hold
from reminders.models import Kind, Message, RefusedAddress
from reminders.outbox import enqueue, rows_of
from reminders.sending import message_id, send_due, thread_of
from teams.models import Organization
from tests.cast import Cast
from tests.reminders.sink import DROP, HANG, OK, Sink, free_port

State = Message.State


def put(address: str, *, organization: Organization | None = None, key: str = "", **given: dt.datetime) -> str:
    """A finished letter that is due."""
    key = key or f"account:{address}"
    enqueue(
        key=key,
        kind=Kind.ACCOUNT,
        address=address,
        payload={"subject": "Ein Gruß", "text": "สวัสดี\n", "html": "<p>สวัสดี</p>", "language": "th"},
        due_at=given.get("due_at", timezone.now() - dt.timedelta(minutes=1)),
        expires_at=given.get("expires_at"),
        organization=organization,
    )
    return key


def row(key: str, organization: Organization | None = None) -> Message:
    with rows_of(organization.pk if organization else None):
        return Message.objects.get(key=key)


def test_a_due_message_is_sent_once(db: None, sink: Sink) -> None:
    key = put("bob@example.com")
    assert send_due() == 1
    assert send_due() == 0
    (mail,) = sink.taken
    assert mail["To"] == "bob@example.com"
    assert mail["Subject"] == "Ein Gruß"
    assert mail["Message-ID"] == message_id(key)
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text
    assert html
    assert text.get_content().split() == ["สวัสดี"]
    assert "สวัสดี" in html.get_content()
    sent = row(key)
    assert (sent.state, sent.attempts, sent.token) == (State.SENT, 1, None)
    assert sent.sent_at
    # The link that sets a password does not outlive its mail.
    assert sent.payload == {}


def test_mails_about_one_goal_are_one_thread(cast: Cast) -> None:
    def headers(kind: Kind, **payload: object) -> dict[str, str]:
        return thread_of(Message(organization=cast.acme, kind=kind, key=f"{kind}", payload=payload))

    first = headers(Kind.DEADLINE, goal=7, deadline="2026-12-18")
    assert first == headers(Kind.CHECK_IN, goals=[7], day="2026-11-23")
    assert first["References"] == first["In-Reply-To"] == message_id("goal:7")
    assert headers(Kind.DEADLINE, goal=8) != first
    # Neither several goals nor none are a thread.
    assert headers(Kind.CHECK_IN, goals=[7, 8]) == headers(Kind.DIGEST) == headers(Kind.ACCOUNT, goal=7) == {}


def test_the_same_key_is_one_message(db: None, sink: Sink) -> None:
    put("bob@example.com", key="account:1")
    put("bob@example.com", key="account:1")
    assert send_due() == 1


def test_what_is_not_due_waits(db: None, sink: Sink) -> None:
    key = put("bob@example.com", due_at=timezone.now() + dt.timedelta(minutes=5))
    assert send_due() == 0
    assert row(key).state == State.PENDING


def test_what_expired_lapses(db: None, sink: Sink) -> None:
    key = put("bob@example.com", expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert send_due() == 0
    assert row(key).state == State.LAPSED


def test_held_mail_stays(db: None, sink: Sink, settings: Settings) -> None:
    key = put("bob@example.com")
    settings.EMAIL_HOLD = True
    assert send_due() == 0
    assert row(key).attempts == 0
    settings.EMAIL_HOLD = False
    assert send_due() == 1


@pytest.mark.parametrize(
    ("place", "answer", "state", "is_refused"),
    [
        ("rcpt", "450 4.2.1 mailbox busy", State.PENDING, False),
        ("rcpt", "451 4.7.1 greylisted", State.PENDING, False),
        ("rcpt", "421 4.3.2 closing", State.PENDING, False),
        ("rcpt", "550 5.1.1 no such user", State.DEAD, True),
        ("rcpt", "553 5.1.3 bad address syntax", State.DEAD, True),
        ("rcpt", "550 5.7.1 policy", State.DEAD, False),
        ("rcpt", "552 5.2.2 mailbox full", State.DEAD, False),
        ("data", "451 4.3.0 try later", State.PENDING, False),
        ("data", "554 5.6.0 refused content", State.DEAD, False),
    ],
)
def test_answers(db: None, sink: Sink, place: str, answer: str, state: str, is_refused: bool) -> None:
    getattr(sink, place)["bob@example.com"] = [answer]
    key, other = put("bob@example.com"), put("carol@example.com")
    assert send_due() == 1
    found = row(key)
    assert found.state == state
    assert found.last_error == answer
    assert found.doubts == 0
    assert RefusedAddress.objects.filter(address="bob@example.com").exists() == is_refused
    # One bad recipient stops nobody else.
    assert row(other).state == State.SENT
    assert sink.recipients == ["carol@example.com"]


def test_a_refused_sender_is_not_the_mails_fault(db: None, sink: Sink) -> None:
    sink.mail = ["550 5.7.1 you may not send here"]
    key = put("bob@example.com")
    assert send_due() == 0
    assert row(key).state == State.PENDING


def test_a_temporary_failure_waits_and_then_goes_out(db: None, sink: Sink) -> None:
    sink.rcpt["bob@example.com"] = ["450 4.2.1 busy"]
    key = put("bob@example.com")
    before = timezone.now()
    send_due()
    later = row(key).due_at
    assert dt.timedelta(seconds=55) <= later - before <= dt.timedelta(seconds=80)
    assert send_due() == 0
    Message.objects.filter(key=key).update(due_at=before)
    assert send_due() == 1
    assert row(key).attempts == 2


def test_given_up_after_two_days(db: None, sink: Sink) -> None:
    sink.rcpt["bob@example.com"] = ["450 4.2.1 busy", "450 4.2.1 busy"]
    key = put("bob@example.com")
    send_due()
    long_ago = timezone.now() - dt.timedelta(hours=49)
    Message.objects.filter(key=key).update(due_at=long_ago, first_tried_at=long_ago)
    send_due()
    assert row(key).state == State.DEAD


@pytest.mark.parametrize("silence", [DROP, HANG])
def test_no_answer_after_the_text_is_tried_once_more_and_no_third_time(db: None, sink: Sink, silence: str) -> None:
    sink.data["bob@example.com"] = [silence, silence, OK]
    key, other = put("bob@example.com"), put("carol@example.com")
    assert send_due() == 1
    found = row(key)
    assert (found.state, found.doubts) == (State.PENDING, 1)
    assert found.due_at - timezone.now() > dt.timedelta(minutes=9)
    assert row(other).state == State.SENT
    Message.objects.filter(key=key).update(due_at=timezone.now())
    send_due()
    assert row(key).state == State.DEAD
    assert "may have arrived" in row(key).last_error
    copies = [mail for mail in sink.taken if mail["To"] == "bob@example.com"]
    assert len(copies) == 2
    assert len({mail["Message-ID"] for mail in copies}) == 1


def test_an_absent_relay_costs_no_attempt(db: None, sink: Sink, settings: Settings) -> None:
    key = put("bob@example.com")
    settings.EMAIL_PORT = free_port()
    assert send_due() == 0
    assert (row(key).state, row(key).attempts) == (State.PENDING, 0)
    settings.EMAIL_PORT = sink.port
    assert send_due() == 1


def test_a_refused_address_gets_nothing_more(db: None, sink: Sink) -> None:
    sink.rcpt["bob@example.com"] = ["550 5.1.1 no such user"]
    put("bob@example.com", key="account:1")
    send_due()
    second = put("Bob@example.com", key="account:2")
    assert send_due() == 0
    assert row(second).state == State.DEAD
    assert sink.taken == []


def test_a_letter_that_cannot_be_written_stops_nobody(db: None, sink: Sink) -> None:
    key, other = put("bob@example.com"), put("carol@example.com")
    Message.objects.filter(key=key).update(payload={"unknown": 1})
    assert send_due() == 1
    assert row(key).state == State.PENDING
    assert "TypeError" in row(key).last_error
    assert row(other).state == State.SENT


def test_organizations_take_turns(cast: Cast, sink: Sink, settings: Settings) -> None:
    """A pile of one organization's mail keeps nobody else waiting for longer than a turn."""
    settings.MAIL_BATCH = 1
    for number in range(6):
        put(f"a{number}@example.com", organization=cast.acme, key=f"account:a{number}")
    put("g@example.com", organization=cast.globex, key="account:g")
    put("n@example.com", key="account:n")
    assert send_due() == 8
    assert set(sink.recipients[:3]) == {"a0@example.com", "g@example.com", "n@example.com"}


def test_what_is_held_or_lapses_while_its_batch_is_under_way_stays(cast: Cast, sink: Sink) -> None:
    keys = [put(f"a{number}@example.com", organization=cast.acme, key=f"account:a{number}") for number in range(3)]
    first, second, third = outbox.claim(cast.acme.pk, 3)
    assert outbox.go_on(None, first)
    with rows_of(cast.acme.pk):
        Message.objects.filter(pk=second.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert not outbox.go_on(first, second)
    with rows_of(cast.acme.pk):
        hold(cast.acme, cast.alice)
    assert not outbox.go_on(None, third)
    # Nothing of another tenant can be touched by its number.
    assert not outbox.go_on(None, Message(pk=third.pk, organization_id=cast.globex.pk, token=third.token))
    assert [row(key, cast.acme).state for key in keys] == [State.SENT, State.SENDING, State.SENDING]
    assert Message.objects.count() == 0, "the tenant ended with the question"


def test_waiting_mail_is_found_across_organizations(cast: Cast) -> None:
    put("a@example.com", organization=cast.acme, due_at=timezone.now() - dt.timedelta(minutes=5))
    put("b@example.com", organization=cast.globex, due_at=timezone.now() + dt.timedelta(minutes=5))
    put("c@example.com")
    assert outbox.organizations_with_mail() == [cast.acme.pk, None]
    assert Message.objects.values_list("address", flat=True).get() == "c@example.com"
