"""Share links: made once, shown once, found by their hash, opened and counted."""

import datetime as dt
import hashlib
import ipaddress
import secrets
import uuid
from dataclasses import replace

from django.conf import settings
from django.db import connection
from django.urls import reverse

from dashboards.models import ShareLink
from teams.models import Member, Team
from teams.once import create_once
from teams.reach import Reach
from teams.tenancy import current_organization_id

LONGEST = dt.timedelta(days=365)
LONGEST_SECRET = 100
IPV4_BITS, IPV6_BITS = 24, 48


def make_link(
    *,
    member: Member,
    name: str,
    team: Team | None,
    kind: str,
    day: dt.date | None,
    with_people: bool,
    lifetime: dt.timedelta,
    now: dt.datetime,
    request_id: uuid.UUID | None = None,
) -> tuple[ShareLink, str | None]:
    """The link and its secret, which is nowhere stored: None where the same request has made it before.

    Raises ValueError for a lifetime that is not between nothing and a year.
    """
    if not dt.timedelta(0) < lifetime <= LONGEST:
        raise ValueError(f"a link lives for up to {LONGEST.days} days, not for {lifetime}")
    secret = secrets.token_urlsafe(32)
    said = {"member": member, "name": name, "team": team, "kind": kind, "day": day, "with_people": with_people}
    link, is_new = create_once(ShareLink, request_id, token_hash=_hash_of(secret), expires_at=now + lifetime, **said)
    return link, secret if is_new else None


def address_of(secret: str) -> str:
    return settings.BASE_URL + reverse("dashboards:shared", kwargs={"token": secret})


def withdraw(link: ShareLink, *, by: Member, now: dt.datetime) -> None:
    """From now on it shows nothing; who did it and when is kept. Twice is once."""
    ShareLink.objects.filter(pk=link.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)


def end_links(sender: object, *, member: Member, at: dt.datetime, **kwargs: object) -> None:
    """Links end with the membership, so that none comes to life again when the member is taken back."""
    ShareLink.objects.filter(member=member, expires_at__gt=at).update(expires_at=at)


def find(secret: str, now: dt.datetime) -> ShareLink | None:
    """The open link of a member who is still there and may sign in, in whichever organization."""
    if len(secret) > LONGEST_SECRET:
        return None
    # Not the team: its row is behind the second wall until the tenant is known.
    found = ShareLink.across_tenants.select_related("organization", "member__user")
    link = found.filter(token_hash=_hash_of(secret)).first()
    if link is None or not link.is_open(now) or link.member.has_left(link.organization.today(now)):
        return None
    user = link.member.user
    return link if user is not None and user.is_active and link.member.may("share dashboard") else None


def still_shows(link: ShareLink, reach: Reach) -> bool:
    """Whether its member still leads what it shows."""
    return reach.leads_everything if link.team_id is None else reach.leads_team(link.team_id)


def viewer(reach: Reach) -> Reach:
    """What who has the address sees, of what the link's member sees: nothing that is still being talked about, and
    nobody's own. The link's focus narrows it further.
    """
    nobody: frozenset[int] = frozenset()
    return replace(reach, own=0, leads_everything=False, led_members=nobody, led_teams=nobody)


def network_of(address: str | None) -> str:
    """Where an address roughly is: 203.0.113.0/24; "" for none that can be read."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = IPV4_BITS if found.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((found, bits), strict=False))


def note_view(link: ShareLink, network: str, *, today: dt.date, now: dt.datetime, is_new: bool) -> int:
    """Count a view, unless an open page only asked again; give how often its network asked in this minute.

    One statement on one row. Give it a transaction of its own: requests wait for each other no longer than it takes.
    """
    minute = now.replace(second=0, microsecond=0)
    parameters: dict[str, object] = {
        "organization": current_organization_id(), "link": link.pk, "day": today, "network": network,
        "views": int(is_new), "minute": minute, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, parameters)  # type: ignore[arg-type]
        [(in_minute,)] = cursor.fetchall()
    return int(in_minute)


_NOTE = """
INSERT INTO dashboards_shareview AS v
    (organization_id, link_id, day, network, views, minute, in_minute, first_at, last_at)
VALUES (%(organization)s, %(link)s, %(day)s, %(network)s, %(views)s, %(minute)s, 1, %(now)s, %(now)s)
ON CONFLICT (link_id, day, network) DO UPDATE SET
    views = v.views + excluded.views,
    in_minute = CASE WHEN v.minute < excluded.minute THEN 1 ELSE v.in_minute + 1 END,
    minute = greatest(v.minute, excluded.minute),
    last_at = greatest(v.last_at, excluded.last_at)
RETURNING v.in_minute
"""


def _hash_of(secret: str) -> str:
    """A plain hash is enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
