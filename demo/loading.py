"""Loads the demo's organizations, all or nothing, and takes them away again."""

import datetime as dt
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction
from pghistory.models import Event

from demo import company
from demo.calendar import Days
from demo.entries import record_year
from demo.people import LANNA, SIAM
from demo.promising import Promises
from demo.rep_goals import set_goals_of_reps
from demo.second import load_second
from demo.talks import talk_about_goals
from demo.top_goals import set_goals_of_the_top
from goals.tasks import refresh_forecasts_of, refresh_standings_of
from kpis.models import StaleRollup
from kpis.rollups import refresh_batch
from teams.models import Organization
from teams.tenancy import tenant

ZONE_OFFSET = dt.timezone(dt.timedelta(hours=7))  # Bangkok's, before there is an organization to ask


@dataclass(frozen=True)
class Loaded:
    members: int
    entries: int
    goals: int


def is_loaded() -> bool:
    return Organization.objects.filter(slug__in=[SIAM, LANNA]).exists()


@transaction.atomic
def load(*, password: str, now: dt.datetime) -> Loaded:
    """Both organizations. The same day gives the same data."""
    days = Days(now.astimezone(ZONE_OFFSET).date())
    siam = company.found(days, now)
    with tenant(siam.organization.pk):
        company.settle(siam, password)
        entries = record_year(siam)
        # Goals are read while they are made, and from rollups that is quicker.
        _refresh()
        promises = Promises(siam)
        set_goals_of_the_top(promises)
        set_goals_of_reps(promises)
        talk_about_goals(promises)
    lanna = load_second(days, now)
    with tenant(lanna.organization.pk):
        _refresh()
    for made in (siam, lanna):
        refresh_forecasts_of(made.organization, now)
        refresh_standings_of(made.organization, now)
    return Loaded(len(siam.members), entries, len(promises.goals))


def _refresh() -> None:
    while refresh_batch(wait=True):
        pass


@transaction.atomic
def remove() -> None:
    """Takes the organizations away with all that is theirs; the users stay, and so does the audit's record."""
    for organization in Organization.objects.filter(slug__in=[SIAM, LANNA]):
        with tenant(organization.pk), connection.cursor() as cursor:
            for table in _tables():
                # The keys between these tables are checked at the end, so any order will do.
                cursor.execute(f'DELETE FROM "{table}" WHERE organization_id = %s', [organization.pk])  # noqa: S608
            cursor.execute("DELETE FROM teams_organization WHERE id = %s", [organization.pk])


def _tables() -> list[str]:
    """Those with a row's organization; stale marks last, as removing entries adds to them."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if not issubclass(model, Event) and model is not StaleRollup and _belongs_to_one(model)
    ]
    return [*tables, StaleRollup._meta.db_table]


def _belongs_to_one(model: type[models.Model]) -> bool:
    return any(field.is_relation and field.related_model is Organization for field in model._meta.concrete_fields)
