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
from dataclasses import dataclass

PATIENCE_S = 5.0


def birth(pid: int) -> str:
    """When the process with this number started, as Linux counts; empty if there is none, or on other systems."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""


@dataclass(frozen=True)
class Ward:
    """A process and its group, which has the same number."""

    pid: int
    stop_signal: int
    born: str

    def lives(self) -> bool:
        """Whether anyone of the group lives. A number can come back with a stranger who was born later."""
        if birth(self.pid) not in {"", self.born}:
            return False
        try:
            os.killpg(self.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def stop_groups(wards: list[Ward], patience_s: float = PATIENCE_S) -> None:
    """Asks each process to stop by its own signal, then ends what is left of its group."""
    for ward in filter(Ward.lives, wards):
        with contextlib.suppress(OSError):
            os.kill(ward.pid, ward.stop_signal)
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and any(map(Ward.lives, wards)):
        time.sleep(0.05)
    for ward in filter(Ward.lives, wards):
        with contextlib.suppress(OSError):
            os.killpg(ward.pid, signal.SIGKILL)


def main() -> None:
    # It must outlive the terminal's Ctrl-C, and whoever ends the family by name.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    wards: dict[int, Ward] = {}
    for line in sys.stdin:
        pid, *rest = map(int, line[1:].split())
        if line.startswith("+"):
            wards[pid] = Ward(pid, rest[0], birth(pid))
        else:
            wards.pop(pid, None)
    stop_groups(list(wards.values()))


if __name__ == "__main__":
    main()
