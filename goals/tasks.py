"""What the clock does to goals."""

import datetime as dt
import logging

from celery import shared_task
from django.utils import timezone

from goals.actions import close_goal
from goals.models import Goal
from goals.standing import standings
from teams.calendars import calendar_of
from teams.models import Organization
from teams.tenancy import tenant

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def close_ended() -> None:
    """Close what has ended, a grace period after the deadline so that late entries count."""
    for organization in Organization.objects.order_by("pk"):
        try:
            close_ended_of(organization, timezone.now())
        except Exception:
            # One organization's trouble does not keep the others' goals open.
            log.exception("goals of organization %s could not be closed", organization.pk)


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
        found = standings(ended, organization, today)
        for goal in ended:
            close_goal(goal, found[goal.pk], now=now)
    return len(ended)
