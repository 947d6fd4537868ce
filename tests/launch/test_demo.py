"""make demo from start to stop, once, with everything real: what it prints, who may join, what it leaves behind."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demo import people
from smartgoals.launch.demo import SIGN_INS
from tests.launch.living import survivors

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = [sys.executable, "-m", "smartgoals.launch"]
FIRST_PASSWORD, SECOND_PASSWORD = "a password of my own", "another password"
START_LIMIT_S = 600  # seconds on a quiet machine, minutes on a very busy one
pytestmark = pytest.mark.xdist_group("demo")  # one demo for the whole class, not one per worker


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Demo:
    home: Path
    port: int = field(default_factory=free_port)
    output: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        # As in a new shell: neither the tests' servers nor their settings.
        strange = ("DATABASE_", "REDIS_", "SMARTGOALS_", "PYTEST_", "DJANGO_", "MAKE")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(strange)}
        return {**kept, "SMARTGOALS_VAR": str(self.home), "PORT": str(self.port), **more}

    def start(self, command: list[str], **more: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        self.output = ""
        for line in process.stdout:
            self.output += line
            if line.startswith("ready"):
                return process
        pytest.fail(f"the demo ended before it was ready:\n{self.output}")

    def run(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*LAUNCH, *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
        )


def may_sign_in(demo: Demo, password: str) -> bool:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://localhost:{demo.port}/account/login/"
    browser.open(address, timeout=30).read()
    token = next(cookie.value for cookie in jar if cookie.name == "csrf") or ""
    form = {"login": "rep@demo.example", "password": password, "csrfmiddlewaretoken": token}
    try:
        browser.open(address, urllib.parse.urlencode(form).encode(), timeout=30)
    except urllib.error.HTTPError:
        return False
    return any(cookie.name == "session" for cookie in jar)


def descendants(pid: int) -> list[int]:
    """The process, its children, theirs and so on, in that order."""
    parents: dict[int, int] = {}
    for line in subprocess.check_output(["ps", "-eo", "pid=,ppid="], text=True).splitlines():
        child, parent = line.split()
        parents[int(child)] = int(parent)
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="class")
def demo(home: Path) -> Iterator[Demo]:
    demo = Demo(home)
    process = demo.start([*LAUNCH, "demo"], DEMO_PASSWORD=FIRST_PASSWORD)
    pids = descendants(process.pid)
    yield demo
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert survivors(pids, within_s=5) == []


@pytest.mark.timeout(START_LIMIT_S)
class TestRunning:
    def test_its_sign_ins_are_those_of_the_loaded_company(self) -> None:
        assert SIGN_INS.keys() == set(people.SIGN_INS)

    def test_prints_address_sign_ins_password_and_where_mail_is_read(self, demo: Demo) -> None:
        for text in (*SIGN_INS, FIRST_PASSWORD, f"http://localhost:{demo.port}/dev/mail/"):
            assert text in demo.output
        assert demo.output.splitlines()[-1] == f"ready http://localhost:{demo.port}"

    @pytest.mark.parametrize("path", ["/healthz", "/account/login/", "/dev/mail/"])
    def test_pages_answer(self, demo: Demo, path: str) -> None:
        with urllib.request.urlopen(f"http://localhost:{demo.port}{path}", timeout=30) as answer:
            assert answer.status == 200

    def test_second_demo_on_the_same_data_is_refused(self, demo: Demo) -> None:
        result = demo.run("demo", PORT=str(free_port()))
        assert result.returncode == 1
        assert re.search(r"in use by: make demo \(process \d+\)", result.stderr), result.stderr

    def test_second_demo_on_the_same_port_is_refused(self, demo: Demo, tmp_path: Path) -> None:
        result = demo.run("demo", SMARTGOALS_VAR=str(tmp_path))
        assert result.returncode == 1
        assert f"Port {demo.port} is in use" in result.stderr

    def test_manage_joins_the_running_servers(self, demo: Demo) -> None:
        result = demo.run("manage", "check", "--database", "default")
        assert result.returncode == 0, result.stdout + result.stderr

    def test_manage_hands_on_the_status_of_a_command_that_fails(self, demo: Demo) -> None:
        assert demo.run("manage", "no_such_command").returncode == 1

    def test_web_and_workers_run_as_the_role_that_owns_nothing(self, demo: Demo) -> None:
        query = "from django.db import connection as c; r = c.cursor(); r.execute('select current_user'); "
        result = demo.run("manage", "shell", "-v0", "-c", query + "print(r.fetchone()[0])")
        assert result.stdout.strip().splitlines()[-1] == "smartgoals_app"


@pytest.mark.timeout(START_LIMIT_S)
def test_later_starts(home: Path, tmp_path: Path) -> None:
    """One with a new password looks at the data again. One after it is warm, keeps the password, and once it is killed
    leaves the data whole.
    """
    demo = Demo(home)
    for password in (FIRST_PASSWORD, SECOND_PASSWORD):
        signs_in_with(demo, password)
    (tmp_path / "Makefile").write_text(f".PHONY: demo\ndemo:\n\t@{' '.join(LAUNCH)} demo\n")
    for victim in ("make", "supervisor"):
        leaves_nothing_when_killed(demo, ["make", "-f", str(tmp_path / "Makefile"), "demo"], victim)
    # With no demo running, manage starts the servers for itself; they recover the data.
    result = demo.run("manage", "check_rollups")
    assert result.returncode == 0, result.stdout + result.stderr


def signs_in_with(demo: Demo, password: str) -> None:
    process = demo.start([*LAUNCH, "demo"], DEMO_PASSWORD=password)
    try:
        assert "as the last time" not in demo.output
        assert f"Password  {password}\n" in demo.output
        assert may_sign_in(demo, password)
        assert may_sign_in(demo, FIRST_PASSWORD) is (password == FIRST_PASSWORD)
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def leaves_nothing_when_killed(demo: Demo, command: list[str], victim: str) -> None:
    process = demo.start(command)
    assert "as the last time" in demo.output
    assert f"Password  {SECOND_PASSWORD}\n" in demo.output
    pids = descendants(process.pid)
    assert len(pids) > 10
    os.kill(process.pid if victim == "make" else pids[1], signal.SIGKILL)
    process.wait(timeout=30)
    assert survivors(pids, within_s=30) == [], victim
