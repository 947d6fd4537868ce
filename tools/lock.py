"""Writes the three locked requirements files from pyproject.toml.

    python tools/lock.py             add what pyproject.toml asks for, keep the other versions
    python tools/lock.py --upgrade   move every package to its newest version

Each file holds hashes for every platform and no address: it installs with pip and uv from any package index.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The widest file comes first; the narrower ones take their versions from it, so that one .venv serves all.
FILES = {
    "requirements-dev.txt": ("embedded", "dev"),
    "requirements-demo.txt": ("embedded",),
    "requirements.txt": (),
}
WIDEST = "requirements-dev.txt"


def compile_lock(name: str, extras: tuple[str, ...], options: list[str]) -> None:
    command = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--generate-hashes"]
    command += ["--python-version", "3.11", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    for extra in extras:
        command += ["--extra", extra]
    if name != WIDEST:
        command += ["--constraint", WIDEST]
    # Someone's local index settings must not choose the versions that everyone gets.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))}
    subprocess.run([*command, "--output-file", name, *options], cwd=ROOT, env=environment, check=True)
    print(f"{name}: {sum('==' in line for line in (ROOT / name).read_text().splitlines())} packages")


def main() -> None:
    for name, extras in FILES.items():
        compile_lock(name, extras, sys.argv[1:])


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError:
        sys.exit("make lock needs uv: pip install uv")
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
