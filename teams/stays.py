"""Where a person is when: stays in teams, laid over one another. No database."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """In a team from a day to a day, both included; None is open."""

    team: int
    starts_on: dt.date | None
    ends_on: dt.date | None

    @property
    def first(self) -> dt.date:
        return self.starts_on or dt.date.min

    @property
    def last(self) -> dt.date:
        return self.ends_on or dt.date.max


def place(stays: Iterable[Stay], team: int | None, starts_on: dt.date | None, ends_on: dt.date | None) -> list[Stay]:
    """The stays after the person is in `team` (None: in none) in the given days, both included; what was there goes.

    Stays that meet in the same team become one. Raises ValueError for days that end before they start.
    """
    new = Stay(team or 0, starts_on, ends_on)
    if new.last < new.first:
        raise ValueError(f"a stay cannot end on {ends_on}, before its start on {starts_on}")
    rest = [part for stay in stays for part in _outside(stay, new)]
    return _joined(rest if team is None else [*rest, new])


def team_on(stays: Iterable[Stay], day: dt.date) -> int | None:
    return next((stay.team for stay in stays if stay.first <= day <= stay.last), None)


def _outside(stay: Stay, hole: Stay) -> list[Stay]:
    """What is left of the stay before and after the hole."""
    parts = []
    if stay.first < hole.first:
        parts.append(Stay(stay.team, stay.starts_on, min(stay.last, hole.first - ONE_DAY)))
    if stay.last > hole.last:
        parts.append(Stay(stay.team, max(stay.first, hole.last + ONE_DAY), stay.ends_on))
    return parts


def _joined(stays: list[Stay]) -> list[Stay]:
    joined: list[Stay] = []
    for stay in sorted(stays, key=lambda stay: stay.first):
        before = joined[-1] if joined else None
        if before and before.team == stay.team and before.last + ONE_DAY == stay.first:
            joined[-1] = Stay(stay.team, before.starts_on, stay.ends_on)
        else:
            joined.append(stay)
    return joined
