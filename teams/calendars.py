"""The working days of members: the organization's week and holidays, and each one's own leave."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import BigIntegerField, F, Value
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
    working_days = frozenset(organization.working_days)
    leave = _days_off(asked)
    holidays = frozenset(leave.pop(None, ()))
    calendars: dict[int | None, WorkCalendar] = {None: WorkCalendar(working_days, holidays)}
    for member_id in asked:
        days = leave.get(member_id)
        calendars[member_id] = WorkCalendar(working_days, holidays, frozenset(days)) if days else calendars[None]
    return calendars


def _days_off(member_ids: set[int]) -> dict[int | None, set[dt.date]]:
    """The leave of the members, and the holidays under None."""
    found: dict[int | None, set[dt.date]] = defaultdict(set)
    everyone = Value(None, output_field=BigIntegerField())
    holidays = Holiday.objects.annotate(who=everyone, last=F("date")).values_list("who", "date", "last")
    leave = Leave.objects.filter(member__in=member_ids).values_list("member_id", "starts_on", "ends_on")
    for member_id, start, end in holidays.union(leave, all=True):
        found[member_id].update(start + dt.timedelta(days=n) for n in range((end - start).days + 1))
    return found
