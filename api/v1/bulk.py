"""Entries by the thousand: the good rows are stored, the bad ones are refused, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from ninja import Router
from pydantic import ConfigDict, Field, ValidationError

from api.deliveries import SOURCE, delivered, one_delivery_at_a_time, undeliverable
from api.models import Scope
from api.problems import CODES, DETAILS, Fault, faults_of
from api.requests import ApiRequest
from api.v1.money import ONE_OF_BOTH, HowMuchSent
from api.v1.operations import FaultShape, needs
from api.v1.shapes import Code, Day, ExternalId, Given, Id, Sent, Text, kpi_codes
from kpis.access import may_log_for
from kpis.bulk import Delivered, Delivery, Name, Prepared, prepare, store
from kpis.models import Kpi
from kpis.refusals import EntryRefused
from teams.models import Member
from teams.requests import require

router = Router(tags=["entries"])

MOST_ROWS = 1000
ROW: dict[str, Any] = {"kpi": "won_deals", "member": 12, "date": "2026-11-23", "value": "1", "external_id": "crm-4711"}
Outcome = Literal["added", "changed", "unchanged", "superseded", "refused"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class EntryRow(HowMuchSent):
    """One value of another system; KPI and `external_id` together name it for ever."""

    model_config = ConfigDict(json_schema_extra={**ONE_OF_BOTH, "examples": [ROW]})

    kpi: Code
    member: Id | None = Field(None, description="Whose value it is; the token's own member where absent.")
    date: Day
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
    """Finds the KPI and the member that a row names."""

    request: ApiRequest
    kpis: Mapping[str, Kpi]
    members: Mapping[int, Member]

    def delivery(self, row: EntryRow) -> Delivery:
        """Raises `Refused`."""
        kpi = self.kpis.get(row.kpi)
        if kpi is None:
            raise _refused("kpi", 404)
        member = self._member(row.member or self.request.member.pk)
        value, currency = row.money
        return Delivery(kpi.pk, member, row.date, value, row.external_id, row.note or "", currency)

    def _member(self, pk: int) -> int:
        if pk not in self.members:
            raise _refused("member", 404)
        if not may_log_for(self.request.member, self.request.reach, pk):
            raise _refused("member", 403)
        return pk


def _refused(field: str, status: int) -> Refused:
    return Refused(Fault(field, CODES[status], str(DETAILS[status])))


class Rows:
    """The rows of one request: what of each can be stored, and what is wrong with the others."""

    def __init__(self, sent: Sequence[EntryRow | dict[str, Any]]) -> None:
        self.count = len(sent)
        self.faults: dict[int, list[Fault]] = {}
        self.read: dict[int, EntryRow] = {}
        for index, each in enumerate(sent):
            try:
                self.read[index] = each if isinstance(each, EntryRow) else EntryRow.model_validate(each)
            except ValidationError as error:
                self.faults[index] = faults_of(error.errors(include_url=False, include_input=False))

    def prepared(self, request: ApiRequest) -> dict[int, Prepared]:
        found = self._found(request)
        barred = undeliverable([each.name for each in found.values()], request)
        for index in [index for index, each in found.items() if each.name in barred]:
            self.faults[index] = [_refused("external_id", 403).fault]
            del found[index]
        prepared = {}
        for index, row in zip(found, prepare(list(found.values()), today=request.today), strict=True):
            if isinstance(row, EntryRefused):
                self.faults[index] = [Fault(row.field or "body", row.code, row.message)]
            else:
                prepared[index] = row
        return prepared

    def _found(self, request: ApiRequest) -> dict[int, Delivery]:
        wanted = {row.member or request.member.pk for row in self.read.values()}
        desk = Desk(request, kpi_codes(), Member.objects.visible_to(request.reach).in_bulk(wanted))
        found = {}
        for index, row in self.read.items():
            try:
                found[index] = desk.delivery(row)
            except Refused as refusal:
                self.faults[index] = [refusal.fault]
        return found


@router.post("/entries/bulk", response=BulkShape, summary="Record many values")
@needs(Scope.WRITE_ENTRIES)
def record_entries(request: ApiRequest, body: BulkSent) -> BulkShape:
    """Up to 1,000 rows. A value that was delivered before, by KPI and external id, is updated and never added again, so
    the same request may be sent any number of times. Rows that cannot be stored are refused one by one; the others are
    stored.
    """
    require(request.member, "log entry")
    one_delivery_at_a_time()
    rows = Rows(body.entries)
    prepared = rows.prepared(request)
    done = store(list(prepared.values()), source=SOURCE, by=request.user)
    names = {index: row.delivery.name for index, row in prepared.items()}
    stored = delivered(list(names.values()))
    last = {name: index for index, name in names.items()}
    results = []
    for index in range(rows.count):
        if index in rows.faults:
            errors = [FaultShape(**vars(fault)) for fault in rows.faults[index]]
            results.append(RowResult(index=index, status="refused", id=None, errors=errors))
            continue
        name = names[index]
        status = _outcome(name, done) if last[name] == index else "superseded"
        results.append(RowResult(index=index, status=status, id=stored[name].pk, errors=[]))
    counts = {status: sum(result.status == status for result in results) for status in OUTCOMES}
    return BulkShape(**counts, results=results)


def _outcome(name: Name, done: Delivered) -> Outcome:
    if name in done.new:
        return "added"
    return "changed" if name in done.updated else "unchanged"
