"""One intention, one row: a form that is sent twice carries the same `request_id`."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid5

from django.db import IntegrityError, models, transaction

M = TypeVar("M", bound=models.Model)


def once(rows: models.QuerySet[M], request_id: UUID, create: Callable[[], M]) -> tuple[M, bool]:
    """The row of this request, and whether it was created now.

    Of two requests at the same time the database lets one through; the other finds that one's row.
    """
    existing = rows.filter(request_id=request_id).first()
    if existing is not None:
        return existing, False
    try:
        with transaction.atomic():
            return create(), True
    except IntegrityError:
        existing = rows.filter(request_id=request_id).first()
        if existing is None:
            raise
        return existing, False


def part_of(request_id: UUID, number: int) -> UUID:
    """The id of one of the rows that a request creates beside its first."""
    return uuid5(request_id, str(number))
