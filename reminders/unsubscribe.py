"""The link that ends one kind of message for one member: signed, and needs neither a sign-in nor a row of its own."""

from dataclasses import dataclass

from django.core import signing

from reminders.models import DIGESTS, OPTIONAL_KINDS, Kind, Preference, Rhythm
from teams.models import Member, Organization
from teams.tenancy import tenant

SALT = "reminders.unsubscribe"


@dataclass(frozen=True)
class Subscription:
    organization: Organization
    member: Member
    kind: Kind


def token_for(organization_id: int, member_id: int, kind: Kind) -> str:
    return signing.dumps([organization_id, member_id, kind.value], salt=SALT)


def find(token: str) -> Subscription | None:
    """What the link is about; None for a forged link and a member who is gone."""
    try:
        organization_id, member_id, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    with tenant(organization_id):
        member = Member.objects.select_related("organization", "user").filter(pk=member_id).first()
    if member is None or kind not in (*OPTIONAL_KINDS, *DIGESTS):
        return None
    return Subscription(member.organization, member, Kind(kind))


def end(member: Member, kind: Kind) -> None:
    """No more mails of this kind, and none that would come in place of a digest. Needs the member's tenant."""
    if kind == Kind.DIGEST:
        Rhythm.objects.update_or_create(member=member, defaults={"mails": Rhythm.Mails.NONE})
    elif kind == Kind.WEEKLY:
        Rhythm.objects.update_or_create(member=member, defaults={"weekly": False})
        switch(member, Kind.ESCALATION, is_on=False)
    else:
        switch(member, kind, is_on=False)


def switch(member: Member, kind: Kind, *, is_on: bool) -> None:
    """Needs the member's tenant."""
    Preference.objects.update_or_create(member=member, kind=kind, defaults={"is_on": is_on})
