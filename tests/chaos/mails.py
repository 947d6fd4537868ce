"""Mail rows to be sent, and how they ended."""

import json
from collections import Counter

from tests.chaos.stack import Stack, wait_until

_SEED = """
    INSERT INTO reminders_message
        (key, kind, address, payload, due_at, expires_at, state, attempts, doubts, last_error, created_at)
    SELECT 'chaos:' || a, 'account', a, %s::jsonb, clock_timestamp() + %s::interval, NULL, 'pending', 0, 0, '', now()
    FROM unnest(%s::text[]) AS a
"""
LETTER = {"subject": "A goal", "text": "It is due.\n", "html": "<p>It is due.</p>", "language": "en", "headers": {}}


def addresses(row: str, number: int, fate: str = "fine") -> list[str]:
    """`fate.row.number@example.org`"""
    return [f"{fate}.{row}.{n}@example.org" for n in range(number)]


def seed(stack: Stack, wanted: list[str], *, due_in: str = "0 seconds") -> set[str]:
    stack.ask(_SEED, [json.dumps(LETTER), due_in, wanted])
    return set(wanted)


def states(stack: Stack, row: str) -> Counter[str]:
    found = stack.ask("SELECT state, count(*) FROM reminders_message WHERE address LIKE %s GROUP BY 1", [f"%.{row}.%"])
    return Counter(dict(found))


def state_of(stack: Stack, address: str) -> tuple[str, int, str]:
    """State, attempts, last error."""
    found = stack.ask("SELECT state, attempts, last_error FROM reminders_message WHERE address = %s", [address])
    return found[0][0], found[0][1], found[0][2]


def waiting(stack: Stack, row: str) -> int:
    counted = states(stack, row)
    return counted["pending"] + counted["sending"]


def await_end(stack: Stack, row: str, limit_s: float = 60.0) -> float:
    """Until no mail of the row waits any more; the seconds, or `limit_s` where some still do."""

    def has_ended() -> bool:
        stack.supervise()
        return not waiting(stack, row)

    try:
        return wait_until(has_ended, "the end of the queue", limit_s)
    except TimeoutError:
        return limit_s


def await_sent(stack: Stack, row: str, number: int, limit_s: float = 60.0) -> None:
    def are_sent() -> bool:
        stack.supervise()
        return len(stack.taken(row)) >= number

    wait_until(are_sent, f"{number} mails", limit_s, 0.05)
