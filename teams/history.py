"""What is kept beside every change of an audited row: who made it, by which request.

pghistory's triggers read it from two settings of the transaction. Its own way to set them puts a statement in front of
the other in one text, which PostgreSQL cannot prepare; so they are told here, by a statement of its own.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import Cursor
from psycopg.pq import TransactionStatus

About = Callable[[], dict[str, Any]]
# They change no row, or must be the first of their transaction.
_CHANGES_NOTHING = (
    "select", "savepoint", "release", "rollback", "set", "begin", "start", "commit", "create", "alter", "drop",
    "vacuum", "analyze",
)  # fmt: skip


@dataclass(frozen=True)
class _Told:
    id: uuid.UUID
    about: About


_told: ContextVar[_Told | None] = ContextVar("told", default=None)
# Of the transaction that runs, for as long as nothing else than what it was begun with has been told in it.
_begun_with: ContextVar[_Told | None] = ContextVar("begun_with", default=None)


def settings_of_change() -> dict[str, str]:
    """What the triggers read, by name; none where nothing is told."""
    told = _told.get()
    about = {"context_id": str(told.id), "context_metadata": json.dumps(told.about())} if told else {}
    return {f"pghistory.{name}": value for name, value in about.items()}


@contextmanager
def begun_by_telling() -> Iterator[None]:
    """Around a transaction whose first statement has set them: no change in it needs to be told again."""
    token = _begun_with.set(_told.get())
    try:
        yield
    finally:
        _begun_with.reset(token)


@contextmanager
def telling(about: About) -> Iterator[None]:
    """Keep what `about` says at that time, as JSON, beside every change made inside; nested, beside what is told
    already.
    """
    outer = _told.get()
    inner = _Told(outer.id, lambda: {**outer.about(), **about()}) if outer else _Told(uuid.uuid4(), about)
    token = _told.set(inner)
    try:
        with nullcontext() if outer else connection.execute_wrapper(_tell_first):
            yield
    finally:
        _told.reset(token)


def setting(values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The statement, with its parameters, that sets them for as long as the transaction lasts."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    return f"SELECT {calls}", [text for pair in values.items() for text in pair]


def _tell_first(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    raw, is_told = context["connection"].connection, _told.get() is _begun_with.get()
    is_broken = raw.info.transaction_status == TransactionStatus.INERROR
    if is_told or is_broken or str(sql).lstrip().lower().startswith(_CHANGES_NOTHING):
        return execute(sql, params, many, context)
    # The settings live as long as the transaction: without one they would be forgotten before the change.
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        _begun_with.set(None)  # what it began with stands there no more
        Cursor(raw).execute(*setting(settings_of_change()))
        return execute(sql, params, many, context)
