"""What a bench is asked for."""

import argparse
from dataclasses import dataclass

BENCHES = ("rollups", "value", "entries", "dashboard", "pages", "opening", "coach", "reminders")
FULL_ROWS, QUICK_ROWS = 5_000_000, 60_000
# Reminders are dearer than entries: each is a mail.
FULL_REMINDERS, QUICK_REMINDERS, LEAST_REMINDERS = 100_000, 800, 320
LEAST_ROWS, LEAST_RUNS = 1_000, 5


@dataclass(frozen=True)
class Options:
    rows: int
    runs: int
    quick: bool


def parse(arguments: list[str]) -> tuple[str, Options]:
    """The bench's name and its options. Ends the program with a message for what cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--quick", action="store_true", help="small data, under a minute")
    parser.add_argument(
        "--rows", type=int, help=f"entries, {FULL_ROWS:,} if not said; or reminders, {FULL_REMINDERS:,} if not said"
    )
    parser.add_argument("--runs", type=int, default=LEAST_RUNS, help=f"rounds of product and limit, {LEAST_RUNS}")
    given = parser.parse_args(arguments)
    full, quick, least = FULL_ROWS, QUICK_ROWS, LEAST_ROWS
    if given.name == "reminders":
        full, quick, least = FULL_REMINDERS, QUICK_REMINDERS, LEAST_REMINDERS
    rows = given.rows or (quick if given.quick else full)
    if rows < least or given.runs < LEAST_RUNS:
        parser.error(f"at least {least:,} rows and {LEAST_RUNS} runs, or the figures say nothing")
    return given.name, Options(rows, given.runs, given.quick)
