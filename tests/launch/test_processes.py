"""The table of processes, and how each is asked for its health."""

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartgoals.launch import __main__ as launch
from smartgoals.launch import browser, demo, processes
from smartgoals.launch.errors import LaunchError
from smartgoals.launch.home import Home
from smartgoals.launch.processes import Place


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.path == "/healthz" and self.headers["Host"] == "goals.example"
        self.send_response(200 if known else 400)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def options(name: str) -> set[str]:
    return set(processes.command(name, {"PORT": "8123", "SMARTGOALS_VAR": "/srv/var"}))


def test_web_listens_where_it_is_told() -> None:
    assert "--bind=127.0.0.1:8123" in options("web")
    assert "--bind=0.0.0.0:8000" in processes.command("web", {"BIND": "0.0.0.0:8000", "PORT": "9"})


def test_every_queue_has_a_worker_of_its_own_and_the_small_one_serves_all() -> None:
    for queue in processes.QUEUES:
        assert f"--queues={queue}" in options(f"worker-{queue}")
    assert "--queues=default,mail,imports" in options("worker")


def test_the_clock_keeps_its_file_with_the_data() -> None:
    assert "--schedule=/srv/var/clock/schedule" in options("beat")


def test_every_queue_that_tasks_go_to_is_served(settings: object) -> None:
    routes: dict[str, dict[str, str]] = getattr(settings, "CELERY_TASK_ROUTES")  # noqa: B009
    used = {route["queue"] for route in routes.values()} | {getattr(settings, "CELERY_TASK_DEFAULT_QUEUE")}  # noqa: B009
    assert used == set(processes.QUEUES)


def test_application_role_has_the_name_that_grants_use(settings: object) -> None:
    from smartgoals.launch.databases import APP_ROLE

    assert getattr(settings, "APP_ROLE") == APP_ROLE  # noqa: B009


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("goals.example", "/healthz", True),
        ("goals.example", "/elsewhere", False),
        ("localhost", "/healthz", False),
    ],
)
def test_web_is_healthy_if_it_answers_under_an_allowed_name(server: int, host: str, path: str, expected: bool) -> None:
    here = processes.place({"BIND": f"0.0.0.0:{server}", "ALLOWED_HOSTS": f".{host}, other.example"})
    assert processes.web_answers(here, path) is expected


def test_web_is_ill_if_nobody_listens() -> None:
    assert not processes.web_answers(Place("127.0.0.1:1", Path("/nowhere"), "localhost"), "/healthz")


@pytest.mark.parametrize(("age_s", "expected"), [(10, True), (399, True), (401, False)])
def test_clock_is_healthy_while_it_writes(tmp_path: Path, age_s: int, expected: bool) -> None:
    here = Place("127.0.0.1:1", tmp_path, "localhost")
    assert not processes.clock_ticks(here, 1_000_000)
    file = tmp_path / "clock" / "schedule.db"
    file.parent.mkdir()
    file.touch()
    os.utime(file, (1_000_000, 1_000_000))
    assert processes.clock_ticks(here, 1_000_000 + age_s) is expected


@pytest.mark.parametrize("arguments", [[], ["wbe"], ["web", "extra"], ["healthy"], ["healthy", "wbe"]])
def test_misspelt_command_lists_the_right_ones(arguments: list[str]) -> None:
    with pytest.raises(LaunchError, match="worker-imports"):
        launch.main(arguments)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "๘๐๐๐x", "8000.0"])
def test_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(LaunchError, match="PORT must be a number"):
        demo.chosen_port({"PORT": port})


def test_port_in_use_is_refused_even_if_its_holder_shares_it() -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(LaunchError, match=rf"Port {port} is in use.*PORT={port + 1}"):
            demo.require_free_port(port)
    demo.require_free_port(port)


def test_fresh_never_erases_a_database_that_was_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FRESH", "1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/precious")
    (tmp_path / "mail").mkdir()
    with pytest.raises(LaunchError, match="DATABASE_URL names another one"):
        demo.erase_if_asked(Home(tmp_path))
    assert (tmp_path / "mail").exists()


class TestChromium:
    def test_first_on_path(self, tmp_path: Path) -> None:
        for name in ("google-chrome", "chromium"):
            (tmp_path / name).touch(mode=0o755)
        assert browser.find_chromium({"PATH": str(tmp_path)}) == str(tmp_path / "chromium")

    def test_chosen_one(self, tmp_path: Path) -> None:
        (tmp_path / "mine").touch(mode=0o755)
        assert browser.find_chromium({"CHROMIUM": str(tmp_path / "mine")}) == str(tmp_path / "mine")

    def test_none_says_how_to_get_one(self, tmp_path: Path) -> None:
        with pytest.raises(LaunchError, match="apt-get install chromium"):
            browser.find_chromium({"PATH": str(tmp_path)})

    def test_chosen_one_that_is_not_there_is_not_replaced_by_another(self, tmp_path: Path) -> None:
        (tmp_path / "chromium").touch(mode=0o755)
        with pytest.raises(LaunchError, match="no Chromium \\(/gone\\)"):
            browser.find_chromium({"CHROMIUM": "/gone", "PATH": str(tmp_path)})
