"""make demo: private servers, tables, example data, web server, worker and clock, all under one supervisor."""

import contextlib
import errno
import hashlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator

from smartgoals.launch import databases, processes, services
from smartgoals.launch.children import Child, Family, Interrupted, follow_parent
from smartgoals.launch.errors import LaunchError
from smartgoals.launch.home import Home
from smartgoals.launch.services import Addresses

READY_LIMIT_S = 180.0
# A shell made ready for production must not turn the demo into it, least of all its mail.
NOT_INHERITED = {"DATABASE_OWNER_URL", "BIND", "EMAIL_URL", "ALLOWED_HOSTS", "SECRET_KEY", "BEHIND_PROXY"}
SIGN_INS = {
    "manager@demo.example": "a sales manager",
    "rep@demo.example": "a sales rep",
    "admin@demo.example": "the administrator",
    "viewer@demo.example": "someone who only reads",
}


def say(line: str) -> None:
    # Whoever read the output may be gone by the time we stop; stopping matters more.
    with contextlib.suppress(OSError):
        print(line, flush=True)


@contextlib.contextmanager
def step(name: str, text: str) -> Iterator[None]:
    started = time.monotonic()
    say(f"{name:<10} {text} ...")
    yield
    say(f"{name:<10} done in {time.monotonic() - started:.1f} s")


def chosen_port(environment: dict[str, str]) -> int:
    text = environment.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LaunchError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def require_free_port(port: int) -> None:
    """The web server shares its port (--reuse-port), so it would not notice another one."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                raise LaunchError(f"Port {port} is for root only. Take one from 1024: make demo PORT=8000") from None
            except OSError as problem:
                if problem.errno == errno.EADDRINUSE:
                    raise LaunchError(
                        f"Port {port} is in use by another program. Choose another one: make demo PORT={port + 1}"
                    ) from None
                raise


def fingerprint(password: str) -> str:
    """Of everything that says what the database must hold before the demo is shown."""
    files = [processes.ROOT / "requirements-demo.txt", *processes.ROOT.glob("*/migrations/*.py")]
    digest = hashlib.sha256(password.encode())
    for file in sorted(files):
        digest.update(f"\n{file.relative_to(processes.ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


class Demo:
    def __init__(self, home: Home, port: int, family: Family) -> None:
        self.home = home
        self.port = port
        self.family = family
        self.address = f"http://localhost:{port}"
        self.password = ""
        self.environment: dict[str, str] = {}

    def prepare(self, addresses: Addresses) -> None:
        self.password = self.home.secret("demo-password", given=os.environ.get("DEMO_PASSWORD", ""))
        self.home.secret("secret-key")
        (self.home.folder / "static").mkdir(exist_ok=True)  # Django warns if nothing was ever collected there
        shared = {
            "SMARTGOALS_ENV": "demo",
            "SMARTGOALS_VAR": str(self.home.folder),
            "SECRET_KEY_FILE": str(self.home.folder / "secret-key"),
            "DJANGO_SETTINGS_MODULE": "smartgoals.settings",
            "PORT": str(self.port),
            "BASE_URL": self.address,
            "DEMO_PASSWORD": self.password,
            # The ready lines of the worker and the clock are information.
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
        }
        inherited = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
        self.environment = {**inherited, **shared, **addresses.environment()}
        self.home.announce({**shared, **addresses.environment(owner=True)})
        # Two more starts of Django are most of a warm start's time; they'd find nothing to do.
        wanted = fingerprint(self.password)
        if addresses.private and databases.prepared_for(addresses.database_owner_url) == wanted:
            say(f"{'data':<10} as the last time")
            return
        self._fill(addresses)
        if addresses.private:
            databases.set_prepared_for(addresses.database_owner_url, wanted)

    def _fill(self, addresses: Addresses) -> None:
        with step("tables", "bringing the database up to date"):
            owner = {**addresses.environment(owner=True), "SMARTGOALS_AS_OWNER": "1"}
            self._finish("migrate", processes.command("migrate", self.environment), owner)
        with step("data", "loading the demo organization, once"):
            self._finish("load_demo", [processes.PYTHON, str(processes.ROOT / "manage.py"), "load_demo"], {})

    def _start(self, name: str, command: list[str], more: dict[str, str]) -> Child:
        log = self.home.folder / "logs" / f"{name}.log"
        log.unlink(missing_ok=True)
        return self.family.start(
            name, command, log=log, environment={**self.environment, **more}, folder=processes.ROOT
        )

    def _finish(self, name: str, command: list[str], more: dict[str, str]) -> None:
        child = self._start(name, command, more)
        if self.family.finish(child):
            raise LaunchError(f"{name} failed. The end of {child.log}:\n{child.log_tail()}")

    def serve(self) -> None:
        with step("program", "starting web server, worker and clock"):
            children = []
            for name in ("web", "worker", "beat"):
                processes.prepare(name, self.environment)
                children.append(self._start(name, processes.command(name, self.environment), {}))
            web, worker, beat = children
            here = processes.place(self.environment)
            self.family.wait_until(web, lambda: processes.web_answers(here, "/healthz"), READY_LIMIT_S)
            self.family.wait_until(worker, lambda: " ready." in worker.log_tail(), READY_LIMIT_S)
            self.family.wait_until(beat, lambda: "beat: Starting" in beat.log_tail(), READY_LIMIT_S)

    def watch(self) -> None:
        """Until someone stops us; an error when a process ends by itself."""
        while not (ended := self.family.ended()):
            self.family.pause(0.2)
        child = ended[0]
        raise LaunchError(
            f"{child.name} has ended by itself (status {self.family.finish(child)}), so the rest is stopped.\n"
            f"The end of {child.log}:\n{child.log_tail()}"
        )

    def explain(self, seconds: float) -> None:
        say("")
        say(f"  Address   {self.address}")
        for number, (email, who) in enumerate(SIGN_INS.items()):
            say(f"  {'Sign in' if number == 0 else '':<9} {email:<22} {who}")
        say(f"  Password  {self.password}")
        say(f"  Mail      {self.address}/dev/mail/  (nothing leaves this machine)")
        say(f"  Data      {self.home.folder}  (kept; FRESH=1 starts over)")
        say(f"  Stop      Ctrl-C  (started in {seconds:.1f} s)")
        say("")
        say(f"ready {self.address}")


def erase_if_asked(home: Home) -> None:
    if os.environ.get("FRESH", "") in {"", "0"}:
        return
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_OWNER_URL"):
        raise LaunchError(
            "FRESH=1 erases the demo's own database only, and DATABASE_URL names another one.\n"
            "Empty that one yourself, or unset DATABASE_URL."
        )
    home.erase()
    say("fresh      the old data is erased")


def run(family: Family) -> None:
    started = time.monotonic()
    home = Home.of(os.environ)
    port = chosen_port(dict(os.environ))
    with home.held("make demo"):
        require_free_port(port)
        erase_if_asked(home)
        demo = Demo(home, port, family)
        with contextlib.ExitStack() as stack:
            with step("servers", "starting PostgreSQL and Redis"):
                addresses = stack.enter_context(services.running(family, home.folder, durable=True))
            say(f"{'':<10} {addresses.description}")
            demo.prepare(addresses)
            demo.serve()
            demo.explain(time.monotonic() - started)
            try:
                demo.watch()
            finally:
                say("\nstopping ...")


def main() -> int:
    if os.environ.get("MAKELEVEL"):
        # Started by make: when that is killed, nobody else could tell us to stop.
        follow_parent(signal.SIGTERM, os.getppid())
    family = Family()
    family.heed_signals()
    started = time.monotonic()
    try:
        run(family)
    except Interrupted:
        say(f"stopped after {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
