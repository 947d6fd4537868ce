"""make manage: one of Django's management commands on the demo's database."""

import os
import signal
import subprocess

from smartgoals.launch import databases, processes, services
from smartgoals.launch.children import Family
from smartgoals.launch.errors import LaunchError
from smartgoals.launch.home import Busy, Home

# These change tables, so they run as the role that owns them.
OWNERS_COMMANDS = {"migrate", "createcachetable", "dbshell", "flush", "sqlflush"}


def command(arguments: list[str]) -> list[str]:
    return [processes.PYTHON, str(processes.ROOT / "manage.py"), *arguments]


def for_command(environment: dict[str, str], arguments: list[str]) -> dict[str, str]:
    as_owner = bool(arguments) and arguments[0] in OWNERS_COMMANDS
    return {**os.environ, **environment, **({"SMARTGOALS_AS_OWNER": "1"} if as_owner else {})}


def in_foreground(arguments: list[str], environment: dict[str, str]) -> int:
    """Runs the command with our terminal. Ctrl-C is the command's; SIGTERM is handed on to it."""
    # Whatever it does, the next demo looks at its tables and data again.
    databases.set_prepared_for(environment["DATABASE_OWNER_URL"], None)
    process = subprocess.Popen(command(arguments), cwd=processes.ROOT, env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: process.send_signal(received))
    return process.wait()


def with_own_servers(home: Home, arguments: list[str]) -> int:
    family = Family()
    with services.running(family, home.folder, durable=True) as addresses:
        home.secret("secret-key")
        environment = {
            "SMARTGOALS_ENV": "demo",
            "SMARTGOALS_VAR": str(home.folder),
            "SECRET_KEY_FILE": str(home.folder / "secret-key"),
            **addresses.environment(owner=True),
        }
        if arguments[0] != "migrate":
            bring_up_to_date(environment)
        return in_foreground(arguments, for_command(environment, arguments))


def bring_up_to_date(environment: dict[str, str]) -> None:
    migrate = ["migrate", "--no-input", "--verbosity=0"]
    if subprocess.call(command(migrate), cwd=processes.ROOT, env=for_command(environment, migrate)):
        raise LaunchError("The database could not be brought up to date (see above).")


def main(arguments: list[str]) -> int:
    if not arguments:
        raise LaunchError('Say which command: make manage ARGS="check_rollups"')
    home = Home.of(os.environ)
    try:
        with home.held(f"make manage {arguments[0]}"):
            return with_own_servers(home, arguments)
    except Busy:
        environment = home.announced()
        if environment is None:
            raise
    return in_foreground(arguments, for_command(environment, arguments))
