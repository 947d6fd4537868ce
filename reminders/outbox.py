"""The outbox: rows of mail that wait, are claimed by one sender at a time, and end.

All on the database's clock, so that no machine's clock counts. A claim is a lease with a fencing token: a sender that
lost its lease can't write any more. No transaction is open while a mail travels. A sender takes several rows at once,
and asks before each mail whether it may still go: so a sender that is killed leaves one mail at most of which nobody
knows whether it arrived.
"""

import datetime as dt
import logging
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Lower, Now

from reminders.models import Kind, Message, RefusedAddress
from teams.models import Member, Organization, User
from teams.tenancy import tenant

State = Message.State
log = logging.getLogger(__name__)
LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class Draft:
    """A message that is not in the outbox yet."""

    key: str
    kind: Kind
    address: str
    due_at: dt.datetime
    payload: dict[str, Any] = field(default_factory=dict)
    expires_at: dt.datetime | None = None
    member_id: int | None = None
    user_id: int | None = None
    # Told in a digest or in the page alone, see `reminders.digests`.
    is_folded: bool = False


def enqueue(
    *,
    key: str,
    kind: Kind,
    address: str,
    payload: dict[str, Any],
    due_at: dt.datetime,
    member: Member | None = None,
    user: User | None = None,
    organization: Organization | None = None,
    expires_at: dt.datetime | None = None,
) -> None:
    """Put one message into the outbox, in the caller's transaction. The same key again is not a second message."""
    draft = Draft(
        key=key,
        kind=kind,
        address=address,
        due_at=due_at,
        payload=payload,
        expires_at=expires_at,
        member_id=member.pk if member else None,
        user_id=user.pk if user else None,
    )
    enqueue_all([draft], organization.pk if organization else None)


def enqueue_all(drafts: Iterable[Draft], organization_id: int | None) -> None:
    """Put the messages of one organization (None: of none) into the outbox, each once."""
    wanted = {draft.key: draft for draft in drafts}
    if not wanted:
        return
    with rows_of(organization_id):
        # Asked first, because a conflict uses up a number of the sequence, and the sweep comes every few seconds.
        known = set(Message.objects.filter(key__in=wanted).values_list("key", flat=True))
        rows = [row_of(draft, organization_id) for key, draft in wanted.items() if key not in known]
        # Two sweeps may be here at once: the unique key decides.
        Message.objects.bulk_create(rows, ignore_conflicts=True)


def row_of(draft: Draft, organization_id: int | None) -> Message:
    return Message(
        organization_id=organization_id,
        key=draft.key,
        kind=draft.kind,
        address=draft.address,
        payload=draft.payload,
        due_at=draft.due_at,
        expires_at=draft.expires_at,
        member_id=draft.member_id,
        user_id=draft.user_id,
        state=State.FOLDED if draft.is_folded else State.PENDING,
    )


@contextmanager
def rows_of(organization_id: int | None) -> Iterator[None]:
    """One transaction that sees the messages of the organization; None: those that belong to none."""
    if organization_id is None:
        with transaction.atomic():
            yield
    else:
        with tenant(organization_id):
            yield


def organizations_with_mail() -> list[int | None]:
    """Whose mail waits and is not held back, the longest wait first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM organizations_with_mail()")
        return [row[0] for row in cursor.fetchall()]


# What a sender may take: due and not lapsed; one that was abandoned by a sender whose lease ran out, else some that
# wait. What was abandoned goes alone: if it is a letter that kills its sender, it takes no others along again.
_TAKEN = """
    SELECT id FROM reminders_message
    WHERE organization_id {whose}
      AND due_at <= clock_timestamp()
      AND {state}
      AND attempts < %(attempts)s
      AND (expires_at IS NULL OR expires_at > clock_timestamp())
      AND NOT EXISTS (SELECT FROM reminders_hold WHERE organization_id = %(organization)s)
    ORDER BY due_at, id LIMIT {most} FOR UPDATE SKIP LOCKED
"""
_CLAIM = """
    UPDATE reminders_message SET
        state = 'sending', token = %(token)s, attempts = attempts + 1,
        first_tried_at = coalesce(first_tried_at, clock_timestamp()),
        lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
    WHERE id = ANY (coalesce(nullif(ARRAY({abandoned}), '{{}}'), ARRAY({waiting})))
    RETURNING id
"""


def claim(organization_id: int | None, most: int = 1) -> list[Message]:
    """Take the oldest due messages of the organization, so many at most, for as long as the lease lasts; or one that
    another sender has abandoned.
    """
    given: dict[str, Any] = {
        "token": str(uuid.uuid4()),
        "lease": settings.MAIL_LEASE_S,
        "attempts": settings.MAIL_MAX_ATTEMPTS,
        "organization": organization_id,
        "most": most,
    }
    with rows_of(organization_id), connection.cursor() as cursor:
        cursor.execute(_claim(_whose(organization_id)), given)
        taken = [row[0] for row in cursor.fetchall()]
        if not taken:
            return []
        messages = Message.objects.select_related("organization", "member", "user").filter(pk__in=taken)
        return list(messages.order_by("due_at", "pk"))


def _claim(whose: str) -> str:
    lost = "state = 'sending' AND lease_until < clock_timestamp()"
    abandoned = _TAKEN.format(whose=whose, state=lost, most=1)
    waiting = _TAKEN.format(whose=whose, state="state = 'pending'", most="%(most)s")
    return _CLAIM.format(abandoned=abandoned, waiting=waiting)


def _whose(organization_id: int | None) -> str:
    """Said in a way that an index can answer."""
    return "IS NULL" if organization_id is None else "= %(organization)s"


_LAPSE = """
    UPDATE reminders_message SET
        state = CASE WHEN expires_at <= clock_timestamp() THEN 'lapsed' ELSE 'dead' END,
        last_error = CASE WHEN expires_at <= clock_timestamp() THEN last_error ELSE %(error)s END,
        token = NULL, lease_until = NULL,
        payload = CASE WHEN kind = 'account' THEN '{{}}' ELSE payload END
    WHERE organization_id {whose}
      AND (state = 'pending' OR state = 'sending' AND lease_until < clock_timestamp())
      AND (expires_at <= clock_timestamp() OR attempts >= %(attempts)s)
"""


def lapse(organization_id: int | None) -> int:
    """End what is no longer worth sending, and what stopped its sender every time."""
    given = {
        "organization": organization_id,
        "attempts": settings.MAIL_MAX_ATTEMPTS,
        "error": "every attempt ended without a word from its sender",
    }
    with rows_of(organization_id), connection.cursor() as cursor:
        cursor.execute(_LAPSE.format(whose=_whose(organization_id)), given)
        return int(cursor.rowcount)


def go_on(sent: Message | None, following: Message | None) -> bool:
    """Write down that the relay has accepted a mail, and ask in the same breath whether the one that follows may go;
    True where it may. It may not where its lease was lost, where it has lapsed, or where mail is held by now.

    One statement between two mails, on the disk before the second one goes: what is not known after a kill is the
    fate of one mail.
    """
    asked = sent or following
    assert asked is not None
    given = [
        "" if asked.organization_id is None else str(asked.organization_id),
        asked.token,
        sent.pk if sent else None,
        following.pk if following else None,
        settings.MAIL_LEASE_S,
    ]

    def ask() -> tuple[bool, bool]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT was_held, may_go FROM go_on_with_mail(%s, %s, %s, %s, %s)", given)
            found: tuple[bool, bool] = cursor.fetchone()
            return found

    was_held, may_go = _insist(ask)
    if sent and not was_held:
        log.warning("%s was sent after its lease had run out", sent.key)
    return may_go


def record_sent(message: Message) -> None:
    """Write down that the relay has accepted the mail."""
    go_on(message, None)


T = TypeVar("T")


def _insist(write: Callable[[], T]) -> T:
    """With persistence: a database that is away for a moment must not lead to a second copy. Tries again with a fresh
    connection for as long as the lease lasts; after that another sender may hold the row anyway.
    """
    stop = time.monotonic() + settings.MAIL_LEASE_S
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if time.monotonic() > stop:
                raise
            connection.close()
            time.sleep(0.5)


def give_back(messages: Sequence[Message]) -> int:
    """Let others have those of a claim that were not tried: as if they had never been taken. How many those are."""
    if not messages:
        return 0
    with rows_of(messages[0].organization_id):
        mine = Message.objects.filter(pk__in=[row.pk for row in messages], token=messages[0].token, state=State.SENDING)
        first = Case(When(attempts__gt=1, then=F("first_tried_at")))
        untouched = {"attempts": F("attempts") - 1, "first_tried_at": first, "token": None, "lease_until": None}
        return mine.update(state=State.PENDING, **untouched)


def record_lapsed(message: Message) -> bool:
    """There is nothing to say any more."""
    return _write(message, state=State.LAPSED)


def record_dead(message: Message, error: str) -> bool:
    if message.doubts:
        error = f"{error} (an earlier attempt may have arrived)"
    return _write(message, state=State.DEAD, doubts=message.doubts, last_error=error)


def record_refused(message: Message, answer: str) -> bool:
    """The address does not exist: nothing more is sent to it."""
    refuse(message.address, answer)
    return record_dead(message, answer)


def refuse(address: str, answer: str) -> None:
    """Stop mail to the address until an admin trusts it again. The first answer is kept."""
    refused = RefusedAddress(address=address.lower()[:LONGEST_ADDRESS], answer=answer)
    RefusedAddress.objects.bulk_create([refused], ignore_conflicts=True)


def record_failed(message: Message, error: str, *, doubtful: bool = False) -> bool:
    """Try again later, unless that has gone on for long enough.

    `doubtful`: the text was handed over and no answer came, so that each further attempt may be one more copy.
    """
    message.doubts += doubtful
    if message.doubts >= settings.MAIL_MAX_DOUBTS or _tried_for(message) > settings.MAIL_GIVE_UP:
        return record_dead(message, error)
    wait = backoff(message.attempts, doubtful=doubtful, jitter=random.random())  # noqa: S311 - spreads the load
    return _write(message, state=State.PENDING, due_at=Now() + wait, doubts=message.doubts, last_error=error)


def backoff(attempts: int, *, doubtful: bool, jitter: float) -> dt.timedelta:
    """How long to wait after so many attempts (1 after the first). `jitter`, 0 to 1, adds up to a fifth."""
    steps: list[dt.timedelta] = settings.MAIL_BACKOFF
    wait = steps[min(attempts, len(steps)) - 1]
    return max(wait, settings.MAIL_DOUBT_WAIT if doubtful else wait) * (1 + jitter / 5)


def resend(message: Message) -> bool:
    """Give a mail that was given up all its attempts again; False where it is no longer of use or was not given up.

    A copy may already have arrived: whoever asks for another one has been told so by the row's last error.
    """
    with rows_of(message.organization_id):
        dead = Message.objects.filter(pk=message.pk, state=State.DEAD).exclude(kind=Kind.ACCOUNT)
        useful = dead.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))
        changes = {"attempts": 0, "doubts": 0, "first_tried_at": None, "due_at": Now()}
        return useful.update(state=State.PENDING, **changes) == 1


def refused_among(addresses: Iterable[str]) -> set[str]:
    """In small letters, those of the addresses to which nothing is sent any more."""
    asked = {address.lower() for address in addresses}
    return set(RefusedAddress.objects.filter(address__in=asked).values_list("address", flat=True))


def is_refused(address: str) -> Exists:
    """The same as a condition on rows whose column this is."""
    return Exists(RefusedAddress.objects.filter(address=Lower(OuterRef(address))))


def _tried_for(message: Message) -> dt.timedelta:
    """How long it has been tried, up to the claim; by the database's clock."""
    assert message.lease_until is not None
    assert message.first_tried_at is not None
    return message.lease_until - dt.timedelta(seconds=settings.MAIL_LEASE_S) - message.first_tried_at


def _write(message: Message, **changes: Any) -> bool:
    """Write the end of an attempt, unless another sender has taken the row over."""
    if message.kind == Kind.ACCOUNT and changes["state"] != State.PENDING:
        changes["payload"] = {}  # secrets such as the link that sets a new password need not outlive the mail
    with rows_of(message.organization_id):
        held = Message.objects.filter(pk=message.pk, token=message.token, state=State.SENDING)
        return held.update(token=None, lease_until=None, **changes) == 1
