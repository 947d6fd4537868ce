"""Every process of the product, in one place: docker-compose, the demo and the tests run these commands.

python -m smartgoals.launch NAME            runs the process here
python -m smartgoals.launch healthy NAME    exit status 0 if the one that runs here is well
"""

import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
QUEUES = ("default", "mail", "imports")
# Celery's clock writes its file every three minutes; two missed writes are a clock that stands still.
CLOCK_LIMIT_S = 400.0


@dataclass(frozen=True)
class Place:
    """What differs between one machine and another."""

    bind: str
    var: Path
    host: str  # a name under which the web server answers


def place(environment: Mapping[str, str]) -> Place:
    return Place(
        bind=environment.get("BIND", f"127.0.0.1:{environment.get('PORT') or 8000}"),
        var=Path(environment.get("SMARTGOALS_VAR") or ROOT / "var"),
        host=(environment.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip("."),
    )


def web(here: Place) -> list[str]:
    command = [PYTHON, "-m", "gunicorn", "smartgoals.wsgi", f"--bind={here.bind}"]
    command += ["--worker-class=gthread", "--workers=2", "--threads=8"]
    # Without it one of the two workers can be given every kept-alive connection.
    command += ["--reuse-port"]
    # The program is loaded once, before the workers part: half the time to start, less memory.
    command += ["--preload"]
    command += ["--graceful-timeout=10", "--timeout=60", "--keep-alive=5", "--log-level=warning"]
    # Each worker is replaced in time, so that a slow leak in it cannot grow for ever.
    command += ["--max-requests=20000", "--max-requests-jitter=2000", "--no-control-socket"]
    # The workers' sign of life must not wait for a slow disk.
    return command + (["--worker-tmp-dir=/dev/shm"] if os.access("/dev/shm", os.W_OK) else [])


def worker(name: str, queues: tuple[str, ...], children: int) -> Callable[[Place], list[str]]:
    def command(_here: Place) -> list[str]:
        command = [PYTHON, "-m", "celery", "--app=smartgoals", "worker", f"--hostname={name}@%h"]
        command += [f"--queues={','.join(queues)}", f"--concurrency={children}", "--pool=prefork"]
        return [*command, "--without-gossip", "--without-mingle", "--loglevel=INFO"]

    return command


def clock_file(here: Place) -> Path:
    return here.var / "clock" / "schedule"


def beat(here: Place) -> list[str]:
    command = [PYTHON, "-m", "celery", "--app=smartgoals", "beat", f"--schedule={clock_file(here)}"]
    # A file with a process number would survive a crash and stop the next start.
    return [*command, "--pidfile=", "--loglevel=INFO"]


def migrate(_here: Place) -> list[str]:
    return [PYTHON, str(ROOT / "manage.py"), "migrate", "--no-input"]


PROCESSES: dict[str, Callable[[Place], list[str]]] = {
    "web": web,
    "worker-default": worker("default", ("default",), 2),
    "worker-mail": worker("mail", ("mail",), 2),
    "worker-imports": worker("imports", ("imports",), 1),
    # All queues in one, for a small machine and the demo.
    "worker": worker("all", QUEUES, 2),
    "beat": beat,
    "migrate": migrate,
}


def command(name: str, environment: Mapping[str, str]) -> list[str]:
    return PROCESSES[name](place(environment))


def prepare(name: str, environment: Mapping[str, str]) -> None:
    """What must be there before the process starts."""
    if name == "beat":
        clock_file(place(environment)).parent.mkdir(parents=True, exist_ok=True)


def web_answers(here: Place, path: str) -> bool:
    """Whether the web server answers 200 at the path."""
    host, _, port = here.bind.rpartition(":")
    host = "127.0.0.1" if host in {"", "0.0.0.0"} else host
    try:
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            request = f"GET {path} HTTP/1.1\r\nHost: {here.host}\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def clock_ticks(here: Place, now: float) -> bool:
    files = list(clock_file(here).parent.glob("schedule*"))
    return any(now - file.stat().st_mtime < CLOCK_LIMIT_S for file in files)


def healthy(name: str, environment: Mapping[str, str]) -> bool:
    here = place(environment)
    if name == "web":
        return web_answers(here, "/healthz")
    if name == "beat":
        return clock_ticks(here, time.time())
    return _worker_answers(name.removeprefix("worker-") if name != "worker" else "all")


def _worker_answers(name: str) -> bool:
    from smartgoals.celery import app

    destination = f"{name}@{socket.gethostname()}"
    return bool(app.control.ping(destination=[destination], timeout=10))
