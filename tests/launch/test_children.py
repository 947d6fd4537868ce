"""No process is left behind, however the command ends. Real processes, real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartgoals.launch import watchdog
from smartgoals.launch.children import Family
from smartgoals.launch.errors import LaunchError
from tests.launch.living import lives, survivors

ROOT = Path(__file__).resolve().parents[2]


def start_supervisor(tmp_path: Path, *options: str) -> tuple[subprocess.Popen[str], list[int]]:
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "tests.launch.family_script", str(tmp_path), *options],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.endswith("_URL")},  # servers of its own
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert supervisor.stdout is not None
    pids = [int(word) for word in supervisor.stdout.readline().split()]
    assert pids, "the supervisor did not start"
    assert all(map(lives, pids))
    return supervisor, pids


@pytest.fixture
def family() -> Iterator[Family]:
    family = Family()
    yield family
    family.stop(patience_s=2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_polite_signal_ends_the_whole_family(tmp_path: Path, number: signal.Signals) -> None:
    supervisor, pids = start_supervisor(tmp_path)
    supervisor.send_signal(number)
    assert supervisor.wait(timeout=20) == 0
    assert survivors(pids, within_s=5) == []


def test_a_signal_that_was_ignored_by_the_starting_script_is_heeded(tmp_path: Path) -> None:
    # A shell without job control starts "command &" with SIGINT ignored.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        supervisor, pids = start_supervisor(tmp_path)
    finally:
        signal.signal(signal.SIGINT, previous)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(timeout=20) == 0
    assert survivors(pids, within_s=5) == []


def test_killed_supervisor_leaves_neither_servers_nor_children_nor_watchdog(tmp_path: Path) -> None:
    supervisor, pids = start_supervisor(tmp_path, "servers")
    supervisor.kill()
    supervisor.wait(timeout=10)
    # The stubborn one gets the watchdog's whole patience before it is ended.
    assert survivors(pids, within_s=20) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux's kernel tells of a parent's death")
def test_killed_supervisor_and_watchdog_leave_no_server(tmp_path: Path) -> None:
    supervisor, pids = start_supervisor(tmp_path, "servers")
    *servers, parent, stubborn, grandchild, watchdog = pids
    os.kill(watchdog, signal.SIGKILL)
    supervisor.kill()
    supervisor.wait(timeout=10)
    assert len(servers) == 2
    try:
        assert survivors([*servers, parent], within_s=10) == []
    finally:
        for pid in filter(lives, (stubborn, grandchild)):
            os.kill(pid, signal.SIGKILL)


def test_number_that_came_back_with_a_stranger_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
        watchdog.stop_groups([watchdog.Ward(stranger.pid, signal.SIGTERM, "an earlier birth")], patience_s=0.1)
        assert stranger.poll() is None
        watchdog.stop_groups([watchdog.Ward(stranger.pid, signal.SIGTERM, watchdog.birth(stranger.pid))])
        assert stranger.wait(timeout=5) == -signal.SIGTERM


def test_stop_ends_what_a_killed_child_left(family: Family, tmp_path: Path) -> None:
    code = "import subprocess,time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
    log = tmp_path / "log"
    child = family.start("worker", [sys.executable, "-c", code], log=log)
    family.wait_until(child, lambda: log.read_text().endswith("\n"), 10)
    orphan = int(log.read_text())
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert lives(orphan)
    family.stop()
    assert survivors([orphan], within_s=5) == []


def test_programs_are_stopped_before_the_servers_they_use(family: Family, tmp_path: Path) -> None:
    # The program ends slowly; a server that went at once would end before it.
    code = "import signal,sys,time; signal.pthread_sigmask(signal.SIG_BLOCK, [15]); print('up', flush=True); "
    code += "signal.sigwait([15]); time.sleep(float(sys.argv[1])); open(sys.argv[2], 'a').write(sys.argv[3] + ' ')"
    ends = tmp_path / "ends"
    for name, delay_s, is_server in (("server", 0, True), ("program", 0.5, False)):
        command = [sys.executable, "-c", code, str(delay_s), str(ends), name]
        log = tmp_path / name
        child = family.start(name, command, log=log, is_server=is_server)
        while not log.read_text():
            family.wait_until(child, lambda: True, 10)
    family.stop()
    assert ends.read_text() == "program server "


def test_child_that_does_not_start_is_reported_with_its_last_words(family: Family, tmp_path: Path) -> None:
    child = family.start("web", ["sh", "-c", "echo no such port; exit 3"], log=tmp_path / "log")
    with pytest.raises(LaunchError, match="web did not start:\nno such port"):
        family.wait_until(child, lambda: False, 10)


def test_child_that_never_answers_is_reported(family: Family, tmp_path: Path) -> None:
    child = family.start("web", ["sleep", "600"], log=tmp_path / "log")
    with pytest.raises(LaunchError, match="web did not answer within 0 s"):
        family.wait_until(child, lambda: False, 0.1)


def test_second_signal_cuts_the_wait_short(family: Family, tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = "import signal,time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    child = family.start("deaf", [sys.executable, "-c", code], log=log)
    family.wait_until(child, lambda: bool(log.read_text()), 10)
    previous = signal.getsignal(signal.SIGALRM)
    signal.signal(signal.SIGALRM, family._interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    started = time.monotonic()
    try:
        family.stop(patience_s=60)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert time.monotonic() - started < 10
    assert child.process.returncode == -signal.SIGKILL
