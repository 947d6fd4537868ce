"""When a part of the machinery last did its work: written by tasks, read by the health page."""

import datetime as dt

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from reminders.models import Heartbeat


def beat(name: str) -> None:
    """On the database's clock."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def now() -> dt.datetime:
    """The database's clock, which all processes share; in a transaction, the moment at which that began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        found: dt.datetime = cursor.fetchone()[0]
    return found


def is_younger(name: str, age: dt.timedelta) -> bool:
    """Whether the part did its work less than so long ago."""
    return Heartbeat.objects.filter(name=name, at__range=(Now() - age, Now())).exists()


def ages() -> dict[str, dt.timedelta]:
    """How long ago each part last did its work."""
    age = ExpressionWrapper(Now() - F("at"), output_field=DurationField())
    return dict(Heartbeat.objects.annotate(age=age).values_list("name", "age"))
