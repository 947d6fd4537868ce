"""How the mail of an organization fares, for its admins."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models.functions import Lower

from reminders.models import Message, RefusedAddress
from teams.models import Member, Organization

SHOWN = 50
RECENT = dt.timedelta(days=30)


@dataclass(frozen=True)
class Refused:
    pk: int
    address: str
    answer: str
    member: str


@dataclass(frozen=True)
class Report:
    is_held: bool
    waiting: int
    overdue_since: dt.datetime | None
    sent: int
    dead: list[Message]
    refused: list[Refused]


def report_of(organization: Organization, now: dt.datetime) -> Report:
    """Needs the organization's tenant."""
    rows = Message.objects.filter(organization=organization)
    waiting = rows.filter(state__in=[Message.State.PENDING, Message.State.SENDING], due_at__lte=now)
    oldest = waiting.order_by("due_at").first()
    recent = rows.filter(created_at__gte=now - RECENT)
    dead = recent.filter(state=Message.State.DEAD).select_related("member").order_by("-created_at")
    return Report(
        is_held=settings.EMAIL_HOLD,
        waiting=waiting.count(),
        overdue_since=oldest.due_at if oldest else None,
        sent=recent.filter(state=Message.State.SENT).count(),
        dead=list(dead[:SHOWN]),
        refused=_refused(),
    )


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
