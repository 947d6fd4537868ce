"""Organizations and their days off."""

import datetime as dt
import itertools
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from teams.models import Holiday, Member, Organization, Team, TeamMembership, User
from teams.once import create_once, save_or_refuse
from teams.roles import Role
from teams.signals import currency_changes
from teams.tenancy import tenant
from teams.validators import RESERVED_SLUGS


@transaction.atomic
def found_organization(*, user: User, request_id: uuid.UUID | None = None, **fields: Any) -> Organization:
    """The user becomes its owner, in a first team that the user manages."""
    organization, is_new = create_once(Organization, request_id, **fields)
    if is_new:
        with tenant(organization.pk):
            owner = Member.objects.create(
                user=user,
                name=user.name or user.email.partition("@")[0],
                email=user.email,
                role=Role.OWNER.value,
            )
            team = Team.objects.create(name=_("Sales"), manager=owner)
            TeamMembership.objects.create(member=owner, team=team)
    return organization


def free_slug(name: str) -> str:
    """An address made from the name that nobody has; of a name in another script a plain word."""
    wanted = slugify(name)[:34].strip("-") or "organization"
    taken = set(Organization.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)) | RESERVED_SLUGS
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(slug for slug in itertools.chain([wanted], numbered) if slug not in taken)


@transaction.atomic
def change_organization(organization: Organization) -> None:
    """Store what the form wrote into it. Raises ValidationError for another currency while money is in the old one."""
    before = Organization.objects.select_for_update().get(pk=organization.pk)
    if before.currency != organization.currency:
        currency_changes.send(Organization, organization=before, currency=organization.currency)
    save_or_refuse(organization)


def add_holiday(*, date: dt.date, name: str) -> Holiday:
    """Adding the same day under the same name once more changes nothing."""
    found = Holiday.objects.filter(date=date, name=name).first()
    if found:
        return found
    holiday = Holiday(date=date, name=name)
    save_or_refuse(holiday)
    return holiday


def add_holidays(days: Mapping[dt.date, str]) -> int:
    """Those that are not in the list yet; how many they were."""
    known = set(Holiday.objects.filter(date__in=days).values_list("date", flat=True))
    new = [Holiday(date=date, name=name) for date, name in days.items() if date not in known]
    Holiday.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
