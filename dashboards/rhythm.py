"""How often who records: entries per week, for the weeks up to a day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject

from dashboards.focus import Focus
from kpis.models import Entry
from kpis.periods import PeriodRules, Window, period_of
from teams.models import Member
from teams.reach import Reach
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

    weeks: list[Window]
    pulses: list[Pulse]
    people: int

    @property
    def busiest(self) -> int:
        return max((count for pulse in self.pulses for count in pulse.counts), default=0)

    @property
    def rows(self) -> list[tuple[Member, list[Cell]]]:
        return [(pulse.member, [Cell(n, shade(n, self.busiest)) for n in pulse.counts]) for pulse in self.pulses]


def read_rhythm(focus: Focus, reach: Reach, rules: PeriodRules, day: dt.date) -> Rhythm:
    """Of who was here on that day; one query. Who only reads is left out; of very many, the quietest are shown."""
    weeks = weeks_before(day, rules)
    members = (
        Member.objects.visible_to(reach)
        .active(day)
        .filter(focus.members(Window(day, day)))
        .exclude(role=Role.VIEWER)
        .annotate(weeks=ArraySubquery(_counts(weeks)))
    )
    pulses = [Pulse(member, _in_order(vars(member)["weeks"])) for member in members]
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


def _counts(weeks: Sequence[Window]) -> QuerySet[Any, Any]:
    """Of one member: {"week": which, "count": how many} of the weeks with entries."""
    which = Case(
        *(When(date__lte=week.end, then=Value(n)) for n, week in enumerate(weeks)), output_field=IntegerField()
    )
    days = Q(date__gte=weeks[0].start, date__lte=weeks[-1].end)
    grouped = Entry.objects.counted().filter(days, member=OuterRef("pk")).order_by().annotate(week=which)
    return grouped.values("week").annotate(count=Count("pk")).values(found=JSONObject(week="week", count="count"))


def _in_order(found: Sequence[dict[str, int]]) -> tuple[int, ...]:
    counts: dict[int, int] = defaultdict(int, {week["week"]: week["count"] for week in found})
    return tuple(counts[n] for n in range(WEEKS))
