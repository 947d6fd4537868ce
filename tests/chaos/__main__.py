"""The chaos suite: real servers and processes, hurt in every way that they will be hurt in.

python -m tests.chaos                    all rows
python -m tests.chaos C1 D2              these rows
python -m tests.chaos --defect NAME C1   one row with a protection switched off
DEFECTS=1 python -m tests.chaos          each protection switched off in turn; its row must turn red
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.chaos.report import Report
from tests.chaos.stack import Stack, running

Row = Callable[[Stack], Report]
NOTICED, BLIND, BROKEN = 1, 0, 3
HEAD = f"{'row':<5} {'':<6} {'sent':>6} {'lost':>5} {'twice':>5} {'recover':>8} {'took':>8}"


@dataclass(frozen=True)
class Guard:
    """A row, and the protection without which it must fail; `short` is the row with less of it."""

    row: Row
    defect: str = ""
    short: Row | None = None


def rows() -> dict[str, Guard]:
    from tests.chaos import clock_rows, ledger_rows, outbox_rows, server_rows

    return {
        "C1": Guard(outbox_rows.c1, "tell_before_sending", partial(outbox_rows.c1, kills=5)),
        "C2": Guard(outbox_rows.c2, "tell_before_sending"),
        "C3": Guard(outbox_rows.c3, "run_for_ever", partial(outbox_rows.c3, restarts=1, mails=10_000)),
        "C4": Guard(outbox_rows.c4, "queue_in_broker"),
        "C5": Guard(outbox_rows.c5, "queue_in_broker"),
        "C6": Guard(server_rows.c6, "publish_in_request"),
        "C7": Guard(server_rows.c7, "record_once"),
        "C8": Guard(clock_rows.c8, "heed_ticks_only"),
        "C9": Guard(clock_rows.c9, "no_unique_key"),
        "C10": Guard(outbox_rows.c10, "endless_lease"),
        "C11": Guard(outbox_rows.c11, "retry_everything"),
        "C14": Guard(server_rows.c14, "lazy_commits"),
        "D1": Guard(ledger_rows.d1, "read_modify_write"),
        "D2": Guard(ledger_rows.d2, "forget_requests"),
        "D3": Guard(ledger_rows.d3, "last_editor_wins"),
        "D5": Guard(ledger_rows.d5, "forget_before_reckoning"),
        "D6": Guard(clock_rows.d6, "fixed_offsets"),
        "D7": Guard(clock_rows.d7, "trust_own_clock"),
        "D8": Guard(ledger_rows.d8, "read_floats"),
    }


def look(name: str, row: Row, stack: Stack) -> Report:
    started = time.monotonic()
    try:
        report = row(stack)
    except Exception as error:
        # A row that breaks is a row that failed; the others go on.
        is_late = isinstance(error, TimeoutError)  # what was waited for never came: that is a row's answer too
        report = Report(problems=[f"{type(error).__name__}: {error}"], is_broken=not is_late)
    finally:
        stack.quiet()
    print(report.line(name, time.monotonic() - started), flush=True)
    return report


def run(names: list[str], defect: str = "") -> int:
    """The exit status: `NOTICED` where a row was red, `BROKEN` where one could not be run."""
    red = broken = 0
    with running(defect) as stack:
        for name, guard in rows().items():
            if not names or name in names:
                row = guard.short if defect and guard.short else guard.row
                report = look(name, row, stack)
                red, broken = red + (not report.is_green), broken + report.is_broken
    print(f"{red} rows red")
    return BROKEN if broken else NOTICED if red else BLIND


def run_defects(names: list[str]) -> int:
    """How many rows did not notice that their protection was gone. Each in a program of its own."""
    blind = []
    for name, guard in rows().items():
        if not guard.defect or (names and name not in names):
            continue
        print(f"without {guard.defect}:", flush=True)
        command = [sys.executable, "-m", "tests.chaos", "--defect", guard.defect, name]
        if subprocess.call(command, env={**os.environ, "DEFECTS": ""}) != NOTICED:
            blind.append(name)
    print(
        f"rows that did not notice: {', '.join(blind)}" if blind else "every row noticed that its protection was gone"
    )
    return len(blind)


def main(arguments: list[str]) -> int:
    print(HEAD, flush=True)
    if arguments[:1] == ["--defect"]:
        return run(arguments[2:], arguments[1])
    if os.environ.get("DEFECTS"):
        return run_defects(arguments)
    started = time.monotonic()
    status = run(arguments)
    print(f"{time.monotonic() - started:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
