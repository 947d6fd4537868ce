"""Product and limit in turns, so that whatever else the machine does falls on both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Medians in seconds over `runs` rounds. `ratio` is the median of the rounds' own ratios."""

    product_s: float
    limit_s: float
    ratio: float
    runs: int


Clock = Callable[[], float]


def timed(
    act: Callable[[], object], before: Callable[[], object] | None = None, clock: Clock = time.perf_counter
) -> float:
    """Seconds that `act` takes; what `before` does is not counted."""
    if before:
        before()
    started = clock()
    act()
    return clock() - started


def alternately(
    product: Callable[[], object],
    limit: Callable[[], object],
    runs: int,
    before: Callable[[], object] | None = None,
    clock: Clock = time.perf_counter,
) -> Pair:
    """Each round one of either, the first by turns: what one leaves in the caches serves the other as often.

    Pure functions of some milliseconds go by `time.process_time`: others' work on the machine is none of theirs.
    """
    times: list[tuple[float, float]] = []
    for n in range(runs):
        if n % 2:
            last = timed(limit, before, clock)
            first = timed(product, before, clock)
        else:
            first = timed(product, before, clock)
            last = timed(limit, before, clock)
        times.append((first, last))
    return pair_of(times)


def pair_of(times: list[tuple[float, float]]) -> Pair:
    """From (product, limit) of each round."""
    return Pair(
        product_s=statistics.median(product for product, _limit in times),
        limit_s=statistics.median(limit for _product, limit in times),
        ratio=statistics.median(product / limit for product, limit in times),
        runs=len(times),
    )
