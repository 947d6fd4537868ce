"""Where a running goal will end: its value at the deadline with a range, and the probability that it is then met."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Protocol

from goals.chance import HIGH, LOW, Outlook
from goals.lines import (
    LineError,
    Reader,
    answer_lines,
    read_calendar,
    read_measure,
    read_record,
    read_target_type,
    written,
)
from goals.outlook import learn
from goals.progress import (
    CADENCE_KINDS,
    Promise,
    Status,
    count_held,
    expected,
    full_periods,
    holds,
    needed_per_working_day,
    reading_window,
    status,
    window_by,
)
from goals.record import Measure, Record
from kpis.periods import Window, split
from teams.calendar import WorkCalendar

# Below this further periods of a stay need no reckoning, and beyond so many each is taken to be like those.
HOPELESS, MOST_PERIODS = 1e-4, 366


class Projection(Protocol):
    def project(self, window: Window, calendar: WorkCalendar | None = None) -> Outlook | None: ...


@dataclass(frozen=True)
class Forecast:
    """`value` is the goal as read today; `expected`, `low` and `high` are the median and the 10 % and 90 % points
    of its value at the deadline. What the record is too thin to say is None.
    """

    value: Decimal | None
    expected: Decimal | None
    low: Decimal | None
    high: Decimal | None
    probability: Decimal | None
    expected_by_now: Decimal | None
    needed_per_working_day: Decimal | None
    status: Status


def forecast(promise: Promise, measure: Measure, record: Record, calendar: WorkCalendar) -> Forecast:
    """From all that is known up to and with the record's `today`, before the goal's start too."""
    today = record.today
    value = record.value(measure, window_by(promise, calendar, today))
    if value is None and measure.is_accruing and record.first is not None and today >= promise.start:
        value = Decimal(0)  # the record is complete: nothing since the start is a total of nothing
    held = periods_held(promise, measure, record, calendar)
    habit = learn(measure, record, calendar)
    end = habit.project(reading_window(promise, calendar, promise.deadline)) if habit else None
    probability = chance_of_meeting(promise, measure, record, calendar, habit) if habit else None
    line = expected(promise, calendar, today)
    return Forecast(
        value=value,
        expected=_quantile(end, 0.5),
        low=_quantile(end, LOW),
        high=_quantile(end, HIGH),
        probability=probability,
        expected_by_now=line,
        needed_per_working_day=needed_per_working_day(promise, value, calendar, today),
        status=status(
            promise,
            calendar,
            today,
            value=value,
            probability=probability,
            periods_held=held,
            last_news=record.last_item,
        ),
    )


def judged_periods(promise: Promise, measure: Measure, calendar: WorkCalendar, until: date) -> list[Window]:
    """The full periods of the cadence by which a goal to stay is judged, as far as they are over on `until`."""
    pieces = split(
        CADENCE_KINDS[promise.cadence], Window(promise.start, promise.deadline), measure.rules, full_only=True
    )
    return full_periods(promise, pieces, calendar, until)


def periods_held(promise: Promise, measure: Measure, record: Record, calendar: WorkCalendar) -> tuple[int, int] | None:
    """(held, full) so far for a goal to stay, from the record alone."""
    if not promise.target_type.is_stay:
        return None
    periods = judged_periods(promise, measure, calendar, record.today)
    return count_held(promise, [(period, record.value(measure, period)) for period in periods])


def chance_of_meeting(
    promise: Promise, measure: Measure, record: Record, calendar: WorkCalendar, habit: Projection
) -> Decimal | None:
    """The probability that the goal is met at its deadline, to a hundredth.

    A goal to stay must hold in every full period: those that are over are known, the rest count as independent of
    each other, which errs on the careful side.
    """
    whole = reading_window(promise, calendar, promise.deadline)
    periods = judged_periods(promise, measure, calendar, promise.deadline) if promise.target_type.is_stay else []
    return _hundredths(_chance_in_all(promise, measure, record, periods or [whole], habit.project))


def _chance_in_all(
    promise: Promise,
    measure: Measure,
    record: Record,
    windows: list[Window],
    project: Callable[[Window], Outlook | None],
) -> float | None:
    chance = 1.0
    known = [window for window in windows if window.end <= record.today]
    for window in known:
        value = record.value(measure, window)
        if value is not None and not holds(promise, value, window.end):
            return 0.0
    to_come = windows[len(known) :]
    for window in to_come[:MOST_PERIODS]:
        outlook = project(window)
        if outlook is None:
            return None
        target = float(promise.target_on(min(window.end, promise.deadline)))
        chance *= outlook.chance(target, upward=promise.target_type.is_upward)
        if chance < HOPELESS:
            break
    return float(chance ** max(1.0, len(to_come) / MOST_PERIODS))


def _hundredths(chance: float | None) -> Decimal | None:
    """Certain only where it is decided: what is merely all but sure stays at 0.99."""
    if chance is None or chance in (0.0, 1.0):
        return None if chance is None else Decimal(int(chance))
    return min(Decimal("0.99"), max(Decimal("0.01"), round(Decimal(chance), 2)))


def _quantile(outlook: Outlook | None, share: float) -> Decimal | None:
    return None if outlook is None else rounded(outlook.quantile(share))


def rounded(value: float, digits: int = 6) -> Decimal:
    """A statistic as Decimal with the digits that it can vouch for, written without an exponent."""
    text = Decimal(f"{value:.{digits}g}")
    return Decimal(f"{text:f}").normalize() if "." in f"{text:f}" else Decimal(f"{text:f}")


def answer(source: Reader) -> dict[str, str | None]:
    """One line of `python -m goals.forecast`."""
    today, start, deadline = (source.required_day(key) for key in ("today", "start", "deadline"))
    measure = read_measure(source.inner("kpi"))
    target_type, target = read_target_type(source), source.number("target")
    baseline = source.number("baseline")
    record = read_record(source.get("record"), "record", today) or Record({}, today)
    calendar = read_calendar(source.inner("calendar"))
    source.done()
    if measure is None or target_type is None or target is None:
        raise LineError("kpi, target_type and target are required")
    if deadline < start:
        raise LineError("deadline must not lie before start")
    promise = Promise(target_type, measure.is_accruing, baseline, target, start, deadline, cadence=measure.cadence)
    found = forecast(promise, measure, record, calendar)
    return {
        field.name: str(value) if isinstance(value, Status) else written(value)
        for field in fields(found)
        for value in [getattr(found, field.name)]
    }


if __name__ == "__main__":
    sys.exit(answer_lines(answer))
