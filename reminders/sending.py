"""Sends what waits in the outbox: claim some rows, write their letters, hand each over, note how that ended."""

import logging
import smtplib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from email.mime.image import MIMEImage
from enum import Enum, auto
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.utils import DNS_NAME
from django.utils import timezone

from reminders import holds, outbox
from reminders.letters import Letter, write_all
from reminders.models import Kind, Message

log = logging.getLogger(__name__)


class Ending(Enum):
    REFUSED = auto()  # the address does not exist
    DEAD = auto()  # this mail will never be taken
    LATER = auto()
    BROKEN = auto()  # later, and this connection is of no more use


@dataclass(frozen=True)
class Verdict:
    ending: Ending
    answer: str


def judge(error: Exception) -> Verdict:
    """What a failure to hand over one mail with one recipient means."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _of_recipient(code, _text(code, answer))
    if isinstance(error, smtplib.SMTPSenderRefused):
        # But for its size, this says something about the sender's rights and nothing about the mail.
        ending = Ending.DEAD if error.smtp_code == 552 else Ending.BROKEN
        return Verdict(ending, _text(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPDataError):
        ending = Ending.DEAD if error.smtp_code >= 500 else _later(error.smtp_code)
        return Verdict(ending, _text(error.smtp_code, error.smtp_error))
    if isinstance(error, (smtplib.SMTPNotSupportedError, ValueError)):
        return Verdict(Ending.DEAD, f"{type(error).__name__}: {error}")
    # An SMTP answer out of order, a lost connection, a silent relay.
    return Verdict(Ending.BROKEN, f"{type(error).__name__}: {error}")


def _of_recipient(code: int, answer: str) -> Verdict:
    if code < 500:
        return Verdict(_later(code), answer)
    return Verdict(Ending.REFUSED if " 5.1." in answer else Ending.DEAD, answer)


def _later(code: int) -> Ending:
    """421: the relay closes the connection."""
    return Ending.BROKEN if code == 421 else Ending.LATER


def _text(code: int, answer: bytes | str) -> str:
    return f"{code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"


def send_due() -> int:
    """Send for a while, the organizations taking turns; how many mails the relay took.

    Ends early where no relay answers: then no row is touched, and the next run tries again.
    """
    if holds.all_mail_is_held():
        return 0
    turns = deque(outbox.organizations_with_mail())
    stop, sent = time.monotonic() + settings.MAIL_RUN_S, 0
    relay = Relay()
    try:
        while turns and time.monotonic() < stop and relay.is_open():
            organization_id = turns.popleft()
            outbox.lapse(organization_id)
            messages = outbox.claim(organization_id, settings.MAIL_BATCH)
            if messages:
                sent += deliver(messages, relay, min(stop, time.monotonic() + settings.MAIL_TURN_S))
                turns.append(organization_id)
    finally:
        relay.close()
    return sent


class Relay:
    """A connection that is kept from mail to mail, and opened anew after it broke."""

    def __init__(self) -> None:
        self._backend: Any = None

    def is_open(self) -> bool:
        """Open it if need be, before a row is claimed, so that a relay that is away costs no mail an attempt."""
        if self._backend is None:
            backend = get_connection()
            try:
                backend.open()
            except (OSError, smtplib.SMTPException) as error:
                log.warning("the mail relay can't be reached: %s", error)
                return False
            self._backend = backend
        return True

    def hand_over(self, mail: EmailMultiAlternatives) -> None:
        self._backend.send_messages([mail])

    @property
    def has_text(self) -> bool:
        """Whether the last mail's text was on its way, so that it may have arrived."""
        return getattr(self._backend, "handed_over", False)

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is None:
            return
        try:
            backend.close()
        except (OSError, smtplib.SMTPException) as error:
            log.info("the mail relay said no goodbye: %s", error)


def deliver(messages: Sequence[Message], relay: Relay, stop: float) -> int:
    """See what was claimed together to its end, or give it back when the time is up (`time.monotonic()`); how many
    mails the relay took.
    """
    waiting, sent, before = deque(_letters(_welcome(messages))), 0, None
    untried = []
    while waiting and time.monotonic() < stop and relay.is_open():
        message, letter = waiting.popleft()
        may_go = outbox.go_on(before, message)
        before = None
        if not may_go:
            untried.append(message)
        elif hand_over(message, letter, relay):
            before, sent = message, sent + 1
    if before:
        outbox.record_sent(before)
    outbox.give_back([*untried, *(message for message, _letter in waiting)])
    return sent


def _welcome(messages: Sequence[Message]) -> list[Message]:
    """Without those whose address takes no mail, which end here."""
    refused = outbox.refused_among(message.address for message in messages)
    for message in messages:
        if message.address.lower() in refused:
            outbox.record_dead(message, "the address was refused before")
    return [message for message in messages if message.address.lower() not in refused]


def _letters(messages: Sequence[Message]) -> list[tuple[Message, Letter]]:
    """Of the messages of one organization, the letters of those that still say something; the others end here.

    Where something fails, each is written by itself, so that one bad row stops nobody else.
    """
    if not messages:
        return []
    try:
        with outbox.rows_of(messages[0].organization_id):
            written = write_all(messages, timezone.now())
    except Exception as error:
        if len(messages) > 1:
            return [pair for message in messages for pair in _letters([message])]
        # A fault of ours: the row waits for its repair, and the others go on.
        log.exception("the letter of %s could not be written", messages[0].key)
        outbox.record_failed(messages[0], f"{type(error).__name__}: {error}")
        return []
    pairs = list(zip(messages, written, strict=True))
    for message, letter in pairs:
        if letter is None:
            outbox.record_lapsed(message)
    return [(message, letter) for message, letter in pairs if letter]


def hand_over(message: Message, letter: Letter, relay: Relay) -> bool:
    """Whether the relay took it; where it did not, that is written down."""
    try:
        relay.hand_over(mail_of(message, letter))
    except Exception as error:
        _fail(message, relay, error)
        return False
    return True


def _fail(message: Message, relay: Relay, error: Exception) -> None:
    verdict = judge(error)
    log.warning("%s was not sent: %s", message.key, verdict.answer)
    if verdict.ending is Ending.REFUSED:
        outbox.record_refused(message, verdict.answer)
    elif verdict.ending is Ending.DEAD:
        outbox.record_dead(message, verdict.answer)
    else:
        answered = isinstance(error, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused))
        outbox.record_failed(message, verdict.answer, doubtful=relay.has_text and not answered)
    if verdict.ending is Ending.BROKEN:
        relay.close()


class _Mail(EmailMultiAlternatives):
    mixed_subtype = "related"  # pictures are shown within the text, not below it


def mail_of(message: Message, letter: Letter) -> EmailMultiAlternatives:
    mail = _Mail(
        letter.subject,
        letter.text,
        to=[message.address],
        headers={
            "Message-ID": message_id(message.key),
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
            **thread_of(message),
            **letter.headers,
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    for name, png in letter.pictures.items():
        picture = MIMEImage(png, "png")
        picture.add_header("Content-ID", f"<{name}@smartgoals>")
        picture.add_header("Content-Disposition", "inline", filename=name)
        mail.attach(picture)
    return mail


def message_id(key: str) -> str:
    """The same for each copy of a message, so that mail programs can drop a second one."""
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{sender or DNS_NAME}>"


def thread_of(message: Message) -> dict[str, str]:
    """The headers by which mail programs put all mails about one goal together: answers to a mail that never was."""
    goals = message.payload.get("goals") or [message.payload.get("goal")]
    if message.kind == Kind.ACCOUNT or len(goals) != 1 or not goals[0]:
        return {}
    root = message_id(f"goal:{goals[0]}")
    return {"In-Reply-To": root, "References": root}
