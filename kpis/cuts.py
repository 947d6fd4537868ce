"""Windows that lie near each other, read as one stretch of days cut at their borders. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpis.periods import ONE_DAY, Window

# Reading on over so many days between two windows is cheaper than beginning anew.
GAP = timedelta(days=31)


@dataclass(frozen=True, eq=False)  # one is found by itself: its cuts would have to be read each time
class Stretch:
    """The days from `first` to `last`. Piece i (from 1) begins on the i-th of the `cuts`, and ends before the next."""

    first: date
    last: date
    cuts: tuple[date, ...]

    def pieces(self, window: Window) -> range:
        """The pieces that the window is made of; it must be one of those that the stretch was made for."""
        return range(bisect_left(self.cuts, window.start) + 1, bisect_left(self.cuts, window.end + ONE_DAY) + 1)


def stretches(windows: Iterable[Window]) -> dict[Window, Stretch]:
    """Each window with its stretch; those that are near share one, the earliest first.

    Windows end before the last day of all."""
    found: dict[Window, Stretch] = {}
    near: list[Window] = []
    for window in sorted(set(windows)):
        if near and window.start > max(each.end for each in near) + GAP:
            found |= _stretch(near)
            near = []
        near.append(window)
    return found | _stretch(near)


def _stretch(windows: Sequence[Window]) -> dict[Window, Stretch]:
    if not windows:
        return {}
    cuts = sorted({day for window in windows for day in (window.start, window.end + ONE_DAY)})
    stretch = Stretch(cuts[0], cuts[-1] - ONE_DAY, tuple(cuts))
    return dict.fromkeys(windows, stretch)
