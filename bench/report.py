"""What a bench says: a table for people, and one line for programs."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from typing import Any

from bench.timing import Pair


def say(text: str = "") -> None:
    print(text, flush=True)


def doing(text: str) -> None:
    """Progress, apart from the result."""
    print(text, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        say("  ".join(cells).rstrip())
    say()


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def compared(name: str, pair: Pair, due: float) -> list[str]:
    """A row of: what, product, limit, ratio, due, verdict."""
    met = "met" if pair.ratio <= due else "MISSED"
    return [name, seconds(pair.product_s), seconds(pair.limit_s), f"{pair.ratio:.2f}", f"{due:g}", met]


COMPARED = ("", "product", "limit", "ratio", "due", "")


def figures(pair: Pair, due: float) -> dict[str, Any]:
    return {
        "product_s": round(pair.product_s, 5),
        "limit_s": round(pair.limit_s, 5),
        "ratio": round(pair.ratio, 3),
        "due": due,
        "runs": pair.runs,
    }


def machine(database: str) -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {database}"


def finish(result: dict[str, Any]) -> None:
    """The last line."""
    say(json.dumps(result))
