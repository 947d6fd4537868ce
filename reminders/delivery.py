"""How the mail of an organization fares, for its admins."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Lower, TruncHour

from reminders import heartbeat, holds, outbox
from reminders.models import Hold, Message, RefusedAddress
from teams.models import Member, Organization

SHOWN = 50
RECENT = dt.timedelta(days=30)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
SWEEP = "reminders.tasks.sweep"


@dataclass(frozen=True)
class Refused:
    pk: int
    address: str
    answer: str
    member: str


@dataclass(frozen=True)
class Dead:
    """A mail that was given up; `is_useful`: it may be sent once more."""

    message: Message
    is_useful: bool


@dataclass(frozen=True)
class Report:
    """`hours` are the beginnings of hours of the last day in which mails went out, with how many did."""

    is_held: bool
    is_restored: bool
    hold: Hold | None
    waiting: int
    overdue_since: dt.datetime | None
    last_sweep: dt.datetime | None
    last_beat: dt.datetime | None
    sent: int
    sent_last_hour: int
    hours: list[tuple[dt.datetime, int]]
    dead: list[Dead]
    dead_count: int
    refused: list[Refused]


@dataclass(frozen=True)
class Numbers:
    """Over all organizations; `waiting` are due, held back or not."""

    waiting: int
    sent_last_hour: int
    dead: int
    holds: int


def in_numbers() -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, sent_last_hour, dead, holds FROM mail_in_numbers()")
        return Numbers(*cursor.fetchone())


def report_of(organization: Organization, now: dt.datetime) -> Report:
    """Needs the organization's tenant."""
    rows = Message.objects.filter(organization=organization)
    State = Message.State  # noqa: N806 - a class
    waiting = rows.filter(state__in=[State.PENDING, State.SENDING], due_at__lte=now)
    oldest = waiting.order_by("due_at").first()
    recent = rows.filter(created_at__gte=now - RECENT).aggregate(
        sent=Count("pk", filter=Q(state=State.SENT)), dead=Count("pk", filter=Q(state=State.DEAD))
    )
    last_day = rows.filter(state=State.SENT, sent_at__gte=now - DAY)
    hours = last_day.annotate(hour=TruncHour("sent_at", tzinfo=dt.UTC)).values("hour").annotate(number=Count("pk"))
    ages = heartbeat.ages()
    beat = min(ages.values(), default=None)
    refused = _refused()
    return Report(
        is_held=holds.all_mail_is_held(),
        is_restored=holds.is_restored(),
        hold=holds.hold_of(organization),
        waiting=waiting.count(),
        overdue_since=oldest.due_at if oldest else None,
        last_sweep=now - ages[SWEEP] if SWEEP in ages else None,
        last_beat=now - beat if beat is not None else None,
        sent=recent["sent"],
        sent_last_hour=last_day.filter(sent_at__gte=now - HOUR).count(),
        hours=list(hours.order_by("-hour").values_list("hour", "number")),
        dead=_dead(organization, now, {row.address for row in refused}),
        dead_count=recent["dead"],
        refused=refused,
    )


def _dead(organization: Organization, now: dt.datetime, refused: set[str]) -> list[Dead]:
    """The latest ones."""
    found = Message.objects.filter(organization=organization, state=Message.State.DEAD, created_at__gte=now - RECENT)
    return [
        Dead(message, _is_current(message, now) and message.address.lower() not in refused)
        for message in found.select_related("member").order_by("-created_at")[:SHOWN]
    ]


def _is_current(message: Message, now: dt.datetime) -> bool:
    return message.expires_at is None or message.expires_at > now


def resend(organization: Organization, pk: int) -> bool | None:
    """Put a mail that was given up back into the queue. None where the organization has no such mail, False where it is
    no longer of use or its address was refused.
    """
    message = Message.objects.filter(organization=organization, pk=pk).first()
    if message is None:
        return None
    return not outbox.refused_among([message.address]) and outbox.resend(message)


def _refused() -> list[Refused]:
    """Those of the organization's own members; other people's addresses are nobody's business here."""
    names = dict(Member.objects.exclude(email="").values_list(Lower("email"), "name"))
    names |= dict(Member.objects.exclude(user=None).values_list(Lower("user__email"), "name"))
    found = RefusedAddress.objects.filter(address__in=names).order_by("address")
    return [Refused(row.pk, row.address, row.answer, names[row.address]) for row in found]


def trust(pk: int) -> bool:
    """Take an address of one of the organization's members off the list; False where it is none of theirs."""
    own = {refused.pk for refused in _refused()}
    return pk in own and RefusedAddress.objects.filter(pk=pk).delete()[0] == 1
