"""Events as an iCalendar file (RFC 5545)."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from reminders.feeds import Event

REFRESH = dt.timedelta(hours=1)
CHECK_IN_LASTS = dt.timedelta(minutes=15)


def write(name: str, events: Iterable[Event]) -> bytes:
    """The same events give the same bytes. Days are days wherever one is; moments carry their zone with its rules."""
    calendar = Calendar()
    calendar.add("prodid", "-//SmartGoals//goals//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_component(event))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _component(event: Event) -> CalendarEvent:
    written = CalendarEvent()
    written.add("uid", f"{event.uid}@{urlsplit(settings.BASE_URL).hostname}")
    written.add("dtstamp", event.changed_at.astimezone(dt.UTC))
    written.add("sequence", event.version)
    written.add("summary", event.summary)
    written.add("dtstart", event.start)
    is_moment = isinstance(event.start, dt.datetime)
    written.add("dtend", event.start + (CHECK_IN_LASTS if is_moment else dt.timedelta(days=1)))
    written.add("status", "CANCELLED" if event.is_dropped else "CONFIRMED")
    # Nobody is busy on a deadline's day.
    written.add("transp", "TRANSPARENT")
    written.add("url", event.url)
    if event.description:
        written.add("description", event.description)
    return written
