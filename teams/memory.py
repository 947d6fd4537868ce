"""What a page that only reads asks for in many places: read once while it is made.

`TenantMiddleware` and the API's door open a memory around each GET: nothing that it holds can change in between.
Whatever writes runs without one, and reads anew.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from teams.tenancy import current_organization_id

T = TypeVar("T")
_memory: ContextVar[dict[tuple[int, Hashable], Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering(known: Mapping[Hashable, Any] | None = None) -> Iterator[None]:
    """Remember what is read inside for the current tenant, beginning with what is `known` already, here or outside."""
    tenant = current_organization_id()
    begun = {(tenant, key): value for key, value in (known or {}).items()}
    token = _memory.set({**(_memory.get() or {}), **begun})
    try:
        yield
    finally:
        _memory.reset(token)


def known(key: Hashable) -> Any:
    """What is remembered by this key; None for what was not asked for, and outside a memory."""
    return (_memory.get() or {}).get((current_organization_id(), key))


def keep(key: Hashable, value: Any) -> None:
    """What was read on the way to something else, for whoever asks for it by this key. Without a memory, nothing."""
    memory = _memory.get()
    if memory is not None:
        memory[current_organization_id(), key] = value


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives; inside `remembering` it is called once for each key. Nobody may change the value."""
    memory = _memory.get()
    if memory is None:
        return read()
    place = current_organization_id(), key
    if place not in memory:
        memory[place] = read()
    found: T = memory[place]
    return found
