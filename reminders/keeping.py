"""How long the outbox keeps what has ended: for the bell, for the admins, and so that nothing is told twice."""

import datetime as dt

from reminders.models import Message

State = Message.State
ENDED = (State.SENT, State.DEAD, State.LAPSED, State.FOLDED)
AT_ONCE = 1000


def forget_ended(before: dt.datetime) -> int:
    """Delete what has ended and was due before then, of the tenant (account mails: outside of one). How many.

    A digest stays for as long as one of its messages does: without it, that one would be told again.
    """
    old = Message.objects.filter(state__in=ENDED, due_at__lt=before).exclude(folded__due_at__gte=before)
    count = 0
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        Message.objects.filter(pk__in=pks).delete()
        count += len(pks)
    return count
