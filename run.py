#!/usr/bin/env python3
"""Prepares .venv from the locked requirements, then runs one of the project's commands in it.

Needs nothing but the standard library. Old versions of Python 3 must still be able to parse it, and to
say what is missing.
"""

import contextlib
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "smartgoals-stamp.json"
# The developer's lock holds the demo's packages at the same versions: a .venv made from it serves both.
LOCKS = {"demo": ROOT / "requirements-demo.txt", "dev": ROOT / "requirements-dev.txt"}
OLDEST = (3, 11)

# command: (which lock it needs, what runs)
COMMANDS = {
    "setup": ("dev", []),
    "demo": ("demo", ["-m", "smartgoals.launch", "demo"]),
    "manage": ("demo", ["-m", "smartgoals.launch", "manage"]),
    "test": ("dev", ["-m", "pytest", "-m", "not browser", "-n", "2", "--dist", "loadgroup"]),
    "chaos": ("dev", ["-m", "tests.chaos"]),
    "browser": ("dev", ["-m", "smartgoals.launch", "browser"]),
    "fuzz": ("dev", ["-m", "pytest", "tests/api/test_fuzz.py", "-n", "2"]),
    "check": ("dev", ["tools/check.py"]),
    "bench": ("dev", ["-m", "bench"]),
}


def say(line: str) -> None:
    print(line, flush=True)


def starts(program: str) -> bool:
    """A version manager's shim can stand on PATH with nothing behind it."""
    quiet = subprocess.DEVNULL
    return subprocess.call([program, "--version"], stdout=quiet, stderr=quiet) == 0


def newer_python() -> "str | None":
    """A newer interpreter on PATH, for machines whose python3 is too old."""
    for minor in range(19, OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031 - must parse on old versions
        if found and starts(found):
            return found
    return None


def require_platform() -> None:
    if os.name != "posix":
        sys.exit("SmartGoals runs on Linux and macOS. On Windows use WSL, or docker compose.")
    if sys.version_info < OLDEST:
        python = newer_python()
        if python:
            os.execv(python, [python, *sys.argv])
        sys.exit(
            "SmartGoals needs Python 3.11 or newer; this is %s.\n"  # noqa: UP031
            "Install one (Debian, Ubuntu: apt-get install python3.11 python3.11-venv), "
            "or say where it is: make demo PYTHON=/path/to/python3.11" % sys.version.split()[0]
        )


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def installed() -> "dict[str, str]":
    """What the stamp says was installed, per lock; empty where .venv is missing or half made."""
    if not PYTHON.exists():
        return {}
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def stale(kind: str) -> bool:
    return installed().get(kind) != fingerprint(LOCKS[kind])


def lock_for(kind: str) -> str:
    """A .venv that already holds the developer's tools keeps them when the demo's packages change."""
    return "dev" if kind == "dev" or "dev" in installed() else "demo"


def find_uv() -> "str | None":
    uv = None if os.environ.get("NO_UV") else shutil.which("uv")
    return uv if uv and starts(uv) else None


def run(command: "list[str | Path]", **environment: str) -> None:
    result = subprocess.run([str(part) for part in command], env={**os.environ, **environment}, check=False)
    if result.returncode:
        sys.exit(
            "\nThe packages could not be installed (see above). Is the package index reachable?\n"
            "Nothing is broken: run the same command again."
        )


def install_with_uv(uv: str, lock: Path, *, keep: bool) -> None:
    if not keep:
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
    # Compiled now, by all cores: where PYTHONDONTWRITEBYTECODE is set, every later start would do it again.
    sync: list[str | Path] = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", lock]
    run(sync, VIRTUAL_ENV=str(VENV))


def install_with_pip(lock: Path, *, keep: bool) -> None:
    if not keep:
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            sys.exit(
                "This Python cannot make virtual environments.\n"
                "Debian, Ubuntu: apt-get install python3-venv. Elsewhere: install uv. Then try again."
            )
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV])
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--no-deps", "--require-hashes", "-r", lock])


def install(kind: str) -> None:
    started = time.monotonic()
    before = installed()
    uv = find_uv()
    # Developer's tools can be added to a demo's .venv; anything else that changed makes a new one.
    keep = kind == "dev" and before.get("demo") == fingerprint(LOCKS["demo"])
    how = "with uv" if uv else "with pip: about a minute; with uv on PATH, seconds"
    say(f"packages   installing into .venv, once ({how})")
    STAMP.unlink(missing_ok=True)
    if uv:
        install_with_uv(uv, LOCKS[kind], keep=keep)
    else:
        install_with_pip(LOCKS[kind], keep=keep and (VENV / "bin" / "pip").exists())
    kinds = ("demo", "dev") if kind == "dev" else ("demo",)
    STAMP.write_text(json.dumps({one: fingerprint(LOCKS[one]) for one in kinds}))
    say(f"packages   installed in {time.monotonic() - started:.1f} s")


@contextlib.contextmanager
def one_at_a_time() -> "Iterator[None]":
    """Two commands started together must not both build .venv."""
    import fcntl

    with LOCKS["demo"].open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def prepare(kind: str) -> None:
    if not stale(kind):
        return
    with one_at_a_time():
        if stale(kind):
            install(lock_for(kind))


def main() -> None:
    require_platform()
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit("usage: run.py {} [ARGUMENTS]".format(" | ".join(COMMANDS)))
    kind, command = COMMANDS[sys.argv[1]]
    os.chdir(ROOT)
    prepare(kind)
    if command:
        # make hands its variables on in the environment: make test ARGS="-k formula"
        arguments = sys.argv[2:] + shlex.split(os.environ.pop("ARGS", ""))
        os.execv(PYTHON, [str(PYTHON), *command, *arguments])
    say("packages   .venv is current")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
