"""The working days of members: the organization's week and holidays, and each one's own leave."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from teams.calendar import WorkCalendar
from teams.models import Holiday, Leave, Organization


def calendar_of(organization: Organization, member_ids: Iterable[int] = ()) -> dict[int | None, WorkCalendar]:
    """By member; under None the organization's, which teams share. Two queries, one without members."""
    asked = set(member_ids)
    working_days = frozenset(organization.working_days)
    holidays = frozenset(Holiday.objects.values_list("date", flat=True))
    leave = _leave_of(asked) if asked else {}
    calendars: dict[int | None, WorkCalendar] = {None: WorkCalendar(working_days, holidays)}
    for member_id in asked:
        days = leave.get(member_id)
        calendars[member_id] = WorkCalendar(working_days, holidays, frozenset(days)) if days else calendars[None]
    return calendars


def _leave_of(member_ids: set[int]) -> dict[int, set[dt.date]]:
    found: dict[int, set[dt.date]] = defaultdict(set)
    rows = Leave.objects.filter(member__in=member_ids).values_list("member_id", "starts_on", "ends_on")
    for member_id, start, end in rows:
        found[member_id].update(start + dt.timedelta(days=n) for n in range((end - start).days + 1))
    return found
