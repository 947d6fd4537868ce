"""What carrying on as before would bring: the KPI's habit, learnt from its record, projected into a window.

Floats are used for the statistics only; what comes in and goes out to people is Decimal. A total is one flow of
amounts. A quotient (close rate, margin, average) is followed as what each try brought, so that 25 % of 8 deals is not
25 % of 800. Any other formula moves with its quantities along its gradient (the delta method). docs/forecast.md says
how each is reckoned, and how well it held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from math import isfinite, sqrt

from goals.chance import Outlook
from goals.exposure import Exposure
from goals.places import OFF, WEEKEND, WORKED, Kind
from goals.progress import CADENCE_KINDS
from goals.quotient import quotient_of
from goals.record import Measure, Record, Series
from goals.stock import StockHabit as StockHabit
from goals.stream import Flow, Moments
from kpis.periods import Window, period_of
from teams.calendar import WorkCalendar

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
MIN_WEEKS = 3
MOST_DAYS = 5 * 366
# No record promises the future more closely than this share of what is still to come.
LEAST_SPREAD = 0.02
FEWEST_EVENTS = {True: 3, False: 12}  # for totals, and for rates made of counts
BOUNDS_FROM_WEEKS = 12
SIZE_SCATTER, SIZE_PRIOR = 0.6, 3


def learn(measure: Measure, record: Record, calendar: WorkCalendar) -> "Habit | StockHabit | None":
    """None where the record is too thin to speak: under three weeks (begun ones count), or hardly any events."""
    first = complete_from(measure, record)
    if first is None or (record.today - first).days < (MIN_WEEKS - 1) * 7:
        return None
    if measure.is_stock:
        stock = StockHabit(measure, record, first)
        return stock if stock.is_telling else None
    habit = Habit(measure, record, calendar)
    return habit if habit.is_telling else None


def complete_from(measure: Measure, record: Record) -> date | None:
    """The first day that the record speaks for: a weekly entry speaks for its whole week."""
    if record.first is None:
        return None
    return period_of(CADENCE_KINDS[measure.cadence], record.first, measure.rules).start


def day_kinds(calendar: WorkCalendar) -> Callable[[int], Kind]:
    working, off = calendar.working_days, frozenset(day.toordinal() for day in calendar.holidays | calendar.leave)
    usual = [(WORKED if weekday in working else WEEKEND, weekday) for weekday in range(1, 8)]

    def kind_of(ordinal: int) -> Kind:
        kind = usual[(ordinal - 1) % 7]
        return (OFF, kind[1]) if ordinal in off and kind[0] == WORKED else kind

    return kind_of


@dataclass(frozen=True)
class Quantity:
    """One additive quantity of the record: a sum, or the weight or count of an average."""

    code: str
    role: str
    amounts: list[float]
    is_whole: bool

    def total(self, series: Series, window: Window) -> float:
        if self.role == "sum":
            return float(series.total(window))
        weighted, count = series.weighted(window)
        return float(weighted if self.role == "weighted" else count)


class Habit:
    """Sums, averages, and formulas over them."""

    def __init__(self, measure: Measure, record: Record, calendar: WorkCalendar) -> None:
        self.measure, self.record, self.last = measure, record, record.today
        self.calendar = calendar if calendar.working_days else WorkCalendar(frozenset(range(1, 8)))
        first = complete_from(measure, record)
        assert first is not None
        self.first = max(first, self.last - timedelta(days=MOST_DAYS))
        self.quantities = [
            self._quantity(code, role, record.series[code])
            for code in sorted(measure.codes & record.series.keys())
            for role in {"sum": ["sum"], "average": ["weighted", "count"]}.get(measure.aggregation_of(code), [])
        ]
        self._flows: dict[tuple[str, str], Flow] = {}
        self._influences: dict[tuple[float, ...], Flow] = {}

    def _quantity(self, code: str, role: str, series: Series) -> Quantity:
        amounts = [0.0] * ((self.last - self.first).days + 1)
        origin = self.first.toordinal()
        for item in series.between(Window(self.first, self.last)):
            value = float(item.value)
            amounts[item.day.toordinal() - origin] += (
                value if role == "sum" else value * float(item.count) if role == "weighted" else float(item.count)
            )
        return Quantity(code, role, amounts, role == "sum" and series.is_whole)

    @cached_property
    def is_telling(self) -> bool:
        if not any(any(quantity.amounts) for quantity in self.quantities):
            return False
        if any(not quantity.is_whole for quantity in self.quantities):
            return True
        events = sum(sum(quantity.amounts) for quantity in self.quantities)
        return events >= FEWEST_EVENTS[self.measure.is_accruing]

    @cached_property
    def _kind_of(self) -> Callable[[int], Kind]:
        return day_kinds(self.calendar)

    def _flow(self, amounts: list[float], least_noise: float | None = None) -> Flow:
        exposure = Exposure(self.first.toordinal(), [abs(amount) for amount in amounts], self._kind_of)
        return Flow(self.first.toordinal(), amounts, exposure, least_noise=least_noise)

    def flow_of(self, quantity: Quantity) -> Flow:
        key = quantity.code, quantity.role
        if key not in self._flows:
            is_count = quantity.is_whole and self.measure.unit != "money"
            self._flows[key] = self._flow(quantity.amounts, 1.0 if is_count else None)
        return self._flows[key]

    @cached_property
    def _quotient(self) -> tuple[list[float], list[float]] | None:
        """(numerator, denominator) day by day, where the KPI is a quotient of two sums of quantities."""
        measure = self.measure
        if measure.aggregation == "average":
            by_role = {quantity.role: quantity.amounts for quantity in self.quantities}
            return (by_role["weighted"], by_role["count"]) if by_role else None
        return quotient_of(measure, {quantity.code: quantity.amounts for quantity in self.quantities})

    @cached_property
    def _tries(self) -> Flow:
        assert self._quotient is not None
        is_count = all(quantity.is_whole for quantity in self.quantities)
        return self._flow(self._quotient[1], 1.0 if is_count else None)

    @cached_property
    def _rate(self) -> Flow:
        assert self._quotient is not None
        above, below = self._quotient
        is_count = all(quantity.is_whole for quantity in self.quantities)
        share = sum(above) / sum(below)
        least = share * (1 - share) if is_count and 0 < share < 1 else None
        tries = self._tries
        return Flow(tries.first, above, tries.exposure, tries=below, least_noise=least)

    def project(self, window: Window, calendar: WorkCalendar | None = None) -> Outlook | None:
        """The KPI over `window`: what is known of it up to the record's last day, and the habit from there on.

        `calendar` replaces the record's own for the days to come. None where the formula has no value.
        """
        if window.end <= self.last:
            value = self._value(window, {})
            return None if value is None else Outlook(value, 0.0, self._floor(window), self._is_count, self._bounds)
        if self.measure.is_accruing:
            return self._project_total(window, calendar)
        if self._quotient is not None:
            return self._project_quotient(window, calendar)
        return self._project_formula(window, calendar)

    def _ahead(self, flow: Flow, window: Window, calendar: WorkCalendar | None) -> Moments:
        return flow.ahead(*self._days_ahead(window), day_kinds(calendar) if calendar else None)

    def _days_ahead(self, window: Window) -> tuple[int, int]:
        return max(window.start, self.last + ONE_DAY).toordinal(), window.end.toordinal()

    def _floor(self, window: Window) -> float | None:
        if not self.measure.is_accruing or not self._never_falls:
            return None
        return float(self.record.value(self.measure, window) or 0)

    def _project_total(self, window: Window, calendar: WorkCalendar | None) -> Outlook | None:
        flow = self.flow_of(self.quantities[0])
        rest = self._ahead(flow, window, calendar)
        known = float(self.record.value(self.measure, window) or 0)
        least = LEAST_SPREAD * abs(rest.mean)
        spread = max(sqrt(rest.variance), least)
        events, scatter = self._events(flow, rest)
        return Outlook(known + rest.mean, spread, self._floor(window), self._is_count, self._bounds, events, scatter)

    def _events(self, flow: Flow, rest: Moments) -> tuple[float, float]:
        if self._is_count or not self._never_falls or rest.mean <= 0 or not flow.noise:
            return 0.0, 1.0
        recent = [amount for amount in flow.amounts[-366:] if amount > 0]
        if not recent:
            return 0.0, 1.0
        mean = sum(recent) / len(recent)
        scatter = sum((x - mean) ** 2 for x in recent) / mean**2
        scatter = (scatter + SIZE_PRIOR * SIZE_SCATTER) / (len(recent) + SIZE_PRIOR)
        return rest.mean * (1 + scatter) / flow.noise, scatter

    def _project_quotient(self, window: Window, calendar: WorkCalendar | None) -> Outlook | None:
        assert self._quotient is not None
        pieces = self._tries.stretches_ahead(*self._days_ahead(window), day_kinds(calendar) if calendar else None)
        tries = Moments(*self._tries.bank.ahead(pieces))
        rest = self._rate.ahead_by(pieces, tries.mean)
        at = max(0, (window.start - self.first).days)
        above, below = sum(self._quotient[0][at:]), sum(self._quotient[1][at:])
        whole = below + tries.mean
        if whole <= 0:
            return None
        value = (above + rest.mean) / whole
        variance = rest.variance / whole**2
        if tries.mean > 0:
            variance += ((rest.mean / tries.mean - value) / whole) ** 2 * tries.variance
        spread = max(sqrt(variance), LEAST_SPREAD * abs(value) * min(1.0, tries.mean / whole))
        return Outlook(value, spread, None, False, self._bounds)

    def _project_formula(self, window: Window, calendar: WorkCalendar | None) -> Outlook | None:
        mean = self._value(window, {}, calendar)
        if mean is None:
            return None
        slopes = [(quantity, self._slope(quantity, window, mean, calendar)) for quantity in self.quantities]
        if not any(slope for _, slope in slopes):
            return None
        size = max(abs(slope) for _, slope in slopes)
        rest = self._ahead(self._influence(tuple(round(slope / size, 2) for _, slope in slopes)), window, calendar)
        spread = max(sqrt(rest.variance) * size, LEAST_SPREAD * abs(mean))
        return Outlook(mean, spread, None, False, self._bounds)

    def _influence(self, shares: tuple[float, ...]) -> Flow:
        """What each day did to the formula through its quantities. Windows that are much alike share one."""
        if shares not in self._influences:
            columns = [
                [share * x for x in quantity.amounts] for quantity, share in zip(self.quantities, shares, strict=True)
            ]
            self._influences[shares] = self._flow([sum(values) for values in zip(*columns, strict=True)])
        return self._influences[shares]

    def _slope(self, quantity: Quantity, window: Window, mean: float, calendar: WorkCalendar | None) -> float:
        step = max(abs(self._amount(quantity, window, calendar)) * 1e-4, 1e-9)
        moved = self._value(window, {id(quantity): step}, calendar)
        return 0.0 if moved is None else (moved - mean) / step

    def _value(self, window: Window, nudges: dict[int, float], calendar: WorkCalendar | None = None) -> float | None:
        def part_value(code: str, read: Window) -> Decimal | None:
            mine = [quantity for quantity in self.quantities if quantity.code == code]
            if not mine or (read.end <= self.last and read.end != window.end):
                return self.record.part_value(self.measure, code, read)  # a stock stays as it is
            amounts = [self._amount(quantity, read, calendar) for quantity in mine]
            if read.end == window.end:
                amounts = [x + nudges.get(id(quantity), 0.0) for x, quantity in zip(amounts, mine, strict=True)]
            result = amounts[0] if len(amounts) == 1 else amounts[0] / amounts[1] if amounts[1] else None
            return None if result is None else Decimal(repr(result))

        if window.end <= self.last:
            known = self.record.value(self.measure, window)
            return None if known is None else float(known)
        value = self.measure.combine(window, part_value)
        return None if value is None or not isfinite(float(value)) else float(value)

    def _amount(self, quantity: Quantity, read: Window, calendar: WorkCalendar | None) -> float:
        known = quantity.total(self.record.series[quantity.code], read)
        if read.end <= self.last:
            return known
        return known + self._ahead(self.flow_of(quantity), read, calendar).mean

    @cached_property
    def _never_falls(self) -> bool:
        return all(item.value >= 0 for item in self.record.series[self.measure.code].items)

    @cached_property
    def _is_count(self) -> bool:
        return self.measure.is_accruing and self.measure.unit == "count" and self.quantities[0].is_whole

    @cached_property
    def _bounds(self) -> tuple[float | None, float | None]:
        """What the KPI never left, week by week: a close rate is not forecast below nothing or above everything."""
        ends = [self.last - WEEK * age for age in range(BOUNDS_FROM_WEEKS)]
        weeks = [Window(end - WEEK + ONE_DAY, end) for end in ends]
        values = [value for week in weeks if (value := self.record.value(self.measure, week)) is not None]
        return (
            0.0 if values and min(values) >= 0 else None,
            1.0 if values and self.measure.unit == "percent" and max(values) <= 1 else None,
        )
