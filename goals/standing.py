"""Where goals stand, reckoned for many at once: the number of queries does not depend on how many there are."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from goals.measures import scope_of
from goals.models import Goal
from goals.progress import Status
from goals.reading import Reading, Standing, promise_of
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

    def reading(self, goal: Goal, today: dt.date) -> "Reading":
        """Of a complete goal."""
        promise = promise_of(goal, self.told)
        return Reading(goal, promise, self.calendars[goal.member_id], self.organization, today)

    def cells(self, today: dt.date) -> list[Cell]:
        return [cell for goal in self.goals if goal.is_complete for cell in self.reading(goal, today).cells]

    def standings(self, today: dt.date, numbers: Mapping[Cell, Decimal | None]) -> dict[int, Standing]:
        """By goal. `numbers` holds at least the `cells` of that day."""
        return {goal.pk: self._standing(goal, today, numbers) for goal in self.goals}

    def _standing(self, goal: Goal, today: dt.date, numbers: Mapping[Cell, Decimal | None]) -> Standing:
        if not goal.is_complete:
            return Standing(Status.NOT_STARTED, target=goal.target)
        reading = self.reading(goal, today)
        news = self.entries.get(reading.source) if goal.is_running else None
        return reading.standing(numbers, self.told, news)


def survey(goals: Iterable[Goal], organization: Organization, today: dt.date) -> Survey:
    """Give goals that came `with_names()`, so that no KPI and no forecast is fetched one by one."""
    asked = tuple(goals)
    complete = [goal for goal in asked if goal.is_complete]
    sources = ((goal.kpi, scope_of(goal)) for goal in complete if goal.kpi and goal.is_running)
    return Survey(
        goals=asked,
        organization=organization,
        calendars=calendar_of(organization, {goal.member_id for goal in complete if goal.member_id}),
        told=told_of(complete),
        entries=last_entry_dates(sources, today),
    )


def reckon(goals: Iterable[Goal], organization: Organization, today: dt.date) -> dict[int, Standing]:
    """By goal, from the numbers as they are now. Pages ask `goals.kept`, which asks here for what it has not stored."""
    found = survey(goals, organization, today)
    return found.standings(today, values(found.cells(today)))


def value_since_closing(goal: Goal, organization: Organization) -> Decimal | None:
    """What a closed goal's number is by now, where later entries have changed it; else None."""
    if goal.state != Goal.State.CLOSED or goal.outcome == Goal.Outcome.DROPPED:
        return None
    promise = promise_of(goal)
    calendar = calendar_of(organization, [goal.member_id] if goal.member_id else [])[goal.member_id]
    reading = Reading(goal, promise, calendar, organization, promise.deadline)
    cell = Cell(*reading.source, reading.window)
    now = values([cell])[cell]
    stored = goal.closing_value
    if now is None or (stored is not None and abs(now - stored) < ROUNDED_AWAY):
        return None
    return now
