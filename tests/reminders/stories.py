"""Goals for the stories of reminders."""

import datetime as dt
from decimal import Decimal
from typing import Any

from goals.models import Goal
from kpis.models import Kpi
from reminders import due
from reminders.outbox import Draft
from reminders.topics import Topic, topics_to_tell
from teams.models import Organization
from tests.cast import Cast

START, DEADLINE = dt.date(2026, 10, 1), dt.date(2026, 12, 18)
STARTED = dt.datetime(2026, 9, 30, 8, tzinfo=dt.UTC)


def make_kpi(code: str = "revenue", **given: Any) -> Kpi:
    """In the current tenant; a monthly sum of money unless said otherwise."""
    fields: dict[str, Any] = {"name": code.title(), "unit": "money", "aggregation": "sum", "cadence": "quarterly"}
    return Kpi.objects.create(code=code, **{**fields, **given})


def make_goal(cast: Cast, **given: Any) -> Goal:
    """Bob's running goal, in the current tenant."""
    fields: dict[str, Any] = {
        "statement": "Sell the new service to old customers",
        "target": Decimal(1000),
        "start": START,
        "deadline": DEADLINE,
        "state": Goal.State.RUNNING,
        "started_at": STARTED,
    }
    if not {"member", "team", "of_organization"} & given.keys():
        given["member"] = cast.bob
    given.pop("of_organization", None)
    kpi = given.pop("kpi", None) or Kpi.objects.filter(code="revenue").first() or make_kpi()
    return Goal.objects.create(kpi=kpi, **{**fields, **given})


def bangkok(text: str) -> dt.datetime:
    """A moment on the clock of Acme and its people."""
    return dt.datetime.fromisoformat(f"{text}+07:00")


def due_messages(organization: Organization, now: dt.datetime) -> list[Draft]:
    """What is due; all of it is of the topics that the one question over all organizations finds."""
    found = due.due_messages(organization, now, topics_of(organization, now))
    assert found == due.due_messages(organization, now)
    return found


def topics_of(organization: Organization, now: dt.datetime) -> frozenset[Topic]:
    return topics_to_tell(now).get(organization.pk, frozenset())
