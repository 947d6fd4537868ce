"""The whole product with its example data, as `make demo` starts it, on the servers of this test run."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a password for the walk"
# What belongs to the tests and must not reach the program; the addresses of the servers may.
NOT_INHERITED = ("SMARTGOALS_", "PYTEST_", "DJANGO_", "MAKE")


@dataclass(frozen=True)
class Stack:
    address: str
    database_url: str  # the owner's, whom row-level security does not bind


@contextlib.contextmanager
def running() -> Iterator[Stack]:
    port = _free_port()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(NOT_INHERITED)}
        process = subprocess.Popen(
            [sys.executable, "-m", "smartgoals.launch", "demo"],
            cwd=ROOT,
            env={**kept, "SMARTGOALS_VAR": folder, "PORT": str(port), "DEMO_PASSWORD": PASSWORD},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            _await_ready(process)
            yield Stack(f"http://localhost:{port}", os.environ["DATABASE_OWNER_URL"])
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


def _await_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    output = []
    for line in process.stdout:
        output.append(line)
        if line.startswith("ready"):
            return
    pytest.fail(f"the demo ended before it was ready:\n{''.join(output)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
