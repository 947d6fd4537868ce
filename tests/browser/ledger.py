"""What a flow left in the database, and waiting for it."""

import time
from collections.abc import Callable
from typing import Any

import psycopg

from tests.browser.stack import Stack

ENTRIES = """SELECT count(*) FROM kpis_entry e JOIN teams_user u ON u.id = e.created_by_id
WHERE u.email = %s AND e.voided_at IS NULL"""


def entries_of(stack: Stack, email: str) -> int:
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute(ENTRIES, [email]).fetchone()
    assert row is not None
    return int(row[0])


def eventually(what: str, check: Callable[[], Any], within_s: float = 60) -> Any:
    """The first true answer; one that comes late is one that came, as the machine may be busy."""
    deadline = time.monotonic() + within_s
    while not (found := check()):
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what}"
        time.sleep(0.2)
    return found
