"""What is done to members: each verb one transaction, inside the organization's tenant."""

import datetime as dt
import uuid
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teams.models import Invitation, Leave, Member, Team, TeamMembership
from teams.once import create_once, save_or_refuse
from teams.roles import Role, may_give_role
from teams.signals import membership_ends
from teams.stays import Stay, place


@transaction.atomic
def add_member(
    *,
    name: str,
    by: Member,
    email: str = "",
    role: str = Role.REP,
    team: Team | None = None,
    joined_on: dt.date | None = None,
    weekly_hours: Decimal | None = None,
    request_id: uuid.UUID | None = None,
) -> tuple[Member, bool]:
    """A member without an account, in the team from the day of joining on (from always where it is not known)."""
    _check_role(by, None, role)
    member, is_new = create_once(
        Member, request_id, name=name, email=email, role=role, joined_on=joined_on, weekly_hours=weekly_hours
    )
    if is_new and team is not None:
        TeamMembership.objects.create(member=member, team=team, starts_on=joined_on)
    return member, is_new


@transaction.atomic
def change_member(member: Member, *, by: Member, was_role: str) -> None:
    """Store what the form wrote into the member. `was_role` is the role before."""
    if member.role != was_role:
        _check_role(by, was_role, member.role)
        if was_role == Role.OWNER:
            _check_other_owner(member)
        if not member.may("log entry for others"):
            _check_leads_no_team(member)
    save_or_refuse(member)


@transaction.atomic
def move_member(
    member: Member, *, team: Team | None, starts_on: dt.date | None, ends_on: dt.date | None = None
) -> None:
    """In the team (None: in none) between the days, both included; stays within them are replaced or cut."""
    Member.objects.select_for_update().get(pk=member.pk)
    rows = {Stay(row.team_id, row.starts_on, row.ends_on): row for row in TeamMembership.objects.filter(member=member)}
    wanted = place(rows, team.pk if team else None, starts_on, ends_on)
    for stay, row in rows.items():
        if stay not in wanted:
            row.delete()
    for stay in wanted:
        if stay not in rows:
            TeamMembership.objects.create(
                member=member, team_id=stay.team, starts_on=stay.starts_on, ends_on=stay.ends_on
            )


@transaction.atomic
def let_go(member: Member, *, left_on: dt.date, by: Member, now: dt.datetime) -> None:
    """From this day on the member can't come in and counts no longer. What they did stays."""
    if member.role == Role.OWNER:
        _check_role(by, Role.OWNER, Role.VIEWER)
        _check_other_owner(member)
    _check_leads_no_team(member)
    member.left_on = left_on
    member.save(update_fields=["left_on"])
    move_member(member, team=None, starts_on=left_on)
    Invitation.objects.filter(member=member, accepted_at=None, revoked_at=None).update(revoked_at=now)
    membership_ends.send(Member, member=member, at=member.organization.midnight(left_on))


@transaction.atomic
def take_back(member: Member, *, by: Member) -> None:
    """A member again, in no team yet."""
    if member.role == Role.OWNER:
        _check_role(by, Role.VIEWER, Role.OWNER)
    member.left_on = None
    member.save(update_fields=["left_on"])


def add_leave(
    member: Member, *, starts_on: dt.date, ends_on: dt.date, request_id: uuid.UUID | None = None
) -> tuple[Leave, bool]:
    return create_once(Leave, request_id, member=member, starts_on=starts_on, ends_on=ends_on)


def _check_role(by: Member, old: str | None, new: str) -> None:
    if not may_give_role(by.role, old, new):
        raise ValidationError({"role": _("Only an owner can make or change owners.")}, code="owners_only")


def _check_other_owner(member: Member) -> None:
    # Locked in one order, so that of two owners who step down at once one stays.
    owners = list(Member.objects.select_for_update().filter(role=Role.OWNER.value).order_by("pk"))
    others = Member.objects.filter(Q(left_on=None), user__is_active=True, pk__in=[owner.pk for owner in owners])
    if not others.exclude(pk=member.pk).exists():
        raise ValidationError(
            _("%(name)s is the only owner. Make somebody else an owner first."),
            params={"name": member.name},
            code="last_owner",
        )


def _check_leads_no_team(member: Member) -> None:
    led = list(Team.objects.live().filter(manager=member).by_name().values_list("name", flat=True))
    if led:
        raise ValidationError(
            ngettext(
                "%(name)s manages the team %(teams)s. Give it another manager first.",
                "%(name)s manages the teams %(teams)s. Give them other managers first.",
                len(led),
            ),
            params={"name": member.name, "teams": ", ".join(led)},
            code="leads_team",
        )
