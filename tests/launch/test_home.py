"""var/: one command at a time, secrets for this user only, the notice for make manage."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from smartgoals.launch.home import Busy, Home

HOLD = """
import sys, time
from pathlib import Path
from smartgoals.launch.home import Home
with Home(Path(sys.argv[1])).held("make demo"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_second_command_is_told_who_holds_the_data(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=rf"in use by: make demo \(process {holder.pid}\)"):
            Home(tmp_path).held("make manage").__enter__()
        holder.kill()
        holder.wait()
    with Home(tmp_path).held("make manage"):
        assert (tmp_path / "lock").read_text().startswith("make manage")


def test_notice_lasts_as_long_as_the_command(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.announced() is None
    with home.held("make demo"):
        home.announce({"DATABASE_URL": "postgresql://a@/b"})
        assert home.announced() == {"DATABASE_URL": "postgresql://a@/b"}
        assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    assert home.announced() is None


def test_secret_is_made_once_kept_private_and_replaced_by_a_given_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = home.secret("demo-password")
    assert len(first) >= 12
    assert home.secret("demo-password") == first
    assert home.secret("demo-password", given="my own words") == "my own words"
    assert home.secret("demo-password") == "my own words"
    assert stat.S_IMODE((tmp_path / "demo-password").stat().st_mode) == 0o600


def test_starting_over_erases_everything_but_the_lock(tmp_path: Path) -> None:
    home = Home(tmp_path)
    elsewhere = tmp_path.parent / "elsewhere"
    (elsewhere / "base").mkdir(parents=True)
    with home.held("make demo"):
        (tmp_path / "postgres").symlink_to(elsewhere)
        (tmp_path / "mail").mkdir()
        (tmp_path / "mail" / "1.eml").touch()
        home.secret("secret-key")
        home.erase()
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]
        assert not elsewhere.exists()
