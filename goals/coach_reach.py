"""The A of SMART: is the target achievable, judged by what the owner's record would bring if nothing changed?

The target's lift over that is weighed against the reach: the spread of such windows together with what people can
usually change by working differently. A week leaves room for about an eighth of the usual value, longer windows for
more, growing with the fourth root of their length (a month 17 %, a quarter 23 %, a year 32 %); near the ends of a
percentage there is as little room as is left to the end. So 25 % of 8 deals is not 25 % of 800, and yet a steady KPI
may be asked to move.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import floor, hypot, log10

from goals.chance import Outlook
from goals.coach_past import Evidence, known_until, look_back
from goals.coach_season import Season, season_of
from goals.draft import Draft, Load
from goals.forecast import Projection, chance_of_meeting, judged_periods, rounded
from goals.outlook import learn
from goals.progress import Promise, TargetType
from goals.record import Measure, Record
from kpis.periods import Window
from teams.calendar import WorkCalendar

# A lift of up to one reach is sound, one of more than 1.75 asks too much.
SOUND_UP_TO, STRETCH_UP_TO = 1.0, 1.75
# A move that seven of ten windows would bring anyway, by the chance or by the record, moves nothing.
TOO_EASY_MOVE = 0.70
# A stay is judged by the chance of holding in every period; there is no lift in it to make up for bad luck.
TOO_EASY_STAY, SOUND_STAY, STRETCH_STAY = 0.98, 0.40, 0.10
# Or it is too easy where so many periods all kept well clear of it.
NEVER_BROKEN_IN = 8
# The record's own periods count beside the chance of a stay like so many more.
MODEL_COUNTS = 6
ROOM_IN_A_WEEK, ROOM_GROWS = 0.12, 0.25
# Most of a stock (customers, say) was there before: work changes a smaller part of it.
ROOM_OF_A_STOCK = 0.25
# Ratings end somewhere not far above the usual, though nobody has said where.
ROOM_OF_A_RATING = 0.5
# From this share of the capacity on, promised hours eat into the reach; at full load nothing extra can be expected.
LOAD_BITES_FROM = Decimal("0.8")
LEAST_EASE = 0.5
# An advised lift in reaches: less where too little was asked, so that it is a step and no leap.
MODEST_LIFT, FULL_LIFT = 0.5, 0.75

FULL_TIME = Load(Decimal(1), Decimal(0))


@dataclass(frozen=True)
class _Remembering:
    """A habit that projects each window once: many targets are tried on the same periods."""

    habit: Projection
    found: dict[tuple[Window, WorkCalendar | None], Outlook | None] = field(default_factory=dict)

    def project(self, window: Window, calendar: WorkCalendar | None = None) -> Outlook | None:
        key = window, calendar
        if key not in self.found:
            self.found[key] = self.habit.project(window, calendar)
        return self.found[key]


@dataclass(frozen=True)
class Reach:
    """`verdict` is unknown, and all but `evidence` perhaps None, where neither record can say. `advice` is a target
    that would be sound, where the typed one is not, `expected` what carrying on as before would bring.
    """

    verdict: str
    probability: Decimal | None = None
    evidence: Evidence | None = None
    expected: Decimal | None = None
    is_borrowed: bool = False
    leave_days: int = 0
    is_overloaded: bool = False
    season: Season | None = None
    advice: Decimal | None = None

    @property
    def is_scaled(self) -> bool:
        return self.evidence is not None and self.evidence.is_scaled


def judge(draft: Draft, record: Record, today: date) -> Reach:
    promise, measure = draft.promise, draft.kpi
    if promise is None or measure is None:
        return Reach("unknown")
    for source, is_borrowed in ((record, False), (draft.team_record, True)):
        if source is None:
            continue
        known = source.until(known_until(measure, promise.start, source, today))
        habit = learn(measure, known, draft.calendar)
        evidence = look_back(promise, measure, known, draft.calendar) if habit else None
        if habit and evidence:
            return _Judgement(draft, promise, measure, known, _Remembering(habit), evidence).reach(is_borrowed)
    return Reach("unknown")


def propose(draft: Draft, record: Record, today: date) -> Decimal | None:
    """A sound target for a draft that has none yet."""
    if draft.target is not None:
        return None
    # Whatever lies beyond every reach asks for advice; the sign tells on which side.
    beyond = Decimal(10) ** 17 * (1 if draft.target_type.is_upward else -1)
    return judge(replace(draft, target=beyond), record, today).advice


@dataclass(frozen=True)
class _Judgement:
    draft: Draft
    promise: Promise
    measure: Measure
    record: Record
    habit: Projection
    evidence: Evidence

    def reach(self, is_borrowed: bool) -> Reach:
        if self._outlook is None:
            return Reach("unknown", evidence=self.evidence, is_borrowed=is_borrowed)
        verdict, chance = self._verdict_on(self.promise.target)
        return Reach(
            verdict=verdict,
            probability=chance,
            evidence=self.evidence,
            expected=rounded(self._outlook.mean, 3),
            is_borrowed=is_borrowed,
            leave_days=self._leave_days,
            is_overloaded=self._load > LOAD_BITES_FROM,
            season=self._season,
            advice=None if verdict == "sound" else self._advice(verdict),
        )

    @property
    def _sign(self) -> int:
        return 1 if self.promise.target_type.is_upward else -1

    @property
    def _is_stay(self) -> bool:
        return self.promise.target_type.is_stay

    @cached_property
    def _window(self) -> Window:
        return Window(self.promise.start, self.promise.deadline)

    @property
    def _load(self) -> Decimal:
        """Promised hours as a share of the capacity; no capacity at all counts as twice full."""
        load = self.draft.load or FULL_TIME
        if not load.capacity_hours:
            return Decimal(2) if load.committed_hours else Decimal(0)
        return load.committed_hours / load.capacity_hours

    @cached_property
    def _leave_days(self) -> int:
        worked = self.draft.calendar.working_days_between(self._window.start, self._window.end)
        return self._without_leave.working_days_between(self._window.start, self._window.end) - worked

    @property
    def _without_leave(self) -> WorkCalendar:
        return replace(self.draft.calendar, leave=frozenset())

    @cached_property
    def _season(self) -> Season | None:
        """For a goal wholly ahead; of one under way the record shows what the season brings."""
        outlook = self.habit.project(self._window) if self.measure.is_accruing and not self._is_stay else None
        if outlook is None or self._window.start <= self.record.today:
            return None
        return season_of(self.measure, self.record, self._window, self.draft.calendar, outlook.mean)

    @cached_property
    def _outlook(self) -> Outlook | None:
        """Leave takes its share of a total; a rate is not worse for it, and its spread must not make the reach
        wider.
        """
        if not self.measure.is_accruing:
            return self.habit.project(self._window, self._without_leave)
        outlook = self.habit.project(self._window)
        if outlook is None:
            return None
        if self._season:
            mean = outlook.mean * self._season.factor
            spread = hypot(outlook.spread * self._season.factor, mean * self._season.doubt)
            outlook = replace(outlook, mean=mean, spread=spread)
        if self._sign < 0 or self._load <= 1:
            return outlook
        open_part = outlook.mean - (outlook.floor or 0.0)
        return replace(outlook, mean=outlook.mean - open_part * (1 - max(LEAST_EASE, 1 / float(self._load))))

    @cached_property
    def _ease(self) -> float:
        """What overload and leave leave of the reach: all of it down to half."""
        over = float(min(Decimal(1), max(Decimal(0), (self._load - LOAD_BITES_FROM) / (2 * (1 - LOAD_BITES_FROM)))))
        worked = self._without_leave.working_days_between(self._window.start, self._window.end)
        share = 1 - self._leave_days / worked if worked and not self.measure.is_accruing else 1.0
        return max(LEAST_EASE, (1 - over * (1 - LEAST_EASE)) * share)

    @cached_property
    def _reach(self) -> float:
        assert self._outlook is not None
        room = ROOM_IN_A_WEEK * (self._window.days / 7) ** ROOM_GROWS * self._size(self._outlook.mean)
        return hypot(self._outlook.spread, room) * self._ease

    def _size(self, mean: float) -> float:
        """What a change by so many percent is a change of."""
        if self.measure.is_stock:
            return abs(mean) * ROOM_OF_A_STOCK
        if self.measure.aggregation == "average" and self.measure.unit == "ratio":
            return abs(mean) * ROOM_OF_A_RATING
        if self.measure.unit == "percent" and 0 <= mean <= 1:
            return max(min(mean, 1 - mean), self._growing)
        return max(abs(mean), self._growing)

    @cached_property
    def _growing(self) -> float:
        """How much a KPI that compares with the past moves when the present doubles: growth of 2 % is not moved by
        percents of itself, but by percents of what grows."""
        if not any("last_year" in part.shifts or "previous" in part.shifts for part in self.measure.leaves):
            return 0.0
        window = Window(self.record.today - (self._window.end - self._window.start), self.record.today)

        def doubled(code: str, read: Window) -> Decimal | None:
            value = self.record.part_value(self.measure, code, read)
            if value is None or read.end != window.end or self.measure.aggregation_of(code) != "sum":
                return value
            return value + (self.record.part_value(self.measure, code, window) or 0)

        as_it_was, twice = self.record.value(self.measure, window), self.measure.combine(window, doubled)
        return 0.0 if as_it_was is None or twice is None else float(abs(twice - as_it_was))

    def _verdict_on(self, target: Decimal) -> tuple[str, Decimal | None]:
        return self._stay(target) if self._is_stay else self._move(float(target))

    def _move(self, target: float) -> tuple[str, Decimal | None]:
        assert self._outlook is not None
        chance = self._outlook.chance(target, upward=self._sign > 0)
        probability = min(Decimal("0.99"), max(Decimal("0.01"), round(Decimal(chance), 2)))
        lift = (target - self._outlook.mean) * self._sign
        if max(chance, self._share_that_held(target) if lift < 0 else 0.0) >= TOO_EASY_MOVE:
            return "too_easy", probability
        if lift <= SOUND_UP_TO * self._reach:
            return "sound", probability
        return "stretch" if lift <= STRETCH_UP_TO * self._reach else "overreach", probability

    def _share_that_held(self, target: float) -> float:
        """Of the windows looked back on: as they were, and were they as far around the outlook as around the usual.
        The smaller counts, for who is told that it would come by itself looks at the windows as they were.
        """
        moves, readings = (0.0, self._moved), self.evidence.readings
        held = (sum((reading + moved - target) * self._sign >= 0 for reading in readings) for moved in moves)
        return min(held) / len(readings)

    @cached_property
    def _moved(self) -> float:
        """From the usual of the past to what is to be expected."""
        outlook = self.habit.project(self._periods[0]) if self._is_stay else self._outlook
        return outlook.mean - float(self.evidence.typical) if outlook else 0.0

    def _stay(self, target: Decimal) -> tuple[str, Decimal | None]:
        promise = replace(self.promise, target=target)
        probability = chance_of_meeting(promise, self.measure, self.record, self.draft.calendar, self.habit)
        if probability is None:
            return "unknown", None
        if float(probability) >= TOO_EASY_STAY or (probability and self._is_far_within(float(target))):
            return "too_easy", probability
        chance = self._chance_with_the_record(float(probability), float(target)) * self._ease
        if chance >= SOUND_STAY:
            return "sound", probability
        return "stretch" if chance >= STRETCH_STAY else "overreach", probability

    def _is_far_within(self, target: float) -> bool:
        """Further from the usual than twice the worst period was, and than a week's work could change."""
        typical, worst = (float(value) + self._moved for value in (self.evidence.typical, self.evidence.worst))
        limit = typical - self._sign * max(2 * abs(worst - typical), ROOM_IN_A_WEEK * abs(typical))
        is_within = (limit - target) * self._sign > 0
        return is_within and len(self.evidence.readings) >= NEVER_BROKEN_IN

    def _chance_with_the_record(self, chance: float, target: float) -> float:
        """The chance of holding in all periods to come, each period's moved towards how many of the last ones held."""
        if not chance:
            return 0.0
        number, readings = len(self._periods), self.evidence.readings
        held = sum((reading + self._moved - target) * self._sign >= 0 for reading in readings)
        each = (held + MODEL_COUNTS * chance ** (1 / number)) / (len(readings) + MODEL_COUNTS)
        return float(each**number)

    @cached_property
    def _periods(self) -> list[Window]:
        """Those of a stay that are still to come."""
        periods = judged_periods(self.promise, self.measure, self.draft.calendar, self.promise.deadline)
        return [period for period in periods if period.end > self.record.today] or [self._window]

    def _advice(self, verdict: str) -> Decimal | None:
        """A round target that is itself judged sound, on the right side of the baseline."""
        return next((value for value in self._round_targets(verdict) if self._is_usable(value)), None)

    def _round_targets(self, verdict: str) -> Iterator[Decimal]:
        for usual, lift in self._levels() if self._is_stay else self._lifts(verdict):
            yield from self._round(usual + self._sign * lift, lift)

    def _lifts(self, verdict: str) -> Iterator[tuple[float, float]]:
        assert self._outlook is not None
        wished = MODEST_LIFT if verdict == "too_easy" else FULL_LIFT
        for share in (wished, 1.0, 0.25):
            yield self._outlook.mean, share * self._reach

    def _levels(self) -> Iterator[tuple[float, float]]:
        """Those that would be held in every period in half of all cases, and in more."""
        outlook = self.habit.project(self._periods[0])
        for chance in (0.5, 0.65, 0.8) if outlook else ():
            share = chance ** (1 / len(self._periods))
            assert outlook is not None
            yield outlook.quantile(1 - share if self._sign > 0 else share), 0.0

    def _round(self, wished: float, lift: float) -> Iterator[Decimal]:
        """From the wished-for value towards the easier side, the roundest first."""
        step = 10.0 ** floor(log10(max(abs(lift), abs(wished) * 0.01, 1e-6)))
        decimals = self.measure.decimals
        least = 0.0 if decimals is None else 10.0 ** -(decimals + 2 * (self.measure.unit == "percent"))
        for finer in (step, step / 2, step / 10):
            grain = max(1.0 if self.measure.unit == "count" else 0.0, least, finer)
            yield rounded(floor(wished / grain * self._sign + 1e-9) * grain * self._sign, 10)

    def _is_usable(self, value: Decimal) -> bool:
        if value == self.promise.target or (value <= 0 < float(self.evidence.typical)):
            return False
        if value <= 0 and self.promise.target_type is TargetType.STAY_AT_OR_ABOVE:
            return False  # nothing to keep up
        baseline = self.promise.baseline
        if not self._is_stay and baseline is not None and not self.draft.is_better(value, baseline):
            return False
        return self._verdict_on(value)[0] == "sound"
