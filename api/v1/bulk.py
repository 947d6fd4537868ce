"""Entries by the thousand: the good rows are stored, the bad ones are refused, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from ninja import Router
from pydantic import ConfigDict, Field, ValidationError

from api.deliveries import SOURCE, Name, delivered, is_editable, one_delivery_at_a_time
from api.models import Scope
from api.problems import CODES, DETAILS, Fault, faults_of
from api.requests import ApiRequest
from api.v1.operations import FaultShape, needs
from api.v1.shapes import Amount, Code, Day, ExternalId, Given, Id, Sent, Text, kpi_codes
from kpis.actions import Delivery, log_many
from kpis.models import Entry, Kpi
from kpis.refusals import check_day, check_recordable
from teams.models import Member
from teams.requests import require
from web.parsing import InvalidInput

router = Router(tags=["entries"])

MOST_ROWS = 1000
ROW: dict[str, Any] = {"kpi": "won_deals", "member": 12, "date": "2026-11-23", "value": "1", "external_id": "crm-4711"}
Outcome = Literal["added", "changed", "unchanged", "superseded", "refused"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class EntryRow(Sent):
    """One value of another system; KPI and `external_id` together name it for ever."""

    model_config = ConfigDict(json_schema_extra={"examples": [ROW]})

    kpi: Code
    member: Id | None = Field(None, description="Whose value it is; the token's own member where absent.")
    date: Day
    value: Amount
    external_id: ExternalId
    note: Text | None = None


# What is no EntryRow is refused as a row, so to the request as a whole any object will do.
AnyRow = Annotated[EntryRow | dict[str, Any], Field(union_mode="left_to_right")]


class BulkSent(Sent):
    model_config = ConfigDict(json_schema_extra={"examples": [{"entries": [ROW]}]})

    entries: list[AnyRow] = Field(min_length=1, max_length=MOST_ROWS)


class RowResult(Given):
    """`superseded`: a later row of the same request has the same KPI and external id, and only that one counts."""

    index: int = Field(description="Its place in `entries`, from 0.")
    status: Outcome
    id: int | None = Field(description="The entry; null where the row is refused.")
    errors: list[FaultShape]


class BulkShape(Given):
    added: int
    changed: int
    unchanged: int
    superseded: int
    refused: int
    results: list[RowResult] = Field(description="One for each row, in order.")


@dataclass(frozen=True)
class Refused(Exception):
    fault: Fault


@dataclass(frozen=True)
class Desk:
    """What the rows of one request are held against."""

    request: ApiRequest
    kpis: Mapping[str, Kpi]
    members: Mapping[int, Member]

    def delivery(self, row: EntryRow) -> Delivery:
        """Raises `Refused`."""
        kpi = self.kpis.get(row.kpi)
        if kpi is None:
            raise _refused("kpi", 404)
        member = self._member(row.member)
        try:
            check_recordable(kpi)
            check_day(row.date, member, self.request.today)
        except InvalidInput as refusal:
            field = "kpi" if refusal.code in ("computed", "archived") else "date"
            raise Refused(Fault(field, refusal.code, refusal.message)) from refusal
        return Delivery(kpi.pk, member.pk, row.date, row.value, row.external_id, row.note or "")

    def _member(self, pk: int | None) -> Member:
        me = self.request.member
        if pk is None or pk == me.pk:
            return me
        if pk not in self.members:
            raise _refused("member", 404)
        if not (me.may("log entry for others") and self.request.reach.leads_member(pk)):
            raise _refused("member", 403)
        return self.members[pk]


def _refused(field: str, status: int) -> Refused:
    return Refused(Fault(field, CODES[status], str(DETAILS[status])))


@router.post("/entries/bulk", response=BulkShape, summary="Record many values")
@needs(Scope.WRITE_ENTRIES)
def record_entries(request: ApiRequest, body: BulkSent) -> BulkShape:
    """Up to 1,000 rows. A value that was delivered before, by KPI and external id, is updated and never added again, so
    the same request may be sent any number of times. Rows that cannot be stored are refused one by one; the others are
    stored.
    """
    require(request.member, "log entry")
    faults: dict[int, list[Fault]] = {}
    rows = _read(body, faults)
    wanted = {row.member for row in rows.values() if row.member is not None}
    members = Member.objects.visible_to(request.reach).in_bulk(wanted)
    desk = Desk(request, kpi_codes(), members)
    deliveries: dict[int, Delivery] = {}
    for index, row in rows.items():
        try:
            deliveries[index] = desk.delivery(row)
        except Refused as refusal:
            faults[index] = [refusal.fault]
    return _deliver(request, len(body.entries), deliveries, faults)


def _read(body: BulkSent, faults: dict[int, list[Fault]]) -> dict[int, EntryRow]:
    rows = {}
    for index, sent in enumerate(body.entries):
        try:
            rows[index] = sent if isinstance(sent, EntryRow) else EntryRow.model_validate(sent)
        except ValidationError as error:
            faults[index] = faults_of(error.errors(include_url=False, include_input=False))
    return rows


def _deliver(
    request: ApiRequest, count: int, deliveries: dict[int, Delivery], faults: dict[int, list[Fault]]
) -> BulkShape:
    one_delivery_at_a_time()
    before = delivered([_name(each) for each in deliveries.values()])
    for index, each in list(deliveries.items()):
        known = before.get(_name(each))
        if known is not None and not is_editable(known, request.reach):
            faults[index] = [_refused("external_id", 403).fault]
            del deliveries[index]
    log_many(list(deliveries.values()), source=SOURCE, by=request.user)
    stored = delivered([_name(each) for each in deliveries.values()])
    last = {_name(each): index for index, each in deliveries.items()}
    results = []
    for index in range(count):
        if index in faults:
            errors = [FaultShape(**vars(fault)) for fault in faults[index]]
            results.append(RowResult(index=index, status="refused", id=None, errors=errors))
            continue
        name = _name(deliveries[index])
        status = _outcome(deliveries[index], before.get(name)) if last[name] == index else "superseded"
        results.append(RowResult(index=index, status=status, id=stored[name].pk, errors=[]))
    counts = {status: sum(result.status == status for result in results) for status in OUTCOMES}
    return BulkShape(**counts, results=results)


def _name(delivery: Delivery) -> Name:
    return delivery.kpi_id, delivery.external_id


def _outcome(delivery: Delivery, before: Entry | None) -> Outcome:
    """As `log_many` decides it."""
    if before is None:
        return "added"
    same = (before.value, before.date, before.member_id) == (delivery.value, delivery.date, delivery.member_id)
    return "unchanged" if same else "changed"
