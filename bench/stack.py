"""The servers of a bench: a PostgreSQL and a Redis of its own, as the demo has, and data that is gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from smartgoals.launch import postgres, processes, services
from smartgoals.launch.children import Family
from smartgoals.launch.errors import LaunchError
from smartgoals.launch.services import Addresses

# A shell that is set up for an installation must not have its servers benched.
NOT_INHERITED = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "BIND", "ALLOWED_HOSTS", "BASE_URL")


@dataclass(frozen=True)
class Stack:
    family: Family
    home: Path
    addresses: Addresses

    def owner(self) -> psycopg.Connection[tuple[object, ...]]:
        """As the role that owns the tables, which row-level security doesn't hold; each statement commits. Without
        just-in-time compilation, as the product's role.
        """
        return psycopg.connect(self.addresses.database_owner_url, autocommit=True, options="-c jit=off")


@contextmanager
def started() -> Iterator[Stack]:
    """Servers that write as safely as an installation's, the product's tables, and Django made ready for them."""
    for name in NOT_INHERITED:
        os.environ.pop(name, None)
    home = Path(tempfile.mkdtemp(prefix="smartgoals-bench-"))
    home.chmod(0o711)
    family = Family()
    family.heed_signals()
    try:
        with services.running(family, home, durable=True) as addresses:
            _prepare(home, addresses)
            yield Stack(family, home, addresses)
    finally:
        postgres.remove(home)
        _remove(home)


def _remove(home: Path) -> None:
    """A process that is just ending may still write into it."""
    for _attempt in range(100):
        shutil.rmtree(home, ignore_errors=True)
        if not home.exists():
            return
        time.sleep(0.1)


def _prepare(home: Path, addresses: Addresses) -> None:
    os.environ.update(
        {
            "SMARTGOALS_ENV": "demo",
            "SMARTGOALS_VAR": str(home),
            "DJANGO_SETTINGS_MODULE": "smartgoals.settings",
            "SECRET_KEY": "of a bench, whose data nobody else sees",
            **addresses.environment(),
        }
    )
    owner = {**os.environ, **addresses.environment(owner=True), "SMARTGOALS_AS_OWNER": "1"}
    migrate = processes.command("migrate", owner)
    done = subprocess.run(migrate, cwd=processes.ROOT, env=owner, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LaunchError(f"The tables could not be made:\n{done.stdout}{done.stderr}")
    import django

    django.setup()
