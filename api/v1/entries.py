"""Entries one by one: looked through, recorded, corrected, withdrawn."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from ninja.responses import Status
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api.deliveries import SOURCE, one_delivery_at_a_time, undeliverable
from api.models import Scope
from api.problems import Problem, missing, refused
from api.requests import ApiRequest
from api.v1.money import NOT_BOTH, ONE_OF_BOTH, HowMuchSent, MoneySent, corrected
from api.v1.operations import needs
from api.v1.shapes import (
    Code,
    Day,
    ExternalId,
    Given,
    Id,
    IdInQuery,
    Limit,
    Number,
    Page,
    Reason,
    Sent,
    Share,
    Text,
    Uuid,
    kpi_codes,
)
from kpis import actions
from kpis.access import entry_to_edit, may_log_for
from kpis.models import Credit, Entry
from teams.models import Member
from teams.requests import require

router = Router(tags=["entries"])

EXAMPLE: dict[str, Any] = {
    "kpi": "calls",
    "date": "2026-11-23",
    "value": "12",
    "external_id": "crm-4711",
    "note": "Trade fair",
}
NAMED: dict[str, Any] = {
    "anyOf": [
        {"required": ["external_id"], "properties": {"external_id": {"type": "string"}}},
        {"required": ["request_id"], "properties": {"request_id": {"type": "string"}}},
    ]
}
EntryId = Annotated[IdInQuery, Path(...)]


class ShareSent(Sent):
    member: Id
    share: Share = Field(description="As a fraction; the shares of an entry add up to 1.")


class EntrySent(HowMuchSent):
    """`external_id` names the value in the system that it comes from: sent again, it updates the entry. `request_id`
    names the one request: sent again, it changes nothing. One of them must be there.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [NAMED, ONE_OF_BOTH],
            "examples": [EXAMPLE],
        }
    )

    kpi: Code
    member: Id | None = Field(None, description="Whose value it is; the token's own member where absent.")
    date: Day
    note: Text | None = None
    external_id: ExternalId | None = None
    request_id: Uuid | None = None
    shares: list[ShareSent] | None = Field(None, max_length=20, description="Where several share the credit.")

    @model_validator(mode="after")
    def named(self) -> "EntrySent":
        if self.external_id is None and self.request_id is None:
            raise PydanticCustomError("one_key", "external_id or request_id")
        return self


class CorrectionSent(MoneySent):
    """What is absent stays. What stood before is kept with the reason, for all who see the entry. Money in another
    currency is corrected by its `amount`, or with the organization's own `currency` turned into that.
    """

    model_config = ConfigDict(json_schema_extra={**NOT_BOTH, "examples": [{"value": "13", "reason": "One was missed"}]})

    date: Day | None = None
    reason: Reason


class ReasonSent(Sent):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Recorded twice"}]})

    reason: Text | None = None


class ShareShape(Given):
    member: int
    share: Number


class EntryShape(Given):
    id: int
    kpi: str
    member: int
    date: date
    value: Number = Field(description="Money in the organization's currency.")
    amount: Number | None = Field(
        description="Of money in another currency: how much it is in that; `value` is its worth by the rate of its day."
    )
    currency: str | None = Field(description="The letters of that currency.")
    note: str
    source: str = Field(description="`manual`, `api`, or what imported it.")
    external_id: str | None
    shares: list[ShareShape]
    created_at: datetime
    withdrawn_at: datetime | None = Field(description="Where it is not null, the entry counts nowhere.")


def with_parts(entries: Any) -> Any:
    shares = Prefetch("credits", Credit.objects.order_by("pk"))
    return entries.select_related("kpi").prefetch_related(shares)


def shape_of(entry: Entry) -> EntryShape:
    return EntryShape(
        id=entry.pk,
        kpi=entry.kpi.code,
        member=entry.member_id,
        date=entry.date,
        value=entry.value,
        amount=entry.amount,
        currency=entry.currency or None,
        note=entry.note,
        source=entry.source,
        external_id=entry.external_id,
        shares=[ShareShape(member=credit.member_id, share=credit.share) for credit in entry.credits.all()],
        created_at=entry.created_at,
        withdrawn_at=entry.voided_at,
    )


@router.get("/entries", response=Page[EntryShape], summary="Entries")
@needs(Scope.READ_NUMBERS)
def list_entries(
    request: ApiRequest,
    kpi: Code | None = None,
    member: IdInQuery | None = None,
    first: Annotated[Day | None, Query(None, alias="from")] = None,
    last: Annotated[Day | None, Query(None, alias="to")] = None,
    external_id: ExternalId | None = None,
    after: IdInQuery | None = None,
    limit: Limit = 100,
) -> Page[EntryShape]:
    """Those that the token's member sees, the latest recorded first, withdrawn ones too. `from` and `to` are days of
    the entries themselves, both included.
    """
    wanted: dict[str, Any] = {
        "kpi__code": kpi,
        "member": member,
        "date__gte": first,
        "date__lte": last,
        "external_id": external_id,
        "pk__lt": after,
    }
    found = Entry.objects.visible_to(request.reach).filter(**{key: value for key, value in wanted.items() if value})
    rows = list(with_parts(found).order_by("-pk")[: limit + 1])
    shown = rows[:limit]
    return Page[EntryShape](
        items=[shape_of(entry) for entry in shown], next=shown[-1].pk if len(rows) > limit else None
    )


@router.post("/entries", response={200: EntryShape, 201: EntryShape}, summary="Record a value")
@needs(Scope.WRITE_ENTRIES, raises=(404, 409))
def record_entry(request: ApiRequest, body: EntrySent) -> Status[EntryShape]:
    """201 with a new entry; 200 with the one that the same `external_id` or `request_id` has made before."""
    require(request.member, "log entry")
    kpi = kpi_codes().get(body.kpi)
    if kpi is None:
        raise missing("kpi")
    member = member_to_log(request, body.member)
    if body.external_id is not None:
        one_delivery_at_a_time()
        if undeliverable([(kpi.pk, body.external_id)], request):
            raise Problem(403)
    value, currency = body.money
    entry, is_new = actions.log_entry(
        kpi=kpi,
        member=member,
        date=body.date,
        value=value,
        note=body.note or "",
        by=request.user,
        request_id=body.request_id,
        source=SOURCE,
        external_id=body.external_id,
        shares=_shares(body.shares or []),
        currency=currency,
        today=request.today,
    )
    if not may_log_for(request.member, request.reach, entry.member_id):
        raise Problem(403)
    return Status(201 if is_new else 200, _stored(entry.pk))


def member_to_log(request: ApiRequest, pk: int | None) -> Member:
    """404 for somebody whom one does not see, 403 for whom one does not lead."""
    pk = pk or request.member.pk
    member: Member | None = Member.objects.visible_to(request.reach).filter(pk=pk).first()
    if member is None:
        raise missing("member")
    if not may_log_for(request.member, request.reach, pk):
        raise Problem(403)
    return member


def _shares(sent: Iterable[ShareSent]) -> dict[int, Decimal]:
    shares: dict[int, Decimal] = {}
    for each in sent:
        if each.member in shares:
            raise refused("share_twice", _("Somebody has two shares in it."), "shares")
        shares[each.member] = each.share
    return shares


def _stored(pk: int) -> EntryShape:
    return shape_of(with_parts(Entry.objects).get(pk=pk))


@router.get("/entries/{int:pk}", response=EntryShape, summary="One entry")
@needs(Scope.READ_NUMBERS, raises=(404,))
def read_entry(request: ApiRequest, pk: EntryId) -> EntryShape:
    entry: Entry | None = with_parts(Entry.objects.visible_to(request.reach)).filter(pk=pk).first()
    if entry is None:
        raise Problem(404)
    return shape_of(entry)


@router.patch("/entries/{int:pk}", response=EntryShape, summary="Correct an entry")
@needs(Scope.WRITE_ENTRIES, raises=(404, 409))
def correct_entry(request: ApiRequest, pk: EntryId, body: CorrectionSent) -> EntryShape:
    entry = entry_to_edit(request, pk)
    value, currency = corrected(entry, body)
    actions.correct_entry(
        entry,
        value=value,
        currency=currency,
        date=body.date or entry.date,
        reason=body.reason,
        by=request.user,
        today=request.today,
    )
    return _stored(pk)


@router.post("/entries/{int:pk}/withdraw", response=EntryShape, summary="Withdraw an entry")
@needs(Scope.WRITE_ENTRIES, raises=(404,))
def withdraw_entry(request: ApiRequest, pk: EntryId, body: ReasonSent | None = None) -> EntryShape:
    """Out of all numbers; it stays in the record and can be restored."""
    actions.withdraw_entry(entry_to_edit(request, pk), by=request.user, reason=(body and body.reason) or "")
    return _stored(pk)


@router.post("/entries/{int:pk}/restore", response=EntryShape, summary="Count a withdrawn entry again")
@needs(Scope.WRITE_ENTRIES, raises=(404,))
def restore_entry(request: ApiRequest, pk: EntryId, body: ReasonSent | None = None) -> EntryShape:
    actions.restore_entry(entry_to_edit(request, pk), by=request.user, reason=(body and body.reason) or "")
    return _stored(pk)
