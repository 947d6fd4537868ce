"""The folder var/: one command at a time works on the data in it, and tells the others where its servers are."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from smartgoals.launch import postgres
from smartgoals.launch.errors import LaunchError
from smartgoals.launch.processes import ROOT


class Busy(LaunchError):
    """Another command works on the data."""


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._notice = folder / "demo.json"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Home":
        return cls(Path(environment.get("SMARTGOALS_VAR") or ROOT / "var").resolve())

    @contextlib.contextmanager
    def held(self, by: str) -> Iterator[None]:
        """Keeps every other command away from the data; the system lets go when this process ends, however."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.seek(0)
                raise Busy(
                    f"{self.folder} is in use by: {lock.read().strip() or 'another command'}.\n"
                    "Stop that one first, or give this one a folder of its own: SMARTGOALS_VAR=/some/folder"
                ) from None
            lock.truncate(0)
            lock.write(f"{by} (process {os.getpid()})\n")
            lock.flush()
            try:
                yield
            finally:
                self._notice.unlink(missing_ok=True)

    def announce(self, environment: Mapping[str, str]) -> None:
        """Tells `make manage` how to reach the servers."""
        self._write_private(self._notice, json.dumps({"process": os.getpid(), "environment": dict(environment)}))

    def announced(self) -> dict[str, str] | None:
        try:
            notice: dict[str, Any] = json.loads(self._notice.read_text())
            return dict(notice["environment"])
        except (OSError, ValueError, KeyError):
            return None

    def erase(self) -> None:
        """Everything but the lock."""
        postgres.remove(self.folder)
        for path in self.folder.iterdir():
            if path.name == "lock":
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def secret(self, name: str, *, given: str = "") -> str:
        """A secret kept in a file of this name, made when it's first asked for; a given one replaces it."""
        file = self.folder / name
        if given or not file.exists():
            self._write_private(file, given or secrets.token_urlsafe(12 if "password" in name else 48))
        return file.read_text().strip()

    @staticmethod
    def _write_private(file: Path, text: str) -> None:
        draft = file.with_name(f"{file.name}.draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(text)
        draft.rename(file)
