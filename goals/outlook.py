"""What carrying on as before would bring: the KPI's habit, learnt from its record, projected into a window.

Floats are used for the statistics only; what comes in and goes out to people is Decimal.

A KPI is a function of quantities that add up over days (won and lost deals, revenue, weight and count of an
average). Each quantity gets a rate per weekday, for working days and days off apart, from at most a year in which a
week counts half as much as one eight weeks younger. What the rates leave unexplained, week by week, is carried to
the KPI along its gradient (the delta method), so the spread of a close rate shrinks with the number of deals and
not with the number of weeks. Whole numbers spread at least as much as chance alone would make them. A stock is a
walk with weekly steps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from math import isfinite, sqrt

from goals.chance import Outlook
from goals.progress import CADENCE_KINDS
from goals.record import Measure, Record, Series
from kpis.periods import Window, period_of
from teams.calendar import WorkCalendar

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)

MIN_WEEKS, MAX_WEEKS = 3, 52
HALF_LIFE_WEEKS = 8
TREND_NEEDS_WEEKS = 8
TREND_REACHES_WEEKS = 4
# How many weeks' worth the spread by chance alone weighs against the observed one, and a weekday against its kind.
PRIOR_WEEKS, PRIOR_WEEKDAYS = 8, 4
# No record promises the future more closely than this share of what is still to come.
LEAST_SPREAD = 0.02
FEWEST_EVENTS = {True: 3, False: 12}  # for totals, and for rates made of counts


# What a day is, beside its weekday: worked, a weekend, or a holiday or leave on a working weekday.
WORKED, WEEKEND, OFF = range(3)
BOUNDS_FROM_WEEKS = 12

Kind = tuple[int, int]
DayKinds = dict[Kind, int]


def learn(measure: Measure, record: Record, calendar: WorkCalendar) -> "Habit | StockHabit | None":
    """None where the record is too thin to speak: under three weeks (begun ones count), or hardly any events."""
    first = complete_from(measure, record)
    if first is None or (record.today - first).days < (MIN_WEEKS - 1) * 7:
        return None
    if measure.is_stock:
        stock = StockHabit(measure, record, calendar)
        return stock if stock.is_telling else None
    habit = Habit(measure, record, calendar)
    return habit if habit.is_telling else None


def complete_from(measure: Measure, record: Record) -> date | None:
    """The first day that the record speaks for: a weekly entry speaks for its whole week."""
    if record.first is None:
        return None
    return period_of(CADENCE_KINDS[measure.cadence], record.first, measure.rules).start


@dataclass(frozen=True)
class Week:
    window: Window
    weight: float
    kinds: DayKinds
    working_days: int


class Quantity:
    """One additive quantity: what it was week by week, its rate for each kind of day, and its trend."""

    def __init__(
        self, code: str, role: str, series: Series, weeks: list[Week], kind_of: Callable[[date], Kind]
    ) -> None:
        self.code, self.role = code, role
        self.weeks = weeks
        self.totals = [float(_amount(series, role, week.window)) for week in weeks]
        self.is_whole = role == "sum" and series.is_whole
        self.rates = self._learn_rates(series, kind_of)
        self.residuals = [total - self.usual(week.kinds) for total, week in zip(self.totals, weeks, strict=True)]
        self.trend, self.centre = self._learn_trend()
        self.residuals = [left - self.trend * (self.centre - age) for age, left in enumerate(self.residuals)]

    def _learn_rates(self, series: Series, kind_of: Callable[[date], Kind]) -> dict[Kind, float]:
        sums: dict[Kind, float] = {}
        counts: dict[Kind, float] = {}
        newest = self.weeks[0].window.end
        for week in self.weeks:
            for kind, number in week.kinds.items():
                counts[kind] = counts.get(kind, 0.0) + number * week.weight
        for item in series.between(Window(self.weeks[-1].window.start, newest)):
            age = (newest - item.day).days // 7
            kind = kind_of(item.day)
            amount = _amount_of(item.value, item.count, self.role)
            sums[kind] = sums.get(kind, 0.0) + amount * self.weeks[age].weight
        return {kind: self._shrunk(kind, sums, counts) for kind in counts}

    def _shrunk(self, kind: Kind, sums: dict[Kind, float], counts: dict[Kind, float]) -> float:
        alike = [other for other in counts if other[0] == kind[0]]
        mean = sum(sums.get(other, 0.0) for other in alike) / sum(counts[other] for other in alike)
        return (sums.get(kind, 0.0) + PRIOR_WEEKDAYS * mean) / (counts[kind] + PRIOR_WEEKDAYS)

    def usual(self, kinds: DayKinds) -> float:
        """What the rates say for so many days of each kind."""
        return sum(number * self._rate(kind) for kind, number in kinds.items())

    def _rate(self, kind: Kind) -> float:
        """A kind never seen before brings what its like do; a holiday or leave brings nothing until it did."""
        if kind in self.rates:
            return self.rates[kind]
        alike = [rate for (day, _), rate in self.rates.items() if day == kind[0]]
        return sum(alike) / len(alike) if alike else 0.0

    def _learn_trend(self) -> tuple[float, float]:
        """(change per week, age in weeks of the centre of the record); a slope that may be chance is shrunk to
        zero.
        """
        weights = [week.weight for week in self.weeks]
        whole = sum(weights)
        centre = sum(weight * age for age, weight in enumerate(weights)) / whole
        if len(weights) < TREND_NEEDS_WEEKS:
            return 0.0, centre
        spread = sum(weight * (age - centre) ** 2 for age, weight in enumerate(weights))
        pairs = list(zip(weights, self.residuals, strict=True))
        slope = sum(w * (centre - age) * left for age, (w, left) in enumerate(pairs)) / spread
        noise = sum(w * (left - slope * (centre - age)) ** 2 for age, (w, left) in enumerate(pairs)) / whole
        error = sqrt(noise / spread * whole / (len(weights) - 2))
        return slope * max(0.0, 1 - (2 * error / slope) ** 2) if slope else 0.0, centre

    def projected(self, kinds: DayKinds, weeks_ahead: float) -> float:
        usual = self.usual(kinds)
        mean_week = sum(self.totals) / len(self.totals)
        if not self.trend or not mean_week:
            return usual
        lift = self.trend * (self.centre + min(weeks_ahead, TREND_REACHES_WEEKS)) / abs(mean_week)
        return usual * (1 + max(-0.5, min(0.5, lift)))


def _amount(series: Series, role: str, window: Window) -> Decimal:
    if role == "sum":
        return series.total(window)
    weighted, count = series.weighted(window)
    return weighted if role == "weighted" else count


def _amount_of(value: Decimal, count: Decimal, role: str) -> float:
    return float(value if role == "sum" else value * count if role == "weighted" else count)


class Habit:
    """Sums, averages, and formulas over them."""

    def __init__(self, measure: Measure, record: Record, calendar: WorkCalendar) -> None:
        self.measure, self.record, self.last = measure, record, record.today
        self.calendar = calendar if calendar.working_days else WorkCalendar(frozenset(range(1, 8)))
        first = complete_from(measure, record)
        assert first is not None
        days = (self.last - first).days + 1
        # An oldest week that is only partly known is dropped, unless the record is so short that it is needed.
        whole_weeks = max(MIN_WEEKS, days // 7)
        self.weeks = [self._week(age, first) for age in range(min(whole_weeks, MAX_WEEKS))]
        self._kinds_ahead: dict[tuple[Window, WorkCalendar], DayKinds] = {}
        self.quantities = [
            Quantity(code, role, record.series[code], self.weeks, self._kind_of)
            for code in sorted(measure.codes & record.series.keys())
            for role in {"sum": ["sum"], "average": ["weighted", "count"]}.get(measure.aggregation_of(code), [])
        ]

    def _week(self, age: int, first: date) -> Week:
        window = Window(max(first, self.last - WEEK * (age + 1) + ONE_DAY), self.last - WEEK * age)
        kinds = self._day_kinds(window)
        working = sum(number for (day, _), number in kinds.items() if day == WORKED)
        return Week(window, 0.5 ** (age / HALF_LIFE_WEEKS), kinds, working)

    def _day_kinds(self, window: Window, calendar: WorkCalendar | None = None) -> DayKinds:
        calendar = calendar or self.calendar
        weeks, rest = divmod(window.days, 7)
        kinds: DayKinds = {}
        for offset in range(min(window.days, 7)):
            weekday = (window.start.isoweekday() + offset - 1) % 7 + 1
            kinds[WORKED if weekday in calendar.working_days else WEEKEND, weekday] = weeks + (offset < rest)
        for day in calendar.holidays | calendar.leave:
            if day in window and day.isoweekday() in calendar.working_days:
                kinds[WORKED, day.isoweekday()] -= 1
                kinds[OFF, day.isoweekday()] = kinds.get((OFF, day.isoweekday()), 0) + 1
        return {kind: number for kind, number in kinds.items() if number}

    def _kind_of(self, day: date) -> Kind:
        weekday = day.isoweekday()
        if weekday not in self.calendar.working_days:
            return WEEKEND, weekday
        return (WORKED if self.calendar.is_working(day) else OFF), weekday

    @cached_property
    def is_telling(self) -> bool:
        if not any(any(quantity.totals) for quantity in self.quantities):
            return False
        if any(not quantity.is_whole for quantity in self.quantities):
            return True
        events = sum(sum(quantity.totals) for quantity in self.quantities)
        return events >= FEWEST_EVENTS[self.measure.is_accruing]

    @cached_property
    def _worked(self) -> int:
        return max(1, sum(week.working_days for week in self.weeks))

    @cached_property
    def _worked_effectively(self) -> float:
        """Working days behind the rates: old weeks weigh less, so there are fewer than were worked."""
        weights = [week.weight for week in self.weeks]
        return self._worked / len(weights) * sum(weights) ** 2 / sum(weight**2 for weight in weights)

    def project(self, window: Window, calendar: WorkCalendar | None = None) -> Outlook | None:
        """The KPI over `window`: what is known of it up to the record's last day, and the habit from there on.

        `calendar` replaces the record's own for the days to come. None where the formula has no value.
        """
        ahead = Window(max(window.start, self.last + ONE_DAY), window.end) if window.end > self.last else None
        mean = self._value(window, calendar)
        if mean is None:
            return None
        known = self.record.value(self.measure, window) if self.measure.is_accruing else None
        floor = float(known or 0) if self.measure.is_accruing and self._never_falls else None
        if ahead is None:
            return Outlook(mean, 0.0, floor, self._is_count, self._bounds)
        working = sum(n for (day, _), n in self._day_kinds(ahead, calendar).items() if day == WORKED)
        noise = self._noise(window, mean, calendar, working)
        if noise is None:
            return None
        variance = noise * working + noise * working**2 / self._worked_effectively
        still_open = mean - float(known or 0) if self.measure.is_accruing else mean
        least = LEAST_SPREAD * abs(still_open) * sqrt(min(1.0, ahead.days / window.days))
        return Outlook(mean, max(sqrt(variance), least), floor, self._is_count, self._bounds)

    @cached_property
    def _never_falls(self) -> bool:
        return all(item.value >= 0 for item in self.record.series[self.measure.code].items)

    @cached_property
    def _is_count(self) -> bool:
        return self.measure.is_accruing and self.measure.unit == "count" and self.quantities[0].is_whole

    @cached_property
    def _bounds(self) -> tuple[float | None, float | None]:
        """What the KPI never left, week by week: a close rate is not forecast below nothing or above everything."""
        values = [
            value
            for week in self.weeks[:BOUNDS_FROM_WEEKS]
            if (value := self.record.value(self.measure, week.window)) is not None
        ]
        return (
            0.0 if values and min(values) >= 0 else None,
            1.0 if values and self.measure.unit == "percent" and max(values) <= 1 else None,
        )

    def _value(
        self, window: Window, calendar: WorkCalendar | None, nudge: tuple[Quantity, float] | None = None
    ) -> float | None:
        def part_value(code: str, read: Window) -> Decimal | None:
            if read.end <= self.last and not nudge:
                return self.record.part_value(self.measure, code, read)
            mine = [quantity for quantity in self.quantities if quantity.code == code]
            if not mine:
                return self.record.part_value(self.measure, code, read)  # a stock stays as it is
            amounts = [self._amount(quantity, read, calendar) for quantity in mine]
            if nudge and read.end == window.end:
                amounts = [
                    amount + nudge[1] * (quantity is nudge[0]) for amount, quantity in zip(amounts, mine, strict=True)
                ]
            result = amounts[0] if len(amounts) == 1 else amounts[0] / amounts[1] if amounts[1] else None
            return None if result is None else Decimal(repr(result))

        value = self.measure.combine(window, part_value)
        return None if value is None or not isfinite(float(value)) else float(value)

    def _amount(self, quantity: Quantity, read: Window, calendar: WorkCalendar | None) -> float:
        known = float(_amount(self.record.series[quantity.code], quantity.role, read))
        if read.end <= self.last:
            return known
        ahead = Window(max(read.start, self.last + ONE_DAY), read.end)
        key = (ahead, calendar or self.calendar)
        if key not in self._kinds_ahead:
            self._kinds_ahead[key] = self._day_kinds(*key)
        middle = (ahead.start - self.last).days + ahead.days / 2
        return known + quantity.projected(self._kinds_ahead[key], middle / 7)

    def _noise(self, window: Window, mean: float, calendar: WorkCalendar | None, working: int) -> float | None:
        """Variance of the KPI that one working day brings in; None where the days ahead do not move it."""
        slopes = [(quantity, self._slope(quantity, window, mean, calendar)) for quantity in self.quantities]
        if working and not any(slope for _, slope in slopes):
            return None
        number = len(self.weeks)
        left = [sum(slope * quantity.residuals[age] for quantity, slope in slopes) for age in range(number)]
        observed = sum(value**2 for value in left) / self._worked * number / (number - 1)
        observed *= _persistence(left) if working > 5 else 1.0
        by_chance = sum(
            slope**2 * sum(quantity.totals) / self._worked
            for quantity, slope in slopes
            if quantity.is_whole and self.measure.unit != "money"
        )
        if not by_chance:
            return observed * (number + 1) / (number - 1)  # few weeks tell the spread badly: allow for it
        pooled = ((number - 1) * observed + PRIOR_WEEKS * by_chance) / (number - 1 + PRIOR_WEEKS)
        return max(pooled, by_chance)

    def _slope(self, quantity: Quantity, window: Window, mean: float, calendar: WorkCalendar | None) -> float:
        if self.measure.is_accruing:
            return 1.0
        step = max(abs(self._amount(quantity, window, calendar)) * 1e-4, 1e-9)
        moved = self._value(window, calendar, (quantity, step))
        return 0.0 if moved is None else (moved - mean) / step


def _persistence(left: list[float]) -> float:
    """How much more a long window varies than its weeks do one by one, where good weeks follow good ones (1 to 3)."""
    number, whole = len(left), sum(value**2 for value in left)
    if number < TREND_NEEDS_WEEKS or not whole:
        return 1.0
    lag = sum(a * b for a, b in pairwise(left)) / whole * number / (number + PRIOR_WEEKS)
    return max(1.0, min(3.0, (1 + lag) / (1 - lag)))


class StockHabit:
    """A stock (customers, open pipeline): today's level, and what a week usually changes."""

    def __init__(self, measure: Measure, record: Record, calendar: WorkCalendar) -> None:
        self.record, self.measure, self.last = record, measure, record.today
        first = complete_from(measure, record)
        assert first is not None
        number = min((self.last - first).days // 7, MAX_WEEKS)
        series = record.series.get(measure.code, Series(()))
        levels = [series.last(self.last - WEEK * age) for age in range(number + 1)]
        known = [float(level) for level in levels if level is not None]
        self.level = known[0] if known else 0.0
        self.changes = [newer - older for newer, older in pairwise(known)]
        self.is_telling = len(self.changes) >= MIN_WEEKS - 1 and len(series.items) >= MIN_WEEKS
        self._is_positive = all(item.value >= 0 for item in series.items)

    def project(self, window: Window, calendar: WorkCalendar | None = None) -> Outlook | None:
        """The level at the end of `window`, from the last known one."""
        bounds = (0.0 if self._is_positive else None, None)
        if window.end <= self.last:
            known = self.record.value(self.measure, window)
            return None if known is None else Outlook(float(known), 0.0, None, False, bounds)
        weeks, number = (window.end - self.last).days / 7, len(self.changes)
        drift = sum(self.changes) / number
        noise = sum((change - drift) ** 2 for change in self.changes) / (number - 1)
        # A drift that may be chance is believed in part only.
        believed = drift**2 / (drift**2 + noise / number) if drift else 0.0
        noise *= (number + 1) / (number - 1)
        spread = sqrt(noise * weeks + noise / number * weeks**2)
        mean = self.level + drift * believed * weeks
        return Outlook(mean, max(spread, LEAST_SPREAD * abs(mean) * min(1.0, weeks / 13)), None, False, bounds)
