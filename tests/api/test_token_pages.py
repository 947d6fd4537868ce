"""Tokens on their pages: made once, shown once, seen by whom, revoked."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api import tokens
from api.models import Scope, Token, TokenUse
from teams.models import Member
from teams.tenancy import tenant
from tests.api.stage import Stage, read

SECRET = re.compile(r"smartgoals_[A-Za-z0-9_-]{43}")


def form(**fields: object) -> dict[str, object]:
    usual = {"name": "Nightly  export", "scopes": ["read:numbers"], "lifetime": "90", "request_id": str(uuid.uuid4())}
    return usual | fields


def made(stage: Stage, organization: str = "acme") -> list[Token]:
    with tenant(stage.cast.acme.pk if organization == "acme" else stage.cast.globex.pk):
        return list(Token.objects.order_by("pk"))


def test_a_token_is_shown_once_and_stored_hashed(stage: Stage) -> None:
    client, sent = stage.cast.client(stage.cast.bob), form()
    answer = client.post("/acme/tokens/new/", sent)
    assert answer.status_code == 201
    assert "no-store" in answer.headers["Cache-Control"]
    [secret] = SECRET.findall(answer.content.decode())
    [token] = made(stage)
    assert (token.name, token.scopes, token.member_id) == ("Nightly export", ["read:numbers"], stage.cast.bob.pk)
    assert token.token_hash == tokens.hash_of(secret)
    assert 89 < (token.expires_at - token.created_at).total_seconds() / 86400 <= 90.01
    page = client.get("/acme/tokens/").content.decode()
    assert "Nightly export" in page
    assert secret not in page
    assert "Never used" in page


def test_sent_twice_is_made_once_and_says_so(stage: Stage) -> None:
    client, sent = stage.cast.client(stage.cast.bob), form()
    client.post("/acme/tokens/new/", sent)
    answer = client.post("/acme/tokens/new/", sent, follow=True)
    assert len(made(stage)) == 1
    assert "was made already" in answer.content.decode()
    assert not SECRET.search(answer.content.decode())


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 81}, {"scopes": []}, {"scopes": ["all"]}, {"lifetime": "366"}, {"lifetime": "x"}],
)
def test_wrong_input_makes_no_token(stage: Stage, wrong: dict[str, object]) -> None:
    answer = stage.cast.client(stage.cast.bob).post("/acme/tokens/new/", form(**wrong))
    assert answer.status_code == 422
    assert made(stage) == []


def test_a_viewer_is_offered_reading_only(stage: Stage) -> None:
    client = stage.cast.client(stage.cast.vera)
    page = client.get("/acme/tokens/new/").content.decode()
    assert Scope.READ_NUMBERS.value in page
    assert Scope.WRITE_ENTRIES.value not in page
    assert client.post("/acme/tokens/new/", form(scopes=["write:entries"])).status_code == 422


def test_everyone_sees_their_own_and_the_admin_all(stage: Stage) -> None:
    stage.token(stage.cast.bob)
    for member, sees in ((stage.cast.bob, True), (stage.cast.carol, False), (stage.cast.alice, False)):
        assert ("Export" in stage.cast.client(member).get("/acme/tokens/").content.decode()) == sees
    page = stage.cast.client(stage.cast.dan).get("/acme/tokens/").content.decode()
    assert "Export" in page
    assert "Bob" in page


def revoke(stage: Stage, by: Member, token: Token, slug: str = "acme") -> int:
    return stage.cast.client(by).post(f"/{slug}/tokens/{token.pk}/revoke/").status_code


def test_the_owner_revokes_and_so_does_the_admin(stage: Stage) -> None:
    for by in (stage.cast.bob, stage.cast.dan):
        token, secret = stage.token(stage.cast.bob)
        program = stage.program_of(secret)
        assert program.get("me").status_code == 200
        assert revoke(stage, by, token) == 302
        assert program.get("me").status_code == 401
        page = stage.cast.client(stage.cast.bob).get("/acme/tokens/").content.decode()
        assert f"by {by.name}" in page


def test_nobody_else_revokes(stage: Stage) -> None:
    token, _secret = stage.token(stage.cast.bob)
    for by in (stage.cast.alice, stage.cast.carol):
        assert revoke(stage, by, token) == 404
    assert revoke(stage, stage.cast.charlie, token) == 404
    assert revoke(stage, stage.cast.charlie, token, "globex") == 404
    assert stage.cast.client(stage.cast.bob).get(f"/acme/tokens/{token.pk}/revoke/").status_code == 405
    assert Client().post(f"/acme/tokens/{token.pk}/revoke/").headers["Location"].startswith("/account/login/")
    assert made(stage)[0].revoked_at is None


def test_use_is_counted_and_shown(stage: Stage) -> None:
    token, secret = stage.token(stage.cast.bob)
    for _ in range(3):
        assert read(stage.program_of(secret).get("me"))["name"] == "Bob"
    with tenant(stage.cast.acme.pk):
        [use] = TokenUse.objects.filter(token=token)
    assert (use.requests, use.in_minute) in ((3, 3), (3, 2), (3, 1))  # the clock may pass a minute in between
    page = stage.cast.client(stage.cast.bob).get("/acme/tokens/").content.decode()
    assert "3 requests in 30 days" in page
    assert "Last used" in page


def test_the_pages_take_a_constant_number_of_queries(stage: Stage) -> None:
    client, counts = stage.cast.client(stage.cast.dan), []
    client.get("/acme/tokens/")
    for _ in range(2):
        for member in (stage.cast.bob, stage.cast.alice, stage.cast.dan):
            stage.token(member)
        with CaptureQueriesContext(connection) as queries:
            client.get("/acme/tokens/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_thai_pages(stage: Stage) -> None:
    stage.token(stage.cast.bob)
    client = stage.cast.client(stage.cast.bob)
    client.cookies["language"] = "th"
    assert "โทเค็น API" in client.get("/acme/tokens/").content.decode()
    assert "90 วัน" in client.get("/acme/tokens/new/").content.decode()
