"""One goal on one day: which numbers it needs, and where it stands by them.

The one place that joins rows to the arithmetic of `goals.progress`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from goals import progress
from goals.measures import scope_of
from goals.models import CheckIn, Goal
from goals.progress import CADENCE_KINDS, ONE, Promise, Status, TargetType
from goals.scorecard import Line
from goals.stored import GoalForecast
from goals.told import Told, told_of
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, rules_of
from kpis.periods import Window, split
from teams.calendar import WorkCalendar
from teams.models import Organization

ONE_DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
# A weekly rate is what the last four weeks brought.
RATE_DAYS = 28
SPARK_POINTS = 8
# A forecast of yesterday says more than none; an older one has been left behind by a clock that stands still.
FORECAST_LASTS = dt.timedelta(days=1)


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
    period has brought, `pace_before` the pace of a week ago, `doing_per_week` what a working week of the last four has
    brought to a running total, `spark` a few values from the start to that day.
    """

    status: Status
    target: Decimal | None = None
    window: Window | None = None
    value: Decimal | None = None
    expected: Decimal | None = None
    progress: Decimal | None = None
    attainment: Decimal | None = None
    pace: Decimal | None = None
    pace_before: Decimal | None = None
    tick: Decimal | None = None
    needed_per_working_day: Decimal | None = None
    doing_per_week: Decimal | None = None
    spark: tuple[Decimal, ...] = ()
    elapsed: Decimal = Decimal(0)
    days_left: int = 0
    forecast: GoalForecast | None = None
    periods: tuple[int, int] | None = None
    so_far: Decimal | None = None
    last_entry_on: dt.date | None = None
    last_check_in: Said | None = None
    lines: tuple[Line, ...] = ()

    @property
    def probability(self) -> Decimal | None:
        """Of meeting the target at the deadline. Of a scorecard, of the line that is least likely to."""
        if self.lines:
            found = [line.standing.probability for line in self.lines]
            return None if None in found else min(chance for chance in found if chance is not None)
        return self.forecast.probability if self.forecast else None

    @property
    def last_news(self) -> dt.date | None:
        said = self.last_check_in.date if self.last_check_in else None
        return max((day for day in (self.last_entry_on, said) if day), default=None)


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
        lately = self._lately
        extra = (*([self.under_way] if self.under_way else []), *([lately] if lately else []))
        windows = (self.window, *self.periods, *extra, *self._course)
        return [*(self._cell(window) for window in windows), *([self._before.value_cell] if self._before else [])]

    @property
    def value_cell(self) -> Cell:
        return self._cell(self.window)

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

    @cached_property
    def _before(self) -> "Reading | None":
        """The same goal a week ago, for its pace then."""
        was_on = self.goal.is_running and self.today - WEEK >= self.promise.start
        return replace(self, today=self.today - WEEK) if was_on else None

    @cached_property
    def _lately(self) -> Window | None:
        promise, today = self.promise, self.today
        if not (self.goal.is_running and promise.accruing and promise.start <= today):
            return None
        return Window(max(promise.start, today - dt.timedelta(days=RATE_DAYS - 1)), today)

    @cached_property
    def _course(self) -> list[Window]:
        promise = self.promise
        if not (self.goal.is_running and promise.start <= self.today):
            return []
        days = spaced(promise.start, max(promise.start, self.window.end), SPARK_POINTS)
        return [progress.reading_window(promise, self.calendar, day) for day in days]

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
        measured = replace(self._measured(said), forecast=fresh_forecast(self.goal, self.today))
        return self._reckoned(
            replace(
                measured,
                value=value,
                so_far=so_far,
                periods=judged,
                last_entry_on=last_entry_on,
                pace_before=self._before.pace(numbers) if self._before else None,
                doing_per_week=self._doing(numbers),
                spark=tuple(found for at in self._course if (found := numbers[self._cell(at)]) is not None),
            )
        )

    def pace(self, numbers: Mapping[Cell, Decimal | None]) -> Decimal | None:
        expected = progress.expected(self.promise, self.calendar, self.today)
        return progress.pace(self._value(numbers, self.window), expected, self.promise)

    def _doing(self, numbers: Mapping[Cell, Decimal | None]) -> Decimal | None:
        if self._lately is None:
            return None
        days = self.calendar.working_days_between(self._lately.start, self._lately.end)
        brought = numbers[self._cell(self._lately)] or progress.ZERO
        return brought / days * len(self.calendar.working_days) if days else None

    def _value(self, numbers: Mapping[Cell, Decimal | None], window: Window) -> Decimal | None:
        value = numbers[self._cell(window)]
        if value is None and self.promise.accruing and self.today >= self.promise.start:
            return progress.ZERO  # a total to which nothing was added
        return value

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


def fresh_forecast(goal: Goal, today: dt.date) -> GoalForecast | None:
    """The one that is stored, if it is not too old."""
    forecast: GoalForecast | None = getattr(goal, "forecast", None)
    if forecast is None or not dt.timedelta(0) <= today - forecast.day <= FORECAST_LASTS:
        return None
    return forecast


def spaced(start: dt.date, end: dt.date, most: int) -> list[dt.date]:
    """At most so many days from start to end, both among them, evenly spaced."""
    length = (end - start).days
    count = min(length, most - 1)
    return [start + dt.timedelta(days=length * n // count) for n in range(count + 1)] if count > 0 else [start]
