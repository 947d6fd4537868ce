"""Forecasts of running goals: reckoned from two years of entries, and kept for the pages to read."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from goals.coaching import RECORD_DAYS, items_of
from goals.forecast import Forecast, forecast
from goals.measures import KpiBook, book_of, scope_of
from goals.models import Goal
from goals.progress import Promise
from goals.reading import promise_of
from goals.record import Measure, Record
from goals.scorecard import spread
from goals.stored import GoalForecast
from goals.told import told_of
from kpis.models import Kpi
from kpis.numbers import daily
from kpis.periods import Window
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Organization
from teams.tenancy import current_organization_id

ONE_DAY = dt.timedelta(days=1)
# Older ones are made anew by the clock.
FRESH_FOR = dt.timedelta(hours=1)


def forecasts_of(goals: Iterable[Goal], organization: Organization, today: dt.date) -> dict[int, Forecast]:
    """Of running goals. A constant number of queries, and some milliseconds of reckoning for each goal."""
    running = [goal for goal in goals if goal.is_running and goal.kpi is not None]
    book = book_of(organization)
    window = Window(today - dt.timedelta(days=RECORD_DAYS), today)
    days = daily((part, scope_of(goal), window) for goal in running for part in _parts(goal, book))
    calendars = calendar_of(organization, {goal.member_id for goal in running if goal.member_id})
    told = told_of(running)
    found: dict[int, Forecast] = {}
    for goal in running:
        measure = book.measure(goal.kpi) if goal.kpi else None
        if measure is None:
            continue
        series = {
            part.code: items_of(part, days.get((part, scope_of(goal), window), {})) for part in _parts(goal, book)
        }
        found[goal.pk] = foretold(promise_of(goal, told), measure, Record(series, today), calendars[goal.member_id])
    return found


def foretold(promise: Promise, measure: Measure, record: Record, calendar: WorkCalendar) -> Forecast:
    """The forecast in the course of the record's last day, which is not held against anyone for having only begun.

    A total that is reckoned as if the day had not begun, or as if it were over, is at most too small: whichever of
    the two comes to more is nearer. So the first of the day's calls can't make a goal look worse than none.
    """
    begun = forecast(promise, measure, record.until(record.today - ONE_DAY), calendar)
    if record.last_item != record.today or promise.target_type.is_stay:
        return begun
    over = forecast(promise, measure, record, calendar)
    took_back = measure.is_accruing and record.series[measure.code].total(Window(record.today, record.today)) < 0
    if not measure.is_accruing or took_back or begun.probability is None or over.probability is None:
        return over
    return (max if promise.target_type.is_upward else min)(over, begun, key=lambda made: made.probability or 0)


def _parts(goal: Goal, book: KpiBook) -> list[Kpi]:
    return book.parts(goal.kpi) if goal.kpi else []


def refresh_forecasts(goals: Iterable[Goal], organization: Organization, now: dt.datetime) -> int:
    """Reckon anew and store; how many. Of a scorecard, each KPI has its own."""
    asked, today = list(goals), organization.today(now)
    further = [part for part in spread(asked) if part.pk < 0]
    made = forecasts_of([*asked, *further], organization, today)
    _store([GoalForecast(goal=goal, **_said(made.get(goal.pk), today, now)) for goal in asked], "goal")
    _store([GoalForecast(further_id=-part.pk, **_said(made.get(part.pk), today, now)) for part in further], "further")
    return len(asked)


def _store(rows: list[GoalForecast], key: str) -> None:
    said = ["day", "made_at", "probability", "expected", "low", "high"]
    GoalForecast.objects.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=said)


def _said(made: Forecast | None, today: dt.date, now: dt.datetime) -> dict[str, Any]:
    """Also where nothing can be said, so that it is not asked again at once."""
    said: dict[str, Any] = {"organization_id": current_organization_id(), "day": today, "made_at": now}
    numbers = ("probability", "expected", "low", "high")
    return said | {name: getattr(made, name) if made else None for name in numbers}


def goals_to_forecast(today: dt.date, now: dt.datetime, most: int) -> list[Goal]:
    """Running goals in their time whose forecast is missing or old, those without one first."""
    aged = Q(forecast=None) | Q(forecast__made_at__lt=now - FRESH_FOR) | Q(forecast__day__lt=today)
    in_time = Goal.objects.running().filter(start__lte=today, deadline__gte=today)
    return list(in_time.filter(aged).with_names().order_by(F("forecast__made_at").asc(nulls_first=True), "pk")[:most])
