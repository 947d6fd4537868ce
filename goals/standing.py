"""Where goals stand, reckoned for many at once: the number of queries does not depend on how many there are."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from goals.measures import scope_of
from goals.models import Goal
from goals.progress import Status
from goals.reading import Reading, Standing, promise_of
from goals.scorecard import parts_of, spread, together
from goals.told import Told, told_of
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, last_entry_dates, values
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Organization

# What is stored of a goal when it is closed has fewer digits than what was reckoned.
ROUNDED_AWAY = Decimal("0.000001")


@dataclass(frozen=True)
class Survey:
    """Goals with what their rows say, to be read on one day or on several.

    A page that needs other numbers beside theirs asks for all `cells` at once.
    """

    goals: tuple[Goal, ...]
    organization: Organization
    calendars: Mapping[int | None, WorkCalendar]
    told: Told
    entries: Mapping[tuple[Kpi, Scope], dt.date | None]
    parts: Mapping[int, Sequence[Goal]] = field(default_factory=dict)

    def reading(self, goal: Goal, today: dt.date) -> "Reading":
        """Of a complete goal."""
        promise = promise_of(goal, self.told)
        return Reading(goal, promise, self.calendars[goal.member_id], self.organization, today)

    def cells(self, today: dt.date) -> list[Cell]:
        read = [part for goal in self.goals for part in self.parts.get(goal.pk, [goal])]
        return [cell for goal in read if goal.is_complete for cell in self.reading(goal, today).cells]

    def standings(self, today: dt.date, numbers: Mapping[Cell, Decimal | None]) -> dict[int, Standing]:
        """By goal. `numbers` holds at least the `cells` of that day."""
        return {goal.pk: self._standing(goal, today, numbers) for goal in self.goals}

    def _standing(self, goal: Goal, today: dt.date, numbers: Mapping[Cell, Decimal | None]) -> Standing:
        parts = self.parts.get(goal.pk)
        if not parts:
            return self._read(goal, today, numbers)
        return together(goal, parts, [self._read(part, today, numbers) for part in parts])

    def _read(self, goal: Goal, today: dt.date, numbers: Mapping[Cell, Decimal | None]) -> Standing:
        if not goal.is_complete:
            return Standing(Status.NOT_STARTED, target=goal.target)
        reading = self.reading(goal, today)
        news = self.entries.get(reading.source) if goal.is_running else None
        return reading.standing(numbers, self.told, news)


def survey(goals: Iterable[Goal], organization: Organization, today: dt.date) -> Survey:
    """Give goals that came `with_names()`, so that no KPI and no forecast is fetched one by one."""
    asked = tuple(goals)
    parts = parts_of(asked)
    complete = [part for goal in asked for part in parts.get(goal.pk, [goal]) if part.is_complete]
    sources = ((goal.kpi, scope_of(goal)) for goal in complete if goal.kpi and goal.is_running)
    told = told_of(complete)
    # What is said about a scorecard is said about each of its lines.
    told.check_ins.update({part.pk: said for pk, said in list(told.check_ins.items()) for part in parts.get(pk, ())})
    return Survey(
        goals=asked,
        organization=organization,
        calendars=calendar_of(organization, {goal.member_id for goal in complete if goal.member_id}),
        told=told,
        entries=last_entry_dates(sources, today),
        parts=parts,
    )


def reckon(goals: Iterable[Goal], organization: Organization, today: dt.date) -> dict[int, Standing]:
    """By goal, from the numbers as they are now. Pages ask `goals.kept`, which asks here for what it has not stored."""
    found = survey(goals, organization, today)
    return found.standings(today, values(found.cells(today)))


def values_since_closing(goal: Goal, organization: Organization) -> list[tuple[Goal, Decimal]]:
    """What a closed goal's number is by now, where later entries have changed it; of a scorecard, of each line."""
    if goal.state != Goal.State.CLOSED or goal.outcome == Goal.Outcome.DROPPED:
        return []
    calendar = calendar_of(organization, [goal.member_id] if goal.member_id else [])[goal.member_id]
    parts = spread([goal])
    told, cells = told_of(parts), {}
    for part in parts:
        promise = promise_of(part, told)
        cells[part.pk] = Reading(part, promise, calendar, organization, promise.deadline).value_cell
    numbers = values(cells.values())
    found = [(part, number) for part in parts if (number := numbers[cells[part.pk]]) is not None]
    return [
        (part, now)
        for part, now in found
        if part.closing_value is None or abs(now - part.closing_value) >= ROUNDED_AWAY
    ]
