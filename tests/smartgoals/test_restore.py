"""The way back from a dump: every row is there, the rows keep their walls, and no old mail leaves."""

import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from kpis import actions
from kpis.models import Kpi
from kpis.rollups import refresh_all
from reminders.holds import settle_down
from smartgoals.launch.binaries import allowed_sources, find_postgres
from smartgoals.launch.databases import with_database
from smartgoals.launch.processes import ROOT
from teams.tenancy import tenant
from tests.cast import TODAY, make_cast

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_WALLS = "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
_TRIGGERS = "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
_RIGHTS = """
SELECT relname, relrowsecurity, (SELECT array_agg(right_::text ORDER BY right_::text) FROM unnest(relacl) right_)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1
"""


def owner_url(name: str) -> str:
    return with_database(os.environ["DATABASE_OWNER_URL"], name)


def contents(url: str) -> dict[str, tuple[int, str | None]]:
    """Of each table how many rows it has, and a sum over all of them."""
    found = {}
    with psycopg.connect(url) as owner:
        for (table,) in owner.execute(_TABLES).fetchall():
            rows = f'SELECT t::text AS line FROM "{table}" t'
            query = f"SELECT count(*), md5(string_agg(line, E'\\n' ORDER BY line)) FROM ({rows}) held"
            found[table] = owner.execute(query).fetchone()
    return found  # type: ignore[return-value]


def rules(url: str) -> list[list[tuple[object, ...]]]:
    with psycopg.connect(url) as owner:
        return [owner.execute(query).fetchall() for query in (_WALLS, _TRIGGERS, _RIGHTS)]


def program(name: str, *arguments: str | Path) -> None:
    path = find_postgres(allowed_sources(os.environ.get("SMARTGOALS_SERVERS", "")), None).program(name)
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def restored(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The name of a database that was made from a dump of the one with rows in it."""
    cast = make_cast()
    with tenant(cast.acme.pk):
        actions.add_from_catalogue(["calls", "revenue"])
        for kpi in Kpi.objects.all():
            actions.log_entry(kpi=kpi, member=cast.bob, date=TODAY, value=Decimal(3), by=cast.bob.user)
    refresh_all(cast.acme.pk)
    settle_down()
    source, dump = connection.settings_dict["NAME"], tmp_path / "smartgoals.dump"
    name = f"{source}_restored"  # nobody else's, also on a server that is somebody's
    with psycopg.connect(owner_url("postgres"), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name}")
        try:
            program("pg_dump", "--format=custom", f"--file={dump}", owner_url(source))
            program("pg_restore", "--exit-on-error", f"--dbname={owner_url(name)}", dump)
            yield name
        finally:
            owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_everything_is_there_and_mail_is_held(restored: str) -> None:
    before, after = owner_url(connection.settings_dict["NAME"]), owner_url(restored)
    found = contents(after)
    assert found == contents(before)
    assert found["kpis_entry"][0] == found["kpis_rollup"][0] == 2
    assert rules(after) == rules(before)
    environment = {**os.environ, "DATABASE_URL": with_database(os.environ["DATABASE_URL"], restored)}

    def manage(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    is_held = "from reminders.holds import all_mail_is_held; print(all_mail_is_held())"
    manage("check_rollups")
    assert manage("shell", "--no-imports", "-c", is_held).strip() == "True"
    manage("release_mail")
    assert manage("shell", "--no-imports", "-c", is_held).strip() == "False"
