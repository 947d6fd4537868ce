"""make check: everything that can be said about the code without running its tests. Reports all that fails.

python tools/check.py [NAME ...]    only the checks of these names
"""

import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smartgoals.launch import services  # noqa: E402 - this is a script, the project is found from its place
from smartgoals.launch.children import Family  # noqa: E402
from smartgoals.launch.errors import LaunchError  # noqa: E402

BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
# What a real installation sets. The secret is made up anew: none belongs into the repository.
PRODUCTION = {
    "SMARTGOALS_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "goals.example",
    "BASE_URL": "https://goals.example",
    "BEHIND_PROXY": "1",
}


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


CHECKS = (
    Check("mypy", (f"{BIN}/mypy",)),
    Check("ruff", (f"{BIN}/ruff", "check")),
    Check("format", (f"{BIN}/ruff", "format", "--check")),
    Check("templates", (f"{BIN}/djlint", "templates", "--lint", "--quiet")),
    Check("imports", (f"{BIN}/lint-imports", "--no-cache")),
    Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("translations", (sys.executable, "tools/translations.py", "check")),
    Check("deployment", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
)


@dataclass(frozen=True)
class Outcome:
    check: Check
    status: int
    output: str
    seconds: float


def run(check: Check, environment: dict[str, str]) -> Outcome:
    started = time.monotonic()
    result = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**environment, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, result.returncode, result.stdout.strip(), time.monotonic() - started)


def run_all(checks: tuple[Check, ...], environment: dict[str, str]) -> list[Outcome]:
    """All of them, two at a time, reported as they end."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for outcome in pool.map(lambda check: run(check, environment), checks):
            word = "FAILED" if outcome.status else "ok"
            print(f"{outcome.check.name:<13}{word:<7}{outcome.seconds:5.1f} s", flush=True)
            if outcome.status:
                print(outcome.output, end="\n\n", flush=True)
                failed.append(outcome)
    return failed


def main(names: list[str]) -> int:
    if unknown := set(names) - {check.name for check in CHECKS}:
        print(f"There is no check {', '.join(sorted(unknown))}: {', '.join(check.name for check in CHECKS)}")
        return 2
    chosen = tuple(check for check in CHECKS if not names or check.name in names)
    # Django's checks look at a real database, and the settings want an address before anyone asks for it.
    with services.running(Family(), ROOT / "var", durable=False) as addresses:
        environment = {**os.environ, "SMARTGOALS_ENV": "test", **addresses.environment(owner=True)}
        failed = run_all(chosen, environment)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} checks passed", end="")
    print(f"; failed: {', '.join(outcome.check.name for outcome in failed)}" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LaunchError as problem:
        sys.exit(str(problem))
