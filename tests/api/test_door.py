"""What holds for every operation: who gets in, in which language, and how errors look."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from api.door import door
from api.models import Token, TokenUse
from kpis.models import Entry
from teams.actions.members import let_go, take_back
from teams.memory import remembered
from teams.models import Member, User
from teams.tenancy import tenant
from tests.api.stage import TODAY, Program, Stage, read

KEYS = {"type", "title", "status", "code", "detail", "errors"}


def status_and_code(answer: object) -> tuple[int, str]:
    body = json.loads(answer.content)  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert body.keys() == KEYS
    return body["status"], body["code"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic dTpw", "Bearer smartgoals_" + "x" * 43, "Bearer \xe9"]
)
def test_without_a_valid_token_nobody_gets_in(stage: Stage, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = Client().get("/api/v1/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert status_and_code(answer) == (401, "not_signed")


@pytest.mark.parametrize(("method", "times"), [("GET", 1), ("HEAD", 1), ("POST", 2), ("PATCH", 2)])
def test_what_only_reads_has_a_memory(stage: Stage, method: str, times: int) -> None:
    read: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        for _ in range(2):
            remembered("key", lambda: read.append("read"))
        return HttpResponse()

    secret = stage.token(stage.cast.bob)[1]
    asked = RequestFactory().generic(method, "/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert door(view)(asked).status_code == 200
    assert len(read) == times


def test_a_session_is_no_token(stage: Stage) -> None:
    client = stage.cast.client(stage.cast.dan)
    assert client.get("/api/v1/me").status_code == 401
    entry = {"kpi": "calls", "date": TODAY.isoformat(), "value": "1", "external_id": "x"}
    assert client.post("/api/v1/entries", json.dumps(entry), content_type="application/json").status_code == 401


def leave(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(left_on=TODAY)


@pytest.mark.parametrize(("days", "opens"), [(-3, False), (0, False), (2, True)])
def test_a_leaver_s_token_does_not_come_back_with_them(stage: Stage, days: int, opens: bool) -> None:
    cast, later = stage.cast, dt.timedelta(days=3)
    secret = stage.token(cast.bob)[1]
    day = cast.acme.today(timezone.now()) + dt.timedelta(days=days)
    with tenant(cast.acme.pk):
        let_go(cast.bob, left_on=day, by=cast.dan, now=timezone.now())
    assert (Program(secret).get("me").status_code == 200) == opens
    with tenant(cast.acme.pk):
        take_back(cast.bob, by=cast.dan)
    with time_machine.travel(timezone.now() + later, tick=False):
        assert Program(secret).get("me").status_code == 401
        assert Program(stage.token(cast.bob)[1]).get("me").status_code == 200


def be_deactivated(member: Member) -> None:
    assert member.user is not None
    User.objects.filter(pk=member.user.pk).update(is_active=False)


def lose_the_account(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(user=None)


def expire(member: Member) -> None:
    Token.objects.filter(member=member).update(expires_at=timezone.now() - dt.timedelta(seconds=1))


def be_revoked(member: Member) -> None:
    Token.objects.filter(member=member).update(revoked_at=timezone.now())


@pytest.mark.parametrize("happen", [leave, be_deactivated, lose_the_account, expire, be_revoked])
def test_a_token_ends_with_what_it_stands_for(stage: Stage, happen: object) -> None:
    bob = stage.program(stage.cast.bob)
    assert bob.get("me").status_code == 200
    with tenant(stage.cast.acme.pk):
        happen(stage.cast.bob)  # type: ignore[operator]
    answer = bob.get("me")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_role_that_is_taken_away_is_gone_at_once(stage: Stage) -> None:
    dan = stage.program(stage.cast.dan)
    assert {each["name"] for each in read(dan.get("members"))["items"]} >= {"Carol", "Bob"}
    with tenant(stage.cast.acme.pk):
        Member.objects.filter(pk=stage.cast.dan.pk).update(role="rep")
    assert {each["name"] for each in read(dan.get("members"))["items"]} == {"Dan"}


OPERATIONS = [
    ("GET", "kpis", "read:numbers"),
    ("GET", "members", "read:numbers"),
    ("GET", "teams", "read:numbers"),
    ("GET", "entries", "read:numbers"),
    ("GET", "entries/1", "read:numbers"),
    ("GET", f"numbers?kpi=calls&from={TODAY}&to={TODAY}", "read:numbers"),
    ("POST", "numbers", "read:numbers"),
    ("POST", "entries", "write:entries"),
    ("POST", "entries/bulk", "write:entries"),
    ("PATCH", "entries/1", "write:entries"),
    ("POST", "entries/1/withdraw", "write:entries"),
    ("POST", "entries/1/restore", "write:entries"),
    ("GET", "goals", "read:goals"),
    ("GET", "goals/1", "read:goals"),
    ("POST", "goals/check", "check:goals"),
]
BODIES: dict[str, dict[str, Any]] = {
    "numbers": {"numbers": [{"kpi": "calls", "from": "2026-01-01", "to": "2026-01-31"}]},
    "entries": {"kpi": "calls", "date": "2026-01-01", "value": "1", "external_id": "x"},
    "entries/bulk": {"entries": [{}]},
    "entries/1": {"reason": "x"},
}


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_each_operation_needs_its_scope(stage: Stage, method: str, path: str, scope: str) -> None:
    body = BODIES.get(path, {}) if method != "GET" else None
    others = [each for each in stage.all_scopes if each != scope]
    assert status_and_code(stage.program(stage.cast.dan, others).send(method, path, body)) == (403, "scope_missing")
    assert stage.program(stage.cast.dan, [scope]).send(method, path, body).status_code in (200, 201, 404)


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_each_operation_refuses_what_it_does_not_know(stage: Stage, method: str, path: str, scope: str) -> None:
    dan = stage.program(stage.cast.dan)
    joined = f"{path}{'&' if '?' in path else '?'}colour=red"
    body = BODIES.get(path, {}) if method != "GET" else None
    answer = dan.send(method, joined, body)
    assert status_and_code(answer) == (422, "invalid")
    assert read(answer)["detail"] == "Unknown key: colour."
    if body is not None:
        answer = dan.send(method, path, {**body, "colour": "red", "size": 1})
        assert status_and_code(answer) == (422, "invalid")
        assert read(answer)["detail"] == "Unknown keys: colour, size."
    assert dan.send("DELETE", path, None).status_code == 405


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"NaN", 400),
        (b'{"value": Infinity}', 400),
        (b"[" * 100_000, 400),
        (b"1" * 10_000, 400),
        (b'"\\ud800"', 400),
        (b'{"\\udfff": 1}', 400),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b"1e999", 422),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": 1e400, "external_id": "x"}', 422),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": "1e5", "external_id": "x"}', 422),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": "NaN", "external_id": "x"}', 422),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": "1\\n", "external_id": "x"}', 422),
        ('{"kpi": "calls", "date": "2026-01-01", "value": "๑", "external_id": "x"}'.encode(), 422),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": "9999999999999999999", "external_id": "x"}', 422),
        (b'{"kpi": "calls", "date": "2026-02-30", "value": "1", "external_id": "x"}', 422),
        (b'{"kpi": "calls", "date": 20260101, "value": "1", "external_id": "x"}', 422),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": "1", "external_id": "a\\u0000b"}', 422),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": "1"}', 422),
        (
            b'{"kpi": "calls", "date": "2026-01-01", "value": "1", "external_id": "x", "member": 9223372036854775808}',
            422,
        ),
        (b'{"kpi": "calls", "date": "2026-01-01", "value": "1", "external_id": "x", "member": true}', 422),
        (b'{"kpi": "calls", "date": "0001-01-01", "value": "1", "external_id": "x"}', 409),
        (b'{"kpi": "calls", "date": "9999-12-31", "value": "1", "external_id": "x"}', 409),
        (b'{"kpi": "win_rate", "date": "2026-01-01", "value": "1", "external_id": "x"}', 409),
        (b'{"kpi": "nothing", "date": "2026-01-01", "value": "1", "external_id": "x"}', 404),
        (
            b'{"kpi": "calls", "date": "2026-01-01", "value": "1", "external_id": "x", "member": 9223372036854775807}',
            404,
        ),
    ],
)
def test_whatever_the_body_holds_it_is_answered(stage: Stage, body: bytes, expected: int) -> None:
    answer = stage.program(stage.cast.bob).send("POST", "entries", body)
    assert status_and_code(answer)[0] == expected
    with tenant(stage.cast.acme.pk):
        assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "entries?kpi=a%00b",
        "entries?external_id=%00",
        "entries?member=0",
        "entries?member=9e9",
        "entries?from=2026-1-1",
        "entries?limit=201",
        "entries?limit=0",
        "entries?after=-1",
        "entries?external_id=%ff%00",
        "entries?kpi=calls&kpi=won",
        "kpis?archived=yes",
        "numbers?kpi=calls",
        "numbers?kpi=calls&from=2026-01-01&to=2026-01-02&scope=team-0",
        "entries?external_id=" + "x" * 201,
    ],
)
def test_whatever_the_query_holds_it_is_answered(stage: Stage, path: str) -> None:
    assert stage.program(stage.cast.bob).get(path).status_code == 422


@pytest.mark.parametrize(
    "path", ["", "nothing", "entries/", "entries/abc", "entries/-1", "entries/1/2", "kpis/", "%00"]
)
def test_unknown_addresses_are_refused_in_the_apis_own_words(stage: Stage, path: str) -> None:
    assert status_and_code(stage.program(stage.cast.bob).get(path)) == (404, "not_found")


def test_an_id_beyond_the_database_is_no_entry(stage: Stage) -> None:
    assert stage.program(stage.cast.bob).get(f"entries/{10**30}").status_code == 422
    assert stage.program(stage.cast.bob).get(f"entries/{2**63 - 1}").status_code == 404


def test_other_content_types_and_too_much(stage: Stage) -> None:
    bob = stage.program(stage.cast.bob)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", ""):
        assert status_and_code(bob.send("POST", "entries", b"{}", kind)) == (415, "wrong_media_type")
    assert bob.send("POST", "entries", b"{}", "application/json; charset=utf-8").status_code == 422
    assert status_and_code(bob.send("POST", "entries", b" " * (5 * 1024 * 1024 + 1))) == (413, "too_large")


def test_wrong_methods_are_told_the_right_ones(stage: Stage) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = stage.program(stage.cast.bob).send(method, "entries", None)
        assert status_and_code(answer) == (405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("th", "th"), ("th-TH,en;q=0.5", "th"), ("de, th;q=0.3", "th"), ("en", "en"), ("de", ""), ("", "")],
)
def test_the_language_is_the_requests_else_the_members(stage: Stage, accepted: str, language: str) -> None:
    for own in ("en", "th"):
        User.objects.filter(email="bob@example.com").update(language=own)
        answer = stage.program(stage.cast.bob, language=accepted).get("entries/77")
        assert answer.headers["Content-Language"] == (language or own)
        assert ("ไม่พบ" in read(answer)["detail"]) == ((language or own) == "th")


def test_nothing_of_the_api_is_kept_by_caches(stage: Stage) -> None:
    answer = stage.program(stage.cast.bob).get("me")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Authorization" in answer.headers["Vary"]


def test_more_requests_than_a_minute_allows(stage: Stage, settings: object) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3  # type: ignore[attr-defined]
    bob, alice = stage.program(stage.cast.bob), stage.program(stage.cast.alice)
    answers = [bob.get("me") for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 2  # all but three of each minute; the clock may pass one
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert status_and_code(refused[0]) == (429, "too_many_requests")
    assert alice.get("me").status_code == 200
    with tenant(stage.cast.acme.pk):
        assert sum(TokenUse.objects.filter(token__member=stage.cast.bob).values_list("requests", flat=True)) == 8


def test_what_breaks_is_told_in_the_same_shape(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("api.v1.directory._kpi", break_down)
    program = stage.program(stage.cast.bob)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/kpis", headers={"Authorization": f"Bearer {program.secret}"})
    assert status_and_code(answer) == (500, "broken")
    assert isinstance(program, Program)
