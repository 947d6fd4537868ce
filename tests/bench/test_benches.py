"""Every bench runs on small data, says what it must, and leaves nothing behind. Its figures are for people to judge."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from smartgoals.launch.processes import ROOT

# Each starts servers of its own: one worker does it for all of this file.
pytestmark = pytest.mark.xdist_group("benches")


def bench(*arguments: str, folder: str = "/tmp") -> subprocess.CompletedProcess[str]:
    command, environment = [sys.executable, "-m", "bench", *arguments], {**os.environ, "TMPDIR": folder}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)


CASES = [("rollups", 3000), ("value", 40_000), ("entries", 3000), ("coach", 3000), ("reminders", 320)]


@pytest.mark.parametrize(("name", "rows"), CASES)
def test_bench_ends_with_one_line_for_programs(name: str, rows: int) -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o711)
    done = bench(name, "--quick", "--rows", str(rows), folder=str(folder))
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["bench"] == name
    assert last["rows"] == rows
    assert last["runs"] >= 5
    assert last["ratio"] > 0
    assert last["product_s"] > 0
    assert last["limit_s"] > 0
    folder.rmdir()  # which an error forbids where anything was left


def test_too_little_to_measure_is_refused() -> None:
    done = bench("rollups", "--rows", "10")
    assert done.returncode == 2
    assert "at least 1,000 rows" in done.stderr
