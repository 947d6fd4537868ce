"""make browser: the browser tests, on the Chromium of this machine."""

import os
import shutil
import sys
from collections.abc import Mapping

from smartgoals.launch.errors import LaunchError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium(environment: Mapping[str, str]) -> str:
    """The path of a Chromium: the one that CHROMIUM names, else the first on PATH."""
    chosen = environment.get("CHROMIUM")
    candidates = (chosen,) if chosen else NAMES
    for name in candidates:
        if found := shutil.which(name, path=environment.get("PATH")):
            return found
    raise LaunchError(
        f"There is no Chromium ({', '.join(candidates)}). The browser tests are not skipped; do one of these:\n"
        "  - install one (Debian: apt-get install chromium; macOS: brew install --cask chromium)\n"
        "  - say where it is: make browser CHROMIUM=/path/to/chromium"
    )


def main(arguments: list[str]) -> int:
    environment = {**os.environ, "CHROMIUM": find_chromium(os.environ)}
    command = [sys.executable, "-m", "pytest", "-m", "browser", *arguments]
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)
