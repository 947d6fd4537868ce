"""Rows that are made once: the same request sent twice finds what the first one made."""

import uuid
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

M = TypeVar("M", bound=models.Model)


def create_once(model: type[M], request_id: uuid.UUID | None, **fields: Any) -> tuple[M, bool]:
    """The row and whether this call made it. Raises ValidationError where the database refuses it."""
    if found := _made_by(model, request_id):
        return found, False
    try:
        with transaction.atomic():
            return model._default_manager.create(request_id=request_id, **fields), True
    except IntegrityError as error:
        # Two requests at once: the second waited for the first to commit, and finds its row now.
        if found := _made_by(model, request_id):
            return found, False
        raise refusal(error) from error


def save_or_refuse(row: models.Model) -> None:
    """Raises ValidationError where the database refuses it."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise refusal(error) from error


def _made_by(model: type[M], request_id: uuid.UUID | None) -> M | None:
    return model._default_manager.filter(request_id=request_id).first() if request_id else None


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
