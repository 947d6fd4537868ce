"""Stops a family's processes when whoever started them is gone without a word (kill -9, out of memory).

Runs as a script of its own, standard library only. Reads lines from a pipe whose other end only the starter
holds: "+PID SIGNAL" for a process that was started, "-PID" for one that has ended. When the pipe closes, it stops
those that are left.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_S = 5.0


def group_lives(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def stop_groups(wards: dict[int, int], patience_s: float = PATIENCE_S) -> None:
    """Asks each process to stop by its own signal, then ends what is left of its group."""
    for pid, number in wards.items():
        with contextlib.suppress(OSError):
            os.kill(pid, number)
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and any(map(group_lives, wards)):
        time.sleep(0.05)
    for pid in filter(group_lives, wards):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def main() -> None:
    # It must outlive the terminal's Ctrl-C, and whoever ends the family by name.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    wards: dict[int, int] = {}
    for line in sys.stdin:
        pid, *rest = line[1:].split()
        if line.startswith("+"):
            wards[int(pid)] = int(rest[0])
        else:
            wards.pop(int(pid), None)
    stop_groups(wards)


if __name__ == "__main__":
    main()
