"""A token's secret: made once, shown once, found by its hash."""

import datetime as dt
import hashlib
import secrets

from api.models import Token

# Recognisable, so that scanners of repositories and logs can find one that was left lying about.
PREFIX = "smartgoals_"
SHOWN = len(PREFIX) + 6
LONGEST = 200


def new_secret() -> str:
    """256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """A plain hash is enough: nobody can try out 2**256 secrets, so there is nothing for a slow one to protect."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find(secret: str, now: dt.datetime) -> Token | None:
    """The open token of a member who is still there and may sign in, in whichever organization."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST:
        return None
    found = Token.across_tenants.select_related("organization", "member__user")
    token = found.filter(token_hash=hash_of(secret)).first()
    if token is None or not token.is_open(now):
        return None
    member = token.member
    today = token.organization.today(now)
    if member.user is None or not member.user.is_active or member.has_left(today):
        return None
    return token
