"""The commands of `python -m smartgoals.launch`."""

import os
import sys
from collections.abc import Callable

from smartgoals.launch import processes
from smartgoals.launch.errors import LaunchError


def run_process(name: str) -> int:
    os.chdir(processes.ROOT)
    environment = dict(os.environ)
    if name == "migrate":
        from smartgoals.launch import databases

        databases.prepare_for_migrations(environment)
    processes.prepare(name, environment)
    command = processes.command(name, environment)
    sys.stdout.flush()
    os.execve(command[0], command, environment)


def healthy(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in processes.PROCESSES:
        raise LaunchError(f"usage: healthy NAME, one of {', '.join(processes.PROCESSES)}")
    return 0 if processes.healthy(arguments[0], os.environ) else 1


def demo(_arguments: list[str]) -> int:
    from smartgoals.launch import demo

    return demo.main()


def manage(arguments: list[str]) -> int:
    from smartgoals.launch import management

    return management.main(arguments)


def browser(arguments: list[str]) -> int:
    from smartgoals.launch import browser

    return browser.main(arguments)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "healthy": healthy,
    "demo": demo,
    "manage": manage,
    "browser": browser,
}


def main(arguments: list[str]) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in processes.PROCESSES and not rest:
        return run_process(name)
    if name in COMMANDS:
        return COMMANDS[name](rest)
    raise LaunchError(f"usage: python -m smartgoals.launch {' | '.join([*processes.PROCESSES, *COMMANDS])}")


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except LaunchError as problem:
        status = f"\n{problem}"  # type: ignore[assignment]  # sys.exit prints it and answers 1
    sys.exit(status)
