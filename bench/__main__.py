"""python -m bench NAME [--quick] [--rows N] [--runs N]"""

import importlib
import sys

from bench import stack
from bench.options import parse
from smartgoals.launch.children import Interrupted
from smartgoals.launch.errors import LaunchError


def main(arguments: list[str]) -> int:
    name, options = parse(arguments)
    with stack.started() as running:
        # Its modules import the product's models, so Django must be ready before.
        importlib.import_module(f"bench.{name}").run(running, options)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (LaunchError, Interrupted) as problem:
        sys.exit(str(problem) or "interrupted")
