"""Rows that are made once: the same request sent twice finds what the first one made."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

M = TypeVar("M", bound=models.Model)


def once(rows: models.QuerySet[M], request_id: uuid.UUID | None, create: Callable[[], M]) -> tuple[M, bool]:
    """The row of this request, and whether it was created now. Without an id each request is one of its own.

    Of two requests at the same time the database lets one through; the other waits, and finds that one's row.
    """
    if found := _made_by(rows, request_id):
        return found, False
    try:
        with transaction.atomic():
            return create(), True
    except IntegrityError:
        if found := _made_by(rows, request_id):
            return found, False
        raise


def part_of(request_id: uuid.UUID, number: int) -> uuid.UUID:
    """The id of one of the rows that a request creates beside its first."""
    return uuid.uuid5(request_id, str(number))


def create_once(model: type[M], request_id: uuid.UUID | None, **fields: Any) -> tuple[M, bool]:
    """The row and whether this call made it. Raises ValidationError where the database refuses it."""
    rows = model._default_manager
    try:
        return once(rows.all(), request_id, lambda: rows.create(request_id=request_id, **fields))
    except IntegrityError as error:
        raise refusal(error) from error


def save_or_refuse(row: models.Model) -> None:
    """Raises ValidationError where the database refuses it."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise refusal(error) from error


def _made_by(rows: models.QuerySet[M], request_id: uuid.UUID | None) -> M | None:
    return rows.filter(request_id=request_id).first() if request_id else None


def refusal(error: IntegrityError) -> ValidationError:
    """The constraint that was broken, in words, at its field. What no person can have caused is raised again."""
    constraint = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")
    if constraint == "one_member_per_email":
        return ValidationError({"email": _("Another member of this organization has this email address.")})
    if constraint == "one_team_per_name":
        return ValidationError({"name": _("There is a team of this name already.")})
    if constraint == "one_holiday_per_day":
        return ValidationError({"date": _("This day is in the list already.")})
    if constraint.startswith("teams_organization_slug"):
        return ValidationError({"slug": _("This address is taken. Choose another.")})
    raise error
