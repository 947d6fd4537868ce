"""A small supervisor for the tests: starts servers and stubborn children, prints their numbers, then waits.

python -m tests.launch.family_script HOME [servers]
"""

import sys
import time
from pathlib import Path

from smartgoals.launch import services
from smartgoals.launch.children import Family, Interrupted

# Has a child of its own, as gunicorn and Celery do, that the supervisor knows nothing of.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
# Ignores the polite signal, as a worker does that hangs in a task.
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


def text_of(log: Path) -> str:
    while not (text := log.read_text().strip()):
        time.sleep(0.02)
    return text


def main() -> None:
    home = Path(sys.argv[1])
    family = Family()
    family.heed_signals()
    numbers = []
    if "servers" in sys.argv:
        services.Services(family, home, durable=False).start()
    for name, code in (("parent", PARENT), ("stubborn", STUBBORN)):
        family.start(name, [sys.executable, "-c", code], log=home / f"{name}.log")
    numbers += [child.process.pid for child in family.children]
    numbers.append(int(text_of(home / "parent.log")))
    text_of(home / "stubborn.log")
    assert family._watchdog is not None
    print(*numbers, family._watchdog.pid, flush=True)
    try:
        while True:
            family.pause(0.05)
    except Interrupted:
        family.stop(patience_s=1.0)


if __name__ == "__main__":
    main()
