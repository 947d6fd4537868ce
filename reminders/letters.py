"""Writes the letter of a message at the moment it is sent, from the rows as they are then.

In the reader's language and on their clock. Where there is nothing to say any more (the goal was closed, the check-in
made, the kind switched off), there is no letter.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from reminders import about_actions, about_agreement, about_goals, digest_letters
from reminders.content import Content, Desk, goals_of
from reminders.models import OPTIONAL_KINDS, Kind, Message
from reminders.people import rhythm_of, switched_off, wants_weekly
from reminders.readers import Reader
from teams.invitations import address_of
from teams.models import Invitation
from web.formats import format_datetime

ASKING = (Kind.CHECK_IN, Kind.NUDGE)  # idle once there was a check-in


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    language: str
    headers: dict[str, str] = field(default_factory=dict)
    # By the name under which the HTML speaks of them (`cid:`).
    pictures: dict[str, bytes] = field(default_factory=dict)


def write(message: Message, now: dt.datetime) -> Letter | None:
    """None where the message has become idle. Needs the tenant of the message's organization."""
    return write_all([message], now)[0]


def write_all(messages: Sequence[Message], now: dt.datetime) -> list[Letter | None]:
    """The letters of messages of one organization. What they are about is read once for all of them."""
    rest = [message for message in messages if message.kind != Kind.ACCOUNT]
    desk, off = None, Off()
    if rest:
        desk, off = Desk(Reader.of(rest[0]), {}, now), Off.read(rest)
        desk.learn(desk.running_goals(goals_of(message.payload for message in rest)))
        desk.hear(goals_of(message.payload for message in rest if message.kind in ASKING))
    return [_write(message, desk, off) for message in messages]


def _write(message: Message, shared: Desk | None, off: "Off") -> Letter | None:
    if shared is None or message.kind == Kind.ACCOUNT:
        return Letter(**message.payload)
    reader = Reader.of(message)
    unwanted = off.of(reader, shared.today)
    if unwanted is None or reader.kind in unwanted:
        return None
    with translation.override(reader.language):
        desk = shared.for_reader(reader, message.payload)
        if reader.kind == Kind.DIGEST:
            content = digest_letters.daily(desk, _folded(message, desk, unwanted))
        else:
            content = CONTENTS[reader.kind](desk)
        return lay_out(content, reader) if content else None


@dataclass(frozen=True)
class Off:
    """Which kinds nobody wants which reader to have."""

    kinds: Mapping[int | None, Set[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, messages: Iterable[Message]) -> "Off":
        """One query."""
        return cls(switched_off(message.member_id for message in messages if message.member_id is not None))

    def of(self, reader: Reader, today: dt.date) -> Set[str] | None:
        """None: the reader is gone, or leads nobody any more."""
        member = reader.member
        if reader.kind == Kind.INVITATION:
            return set()
        if member is None or member.has_left(today):
            return None
        is_idle = reader.kind == Kind.WEEKLY and not wants_weekly(member, rhythm_of(member))
        return None if is_idle else self.kinds.get(None, set()) | self.kinds.get(member.pk, set())


def _folded(digest: Message, desk: Desk, off: Set[str]) -> list[tuple[Kind, Content]]:
    """What the messages of a digest say, of those that still say something."""
    rows = Message.objects.filter(digest=digest).exclude(kind__in=off).order_by("due_at", "pk")
    messages = sorted(rows, key=lambda row: OPTIONAL_KINDS.index(Kind(row.kind)))
    desk.learn(desk.running_goals(goals_of(row.payload for row in messages)))
    found = (
        (
            Kind(row.kind),
            CONTENTS[Kind(row.kind)](desk.for_reader(replace(desk.reader, kind=Kind(row.kind)), row.payload)),
        )
        for row in messages
    )
    return [(kind, content) for kind, content in found if content]


def lay_out(content: Content, reader: Reader) -> Letter:
    context: dict[str, Any] = {
        "content": content,
        "language": reader.language,
        "organization": reader.organization.name,
        "unsubscribe_url": reader.unsubscribe_url,
        "preferences_url": reader.preferences_url if reader.unsubscribe_url else "",
    }
    headers = {}
    if reader.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{reader.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(
        # People's own words may hold a line break, which would end the header.
        subject=" ".join(content.subject.split()),
        text=render_to_string("reminders/mail/letter.txt", context).strip() + "\n",
        html=render_to_string("reminders/mail/letter.html", context),
        language=reader.language,
        headers=headers,
        pictures={card.bar.name: card.bar.png for card in content.cards},
    )


def _invitation(desk: Desk) -> Content | None:
    reader = desk.reader
    invitation = Invitation.objects.select_related("invited_by").filter(pk=desk.payload["invitation"]).first()
    if invitation is None or not invitation.is_open(desk.now):
        return None
    zone = ZoneInfo(reader.organization.time_zone)
    words = {
        "organization": reader.organization.name,
        "inviter": invitation.invited_by.name if invitation.invited_by else "",
        "until": format_datetime(invitation.expires_at, zone, reader.language),
    }
    subject = _("You are invited to %(organization)s on SmartGoals")
    if invitation.invited_by:
        subject = _("%(inviter)s invites you to %(organization)s on SmartGoals")
    return Content(
        subject=subject % words,
        headline=subject % words,
        paragraphs=[
            _("SmartGoals is where the team sets its sales goals and sees how far they are."),
            _("The link is for you alone and works until %(until)s.") % words,
        ],
        reason=_("If you do not know who sent this, you need not do anything."),
        button=_("Accept the invitation"),
        button_url=address_of(invitation),
    )


CONTENTS: dict[Kind, Callable[[Desk], Content | None]] = {
    Kind.DEADLINE: about_goals.deadline,
    Kind.OVERDUE: about_goals.overdue,
    Kind.MILESTONE: about_goals.milestone,
    Kind.ACTION: about_actions.action,
    Kind.CHECK_IN: about_goals.check_in,
    Kind.AT_RISK: about_goals.at_risk,
    Kind.ASSIGNED: about_agreement.assigned,
    Kind.PROPOSED: about_agreement.proposed,
    Kind.COUNTERED: about_agreement.countered,
    Kind.ANSWERED: about_agreement.answered,
    Kind.NUDGE: about_goals.nudge,
    Kind.ESCALATION: about_goals.escalation,
    Kind.WEEKLY: digest_letters.weekly,
    Kind.INVITATION: _invitation,
}
