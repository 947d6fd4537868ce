"""The request as the views see it."""

import datetime as dt
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from teams.memory import remembering
from teams.models import Member, Organization, User
from teams.reach import Reach


class PersonRequest(HttpRequest):
    """A signed-in person, no organization."""

    htmx: HtmxDetails
    if TYPE_CHECKING:
        user: User


class MemberRequest(PersonRequest):
    """A page under /<organization>/: the tenant is set, the member is active."""

    organization: Organization
    member: Member
    reach: Reach
    today: dt.date
    now: dt.datetime


def memory_of(request: MemberRequest) -> AbstractContextManager[None]:
    """A memory around what only reads."""
    return remembering({"organization": request.organization}) if only_reads(request) else nullcontext()


def only_reads(request: HttpRequest) -> bool:
    """By its method."""
    return request.method in ("GET", "HEAD")


def require(member: Member, verb: str) -> None:
    """403 unless the member's role may do the verb."""
    if not member.may(verb):
        raise PermissionDenied(verb)
