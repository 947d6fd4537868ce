"""A mail relay on loopback that answers as it is told to and keeps what it took."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 taken"
DROP = "drop"  # takes the text and closes the connection without a word
HANG = "hang"  # takes the text and stays silent


@dataclass
class Sink:
    """`rcpt` and `data` give the answers by recipient, used up from the left; without one the relay agrees."""

    port: int = 0
    mail: list[str] = field(default_factory=list)
    rcpt: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, list[str]] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        return [str(message["To"]) for message in self.taken]

    async def handle_MAIL(  # noqa: N802 - the relay's library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = self.mail.pop(0) if self.mail else OK
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = _next(self.rcpt, address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = _next(self.data, envelope.rcpt_tos[0])
        if answer in (OK, DROP, HANG):
            content = envelope.original_content
            assert content is not None
            parsed = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(parsed, EmailMessage)
            self.taken.append(parsed)
        if answer == DROP:
            assert server.transport
            server.transport.close()
        if answer == HANG:
            await asyncio.sleep(5)
        return answer


def _next(answers: dict[str, list[str]], address: str) -> str:
    waiting = answers.get(address)
    return waiting.pop(0) if waiting else OK


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_sink() -> Iterator[Sink]:
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
