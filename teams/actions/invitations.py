"""Asking people to join. The mail is the sweep's matter: it finds open invitations that nobody was told of."""

import datetime as dt
import secrets
import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from teams.actions.members import add_member
from teams.invitations import LIFETIME, hash_of, token_of
from teams.models import Invitation, Member, Team, User
from teams.once import create_once, save_or_refuse
from teams.tenancy import tenant


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    role: str,
    by: Member,
    now: dt.datetime,
    team: Team | None = None,
    request_id: uuid.UUID | None = None,
) -> Invitation:
    """Ask a new person, or the member without an account who has this address: then name, role and team stay."""
    made = Invitation.objects.filter(request_id=request_id).first() if request_id else None
    if made:
        return made
    member = Member.objects.filter(email__iexact=email).first()
    if member is None:
        member, _is_new = add_member(name=name, email=email, role=role, team=team, by=by, request_id=request_id)
    return invite_member(member, email=email, by=by, now=now, request_id=request_id)


@transaction.atomic
def invite_member(
    member: Member, *, email: str, by: Member, now: dt.datetime, request_id: uuid.UUID | None = None
) -> Invitation:
    """Ask a member without an account to join. An earlier invitation stops working."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.user_id is not None:
        raise ValidationError({"email": _("This person is a member already.")}, code="is_member")
    if member.left_on is not None:
        raise ValidationError({"email": _("This person has left. Take them back on their page first.")}, code="left")
    if member.email.lower() != email.lower():
        member.email = email
        save_or_refuse(member)
    made = Invitation.objects.filter(request_id=request_id).first() if request_id else None
    return made or _new_invitation(member, by, now, request_id)


def _new_invitation(member: Member, by: Member, now: dt.datetime, request_id: uuid.UUID | None) -> Invitation:
    Invitation.objects.filter(member=member, accepted_at=None, revoked_at=None).update(revoked_at=now)
    invitation, is_new = create_once(
        Invitation,
        request_id,
        member=member,
        email=member.email,
        invited_by=by,
        expires_at=now + LIFETIME,
        token_hash=secrets.token_hex(32),
    )
    if is_new:
        # The secret is made from the row's own number, which is known only now.
        invitation.token_hash = hash_of(token_of(invitation))
        invitation.save(update_fields=["token_hash"])
    return invitation


def resend(invitation: Invitation, *, by: Member, now: dt.datetime) -> Invitation:
    """A fresh invitation in place of this one, with a fresh mail and all its days."""
    return invite_member(invitation.member, email=invitation.email, by=by, now=now)


def revoke(invitation: Invitation, *, now: dt.datetime) -> None:
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])


def accept(invitation: Invitation, *, user: User, now: dt.datetime) -> Member:
    """Give the member's row its account. The caller has made sure that the address is the user's.

    Raises ValidationError. Accepting once more what this user accepted changes nothing.
    """
    with tenant(invitation.organization.pk):
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        member = Member.objects.select_for_update().get(pk=invitation.member_id)
        if member.user_id == user.pk:
            return member
        if not invitation.is_open(now) or member.user_id is not None:
            raise ValidationError(_("This invitation is no longer open."), code="closed")
        member.user = user
        member.joined_on = member.joined_on or invitation.organization.today(now)
        try:
            with transaction.atomic():
                member.save(update_fields=["user", "joined_on"])
        except IntegrityError as error:
            raise ValidationError(
                _("You are a member of %(organization)s already, under another address."),
                params={"organization": invitation.organization.name},
                code="is_member",
            ) from error
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        return member
