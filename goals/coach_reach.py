"""The A of SMART: is the target achievable, judged by what the owner's record would bring if nothing changed?

The target's lift over that is weighed against the reach: the spread of such windows together with what people can
usually change by working differently. A week leaves room for about a tenth of the usual value, longer windows for
more, growing with the cube root of their length (a month about 16 %, a quarter 23 %); near the ends of a percentage
there is as little room as is left to the end. So 25 % of 8 deals is not 25 % of 800, and yet a steady KPI may be
asked to move.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import floor, hypot, log10, sqrt
from statistics import median

from goals.chance import Outlook
from goals.draft import Draft, Load
from goals.forecast import chance_of_meeting, judged_periods, rounded
from goals.outlook import Habit, StockHabit, complete_from, learn
from goals.progress import CADENCE_DAYS, Promise, TargetType
from goals.record import Measure, Record
from kpis.periods import Window
from teams.calendar import WorkCalendar

# A lift of up to one reach is sound, one of more than 1.75 asks too much.
SOUND_UP_TO, STRETCH_UP_TO = 1.0, 1.75
# A move that seven of ten windows would bring anyway, by the chance or by the record, moves nothing.
TOO_EASY_MOVE = 0.70
# A stay is judged by the chance of holding in every period; there is no lift in it to make up for bad luck.
TOO_EASY_STAY, SOUND_STAY, STRETCH_STAY = 0.98, 0.40, 0.10
ROOM_IN_A_WEEK = 0.10
# Most of a stock (customers, say) was there before: work changes a smaller part of it.
ROOM_OF_A_STOCK = 0.25
# From this share of the capacity on, promised hours eat into the reach; at full load nothing extra can be expected.
LOAD_BITES_FROM = Decimal("0.8")
LEAST_EASE = 0.5
MOST_WINDOWS, FEWEST_WINDOWS = 12, 3
ONE_DAY = timedelta(days=1)

FULL_TIME = Load(Decimal(1), Decimal(0))


@dataclass(frozen=True)
class Evidence:
    """What windows like the goal's own brought. Scaled: the record is too short for whole ones, so they are
    shorter, and typical and best are carried over to the goal's length.
    """

    windows: int
    typical: Decimal
    best: Decimal
    held: int
    is_scaled: bool


@dataclass(frozen=True)
class Reach:
    """`verdict` is unknown, and all but `evidence` perhaps None, where neither record can say. `advice` is a target
    that would be sound, where the typed one is not.
    """

    verdict: str
    probability: Decimal | None = None
    evidence: Evidence | None = None
    is_borrowed: bool = False
    is_scaled: bool = False
    leave_days: int = 0
    is_overloaded: bool = False
    advice: Decimal | None = None


def judge(draft: Draft, record: Record, today: date) -> Reach:
    promise, measure = draft.promise, draft.kpi
    if promise is None or measure is None:
        return Reach("unknown")
    until = known_until(promise.start, record, today)
    for source, is_borrowed in ((record, False), (draft.team_record, True)):
        if source is None:
            continue
        known = source.until(until)
        habit = learn(measure, known, draft.calendar)
        evidence = look_back(promise, measure, known, draft.calendar) if habit else None
        if habit and evidence:
            return _Judgement(draft, promise, measure, known, habit, evidence).reach(is_borrowed)
    return Reach("unknown")


def known_until(start: date, record: Record, today: date) -> date:
    """The last day that counts as known: a goal is judged by what came before it, and a day that has only begun (no
    entry yet) is not held against anyone.
    """
    if start < today:
        return today
    last = min(today, start - ONE_DAY)
    return last - ONE_DAY if last == today and record.last_item != today else last


def look_back(promise: Promise, measure: Measure, record: Record, calendar: WorkCalendar) -> Evidence | None:
    """The latest windows as long as the goal's own (a stay: as its cadence); months or weeks where there are fewer
    than three.
    """
    length = (
        CADENCE_DAYS[promise.cadence] if promise.target_type.is_stay else (promise.deadline - promise.start).days + 1
    )
    length = 7 if length in (5, 6) else length  # Monday to Friday is a week
    for days in (length, *(shorter for shorter in (28, 7) if shorter < length)):
        found = _readings(promise, measure, record, calendar, days)
        if len(found) >= FEWEST_WINDOWS:
            return _evidence(promise, measure, record, found, days, length)
    return None


Readings = list[tuple[Window, float]]


def _readings(promise: Promise, measure: Measure, record: Record, calendar: WorkCalendar, days: int) -> Readings:
    first = complete_from(measure, record)
    if first is None:
        return []
    own = calendar.working_days_between(promise.start, promise.deadline)
    found: Readings = []
    end = record.today
    # The oldest window may lack its first days, if it has most others; a week's rate may rest on any of its days.
    least = 0 if days <= 7 and not measure.is_accruing else days / 2
    while len(found) < MOST_WINDOWS and (end - first).days + 1 > least:
        window = Window(end - timedelta(days=days - 1), end)
        end -= timedelta(days=days)
        value = _reading(measure, record, window)
        if value is None:
            continue
        if measure.is_accruing and not promise.target_type.is_stay:
            worked = calendar.working_days_between(max(window.start, first), window.end)
            if not worked:
                continue
            value *= own / worked
        found.append((window, value))
    return found


def _reading(measure: Measure, record: Record, window: Window) -> float | None:
    """A stock's window is read as where such a change would lead from today's level."""
    value = record.value(measure, window)
    if value is None or not measure.is_stock:
        return None if value is None else float(value)
    now = record.value(measure, Window(record.today, record.today))
    before = record.value(measure, Window(window.start - ONE_DAY, window.start - ONE_DAY))
    return None if now is None or before is None else float(now + value - before)


def _evidence(promise: Promise, measure: Measure, record: Record, found: Readings, days: int, length: int) -> Evidence:
    values = [value for _, value in found]
    is_upward, is_stay = promise.target_type.is_upward, promise.target_type.is_stay
    typical = median(values) if is_stay else sum(values) / len(values)
    if not (measure.is_accruing or measure.is_stock or is_stay):
        pooled = record.value(measure, Window(found[-1][0].start, record.today), whole=False)
        typical = float(pooled) if pooled is not None and not _shifts(measure) else typical
    best = max(values) if is_upward else min(values)
    # Short windows swing more than long ones: their best is drawn in by the square root of how many make one.
    best = typical + (best - typical) * sqrt(days / length)
    if measure.is_stock:
        now = float(record.value(measure, Window(record.today, record.today)) or 0)
        scale = length / days
        best = now + (typical - now) * scale + (best - typical) * scale
        typical = now + (typical - now) * scale
    target = float(promise.target)
    held = sum(value >= target if is_upward else value <= target for value in values)
    return Evidence(len(values), rounded(typical, 4), rounded(best, 4), held, days < length)


def _shifts(measure: Measure) -> bool:
    return any(part.shifts for part in measure.leaves)


@dataclass(frozen=True)
class _Judgement:
    draft: Draft
    promise: Promise
    measure: Measure
    record: Record
    habit: Habit | StockHabit
    evidence: Evidence

    def reach(self, is_borrowed: bool) -> Reach:
        window = Window(self.promise.start, self.promise.deadline)
        outlook = self._outlook(window)
        if outlook is None:
            return Reach("unknown", evidence=self.evidence, is_borrowed=is_borrowed)
        is_stay = self.promise.target_type.is_stay
        verdict, chance = self._stay() if is_stay else self._move(outlook, window)
        advice = None
        if verdict != "sound":
            advice = self._advice_to_stay(window) if is_stay else self._advice_to_move(outlook, window, verdict)
        return Reach(
            verdict=verdict,
            probability=chance,
            evidence=self.evidence,
            is_borrowed=is_borrowed,
            is_scaled=self.evidence.is_scaled,
            leave_days=self._leave_days(window),
            is_overloaded=self._load > LOAD_BITES_FROM,
            advice=advice,
        )

    @property
    def _sign(self) -> int:
        return 1 if self.promise.target_type.is_upward else -1

    @property
    def _load(self) -> Decimal:
        """Promised hours as a share of the capacity; no capacity at all counts as twice full."""
        load = self.draft.load or FULL_TIME
        if not load.capacity_hours:
            return Decimal(2) if load.committed_hours else Decimal(0)
        return load.committed_hours / load.capacity_hours

    def _leave_days(self, window: Window) -> int:
        with_leave = self.draft.calendar.working_days_between(window.start, window.end)
        return self._without_leave.working_days_between(window.start, window.end) - with_leave

    @property
    def _without_leave(self) -> WorkCalendar:
        return replace(self.draft.calendar, leave=frozenset())

    def _outlook(self, window: Window) -> Outlook | None:
        """Leave takes its share of a total; a rate is not worse for it, and its spread must not make the reach
        wider.
        """
        if not self.measure.is_accruing:
            return self.habit.project(window, self._without_leave)
        outlook = self.habit.project(window)
        if outlook is None or self._sign < 0 or self._load <= 1:
            return outlook
        open_part = outlook.mean - (outlook.floor or 0.0)
        lost = open_part * (1 - max(LEAST_EASE, 1 / float(self._load)))
        return replace(outlook, mean=outlook.mean - lost)

    def _ease(self, window: Window) -> float:
        """What overload and leave leave of the reach: all of it down to half."""
        over = float(min(Decimal(1), max(Decimal(0), (self._load - LOAD_BITES_FROM) / (2 * (1 - LOAD_BITES_FROM)))))
        leave = self._leave_days(window)
        worked = self._without_leave.working_days_between(window.start, window.end)
        share = 1 - leave / worked if worked and not self.measure.is_accruing else 1.0
        return max(LEAST_EASE, (1 - over * (1 - LEAST_EASE)) * share)

    def _reach(self, outlook: Outlook, window: Window) -> float:
        size = abs(outlook.mean)
        if self.measure.unit == "percent" and 0 <= outlook.mean <= 1:
            size = min(outlook.mean, 1 - outlook.mean)
        size *= ROOM_OF_A_STOCK if self.measure.is_stock else 1.0
        room = ROOM_IN_A_WEEK * (window.days / 7) ** (1 / 3) * size
        return hypot(outlook.spread, room) * self._ease(window)

    def _move(self, outlook: Outlook, window: Window) -> tuple[str, Decimal | None]:
        target = float(self.promise.target)
        chance = outlook.chance(target, upward=self._sign > 0)
        probability = min(Decimal("0.99"), max(Decimal("0.01"), round(Decimal(chance), 2)))
        lift, reach = (target - outlook.mean) * self._sign, self._reach(outlook, window)
        held = self.evidence.held / self.evidence.windows if lift < 0 else 0.0
        if max(chance, held) >= TOO_EASY_MOVE:
            return "too_easy", probability
        if lift <= SOUND_UP_TO * reach:
            return "sound", probability
        return "stretch" if lift <= STRETCH_UP_TO * reach else "overreach", probability

    def _stay(self) -> tuple[str, Decimal | None]:
        record = self.record
        probability = chance_of_meeting(self.promise, self.measure, record, self.draft.calendar, self.habit)
        if probability is None:
            return "unknown", None
        chance = float(probability)
        if chance >= TOO_EASY_STAY:
            return "too_easy", probability
        chance *= self._ease(Window(self.promise.start, self.promise.deadline))
        if chance >= SOUND_STAY:
            return "sound", probability
        return "stretch" if chance >= STRETCH_STAY else "overreach", probability

    def _advice_to_move(self, outlook: Outlook, window: Window, verdict: str) -> Decimal | None:
        """Half a reach above the usual where too little was asked, three quarters where too much."""
        reach = self._reach(outlook, window)
        lift = (0.5 if verdict == "too_easy" else 0.75) * reach
        return self._rounded_advice(outlook.mean, lift)

    def _advice_to_stay(self, window: Window) -> Decimal | None:
        """The level that would be held in every period in half of all cases."""
        periods = judged_periods(self.promise, self.measure, self.draft.calendar, self.promise.deadline)
        periods = [period for period in periods if period.end > self.record.today] or [window]
        outlook = self._outlook(periods[0])
        if outlook is None:
            return None
        share = 0.5 ** (1 / len(periods))
        level = outlook.quantile(1 - share if self._sign > 0 else share)
        return self._rounded_advice(level, 0.0)

    def _rounded_advice(self, usual: float, lift: float) -> Decimal | None:
        """A round number between the usual value and the wished-for lift, if there is one on the right side of the
        baseline.
        """
        wished = usual + self._sign * lift
        step = 10.0 ** floor(log10(max(abs(lift), abs(wished) * 0.01, 1e-6)))
        for finer in (step, step / 10):
            grain = max(1.0, finer) if self.measure.unit == "count" else finer
            value = rounded(floor(wished / grain * self._sign + 1e-9) * grain * self._sign, 10)
            if self._is_usable(value, usual):
                return value
        return None

    def _is_usable(self, value: Decimal, usual: float) -> bool:
        if value == self.promise.target or value <= 0 < usual:
            return False
        if value <= 0 and self.promise.target_type is TargetType.STAY_AT_OR_ABOVE:
            return False  # nothing to keep up
        baseline = self.promise.baseline
        return self.promise.target_type.is_stay or baseline is None or self.draft.is_better(value, baseline)
