"""What changes tokens. All run in a tenant."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import connection

from api import tokens
from api.models import Token
from teams.models import Member
from teams.once import create_once
from teams.tenancy import current_organization_id

LONGEST = dt.timedelta(days=365)


def make_token(
    *,
    member: Member,
    name: str,
    scopes: Sequence[str],
    lifetime: dt.timedelta,
    now: dt.datetime,
    request_id: uuid.UUID | None = None,
) -> tuple[Token, str | None]:
    """The token and its secret, which is nowhere stored: None where the same request has made it before.

    Raises ValueError for a lifetime that is not between nothing and a year.
    """
    if not dt.timedelta(0) < lifetime <= LONGEST:
        raise ValueError(f"a token lives for up to {LONGEST.days} days, not for {lifetime}")
    secret = tokens.new_secret()
    token, is_new = create_once(
        Token,
        request_id,
        member=member,
        name=name,
        scopes=list(scopes),
        start=secret[: tokens.SHOWN],
        token_hash=tokens.hash_of(secret),
        expires_at=now + lifetime,
    )
    return token, secret if is_new else None


def revoke_token(token: Token, *, by: Member, now: dt.datetime) -> None:
    """From now on it opens nothing; who did it and when is kept."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, revoked_by=by)


def end_tokens(sender: object, *, member: Member, at: dt.datetime, **kwargs: object) -> None:
    """Tokens end with the membership, so that none comes to life again when the member is taken back."""
    Token.objects.filter(member=member, expires_at__gt=at).update(expires_at=at)


def note_use(token: Token, *, today: dt.date, now: dt.datetime) -> int:
    """Count one request, and give how many there were in this minute.

    One statement on one row of the token and day. Give it a transaction of its own: then requests of one token wait for
    each other no longer than it takes to count.
    """
    minute = now.replace(second=0, microsecond=0)
    parameters: dict[str, int | dt.date | dt.datetime] = {
        "organization": current_organization_id(),
        "token": token.pk,
        "day": today,
        "minute": minute,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, parameters)
        [(in_minute,)] = cursor.fetchall()
    return int(in_minute)


_NOTE = """
INSERT INTO api_tokenuse AS u (organization_id, token_id, day, requests, minute, in_minute, last_at)
VALUES (%(organization)s, %(token)s, %(day)s, 1, %(minute)s, 1, %(now)s)
ON CONFLICT (token_id, day) DO UPDATE SET
    requests = u.requests + 1,
    in_minute = CASE WHEN u.minute < excluded.minute THEN 1 ELSE u.in_minute + 1 END,
    minute = greatest(u.minute, excluded.minute),
    last_at = greatest(u.last_at, excluded.last_at)
RETURNING u.in_minute
"""
