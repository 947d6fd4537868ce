"""What the clock does to goals."""

import datetime as dt
import logging
import time
from collections.abc import Callable

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from goals.actions import close_goal
from goals.following import due_to_repeat, repeat
from goals.forecasting import goals_to_forecast
from goals.forecasting import refresh_forecasts as store_forecasts
from goals.kept import forget_marks, organizations_to_refresh, refresh
from goals.models import Goal
from goals.standing import reckon
from goals.talk import begin_agreed
from kpis.numbers import rules_of
from teams.calendars import calendar_of
from teams.models import Organization
from teams.tenancy import tenant

AT_ONCE = 50
SECONDS_TO_FORECAST = 120

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def start_agreed() -> None:
    """Goals that were agreed on before their first day begin on it."""
    for organization in Organization.objects.order_by("pk"):
        try:
            start_agreed_of(organization, timezone.now())
        except Exception:
            log.exception("goals of organization %s could not be started", organization.pk)


@shared_task  # type: ignore[untyped-decorator]
def repeat_goals() -> None:
    """The next goal of each repeating one whose time is over."""
    for organization in Organization.objects.order_by("pk"):
        try:
            repeat_goals_of(organization, timezone.now())
        except Exception:
            log.exception("goals of organization %s could not be repeated", organization.pk)


@shared_task  # type: ignore[untyped-decorator]
def close_ended() -> None:
    """Close what has ended, a grace period after the deadline so that late entries count."""
    for organization in Organization.objects.order_by("pk"):
        try:
            close_ended_of(organization, timezone.now())
        except Exception:
            # One organization's trouble does not keep the others' goals open.
            log.exception("goals of organization %s could not be closed", organization.pk)


@shared_task  # type: ignore[untyped-decorator]
def refresh_forecasts() -> None:
    """Make missing and old forecasts anew. What is left over when the time is up, the next tick finds."""
    until = time.monotonic() + SECONDS_TO_FORECAST
    for organization in Organization.objects.order_by("pk"):
        try:
            while time.monotonic() < until and refresh_forecasts_of(organization, timezone.now()) == AT_ONCE:
                pass
        except Exception:
            log.exception("goals of organization %s could not be forecast", organization.pk)


@shared_task  # type: ignore[untyped-decorator]
def refresh_standings() -> None:
    """Store anew where goals stand after something that changes it."""
    for pk in organizations_to_refresh():
        try:
            refresh_standings_of(Organization.objects.get(pk=pk), timezone.now())
        except Organization.DoesNotExist:
            forget_marks(pk)
        except Exception:
            log.exception("standings of organization %s could not be stored", pk)


@shared_task  # type: ignore[untyped-decorator]
def begin_day() -> None:
    """Where each goal stands on a new day, and where those stand that were not asked for yet."""
    for organization in Organization.objects.order_by("pk"):
        try:
            refresh_standings_of(organization, timezone.now())
        except Exception:
            log.exception("standings of organization %s could not be stored", organization.pk)


def refresh_standings_of(organization: Organization, now: dt.datetime) -> int | None:
    """How many goals; None where another worker is at it."""
    with tenant(organization.pk):
        return refresh(organization, organization.today(now))


def refresh_forecasts_of(organization: Organization, now: dt.datetime) -> int:
    """How many goals were looked at, at most `AT_ONCE`."""
    with tenant(organization.pk):
        goals = goals_to_forecast(organization.today(now), now, AT_ONCE)
        store_forecasts(goals, organization, now)
    return len(goals)


def start_agreed_of(organization: Organization, now: dt.datetime) -> int:
    """How many goals began. Days are the organization's."""
    today = organization.today(now)
    with tenant(organization.pk):
        agreed = list(Goal.objects.filter(state=Goal.State.AGREED, start__lte=today))
        return len(_each(agreed, lambda goal: begin_agreed(goal, today, now), "started"))


def repeat_goals_of(organization: Organization, now: dt.datetime) -> int:
    """How many goals came about, after an outage one for each period that was missed."""
    today, made, seen = organization.today(now), 0, set[int]()
    with tenant(organization.pk):
        rules = rules_of(organization)
        while goals := list(due_to_repeat(today).exclude(pk__in=seen)[:AT_ONCE]):
            made += len(_each(goals, lambda goal: repeat(goal, rules, today, now), "repeated"))
            seen.update(goal.pk for goal in goals)
    return made


def close_ended_of(organization: Organization, now: dt.datetime) -> int:
    """How many goals were closed. Days are the organization's."""
    today = organization.today(now)
    with tenant(organization.pk):
        calendar = calendar_of(organization)[None]
        ended = [
            goal
            for goal in Goal.objects.running().filter(deadline__lt=today).with_names()
            if goal.deadline and calendar.add_working_days(goal.deadline, organization.grace_days) < today
        ]
        found = reckon(ended, organization, today)
        return len(_each(ended, lambda goal: close_goal(goal, found[goal.pk], now=now), "closed"))


def _each(goals: list[Goal], act: Callable[[Goal], object], done: str) -> list[Goal]:
    """Those of which something came. One goal's trouble is logged and holds up no other."""
    found = []
    for goal in goals:
        try:
            with transaction.atomic():
                if act(goal):
                    found.append(goal)
        except Exception:
            log.exception("goal %s could not be %s", goal.pk, done)
    return found
