"""The load of the people of a focus: the hours that each has promised for the coming weeks, against those they work."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.people import Person
from goals.load import WeekLoad, load_by_week, weeks_of
from kpis.periods import Window
from teams.calendar import WorkCalendar
from teams.models import Member, Organization
from teams.reach import Reach
from web.collation import thai_key

WEEKS_AHEAD, WEEK = 4, dt.timedelta(days=7)
MOST_MEMBERS = 20


@dataclass(frozen=True)
class Burden:
    """A member's coming weeks."""

    member: Member
    weeks: list[WeekLoad]

    @property
    def fullest(self) -> Decimal:
        """The share of capacity in the fullest week; more than anything where there is work and no time for it."""
        return max((share_of(week) for week in self.weeks), default=Decimal(0))


@dataclass(frozen=True)
class Burdens:
    """`people` is how many have promised anything, `rows` those of them that are shown, by name."""

    weeks: Sequence[Window]
    rows: list[Burden]
    people: int


def weeks_ahead(today: dt.date, organization: Organization) -> list[Window]:
    """This week and those after it, whole."""
    return weeks_of(Window(today, today + (WEEKS_AHEAD - 1) * WEEK), organization.week_start)


def burdens_of(
    people: Sequence[Person],
    reach: Reach,
    weeks: Sequence[Window],
    calendars: Mapping[int | None, WorkCalendar],
    organization: Organization,
) -> Burdens:
    """Of those whom the reader leads, who else's hours are nobody's business; of very many, the fullest."""
    led = [person for person in people if person.works and reach.leads_member(person.member.pk)]
    found = [_burden(person, weeks, calendars[person.member.pk], organization) for person in led]
    found = [burden for burden in found if burden.fullest > 0]
    fullest = sorted(found, key=lambda burden: (-burden.fullest, thai_key(burden.member.name)))[:MOST_MEMBERS]
    return Burdens(weeks, sorted(fullest, key=lambda burden: thai_key(burden.member.name)), len(found))


def share_of(week: WeekLoad) -> Decimal:
    """Work in a week without a working day is beyond every measure."""
    return week.share if week.share is not None else Decimal("Infinity") if week.hours else Decimal(0)


def _burden(person: Person, weeks: Sequence[Window], calendar: WorkCalendar, organization: Organization) -> Burden:
    hours = person.member.weekly_hours or organization.weekly_hours
    window = Window(weeks[0].start, weeks[-1].end)
    found = load_by_week(person.works, window, calendar, hours, week_start=organization.week_start)
    return Burden(person.member, found)
