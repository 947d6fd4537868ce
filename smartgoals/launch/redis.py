"""A private Redis or Valkey on a Unix socket. It keeps nothing: the database's rows are the queue."""

import contextlib
import shutil
import socket
from pathlib import Path
from urllib.parse import quote

from smartgoals.launch import accounts
from smartgoals.launch.accounts import Account
from smartgoals.launch.binaries import Redis, Source, find_redis
from smartgoals.launch.children import Family

START_LIMIT_S = 30.0


def _reachable(server: Redis, account: Account | None, folder: Path) -> Path:
    if account is None or server.source is Source.INSTALLED or account.can_reach(server.program):
        return server.program
    copy = folder / server.program.name
    shutil.copy(server.program, copy)
    account.give(copy, 0o500)
    return copy


def _answers(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        return connection.recv(7).startswith(b"+PONG")
    return False


def start(family: Family, folder: Path, log: Path, sources: tuple[Source, ...]) -> tuple[str, Redis]:
    """Starts the server and waits for it. Its URL as Celery reads it, and what was started."""
    server = find_redis(sources)
    account = accounts.unprivileged()
    folder.mkdir(mode=0o700)
    if account:
        account.give(folder, 0o700)
    path = folder / "redis.sock"
    command: list[str | Path] = [_reachable(server, account, folder), "--port", "0"]
    command += ["--unixsocket", path, "--unixsocketperm", "700", "--dir", folder]
    command += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    child = family.start(server.name, command, log=log, folder=Path("/"), account=account, is_server=True)
    family.wait_until(child, lambda: _answers(path), START_LIMIT_S)
    return f"redis+socket://{quote(str(path))}?virtual_host=0", server
