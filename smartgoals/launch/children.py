"""Child processes that never outlive whoever started them.

Three nets, one below the other: an orderly stop; the kernel's parent-death signal (Linux), which works even when
all Python processes are killed at once; and a watchdog that ends whole process groups, on every system.
"""

import atexit
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from smartgoals.launch import watchdog
from smartgoals.launch.accounts import Account
from smartgoals.launch.errors import LaunchError

PR_SET_PDEATHSIG = 1


class Interrupted(Exception):
    """Someone asked the whole family to stop."""


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    log: Path
    is_server: bool = False

    def ended(self) -> bool:
        """Without reaping it: until then its number, which is also its group's, belongs to nobody else."""
        if self.process.returncode is not None:
            return True
        if not hasattr(os, "waitid"):  # macOS before Python 3.13
            return self.process.poll() is not None
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def log_tail(self, lines: int = 20) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


def follow_parent(number: signal.Signals, parent: int) -> None:
    """Has the kernel send this process a signal when its parent dies. Does nothing where the kernel can't."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), number)


def _before_exec(number: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()
    return lambda: follow_parent(number, parent)


class Family:
    """The processes that one command started. Not for use from several threads."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._interrupts = 0
        atexit.register(self.stop)

    def heed_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal become Interrupted, at the next pause.

        A handler that raised at once could do so between the start of a child and its entry in the list. Set
        explicitly, because a command started with & by a script inherits SIGINT ignored.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._interrupt)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._interrupts += 1

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)
        if self._interrupts:
            raise Interrupted

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        account: Account | None = None,
        is_server: bool = False,
    ) -> Child:
        # With given servers nothing has written a log before.
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # the terminal's Ctrl-C must reach only us: we stop them in order
                preexec_fn=_before_exec(stop_signal),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        child = Child(name, process, stop_signal, log, is_server)
        self.children.append(child)
        self._tell_watchdog(f"+{process.pid} {int(stop_signal)}\n")
        return child

    def wait_until(self, child: Child, ready: Callable[[], bool], limit_s: float) -> None:
        """Waits for a child that must stay; an error with the end of its log if it doesn't."""
        deadline = time.monotonic() + limit_s
        while not ready():
            if child.ended():
                raise LaunchError(f"{child.name} did not start:\n{child.log_tail()}")
            if time.monotonic() > deadline:
                raise LaunchError(f"{child.name} did not answer within {limit_s:.0f} s:\n{child.log_tail()}")
            self.pause(0.02)

    def ended(self) -> list[Child]:
        return [child for child in self.children if child.ended()]

    def finish(self, child: Child) -> int:
        """Waits for a child that ends by itself, and ends what it left behind; its exit status."""
        while not child.ended():
            self.pause(0.02)
        self._forget(child)
        return child.process.returncode

    def stop(self, patience_s: float = 15.0) -> None:
        """Stops the programs, then the servers that they used. A second signal cuts the wait short."""
        self._interrupts = 0
        for is_server in (False, True):
            self._stop([child for child in self.children if child.is_server is is_server], patience_s)
        if self._watchdog:
            self._close_watchdog(self._watchdog)
            self._watchdog = None
        atexit.unregister(self.stop)

    def _stop(self, children: list[Child], patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        for child in children:
            if not child.ended():
                child.process.send_signal(child.stop_signal)
        for child in children:
            while not child.ended() and time.monotonic() < deadline and not self._interrupts:
                time.sleep(0.02)
            self._forget(child)

    def _forget(self, child: Child) -> None:
        # Its own children can be left when it was killed the hard way; they share its process group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self.children.remove(child)
        self._tell_watchdog(f"-{child.process.pid}\n")

    def _tell_watchdog(self, line: str) -> None:
        if self._watchdog is None:
            # -I and -S: it must start in milliseconds and survive any environment.
            self._watchdog = subprocess.Popen(
                [sys.executable, "-I", "-S", watchdog.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        assert self._watchdog.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._watchdog.stdin.write(line.encode())
            self._watchdog.stdin.flush()

    @staticmethod
    def _close_watchdog(process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
