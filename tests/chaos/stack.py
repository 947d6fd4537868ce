"""The product as real processes on servers of its own, and the ways to hurt them."""

import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

from smartgoals.launch import processes
from smartgoals.launch.accounts import Account
from smartgoals.launch.children import Child, Family
from smartgoals.launch.services import Addresses, Services
from tests.reminders.sink import free_port

START_LIMIT_S = 60.0
MAIL_WORKER, BEAT, WEB, WORKER = "worker-mail", "beat", "web", "worker-default"


class Machine(Family):
    """A family whose members can be killed and started again as they were."""

    def __init__(self) -> None:
        super().__init__()
        self.recipes: dict[str, tuple[Sequence[str | Path], dict[str, Any]]] = {}

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
        given = {"stop_signal": stop_signal, "environment": environment, "folder": folder, "account": account}
        self.recipes[name] = (command, {"log": log, "is_server": is_server, **given})
        return super().start(
            name,
            command,
            log=log,
            stop_signal=stop_signal,
            environment=environment,
            folder=folder,
            account=account,
            is_server=is_server,
        )

    def again(self, name: str) -> Child:
        command, given = self.recipes[name]
        return self.start(name, command, **given)

    def child(self, name: str) -> Child:
        return next(child for child in self.children if child.name == name)

    def kill(self, name: str) -> None:
        """The whole process group, without a word."""
        self._forget(self.child(name))

    def end(self, name: str, number: signal.Signals, limit_s: float = 60.0) -> float:
        """Asks it to stop; the seconds that it took."""
        child, started = self.child(name), time.monotonic()
        child.process.send_signal(number)
        while not child.ended() and time.monotonic() - started < limit_s:
            time.sleep(0.02)
        took = time.monotonic() - started
        self._forget(child)
        return took

    def signal_group(self, name: str, number: signal.Signals) -> None:
        os.killpg(self.child(name).process.pid, number)

    def children_of(self, name: str) -> list[int]:
        parent = str(self.child(name).process.pid)
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                if stat.read_text().rsplit(")", 1)[1].split()[1] == parent:
                    found.append(int(stat.parent.name))
        return found


class Stack:
    """One installation. `broker` and `database` are the names of the servers among the machine's children."""

    def __init__(self, folder: Path, defect: str) -> None:
        self.folder, self.defect = folder, defect
        self.machine = Machine()
        self.services = Services(self.machine, folder / "servers", durable=True)
        self.port, self.smtp_port = free_port(), free_port()
        self.log = folder / "taken.jsonl"
        self.addresses: Addresses
        self.revived = 0

    def boot(self) -> None:
        self.addresses = self.services.start()
        self.database, self.broker = (child.name for child in self.machine.children)
        os.environ.update(self.environment)
        import django

        django.setup()  # for the rows' own stories, and for the defect, which this program must have as well
        migrate = self._run("migrate", processes.command("migrate", self.environment), owner=True)
        if self.machine.finish(migrate):
            raise RuntimeError(migrate.log_tail())
        sink = [sys.executable, "-m", "tests.chaos.sink", str(self.smtp_port), str(self.log)]
        self._run("sink", sink)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SMARTGOALS_ENV": "demo",
            "SMARTGOALS_VAR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "PORT": str(self.port),
            "BASE_URL": f"http://localhost:{self.port}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}?tls=none",
            "CHAOS_DEFECT": self.defect,
            "LOG_LEVEL": "WARNING",
            **self.addresses.environment(),
        }

    def run(self, name: str, *, as_name: str = "", **more: str) -> Child:
        """Starts a process of the product; a second of its kind needs a name of its own."""
        environment = {**self.environment, **more}
        command = processes.command(name, environment)
        if as_name:
            own = {f"={name.removeprefix('worker-')}@": f"={as_name}@", "/clock/schedule": f"/clock/{as_name}"}
            for old, new in own.items():
                command = [part.replace(old, new) for part in command]
        processes.prepare(name, environment)
        return self._run(as_name or name, command, more=more)

    def _run(
        self, name: str, command: list[str], *, owner: bool = False, more: Mapping[str, str] | None = None
    ) -> Child:
        extra = {**self.addresses.environment(owner=True), "SMARTGOALS_AS_OWNER": "1"} if owner else {}
        return self.machine.start(
            name,
            command,
            log=self.folder / "logs" / f"{name}.log",
            environment={**os.environ, **self.environment, **extra, **(more or {})},
            folder=processes.ROOT,
        )

    def start(self, *names: str) -> None:
        for name in names:
            self.run(name)
        if WEB in names:
            self.await_web()

    def await_web(self) -> None:
        here = processes.place(self.environment)
        wait_until(lambda: processes.web_answers(here, "/healthz"), "the web server")

    def await_database(self) -> None:
        def answers() -> bool:
            with contextlib.suppress(psycopg.Error):
                return bool(self.ask("SELECT 1"))
            return False

        wait_until(answers, "the database")

    def ask(self, query: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """As the owner, whom row-level security does not bind."""
        with psycopg.connect(self.addresses.database_owner_url) as connection:
            cursor = connection.execute(query, given)
            return cursor.fetchall() if cursor.description else []

    def taken(self, prefix: str) -> Counter[str]:
        """How many copies of each mail the relay took, of the recipients with this word in their address."""
        found: Counter[str] = Counter()
        with contextlib.suppress(OSError):
            for line in self.log.read_text().splitlines():
                address = json.loads(line)["to"]
                found[address] += f".{prefix}." in address
        return +found

    def fail_connections(self, **faults: int) -> None:
        self.log.with_suffix(".faults").write_text(json.dumps(faults))

    def supervise(self) -> None:
        """Starts again what has ended by itself, as the supervisor of an installation does (`restart:` in compose)."""
        for child in self.machine.ended():
            self.machine.kill(child.name)
            self.machine.again(child.name)
            self.revived += 1

    def quiet(self) -> None:
        """Ends every process of the product; the servers and the sink stay."""
        servers = {self.broker, self.database, "sink"}
        for child in [child for child in self.machine.children if child.name not in servers]:
            self.machine.kill(child.name)

    def close(self) -> None:
        for name in (self.broker, self.database):
            with contextlib.suppress(StopIteration, ProcessLookupError):
                self.machine.signal_group(name, signal.SIGCONT)
        self.machine.stop()
        self.services.clean_up()


@contextlib.contextmanager
def running(defect: str = "") -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="chaos-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder), defect)
        try:
            stack.boot()
            yield stack
        finally:
            stack.close()


def wait_until(ready: Callable[[], bool], what: str, limit_s: float = START_LIMIT_S, step_s: float = 0.1) -> float:
    """The seconds that it took; TimeoutError where it never came."""
    started = time.monotonic()
    while not ready():
        if time.monotonic() - started > limit_s:
            raise TimeoutError(f"{what} did not come within {limit_s:.0f} s")
        time.sleep(step_s)
    return time.monotonic() - started
