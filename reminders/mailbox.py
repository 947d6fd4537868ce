"""The mailbox of the demo: every mail becomes a file, and a page shows them. Never in production."""

import email
import email.policy
import uuid
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as Parsed
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

SHOWN = 200


class EmailBackend(BaseEmailBackend):
    """One file a mail, complete from the moment that it has its name."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Letter:
    name: str
    sent_at: datetime
    sender: str
    recipient: str
    subject: str
    text: str
    html: str


def letters() -> list[Letter]:
    """The newest first."""
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)
    return [_read(file) for file in files[:SHOWN]]


def letter(name: str) -> Letter | None:
    """`name` comes from an address: it is looked up in the folder, never joined to a path."""
    return next((_read(file) for file in Path(settings.EMAIL_FILE_PATH).glob("*.eml") if file.stem == name), None)


def _read(file: Path) -> Letter:
    parsed = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(parsed, Parsed)
    return Letter(
        name=file.stem,
        sent_at=datetime.strptime(file.stem[:22], "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC),
        sender=str(parsed["From"]),
        recipient=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        text=_body(parsed, "plain"),
        html=_with_pictures(_body(parsed, "html"), parsed),
    )


def _with_pictures(html: str, parsed: Parsed) -> str:
    """A page can't look into a mail, so the pictures stand in it."""
    for part in parsed.walk():
        if part["Content-ID"] and part.get_content_maintype() == "image":
            data = b64encode(bytes(part.get_content())).decode()
            html = html.replace(
                f"cid:{part['Content-ID'].strip('<>')}", f"data:{part.get_content_type()};base64,{data}"
            )
    return html


def _body(parsed: Parsed, subtype: str) -> str:
    part = parsed.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part else ""
