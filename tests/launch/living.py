"""Which processes still run. A zombie nobody has reaped yet does not."""

import os
import time
from pathlib import Path


def lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        try:
            return stat.read_text().rsplit(")", 1)[1].split()[0] not in {"Z", "X"}
        except (FileNotFoundError, ProcessLookupError):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def survivors(pids: list[int], within_s: float) -> list[int]:
    """Those that still live when the time is up; returns as soon as none does."""
    deadline = time.monotonic() + within_s
    while (left := [pid for pid in pids if lives(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
