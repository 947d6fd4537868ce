"""What a KPI is made of, and the days that are known of it, for the coach and the forecast."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from kpis.formula import Formula, FormulaError, Part, evaluate, parse
from kpis.periods import PeriodRules, Window, shifted

ZERO = Decimal(0)

AGGREGATIONS = ("sum", "average", "last")

PartValue = Callable[[str, Window], Decimal | None]


@dataclass(frozen=True)
class Measure:
    """A KPI as the pure modules see it.

    `parts` gives the aggregation of each stored KPI in the formula, `sum` where absent. `decimals` and `currency`
    are for sentences only; without decimals the number's own are shown. Raises ValueError for what cannot be a KPI.
    """

    code: str
    name: str
    unit: str = "count"
    direction: str = "higher"
    aggregation: str | None = "sum"
    formula: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    cadence: str = "daily"
    decimals: int | None = None
    currency: str = ""
    rules: PeriodRules = field(default_factory=PeriodRules)

    def __post_init__(self) -> None:
        if bool(self.formula) == bool(self.aggregation):
            raise ValueError("a KPI has either an aggregation or a formula")
        for aggregation in (*self.parts.values(), *([self.aggregation] if self.aggregation else [])):
            if aggregation not in AGGREGATIONS:
                raise ValueError(f"unknown aggregation {aggregation!r}")
        if self.formula:
            try:
                _ = self.tree
            except FormulaError as error:
                raise ValueError(f"the formula of {self.code!r} cannot be read ({error.code})") from error

    @property
    def is_accruing(self) -> bool:
        return self.aggregation == "sum"

    @property
    def is_stock(self) -> bool:
        return self.aggregation == "last"

    @cached_property
    def tree(self) -> Formula | None:
        return parse(self.formula) if self.formula else None

    @cached_property
    def leaves(self) -> tuple[Part, ...]:
        """The stored KPIs that are read, each with the functions that shift its window."""
        return self.tree.parts if self.tree else (Part(self.code),)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(part.code for part in self.leaves)

    def aggregation_of(self, code: str) -> str:
        return self.aggregation or self.parts.get(code, "sum")

    def combine(self, window: Window, part_value: PartValue) -> Decimal | None:
        """The KPI over `window`, given what each stored KPI is worth over a window."""

        def lookup(part: Part) -> Decimal | None:
            read = shifted(window, part.shifts, self.rules)
            return part_value(part.code, read) if read else None

        return evaluate(self.tree, lookup) if self.tree else part_value(self.code, window)


@dataclass(frozen=True)
class Item:
    """One day's value of a stored KPI; `count` is the weight of an average."""

    day: date
    value: Decimal
    count: Decimal = Decimal(1)


class Series:
    """The days of one stored KPI in order, with running totals so that any window is answered at once."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.day)
        self.days = [item.day for item in self.items]

    @cached_property
    def _values(self) -> list[Decimal]:
        return [ZERO, *accumulate(item.value for item in self.items)]

    @cached_property
    def _weighted(self) -> list[Decimal]:
        return [ZERO, *accumulate(item.value * item.count for item in self.items)]

    @cached_property
    def _counts(self) -> list[Decimal]:
        return [ZERO, *accumulate(item.count for item in self.items)]

    def between(self, window: Window) -> list[Item]:
        low, high = self._span(window)
        return self.items[low:high]

    def until(self, day: date) -> "Series":
        return self if not self.days or self.days[-1] <= day else Series(self.items[: bisect_right(self.days, day)])

    def _span(self, window: Window) -> tuple[int, int]:
        return bisect_left(self.days, window.start), bisect_right(self.days, window.end)

    def total(self, window: Window) -> Decimal:
        low, high = self._span(window)
        return self._values[high] - self._values[low]

    def weighted(self, window: Window) -> tuple[Decimal, Decimal]:
        """(sum of value x count, sum of counts): their quotient is the mean, their parts add up over windows."""
        low, high = self._span(window)
        return self._weighted[high] - self._weighted[low], self._counts[high] - self._counts[low]

    def last(self, day: date) -> Decimal | None:
        position = bisect_right(self.days, day)
        return self.items[position - 1].value if position else None

    @cached_property
    def is_whole(self) -> bool:
        """Only whole numbers, none negative: a count of things that happen one by one."""
        return all(item.value >= 0 and item.value == item.value.to_integral_value() for item in self.items)


class Record:
    """All that is known, complete from its first day to `today`; later items are left out.

    A day without an item is 0 for a sum and no news for an average or a stock.
    """

    def __init__(self, series: Mapping[str, Sequence[Item] | Series], today: date) -> None:
        self.today = today
        self.series = {
            code: (items if isinstance(items, Series) else Series(items)).until(today) for code, items in series.items()
        }
        filled = [series.days for series in self.series.values() if series.days]
        self.first: date | None = min((days[0] for days in filled), default=None)
        self.last_item: date | None = max((days[-1] for days in filled), default=None)

    def until(self, today: date) -> "Record":
        """The same record as it was known on an earlier day."""
        return Record(self.series, today)

    def part_value(self, measure: Measure, code: str, window: Window, *, whole: bool = False) -> Decimal | None:
        series = self.series.get(code)
        if series is None or self.first is None:
            return None
        aggregation = measure.aggregation_of(code)
        if aggregation == "last":
            return series.last(window.end)
        if aggregation == "average":
            total, count = series.weighted(window)
            return total / count if count else None
        if window.end < self.first or (whole and window.start < self.first):
            return None
        return series.total(window)

    def value(self, measure: Measure, window: Window, *, whole: bool = False) -> Decimal | None:
        """The KPI over `window`; with `whole`, only where the record covers all days that it needs."""
        return measure.combine(window, lambda code, read: self.part_value(measure, code, read, whole=whole))
