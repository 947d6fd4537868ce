"""The sweep of the API: every operation, every method, with the other organization's rows in addresses and bodies."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from api.actions import make_token, revoke_token
from api.models import Scope
from goals.models import Goal
from kpis.models import Entry, Kpi
from teams.models import Member, Team
from teams.tenancy import tenant
from tests.sweep.addresses import OF_THE_API
from tests.sweep.rows import WORD, World
from tests.sweep.walk import NO_SUCH_ID, Report

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# Of one's own organization, and strangers to the other.
SIGNED = ("rep", "manager", "admin", "owner")
# Who must not get in at all: the last four hold secrets that once opened the other organization.
SHUT_OUT = ("nobody", "cookies", "nonsense", "left", "deactivated", "revoked", "expired")
API_PEOPLE = (*SIGNED, *SHUT_OUT)
NO_SUCH_CODE = "nobodys_kpi"
DAY = "2026-01-15"


@dataclass(frozen=True)
class Names:
    """How rows are named in requests: those of the other organization, or those that nobody has."""

    kpi: str
    member: int
    team: int
    entry: int
    goal: int
    external_id: str


NOBODYS = Names(NO_SUCH_CODE, NO_SUCH_ID, NO_SUCH_ID, NO_SUCH_ID, NO_SUCH_ID, "nobodys-entry")


@dataclass
class ApiSweep:
    """One program's way through all operations."""

    world: World
    person: str
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        # A token that once opened the other organization is made there, before anybody counts its rows.
        self.headers = self._headers()

    def run(self, names: Iterable[str] = OF_THE_API) -> Report:
        self.client = Client(raise_request_exception=False)
        if self.person == "cookies":
            self.client = self.world.client("admin")
        for name in names:
            for method in METHODS:
                if self.person in SHUT_OUT:
                    self._stay_out(name, method)
                else:
                    self._visit(name, method)
        return self.report

    def _headers(self) -> dict[str, str]:
        secret = {"nobody": "", "cookies": "", "nonsense": "smartgoals_" + "x" * 43}.get(self.person)
        if secret is None:
            secret = self._secret()
        return {"Authorization": f"Bearer {secret}"} if secret else {}

    def _secret(self) -> str:
        now = timezone.now()
        if self.person in SIGNED:
            organization, member = self.world.own.organization, self.world.own.people[self.person]
        else:
            organization, member = self.world.theirs.organization, self._former()
        with tenant(organization.pk):
            made = now - dt.timedelta(days=2) if self.person == "expired" else now
            token, secret = make_token(
                member=member,
                name="Export" if self.person in SIGNED else WORD,
                scopes=[scope.value for scope in Scope],
                lifetime=dt.timedelta(days=1),
                now=made,
            )
            if self.person == "revoked":
                revoke_token(token, by=member, now=now)
        if self.person == "deactivated":
            assert member.user is not None
            type(member.user).objects.filter(pk=member.user.pk).update(is_active=False)
        assert secret is not None
        return secret

    def _former(self) -> Member:
        """Whose token opened the other organization."""
        if self.person in ("revoked", "expired"):
            return self.world.theirs.people["admin"]
        with tenant(self.world.theirs.organization.pk):
            found: Member = Member.objects.select_related("user").get(user=self.world.people[self.person])
        return found

    def _stay_out(self, name: str, method: str) -> None:
        theirs = self._theirs()
        parts = {part: theirs.entry if model is Entry else theirs.goal for part, model in OF_THE_API[name].items()}
        address = reverse(name, kwargs=parts)
        answer = self._send(method, address, next(bodies(name, theirs, self._own_kpi()), None))
        self._check_silent(method, address, answer)
        if answer.status_code != 401 or "WWW-Authenticate" not in answer.headers:
            self._note(method, address, f"answers {answer.status_code} to {self.person}")

    def _visit(self, name: str, method: str) -> None:
        """What is theirs is answered as what nobody has: the same status, the same words."""
        theirs, nobodys = self._theirs(), NOBODYS
        for real, unreal in zip(self._requests(name, theirs), self._requests(name, nobodys), strict=True):
            answers = []
            for address, body in (real, unreal):
                answer = self._send(method, address, body)
                self._check_silent(method, address, answer)
                answers.append((answer.status_code, _comparable(answer, theirs, nobodys)))
            if answers[0] != answers[1]:
                self._note(method, real[0], f"tells what exists from what does not: {answers}")
            if OF_THE_API[name] and answers[0][0] not in (404, 405, 422):
                self._note(method, real[0], f"answers {answers[0][0]} for an id of theirs")

    def _requests(self, name: str, names: Names) -> Iterator[tuple[str, Any]]:
        parts = {part: names.entry if model is Entry else names.goal for part, model in OF_THE_API[name].items()}
        for query in queries(name, names, self._own_kpi()):
            yield reverse(name, kwargs=parts, query=query), None
        for body in bodies(name, names, self._own_kpi()):
            yield reverse(name, kwargs=parts), body

    def _theirs(self) -> Names:
        kpi, member, team, entry, goal = (self.world.theirs.first(model) for model in (Kpi, Member, Team, Entry, Goal))
        assert isinstance(kpi, Kpi)
        assert isinstance(entry, Entry)
        return Names(kpi.code, member.pk, team.pk, entry.pk, goal.pk, entry.external_id or WORD)

    def _own_kpi(self) -> str:
        kpi = self.world.own.first(Kpi)
        assert isinstance(kpi, Kpi)
        return kpi.code

    def _send(self, method: str, address: str, body: Any) -> HttpResponse:
        self.report.requests += 1
        data = b"" if body is None else json.dumps(body).encode()
        return cast(
            "HttpResponse",
            self.client.generic(method, address, data, content_type="application/json", headers=self.headers),
        )

    def _check_silent(self, method: str, address: str, answer: HttpResponse) -> None:
        if answer.status_code >= 500:
            self._note(method, address, f"breaks with {answer.status_code}")
        shown = (answer.content + str(dict(answer.items())).encode()).lower()
        if WORD.encode() in shown:
            at = shown.index(WORD.encode())
            self._note(method, address, f"shows {shown[max(0, at - 60) : at + 40]!r}")

    def _note(self, method: str, address: str, what: str) -> None:
        self.report.problems.append(f"{self.person}: {method} {address} {what}")


def queries(name: str, names: Names, own_kpi: str) -> Iterator[dict[str, str]]:
    yield {}
    window = {"from": DAY, "to": DAY}
    if name == "api_v1:list_entries":
        yield {"kpi": names.kpi}
        yield {"member": str(names.member)}
        yield {"external_id": names.external_id}
    if name == "api_v1:read_number":
        yield {"kpi": names.kpi, **window}
        for scope in (f"team-{names.team}", f"member-{names.member}"):
            yield {"kpi": own_kpi, "scope": scope, **window}


def bodies(name: str, names: Names, own_kpi: str) -> Iterator[dict[str, Any]]:
    """One for each place where a body may name a row."""
    entry = {"kpi": own_kpi, "date": DAY, "value": "1"}
    window = {"from": DAY, "to": DAY}
    if name == "api_v1:record_entry":
        for change in (
            {"kpi": names.kpi, "external_id": names.external_id},
            {"member": names.member},
            {"shares": [{"member": names.member, "share": "1"}]},
        ):
            yield {**entry, "request_id": str(uuid.uuid4()), **change}
    elif name == "api_v1:record_entries":
        yield {
            "entries": [
                {**entry, "external_id": names.external_id, "kpi": names.kpi},
                {**entry, "external_id": "b", "member": names.member},
            ]
        }
    elif name == "api_v1:correct_entry":
        yield {"value": "2", "reason": "Taken over"}
    elif name in ("api_v1:withdraw_entry", "api_v1:restore_entry"):
        yield {"reason": "Taken over"}
    elif name == "api_v1:read_numbers":
        yield {"numbers": [{"kpi": names.kpi, **window}]}
        for scope in (f"team-{names.team}", f"member-{names.member}"):
            yield {"numbers": [{"kpi": own_kpi, "scope": scope, **window}]}
    elif name == "api_v1:check_goal":
        yield {"kpi": {"code": names.kpi}}
        yield {"owner": "member", "owner_id": names.member}
        yield {"owner": "team", "owner_id": names.team}
        yield {"kpi": {"code": own_kpi, "parts": {names.kpi: "sum"}}}
        yield {"further": [{"kpi": {"code": names.kpi}}]}
        yield {"further": [{"kpi": {"code": own_kpi, "parts": {names.kpi: "sum"}}}]}
        for kpi, used in ((names.kpi, own_kpi), (own_kpi, names.kpi)):
            parent = {"kpi": kpi, "uses": [used], "target_type": "increase_to", "target": "1"}
            yield {"parent": {**parent, "start": DAY, "deadline": DAY}}


def _comparable(answer: HttpResponse, theirs: Names, nobodys: Names) -> str:
    """Without what was sent."""
    text = answer.content.decode()
    for names in (theirs, nobodys):
        for sent in vars(names).values():
            text = text.replace(str(sent), "(sent)")
    return text
