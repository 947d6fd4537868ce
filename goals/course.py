"""The course of goals over time: their value as it was read on past days, and what was expected."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from goals import progress
from goals.measures import scope_of
from goals.models import Goal
from goals.progress import Promise
from goals.reading import Reading, fresh_forecast, promise_of, spaced
from goals.stored import GoalForecast
from goals.told import Told
from kpis.numbers import Cell, values
from kpis.periods import Window
from teams.calendar import WorkCalendar
from teams.models import Organization
from web.charts import Cone, Lines, Point, lines
from web.formats import format_date, format_value

MOST_POINTS = 32
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """A day of the course. `value` is None for days to come and for days without a number."""

    day: dt.date
    value: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True)
class Course:
    """Of one line of a goal."""

    goal: Goal
    moments: list[Moment]
    chart: Lines

    @property
    def past(self) -> list[Moment]:
        """What the table beside the chart says."""
        return [moment for moment in self.moments if moment.value is not None]

    @property
    def drawn(self) -> SafeString:
        return lines(self.chart)

    def value_on(self, day: dt.date) -> Decimal | None:
        """As it was read then; None for a day that is not a moment of it."""
        return next((moment.value for moment in self.moments if moment.day == day), None)


def courses_of(
    asked: Sequence[Goal],
    organization: Organization,
    today: dt.date,
    told: Told,
    calendars: Mapping[int | None, WorkCalendar],
) -> list[Course]:
    """For the chart of each line of one complete goal: actual, expected through milestones with the targets of the
    time, target. One query for all of them.
    """
    promises = [promise_of(goal, told) for goal in asked]
    cells = [
        _cells(goal, promise, calendars[goal.member_id], organization, today)
        for goal, promise in zip(asked, promises, strict=True)
    ]
    numbers = values(cell for each in cells for cell in each.values())
    found = []
    for goal, promise, each in zip(asked, promises, cells, strict=True):
        days = sorted({*each, *_turns(promise), *spaced(promise.start, promise.deadline, MOST_POINTS)})
        expected = dict(progress.expected_line(promise, calendars[goal.member_id], days))
        moments = [
            Moment(day, _value(promise, numbers[each[day]]) if day in each else None, expected.get(day)) for day in days
        ]
        chart = _chart(goal, promise, moments, organization, today)
        found.append(Course(goal, moments, replace(chart, cone=_cone(fresh_forecast(goal, today), chart))))
    return found


def _cells(
    goal: Goal, promise: Promise, calendar: WorkCalendar, organization: Organization, today: dt.date
) -> dict[dt.date, Cell]:
    """By the day that a reading is shown at. A goal to stay is read in the periods by which it is judged."""
    if today < promise.start:
        return {}
    if promise.target_type.is_stay:
        periods = Reading(goal, promise, calendar, organization, today).periods
        if periods:
            return {period.end: _cell_of(goal, period) for period in periods}
    last = min(today, promise.deadline)
    passed = {day for day, _value in promise.milestones if promise.start <= day <= last}
    days = sorted({*spaced(promise.start, last, MOST_POINTS), *passed})
    return {day: _cell(goal, promise, calendar, day) for day in days}


def _cell(goal: Goal, promise: Promise, calendar: WorkCalendar, day: dt.date) -> Cell:
    return _cell_of(goal, progress.reading_window(promise, calendar, day))


def _cell_of(goal: Goal, window: Window) -> Cell:
    assert goal.kpi is not None
    return Cell(goal.kpi, scope_of(goal), window)


def _value(promise: Promise, value: Decimal | None) -> Decimal | None:
    return progress.ZERO if value is None and promise.accruing else value


def _turns(promise: Promise) -> set[dt.date]:
    """Days on which the expected line bends or jumps."""
    days = {day for day, _value in promise.milestones}
    for since, _target in promise.revisions:
        days |= {since, since - ONE_DAY}
    return {day for day in days if promise.start <= day <= promise.deadline}


def _chart(goal: Goal, promise: Promise, moments: list[Moment], organization: Organization, today: dt.date) -> Lines:
    kpi, language = goal.kpi, (get_language() or "en")[:2]
    assert kpi is not None
    whole = max(1, (promise.deadline - promise.start).days)

    def at(day: dt.date) -> Decimal:
        return Decimal((day - promise.start).days) / whole

    def write(value: Decimal) -> str:
        return format_value(value, kpi.unit, kpi.decimals, language, organization.currency, short=True)

    actual = [
        Point(at(moment.day), moment.value, format_date(moment.day, language))
        for moment in moments
        if moment.value is not None
    ]
    marks = [(at(day), format_date(day, language, year=False)) for day in spaced(promise.start, promise.deadline, 4)]
    return Lines(
        label=_label(goal, actual, write),
        actual=actual,
        write=write,
        expected=[Point(at(moment.day), moment.expected) for moment in moments if moment.expected is not None],
        target=promise.target_on(promise.deadline),
        today=at(today) if promise.start <= today <= promise.deadline else None,
        marks=marks,
        from_zero=promise.accruing and not promise.target_type.is_stay,
    )


def _cone(forecast: GoalForecast | None, chart: Lines) -> Cone | None:
    if forecast is None or forecast.low is None or forecast.expected is None or forecast.high is None:
        return None
    # At the deadline there is nothing left to forecast, and before the start nothing to begin from.
    return Cone(forecast.low, forecast.expected, forecast.high) if chart.actual and chart.actual[-1].at < 1 else None


def _label(goal: Goal, actual: list[Point], write: object) -> str:
    assert callable(write)
    assert goal.kpi is not None
    if not actual:
        return gettext("Course of %(kpi)s: nothing recorded yet.") % {"kpi": goal.kpi.label}
    return gettext("Course of %(kpi)s: %(first)s at first, %(last)s at last. The numbers stand in the table below.") % {
        "kpi": goal.kpi.label,
        "first": write(actual[0].value),
        "last": write(actual[-1].value),
    }
