"""The working days of members: the organization's week and holidays, and each one's own leave."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Value
from django.utils import timezone

from teams.calendar import WorkCalendar
from teams.models import Holiday, Leave, Organization
from teams.tenancy import current_organization_id


def today_there() -> dt.date:
    """The day that it is now for the current tenant. One query: views have it in `request.today`."""
    return Organization.objects.get(pk=current_organization_id()).today(timezone.now())


def calendar_of(organization: Organization, member_ids: Iterable[int] = ()) -> dict[int | None, WorkCalendar]:
    """By member; under None the organization's, which teams share. One query."""
    asked = set(member_ids)
    return _calendars(organization, asked, _days_off(asked))


def days_off_of(member_ids: Iterable[int]) -> dict[str, QuerySet[Any, Any]]:
    """By name the rows that `calendars_from` needs, for those who read them together with others."""
    return {"holidays": Holiday.objects.all(), "leave": Leave.objects.filter(member__in=list(member_ids))}


def calendars_from(
    organization: Organization, member_ids: Iterable[int], rows: Mapping[str, Iterable[Any]]
) -> dict[int | None, WorkCalendar]:
    """The same as `calendar_of`, of rows that were read already."""
    found: dict[int | None, set[dt.date]] = defaultdict(set)
    found[None].update(holiday.date for holiday in rows["holidays"])
    for leave in rows["leave"]:
        found[leave.member_id].update(_days(leave.starts_on, leave.ends_on))
    return _calendars(organization, set(member_ids), found)


def _calendars(
    organization: Organization, asked: set[int], days_off: Mapping[int | None, set[dt.date]]
) -> dict[int | None, WorkCalendar]:
    working_days = frozenset(organization.working_days)
    holidays = frozenset(days_off.get(None, ()))
    calendars: dict[int | None, WorkCalendar] = {None: WorkCalendar(working_days, holidays)}
    for member_id in asked:
        days = days_off.get(member_id)
        calendars[member_id] = WorkCalendar(working_days, holidays, frozenset(days)) if days else calendars[None]
    return calendars


def _days_off(member_ids: set[int]) -> dict[int | None, set[dt.date]]:
    """The leave of the members, and the holidays under None."""
    found: dict[int | None, set[dt.date]] = defaultdict(set)
    everyone = Value(None, output_field=BigIntegerField())
    holidays = Holiday.objects.annotate(who=everyone, last=F("date")).values_list("who", "date", "last")
    leave = Leave.objects.filter(member__in=member_ids).values_list("member_id", "starts_on", "ends_on")
    for member_id, start, end in holidays.union(leave, all=True):
        found[member_id].update(_days(start, end))
    return found


def _days(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    return (start + dt.timedelta(days=n) for n in range((end - start).days + 1))
