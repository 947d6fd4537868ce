"""Where goals stand: the one place that joins rows to the arithmetic of `goals.progress`.

Everything that shows a goal's numbers asks here, for all goals of a page at once: the number of queries does not
depend on how many there are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from goals import progress
from goals.measures import scope_of
from goals.models import CheckIn, Goal, GoalForecast, Milestone, TargetRevision
from goals.progress import CADENCE_KINDS, ONE, Promise, Status, TargetType
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, last_entry_dates, rules_of, values
from kpis.periods import Window, split
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Organization

ONE_DAY = dt.timedelta(days=1)
# A forecast of yesterday says more than none; an older one has been left behind by a clock that stands still.
FORECAST_LASTS = dt.timedelta(days=1)
# What is stored of a goal when it is closed has fewer digits than what was reckoned.
ROUNDED_AWAY = Decimal("0.000001")


@dataclass(frozen=True)
class Said:
    """The owner's latest check-in."""

    confidence: int
    date: dt.date
    note: str


@dataclass(frozen=True)
class Standing:
    """A goal at the end of a day. Values are in the KPI's unit, shares are fractions of one; None is not defined.

    `target` is the one in force that day, `window` the days over which the value was read, `tick` the share of the
    way that should be done by now, `periods` (held, full so far) of a goal to stay, `so_far` what its running
    period has brought.
    """

    status: Status
    target: Decimal | None = None
    window: Window | None = None
    value: Decimal | None = None
    expected: Decimal | None = None
    progress: Decimal | None = None
    attainment: Decimal | None = None
    pace: Decimal | None = None
    tick: Decimal | None = None
    needed_per_working_day: Decimal | None = None
    elapsed: Decimal = Decimal(0)
    days_left: int = 0
    forecast: GoalForecast | None = None
    periods: tuple[int, int] | None = None
    so_far: Decimal | None = None
    last_entry_on: dt.date | None = None
    last_check_in: Said | None = None

    @property
    def probability(self) -> Decimal | None:
        """Of meeting the target at the deadline."""
        return self.forecast.probability if self.forecast else None

    @property
    def last_news(self) -> dt.date | None:
        said = self.last_check_in.date if self.last_check_in else None
        return max((day for day in (self.last_entry_on, said) if day), default=None)


@dataclass(frozen=True)
class Told:
    """What the goals' own rows say beside the goals, by goal."""

    revisions: dict[int, list[TargetRevision]]
    milestones: dict[int, list[Milestone]]
    check_ins: dict[int, CheckIn]


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
        return reading.standing(numbers, self.told, self.entries.get(reading.source))


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


def standings(goals: Iterable[Goal], organization: Organization, today: dt.date) -> dict[int, Standing]:
    """By goal; of the same goals as `survey`."""
    found = survey(goals, organization, today)
    return found.standings(today, values(found.cells(today)))


def told_of(goals: Sequence[Goal]) -> Told:
    """Three queries."""
    pks = [goal.pk for goal in goals]
    revisions: dict[int, list[TargetRevision]] = defaultdict(list)
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for revision in TargetRevision.objects.filter(goal__in=pks).order_by("effective_on", "pk"):
        revisions[revision.goal_id].append(revision)
    for milestone in Milestone.objects.filter(goal__in=pks):
        milestones[milestone.goal_id].append(milestone)
    latest = CheckIn.objects.filter(goal__in=pks).order_by("goal", "-date", "-pk").distinct("goal")
    return Told(revisions, milestones, {said.goal_id: said for said in latest})


def promise_of(goal: Goal, told: Told | None = None) -> Promise:
    """What a complete goal promises, with the targets that it had before. Asks for its rows if they are not given."""
    told = told or told_of([goal])
    assert goal.kpi is not None
    assert goal.target is not None
    assert goal.start is not None
    assert goal.deadline is not None
    revisions = told.revisions.get(goal.pk, [])
    return Promise(
        target_type=TargetType(goal.target_type),
        accruing=goal.kpi.is_accruing,
        baseline=goal.baseline,
        target=revisions[0].old_target if revisions else goal.target,
        start=goal.start,
        deadline=goal.deadline,
        cadence=goal.kpi.cadence,
        milestones=tuple((milestone.date, milestone.value) for milestone in told.milestones.get(goal.pk, [])),
        # Of two revisions from the same day, the later one counts.
        revisions=tuple({revision.effective_on: revision.new_target for revision in revisions}.items()),
    )


@dataclass(frozen=True)
class Reading:
    """One goal on one day: which numbers it needs, and what they say."""

    goal: Goal
    promise: Promise
    calendar: WorkCalendar
    organization: Organization
    today: dt.date

    @property
    def source(self) -> tuple[Kpi, Scope]:
        """Whose entries are its news."""
        assert self.goal.kpi is not None
        return self.goal.kpi, scope_of(self.goal)

    @property
    def cells(self) -> list[Cell]:
        # A closed goal says what was stored when it was closed.
        if self.goal.state == Goal.State.CLOSED:
            return []
        windows = (self.window, *self.periods, *([self.under_way] if self.under_way else []))
        return [self._cell(window) for window in windows]

    @cached_property
    def window(self) -> Window:
        return progress.window_by(self.promise, self.calendar, self.today)

    @cached_property
    def periods(self) -> list[Window]:
        """The full periods so far by which a goal to stay is judged."""
        promise = self.promise
        if not promise.target_type.is_stay:
            return []
        whole = Window(promise.start, promise.deadline)
        pieces = split(CADENCE_KINDS[promise.cadence], whole, rules_of(self.organization), full_only=True)
        # Those that are over: what ends today may still be made good, or spoiled.
        return progress.full_periods(promise, pieces, self.calendar, self.today - ONE_DAY)

    @property
    def under_way(self) -> Window | None:
        """The period that is not over yet, of a total that must hold in each: nothing is judged by it."""
        promise = self.promise
        if not (promise.accruing and promise.target_type.is_stay and promise.start <= self.today <= promise.deadline):
            return None
        return progress.reading_window(promise, self.calendar, self.today)

    def _cell(self, window: Window) -> Cell:
        return Cell(*self.source, window)

    def standing(self, numbers: Mapping[Cell, Decimal | None], told: Told, last_entry_on: dt.date | None) -> Standing:
        said = told.check_ins.get(self.goal.pk)
        if self.goal.state == Goal.State.CLOSED:
            return self._closed(said)
        value = self._value(numbers, self.window)
        so_far = self._value(numbers, self.under_way) if self.under_way else None
        held = progress.count_held(self.promise, [(period, numbers[self._cell(period)]) for period in self.periods])
        judged = held if self.promise.target_type.is_stay else None
        measured = replace(self._measured(said), forecast=self._fresh_forecast)
        return self._reckoned(
            replace(measured, value=value, so_far=so_far, periods=judged, last_entry_on=last_entry_on)
        )

    def _value(self, numbers: Mapping[Cell, Decimal | None], window: Window) -> Decimal | None:
        value = numbers[self._cell(window)]
        if value is None and self.promise.accruing and self.today >= self.promise.start:
            return progress.ZERO  # a total to which nothing was added
        return value

    @property
    def _fresh_forecast(self) -> GoalForecast | None:
        forecast: GoalForecast | None = getattr(self.goal, "forecast", None)
        if forecast is None or not dt.timedelta(0) <= self.today - forecast.day <= FORECAST_LASTS:
            return None
        return forecast

    def _reckoned(self, standing: Standing) -> Standing:
        promise, calendar, today = self.promise, self.calendar, self.today
        value, held = standing.value, standing.periods
        expected = progress.expected(promise, calendar, today)
        return replace(
            standing,
            status=progress.status(
                promise,
                calendar,
                today,
                value=value,
                probability=standing.probability,
                periods_held=held,
                last_news=standing.last_news,
                is_running=self.goal.is_running,
            ),
            expected=expected,
            progress=progress.progress(promise, value, calendar, today, held),
            attainment=progress.attainment(promise, value, calendar, today, held),
            pace=progress.pace(value, expected, promise),
            tick=self._tick(expected),
            needed_per_working_day=progress.needed_per_working_day(promise, value, calendar, today),
        )

    def _closed(self, said: CheckIn | None) -> Standing:
        """What was stored when the goal was closed; the bar is drawn from it too."""
        goal, promise = self.goal, self.promise
        assert goal.closed_at is not None
        day = min(self.organization.today(goal.closed_at), promise.deadline)
        way = progress.progress(promise, goal.closing_value, self.calendar, day)
        return replace(
            self._measured(said),
            status=Status(goal.outcome),
            value=goal.closing_value,
            progress=goal.closing_attainment if promise.target_type.is_stay else way,
            attainment=goal.closing_attainment,
        )

    def _tick(self, expected: Decimal | None) -> Decimal | None:
        if self.promise.target_type.is_stay:
            return ONE if self.periods else None
        if self.today < self.promise.start or expected is None:
            return None
        return progress.progress(self.promise, expected, self.calendar, min(self.today, self.promise.deadline))

    def _measured(self, said: CheckIn | None) -> Standing:
        """What follows from the dates alone."""
        promise, today = self.promise, self.today
        return Standing(
            Status.NOT_STARTED,
            target=promise.target_on(min(today, promise.deadline)),
            window=self.window,
            elapsed=self.calendar.elapsed_share(promise.start, promise.deadline, today),
            days_left=max(0, (promise.deadline - today).days),
            last_check_in=Said(said.confidence, said.date, said.note) if said else None,
        )


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
