"""The ramp of new members: which share of a full target their first months are held to. Pure."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from kpis.periods import Window
from teams.calendar import WorkCalendar

ONE_DAY = dt.timedelta(days=1)
ZERO, ONE = Decimal(0), Decimal(1)


def ramp_share(joined_on: dt.date | None, window: Window, ramp: Sequence[int], calendar: WorkCalendar) -> Decimal:
    """Between 0 and 1: the mean over the window's working days of the share in force on each.

    `ramp` holds percentages for the first months since joining; days before joining count nothing. Without a ramp, or
    without a day of joining, it is 1.
    """
    if joined_on is None or not ramp:
        return ONE
    whole = calendar.working_days_between(window.start, window.end)
    if not whole:
        return ONE
    edges = [joined_on, *(months_after(joined_on, number) for number in range(1, len(ramp) + 1))]
    held = sum(
        (
            Decimal(share) / 100 * _days(Window(start, end - ONE_DAY), window, calendar)
            for start, end, share in zip(edges, edges[1:], ramp, strict=False)
        ),
        ZERO,
    )
    if edges[-1] <= window.end:
        held += calendar.working_days_between(max(edges[-1], window.start), window.end)
    return held / whole


def _days(step: Window, window: Window, calendar: WorkCalendar) -> int:
    shared = step.overlap(window)
    return calendar.working_days_between(shared.start, shared.end) if shared else 0


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the month's last day where it has none."""
    index = day.year * 12 + day.month - 1 + months
    first = dt.date(index // 12, index % 12 + 1, 1)
    after = dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + (day.day - 1) * ONE_DAY, after - ONE_DAY)
