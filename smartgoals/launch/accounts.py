"""PostgreSQL refuses to run as root: the unprivileged account to use then, and folders that it can reach."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from smartgoals.launch.errors import LaunchError


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def can_reach(self, path: Path) -> bool:
        """Whether it may read the path and pass through every folder above it."""
        command = ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)]
        return subprocess.call(command, cwd="/", user=self.uid, group=self.gid, extra_groups=[]) == 0

    def give(self, path: Path, mode: int) -> None:
        os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def unprivileged() -> Account | None:
    """None where the current user will do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LaunchError(
        "You are root, PostgreSQL must not run as root, and no user 'postgres' or 'nobody' exists.\n"
        "Run the command as another user, or set DATABASE_URL to a server that runs already."
    )


def open_folder() -> Path:
    """A folder of ours that others may pass through, for what lies under closed homes such as /root."""
    folder = Path("/var/tmp") / f"smartgoals-{os.geteuid()}"
    folder.mkdir(mode=0o711, exist_ok=True)
    facts = folder.lstat()
    # Anyone may create names in /var/tmp; programs are started from here, so nobody else may have made it.
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise LaunchError(f"{folder} exists and is not a folder of yours alone. Remove it and try again.")
    folder.chmod(0o711)
    return folder


def reachable_copy(account: Account, name: str, sources: list[Path]) -> Path:
    """The folder that holds copies of the sources, made once."""
    target = open_folder() / name
    if target.exists():
        return target
    draft = target.with_name(f"{name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o755)
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, draft / source.name)
        else:
            shutil.copy(source, draft / source.name)
    for path in [draft, *draft.rglob("*")]:  # made under a strict umask, they would be closed to the account
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
    try:
        draft.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(draft)
    if not account.can_reach(target):
        raise LaunchError(f"The user {account.name} cannot reach {target}; is /var/tmp closed to it?")
    return target
