"""How often who records: entries per week, for the weeks up to a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.people import Person
from kpis.periods import PeriodRules, Window, period_of
from teams.models import Member
from teams.roles import Role
from web.collation import thai_key

WEEKS = 8
MOST_MEMBERS = 40
SHADES = 4


@dataclass(frozen=True)
class Pulse:
    """A member's entries in each week, the oldest first."""

    member: Member
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """`shade` is 0 for none to 4 for the busiest."""

    count: int
    shade: int


@dataclass(frozen=True)
class Rhythm:
    """`people` is how many are here now, `pulses` those of them that are shown."""

    weeks: Sequence[Window]
    pulses: list[Pulse]
    people: int

    @property
    def rows(self) -> list[tuple[Member, list[Cell]]]:
        busiest = max((count for pulse in self.pulses for count in pulse.counts), default=0)
        return [(pulse.member, [Cell(n, shade(n, busiest)) for n in pulse.counts]) for pulse in self.pulses]


def rhythm_of(people: Sequence[Person], weeks: Sequence[Window]) -> Rhythm:
    """Who only reads is left out; of very many, the quietest are shown."""
    pulses = [Pulse(person.member, person.counts) for person in people if person.member.role != Role.VIEWER]
    quietest = sorted(pulses, key=lambda pulse: (sum(pulse.counts), thai_key(pulse.member.name)))[:MOST_MEMBERS]
    return Rhythm(weeks, sorted(quietest, key=lambda pulse: thai_key(pulse.member.name)), len(pulses))


def weeks_before(day: dt.date, rules: PeriodRules) -> list[Window]:
    """The week of the day, up to that day, after the ones before it."""
    this = period_of("week", day, rules)
    starts = [this.start - n * dt.timedelta(days=7) for n in range(WEEKS - 1, -1, -1)]
    return [Window(start, min(start + dt.timedelta(days=6), day)) for start in starts]


def shade(count: int, busiest: int) -> int:
    """0 for none; the others in quarters of the busiest."""
    return -(-SHADES * count // busiest) if count else 0
