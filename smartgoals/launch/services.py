"""PostgreSQL and Redis for the demo, the tests and the checks.

For each: the URL in the environment, else a program installed on this machine, else the one from the wheels.
Whoever calls never skips; without servers there is an error that says what to do.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from smartgoals.launch import binaries, databases, postgres, redis
from smartgoals.launch.children import Family

RUN_PREFIX = "smartgoals-"
# Long names of temporary folders (macOS) do not fit into a socket's address.
TEMPORARY = Path("/tmp")


@dataclass(frozen=True)
class Addresses:
    database_url: str
    database_owner_url: str
    redis_url: str
    description: str
    private: bool  # the database is ours alone, started for this command

    def environment(self, *, owner: bool = False) -> dict[str, str]:
        """For a process of the application; the owner's URL only for what changes tables."""
        variables = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}
        if owner:
            variables["DATABASE_OWNER_URL"] = self.database_owner_url
        return variables


class Services:
    """The servers of one command, stopped by its family.

    home: where the data is kept, and passwords. Not durable: data in a temporary folder, gone at the end.
    """

    def __init__(self, family: Family, home: Path, *, durable: bool) -> None:
        self.family = family
        self.home = home
        self.durable = durable
        self.sources = binaries.allowed_sources(os.environ.get("SMARTGOALS_SERVERS", ""))
        self.run: Path | None = None
        self._held: IO[str] | None = None

    def start(self) -> Addresses:
        self.home.mkdir(parents=True, exist_ok=True)
        _sweep_leftovers()
        self.run = Path(tempfile.mkdtemp(prefix=RUN_PREFIX, dir=TEMPORARY))
        self.run.chmod(0o711)  # the servers' account passes through; what is inside is closed
        self._held = (self.run / "lock").open("w")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        owner_url, app_url, database = self._database(self.run)
        redis_url, broker = self._redis(self.run)
        private = not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_OWNER_URL"))
        return Addresses(app_url, owner_url, redis_url, f"{database}, {broker}", private)

    def _database(self, run: Path) -> tuple[str, str, str]:
        app_url, owner_url = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
        if app_url and owner_url:
            return owner_url, app_url, "PostgreSQL (DATABASE_URL)"
        if given := owner_url or app_url:
            app_url = databases.derived_app_url(given, self.home / "app-role-password")
            return given, app_url, "PostgreSQL (DATABASE_URL)"
        where = postgres.cluster(self.home if self.durable else run, durable=self.durable)
        maintenance_url, found = postgres.start(
            self.family, where, run / "pg", self._log(run, "postgres"), self.sources
        )
        databases.create_database(maintenance_url)
        owner_url = databases.with_database(maintenance_url, databases.DATABASE)
        databases.create_app_role(owner_url, password=None)
        app_url = databases.with_user(owner_url, databases.APP_ROLE)
        return owner_url, app_url, f"PostgreSQL {found.version} ({found.source})"

    def _redis(self, run: Path) -> tuple[str, str]:
        if given := os.environ.get("REDIS_URL"):
            return given, "Redis (REDIS_URL)"
        url, found = redis.start(self.family, run / "redis", self._log(run, "redis"), self.sources)
        return url, f"{found.name} {found.version} ({found.source})"

    def _log(self, run: Path, name: str) -> Path:
        if not self.durable:
            return run / f"{name}.log"
        folder = self.home / "logs"
        folder.mkdir(exist_ok=True)
        log = folder / f"{name}.log"
        log.unlink(missing_ok=True)
        return log

    def clean_up(self) -> None:
        """Removes what the servers left behind; call it when they have stopped."""
        if self.run and self._held:
            shutil.rmtree(self.run, ignore_errors=True)
            self._held.close()
            self.run = None


@contextlib.contextmanager
def running(family: Family, home: Path, *, durable: bool) -> Iterator[Addresses]:
    services = Services(family, home, durable=durable)
    try:
        yield services.start()
    finally:
        family.stop()
        services.clean_up()


def _sweep_leftovers() -> None:
    """Removes the folders of commands that were killed. A living one holds the lock on its own."""
    for folder in TEMPORARY.glob(f"{RUN_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            with (folder / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
