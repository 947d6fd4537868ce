"""Programs of the people of the cast, and what they call."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from api.actions import make_token
from api.models import Scope, Token
from kpis.actions import add_from_catalogue
from kpis.models import Kpi
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import Cast, make_cast

TODAY = timezone.now().date()  # Bangkok is ahead of it, never behind
ALL = [scope.value for scope in Scope]


@dataclass(frozen=True)
class Program:
    """Calls the API with one secret, and no cookies."""

    secret: str
    language: str = ""

    def get(self, path: str, **query: Any) -> HttpResponse:
        query = {name.rstrip("_"): value for name, value in query.items()}
        return cast("HttpResponse", Client().get(f"/api/v1/{path}", query, headers=self._headers()))

    def post(self, path: str, body: Any = None) -> HttpResponse:
        return self.send("POST", path, body)

    def patch(self, path: str, body: Any) -> HttpResponse:
        return self.send("PATCH", path, body)

    def send(self, method: str, path: str, body: Any, content_type: str = "application/json") -> HttpResponse:
        """`body` as it is if it is bytes, else as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return cast(
            "HttpResponse",
            Client().generic(method, f"/api/v1/{path}", data, content_type=content_type, headers=self._headers()),
        )

    def _headers(self) -> dict[str, str]:
        language = {"Accept-Language": self.language} if self.language else {}
        return {"Authorization": f"Bearer {self.secret}", **language}


def read(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


@dataclass(frozen=True)
class Stage:
    """The cast with KPIs at Acme: calls, and the win rate with its parts."""

    cast: Cast
    kpis: dict[str, Kpi]

    @property
    def all_scopes(self) -> list[str]:
        return ALL

    @staticmethod
    def program_of(secret: str) -> Program:
        return Program(secret)

    def program(self, member: Member, scopes: list[str] | None = None, language: str = "") -> Program:
        return Program(self.token(member, scopes)[1], language)

    def token(self, member: Member, scopes: list[str] | None = None) -> tuple[Token, str]:
        with tenant(member.organization.pk):
            token, secret = make_token(
                member=member,
                name="Export",
                scopes=ALL if scopes is None else scopes,
                lifetime=dt.timedelta(days=90),
                now=timezone.now(),
            )
        assert secret is not None
        return token, secret


def make_stage() -> Stage:
    cast = make_cast()
    with tenant(cast.acme.pk):
        calls, rate = add_from_catalogue(["calls", "win_rate"])
        kpis = {kpi.code: kpi for kpi in Kpi.objects.all()}
    assert {calls.code, rate.code} <= kpis.keys()
    with tenant(cast.globex.pk):
        add_from_catalogue(["calls"])
    return Stage(cast, kpis)
