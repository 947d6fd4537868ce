"""Where a goal stands, by arithmetic alone: expected, progress, pace, status.

Values are `Decimal` in the KPI's own unit (a percent KPI holds the fraction), shares are fractions of one,
and None means "not defined" or "no data", never zero. `e` below is the share of the window's working days
that have passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from kpis.periods import Window
from teams.calendar import WorkCalendar

ZERO, ONE = Decimal(0), Decimal(1)

FORECAST_COUNTS_FROM = Decimal("0.2")
LIKELY, POSSIBLE = Decimal("0.6"), Decimal("0.25")
SHORT_OF_PACE, FAR_SHORT_OF_PACE = Decimal("-0.05"), Decimal("-0.20")

CADENCE_DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}
CADENCE_KINDS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}
CADENCE_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


class TargetType(StrEnum):
    INCREASE_TO = "increase_to"
    DECREASE_TO = "decrease_to"
    STAY_AT_OR_ABOVE = "stay_at_or_above"
    STAY_AT_OR_BELOW = "stay_at_or_below"

    @property
    def is_upward(self) -> bool:
        return self in (TargetType.INCREASE_TO, TargetType.STAY_AT_OR_ABOVE)

    @property
    def is_stay(self) -> bool:
        return self in (TargetType.STAY_AT_OR_ABOVE, TargetType.STAY_AT_OR_BELOW)


class Status(StrEnum):
    NOT_STARTED = "not_started"
    ACHIEVED = "achieved"
    MISSED = "missed"
    DROPPED = "dropped"
    OUTDATED = "outdated"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


# What asks most to be looked at comes first; what is over comes last.
WORST_FIRST = (
    Status.OFF_TRACK, Status.AT_RISK, Status.OUTDATED, Status.ON_TRACK, Status.NOT_STARTED, Status.MISSED,
    Status.ACHIEVED, Status.DROPPED,
)  # fmt: skip


@dataclass(frozen=True)
class Promise:
    """What was promised.

    `target` is the target as first agreed; each revision `(effective_from, target)` replaces it from that day
    on, so that past days keep what they had. Milestones `(day, value)` bend the expected line: totals since
    the start for an accruing KPI, levels for the others. `cadence` is the KPI's: daily, weekly, monthly,
    quarterly or yearly.
    """

    target_type: TargetType
    accruing: bool
    baseline: Decimal | None
    target: Decimal
    start: date
    deadline: date
    cadence: str = "daily"
    milestones: tuple[tuple[date, Decimal], ...] = ()
    revisions: tuple[tuple[date, Decimal], ...] = ()

    def __post_init__(self) -> None:
        if self.deadline < self.start:
            raise ValueError("The deadline lies before the start.")
        if self.cadence not in CADENCE_DAYS:
            raise ValueError(f"Unknown cadence: {self.cadence}")

    def target_on(self, day: date) -> Decimal:
        """The target in force at the end of `day`."""
        in_force = [(since, target) for since, target in self.revisions if since <= day]
        return max(in_force, key=lambda revision: revision[0])[1] if in_force else self.target

    @property
    def origin(self) -> Decimal | None:
        """Where the expected line begins: totals at zero, levels at the baseline."""
        return ZERO if self.accruing else self.baseline


def expected(promise: Promise, calendar: WorkCalendar, today: date) -> Decimal | None:
    """The value the goal should have at the end of `today`; None for a level without a baseline.

    Accruing: g e. Level: b + (g - b) e. Milestones replace the straight line by one through them, straight in
    working days between two points. A goal to stay expects its target from the first day to the last.
    """
    target = promise.target_on(min(today, promise.deadline))
    if promise.target_type.is_stay:
        return target
    origin = promise.origin
    if origin is None or today >= promise.deadline:
        return None if origin is None else target
    elapsed = calendar.elapsed_share(promise.start, promise.deadline, today)
    before, after = (ZERO, origin), (ONE, target)
    for day, value in _milestones_inside(promise):
        share = calendar.elapsed_share(promise.start, promise.deadline, day)
        if day > today:
            after = (share, value)
            break
        before = (share, value)
    return _between(before, after, elapsed)


def _milestones_inside(promise: Promise) -> list[tuple[date, Decimal]]:
    """On the deadline the target itself counts, so a milestone there has nothing to add."""
    return sorted(point for point in promise.milestones if promise.start <= point[0] < promise.deadline)


def _between(before: tuple[Decimal, Decimal], after: tuple[Decimal, Decimal], share: Decimal) -> Decimal:
    if after[0] <= before[0]:
        return before[1]  # not a working day between the two points
    return before[1] + (after[1] - before[1]) * (share - before[0]) / (after[0] - before[0])


def expected_line(promise: Promise, calendar: WorkCalendar, days: Iterable[date]) -> list[tuple[date, Decimal]]:
    """Points of the expected line for a chart; a day before a revision keeps the target that it had."""
    points = ((day, expected(promise, calendar, day)) for day in days)
    return [(day, value) for day, value in points if value is not None]


def progress(
    promise: Promise,
    value: Decimal | None,
    calendar: WorkCalendar,
    today: date,
    periods_held: tuple[int, int] | None = None,
) -> Decimal | None:
    """Share of the way done, not clamped: 1.2 is a fifth beyond the target, -0.1 has moved the wrong way.

    Increase an accruing KPI: v / g. Keep one down (a budget): (b e - v) / (b - g), what was saved so far of
    what is to be saved. Levels: (v - b) / (g - b). Stay: the share of the full periods so far in which it
    held, from `periods_held` = (held, full).
    """
    if promise.target_type.is_stay:
        held, full = periods_held or (0, 0)
        return Decimal(held) / full if full else None
    if value is None:
        return None
    target, baseline = promise.target_on(min(today, promise.deadline)), promise.baseline
    if promise.accruing and promise.target_type.is_upward:
        return value / target if target > ZERO else None
    if baseline is None or baseline == target:
        return None
    if promise.accruing:
        elapsed = calendar.elapsed_share(promise.start, promise.deadline, today)
        return (baseline * elapsed - value) / (baseline - target)
    return (value - baseline) / (target - baseline)


def attainment(
    promise: Promise,
    value: Decimal | None,
    calendar: WorkCalendar,
    today: date,
    periods_held: tuple[int, int] | None = None,
) -> Decimal | None:
    """Progress, but for a level that is to rise: v / g, the share of the target itself (where g > 0)."""
    target = promise.target_on(min(today, promise.deadline))
    is_rising_level = promise.target_type is TargetType.INCREASE_TO and not promise.accruing
    if is_rising_level and target > ZERO:
        return None if value is None else value / target
    return progress(promise, value, calendar, today, periods_held)


def needed_per_working_day(
    promise: Promise, value: Decimal | None, calendar: WorkCalendar, today: date
) -> Decimal | None:
    """What each working day after `today` must bring (for a budget: may use) to land on the target; never
    below zero.

    Defined for accruing goals before their deadline with working days left; nothing recorded yet counts as
    zero here.
    """
    if not promise.accruing or promise.target_type.is_stay or today >= promise.deadline:
        return None
    left = calendar.remaining(promise.start, promise.deadline, today)
    if left <= 0:
        return None
    return max(ZERO, promise.target_on(today) - (value or ZERO)) / left


def holds(promise: Promise, value: Decimal, day: date) -> bool:
    """Is `value` on the right side of the target in force on `day`?"""
    target = promise.target_on(min(day, promise.deadline))
    return value >= target if promise.target_type.is_upward else value <= target


def full_periods(promise: Promise, periods: Iterable[Window], calendar: WorkCalendar, today: date) -> list[Window]:
    """Those of the cadence's `periods` by which a goal to stay is judged: wholly inside its window, over by
    the end of `today`, and with at least one working day (a Sunday without a call breaks no promise).
    """
    last = min(today, promise.deadline)
    return [
        period
        for period in periods
        if promise.start <= period.start
        and period.end <= last
        and calendar.working_days_between(period.start, period.end) > 0
    ]


def count_held(promise: Promise, readings: Iterable[tuple[Window, Decimal | None]]) -> tuple[int, int]:
    """(held, full) for `progress`; a period without a value (no closed deal, so no win rate) speaks neither
    for nor against.
    """
    verdicts = [holds(promise, value, period.end) for period, value in readings if value is not None]
    return sum(verdicts), len(verdicts)


def is_met(promise: Promise, value: Decimal | None, periods_held: tuple[int, int] | None = None) -> bool:
    """Would the goal be met if this were its value at the deadline?

    A goal to stay must have held in every full period; where its window is too short for one, the value of
    the window counts.
    """
    if promise.target_type.is_stay and periods_held and periods_held[1]:
        return periods_held[0] == periods_held[1]
    return value is not None and holds(promise, value, promise.deadline)


def pace(value: Decimal | None, expected_now: Decimal | None, promise: Promise) -> Decimal | None:
    """Actual against expected as a signed share: 0.1 is a tenth ahead, -0.05 a twentieth short, for every
    target type.

    Ahead is above for upward goals and below for downward ones, so "95 % of expected" reads for all four as:
    at most 5 % on the wrong side of it (a budget of 100 at 104 is at -0.04). Where zero is expected the
    distance from origin to target is the measure instead, and where that is zero too any miss is a whole one.
    """
    if value is None or expected_now is None:
        return None
    ahead = value - expected_now if promise.target_type.is_upward else expected_now - value
    scale = abs(expected_now) or abs(promise.target_on(promise.deadline) - (promise.origin or ZERO))
    if scale:
        return ahead / scale
    return ZERO if not ahead else ONE.copy_sign(ahead)


def reading_window(promise: Promise, calendar: WorkCalendar, today: date) -> Window:
    """The window over which the KPI gives the goal's value as read on `today` (on the deadline, for any later
    day).

    Accruing: from the start. Level: a trailing span as long as the goal's own window (a stock reads its last
    day). A goal to stay on an accruing KPI is a promise for each period, so it is read over the latest span
    as long as one: the total since the start would be compared with a target that is not its own. Before the
    start an accruing goal reads its first day.
    """
    last = min(today, promise.deadline)
    if promise.accruing and promise.target_type.is_stay:
        return _trailing_period(promise.cadence, calendar, last)
    if promise.accruing:
        return Window(promise.start, max(promise.start, last))
    return Window(last - (promise.deadline - promise.start), last)


def window_by(promise: Promise, calendar: WorkCalendar, today: date) -> Window:
    """`reading_window` for a day that is still under way. A stay on a total is judged by what has ended: nobody has
    broken "8 calls a day" at nine in the morning."""
    under_way = promise.accruing and promise.target_type.is_stay and today <= promise.deadline
    return reading_window(promise, calendar, today - timedelta(days=1) if under_way else today)


def _trailing_period(cadence: str, calendar: WorkCalendar, last: date) -> Window:
    if cadence == "daily":
        week = (last - timedelta(days=back) for back in range(7))
        last = next((day for day in week if calendar.is_working(day)), last)
    if cadence in CADENCE_MONTHS:
        return Window(_months_before(last, CADENCE_MONTHS[cadence]) + timedelta(days=1), last)
    return Window(last - timedelta(days=CADENCE_DAYS[cadence] - 1), last)


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day; month ends stay month ends."""
    month_index = day.year * 12 + day.month - 1 - months
    first = date(month_index // 12, month_index % 12 + 1, 1)
    month_end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if (day + timedelta(days=1)).day == 1:
        return month_end
    return min(first + timedelta(days=day.day - 1), month_end)


def is_outdated(promise: Promise, calendar: WorkCalendar, today: date, last_news: date | None) -> bool:
    """No entry and no check-in for longer than the cadence, counted in working days so that weekends,
    holidays and leave are not held against anyone. Before the first news the clock runs from the day before
    the start.
    """
    since = max(last_news or date.min, promise.start - timedelta(days=1))
    if since >= today:
        return False
    allowed = max(ONE, Decimal(CADENCE_DAYS[promise.cadence] * len(calendar.working_days)) / 7)
    return calendar.working_days_between(since + timedelta(days=1), today) > allowed


def status(
    promise: Promise,
    calendar: WorkCalendar,
    today: date,
    *,
    value: Decimal | None,
    probability: Decimal | None = None,
    periods_held: tuple[int, int] | None = None,
    last_news: date | None = None,
    is_running: bool = True,
    closed_as: Status | None = None,
) -> Status:
    """The one status of a goal. `last_news` is the day of the latest entry or check-in, `probability` the
    forecast's.

    A closed goal keeps its outcome. Past the deadline and not yet closed (late entries still count) the value
    speaks; until then a goal is never achieved or missed, since a total can be corrected and a level can
    move. The forecast counts once a fifth of the window has passed; before, or without one, the pace does:
    see `pace` for what 95 % and 80 % mean.
    """
    if closed_as is not None:
        return closed_as
    if not is_running or today < promise.start:
        return Status.NOT_STARTED
    if today > promise.deadline:
        return Status.ACHIEVED if is_met(promise, value, periods_held) else Status.MISSED
    if is_outdated(promise, calendar, today, last_news):
        return Status.OUTDATED
    elapsed = calendar.elapsed_share(promise.start, promise.deadline, today)
    if probability is not None and elapsed >= FORECAST_COUNTS_FROM:
        return _graded(probability, LIKELY, POSSIBLE)
    return _status_by_pace(promise, calendar, today, value, periods_held)


def _status_by_pace(
    promise: Promise,
    calendar: WorkCalendar,
    today: date,
    value: Decimal | None,
    periods_held: tuple[int, int] | None,
) -> Status:
    held, full = periods_held or (0, 0)
    if promise.target_type.is_stay and held < full:
        return Status.OFF_TRACK  # it can no longer have held in every period
    reading = ZERO if value is None and promise.accruing else value
    share = pace(reading, expected(promise, calendar, today), promise)
    # A level without a value or a baseline leaves nothing to judge by, however lively the check-ins.
    return Status.OUTDATED if share is None else _graded(share, SHORT_OF_PACE, FAR_SHORT_OF_PACE)


def _graded(share: Decimal, good: Decimal, fair: Decimal) -> Status:
    if share >= good:
        return Status.ON_TRACK
    return Status.AT_RISK if share >= fair else Status.OFF_TRACK


def relative_target(baseline: Decimal, change: Decimal, *, in_points: bool = False) -> Decimal:
    """The target that "by `change`" means: 0.25 is +25 % of the baseline, or +25 points of a percent KPI."""
    return baseline + change if in_points else baseline + abs(baseline) * change
