"""When goals turn for the worse: the clock looks at the one status function's word and keeps it beside the goal."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from goals.kept import standings
from goals.models import Goal
from goals.progress import FORECAST_COUNTS_FROM, Status
from goals.reading import Standing
from reminders.models import JUDGED, LastStatus
from teams.models import Organization
from teams.tenancy import current_organization_id

LOOK_EVERY = dt.timedelta(minutes=30)
WORSE = (Status.AT_RISK, Status.OFF_TRACK)


def goals_to_look_at(today: dt.date, now: dt.datetime, most: int) -> list[Goal]:
    """Running goals in their time that were not looked at for a while."""
    in_time = Goal.objects.running().filter(start__lte=today, deadline__gte=today).with_names()
    fresh = LastStatus.objects.filter(goal=OuterRef("pk"), looked_at__gt=now - LOOK_EVERY)
    return list(in_time.filter(~Exists(fresh)).order_by("pk")[:most])


def look_at(goals: Iterable[Goal], organization: Organization, now: dt.datetime) -> int:
    """Store what the goals' statuses are, and when one turned to a worse one; how many goals."""
    asked = list(goals)
    found = standings(asked, organization, organization.today(now))
    before = {row.goal_id: row for row in LastStatus.objects.filter(goal__in=asked)}
    rows = [_seen(goal, found[goal.pk], before.get(goal.pk), now) for goal in asked]
    LastStatus.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["goal"],
        update_fields=["status", "judged", "worse_at", "looked_at"],
    )
    return len(rows)


def _seen(goal: Goal, standing: Standing, before: LastStatus | None, now: dt.datetime) -> LastStatus:
    status = standing.status
    judged = before.judged if before else ""
    row = LastStatus(
        goal=goal,
        organization_id=current_organization_id(),
        status=status,
        judged=judged,
        worse_at=before.worse_at if before else None,
        looked_at=now,
    )
    # In its first days a goal is behind as long as nothing has happened yet: nobody is to be alarmed by that.
    if status in JUDGED and standing.elapsed >= FORECAST_COUNTS_FROM:
        row.judged = status
        if is_worse(judged, status):
            row.worse_at = now
    return row


def is_worse(judged: str, status: Status) -> bool:
    """Whether the status is a turn for the worse; of a goal that was never judged, any that is not good."""
    if status not in WORSE:
        return False
    return JUDGED.index(status) > (JUDGED.index(Status(judged)) if judged else 0)
