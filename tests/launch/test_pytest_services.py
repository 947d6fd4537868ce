"""The plugin that gives every test run its servers, tried on small runs of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONNECTS = """
import os, psycopg, pytest
def test_servers():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("smartgoals_app",)
    assert os.environ["DATABASE_OWNER_URL"] != os.environ["DATABASE_URL"]
    assert os.environ["SMARTGOALS_ENV"] == "test"
"""
SKIPS = "import pytest\n@pytest.mark.skip\ndef test_skipped(): pass\n"
MODULE_SKIPS = "import pytest\npytest.importorskip('no_such_module')\n"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_known(): assert False\n"


def run_pytest(folder: Path, code: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").touch()
    (folder / "test_one.py").write_text(code)
    (folder / "test_two.py").write_text("def test_runs(): pass")
    inherited = {"CI", "SMARTGOALS_ENV", "PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"}
    environment = {key: value for key, value in os.environ.items() if key not in inherited}
    command = [sys.executable, "-m", "pytest", "-p", "smartgoals.launch.pytest_services", "-p", "no:django"]
    return subprocess.run(
        [*command, "-q", "-c", str(folder / "pytest.ini"), *options, str(folder)],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def no_servers_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("no_servers_given")
def test_every_run_has_servers_also_in_parallel(tmp_path: Path) -> None:
    result = run_pytest(tmp_path, CONNECTS, "-n", "2")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.usefixtures("no_servers_given")
def test_missing_server_stops_the_run_with_the_remedy(tmp_path: Path) -> None:
    result = run_pytest(tmp_path, CONNECTS, SMARTGOALS_SERVERS="installed", PATH=str(tmp_path))
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "There is no Redis or Valkey" in result.stderr or "There is no PostgreSQL" in result.stderr
    assert "The tests never run without" in result.stderr


@pytest.mark.parametrize(
    ("code", "on_ci", "status"),
    [
        (SKIPS, False, pytest.ExitCode.OK),
        (SKIPS, True, pytest.ExitCode.TESTS_FAILED),
        (MODULE_SKIPS, True, pytest.ExitCode.TESTS_FAILED),
        (EXPECTED_FAILURE, True, pytest.ExitCode.OK),
    ],
)
def test_skipped_test_fails_the_run_on_ci(tmp_path: Path, code: str, on_ci: bool, status: int) -> None:
    result = run_pytest(tmp_path, code, **({"CI": "true"} if on_ci else {}))
    assert result.returncode == status, result.stdout + result.stderr
