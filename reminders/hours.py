"""When a person may be written to: on their working days, outside their quiet hours, on their own clock."""

import datetime as dt
from dataclasses import dataclass

from reminders.moments import EVERY_DAY, MORNING, ONE_DAY
from teams.calendar import WorkCalendar


@dataclass(frozen=True)
class Hours:
    """`quiet` are the local times from and until which no mail is to come; from 22:00 to 7:00 goes over midnight."""

    zone: dt.tzinfo
    calendar: WorkCalendar = EVERY_DAY
    quiet: tuple[dt.time, dt.time] | None = None

    def moment_for(self, at: dt.datetime, until: dt.datetime, now: dt.datetime) -> dt.datetime | None:
        """From when a message that is worth sending from `at` to `until` may come; None while it may not.

        It waits for the end of the quiet hours and of the days off, also after an outage. A day off is no reason to
        wait where the message would lapse by the next working morning; quiet hours are.
        """
        due, free = self._moment(at, until), self._moment(now, until)
        return due if due <= now < until and free == now else None

    def _moment(self, moment: dt.datetime, until: dt.datetime) -> dt.datetime:
        opening = self.opening(moment)
        return opening if opening < until else self._awake(moment)

    def opening(self, moment: dt.datetime) -> dt.datetime:
        """The first moment, from the given one on, of a working day and outside the quiet hours."""
        while True:
            day = moment.astimezone(self.zone).date()
            if self.calendar.is_working(day):
                awake = self._awake(moment)
                if awake == moment:
                    return moment
                moment = awake  # perhaps on the next day
            else:
                moment = self._at(self.calendar.next_working_day(day), MORNING)

    def _awake(self, moment: dt.datetime) -> dt.datetime:
        """The end of the quiet hours that the moment lies in, else the moment itself."""
        if self.quiet is None:
            return moment
        start, end = self.quiet
        local = moment.astimezone(self.zone)
        time, day = local.time(), local.date()
        if start < end:
            return self._at(day, end) if start <= time < end else moment
        if time >= start:
            return self._at(day + ONE_DAY, end)
        return self._at(day, end) if time < end else moment

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)
