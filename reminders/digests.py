"""One mail in place of many: what is folded waits for the person's next digest, and is told there once."""

import datetime as dt
from collections import defaultdict

from django.db import IntegrityError, transaction
from django.db.models import Q

from reminders.models import Kind, Message, Rhythm
from reminders.moments import day_notice
from reminders.outbox import Draft, row_of
from reminders.people import people_of
from teams.models import Member, Organization

State = Message.State


def gather(organization: Organization, now: dt.datetime) -> int:
    """Make the daily digests that are due, of what waits for them; how many. Without news there is none.

    Needs the organization's tenant. Two sweeps may be here at once: whose digest is stored takes the messages along.
    """
    waiting = _waiting(now)
    if not waiting:
        return 0
    made = 0
    for person in people_of(organization, organization.today(now), waiting):
        if person.member.pk in waiting:
            notice = day_notice(person.clock, now, person.calendar)
            for draft in person.told(Kind.DIGEST, "day", notice, {}, now):
                made += _gathered(draft, waiting[person.member.pk], organization)
    return made


def release(member: Member, now: dt.datetime) -> int:
    """Give what waits for the member's digest mails of its own; how many. Needs the tenant."""
    folded = Message.objects.filter(member=member, state=State.FOLDED, digest=None)
    return folded.filter(_still_matters(now)).update(state=State.PENDING)


def _waiting(now: dt.datetime) -> dict[int, list[int]]:
    """By member who wants one mail a day, the messages that still matter and were told in no digest yet."""
    folded = Message.objects.filter(state=State.FOLDED, digest=None, member__rhythm__mails=Rhythm.Mails.DAILY)
    found: dict[int, list[int]] = defaultdict(list)
    for member_id, pk in folded.filter(_still_matters(now)).values_list("member_id", "pk"):
        found[member_id].append(pk)
    return found


def _still_matters(now: dt.datetime) -> Q:
    return Q(expires_at=None) | Q(expires_at__gt=now)


def _gathered(draft: Draft, messages: list[int], organization: Organization) -> bool:
    if Message.objects.filter(key=draft.key).exists():
        return False  # today's is out: the next one tells it
    digest = row_of(draft, organization.pk)
    try:
        with transaction.atomic():
            digest.save(force_insert=True)
    except IntegrityError:
        return False
    Message.objects.filter(pk__in=messages, digest=None).update(digest=digest)
    return True
