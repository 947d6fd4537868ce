"""What somebody has typed of a new goal and not sent yet: kept at each pause, so that a closed tab loses nothing."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import models
from django.http import QueryDict

from teams.models import Member
from teams.tenancy import TenantModel

# What is worth keeping. Whose goal it is, how it moves and when it begins stand in an empty form as well.
TELLING = ("statement", "kpi", "baseline", "target", "deadline", "means", "why", "commit", "stretch", "effort")
MOST_FIELDS, LONGEST, MOST_KEPT = 80, 6000, 5


class Unfinished(TenantModel):
    """A form for a new goal as it was typed, its writer's own and nobody else's to see. Two tabs are two of them."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    request_id = models.UUIDField()
    words = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["member", "request_id"], name="one_unfinished_per_form")]

    def __str__(self) -> str:
        return str(self.words.get("statement", "")).strip()

    def as_typed(self) -> QueryDict:
        """As the browser would send it."""
        data = QueryDict(mutable=True)
        data.update({str(name): str(value) for name, value in self.words.items()})
        return data


def keep(member: Member, typed: Mapping[str, str], now: dt.datetime) -> None:
    """In the place of what this form held before. An empty form is not kept, and the oldest give way."""
    # PostgreSQL's JSON has no NUL.
    fields = [(name, value.replace("\0", "")[:LONGEST]) for name, value in typed.items()]
    words = dict(fields[:MOST_FIELDS])
    request_id = _id_of(words.get("request_id", ""))
    if request_id is None or not any(words.get(name, "").strip() for name in TELLING):
        return
    said = {"words": words, "saved_at": now}
    Unfinished.objects.update_or_create(member=member, request_id=request_id, defaults=said)
    newest = Unfinished.objects.filter(member=member).values_list("pk", flat=True)[:MOST_KEPT]
    Unfinished.objects.filter(member=member).exclude(pk__in=list(newest)).delete()


def forget(member: Member, request_id: UUID) -> None:
    Unfinished.objects.filter(member=member, request_id=request_id).delete()


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
