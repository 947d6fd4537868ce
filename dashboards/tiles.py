"""The KPI tiles: what the focus measures most, its value in the period, and the focus's own goal for it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dashboards.board import Board
from dashboards.period import Period
from goals.models import Goal
from goals.reading import Standing
from kpis.changes import Change, change
from kpis.models import Kpi
from kpis.numbers import Cell, Scope
from kpis.periods import Window

MOST_TILES = 3
Numbers = Mapping[Cell, Decimal | None]
# A level goal speaks for a period with which it shares this much of the days that either covers.
LIKENESS = Decimal("0.8")


@dataclass(frozen=True)
class Tile:
    """A KPI in the period: the `value` of the scope in the window. `standing` is its own goal's; without one, `before`
    is what the same days of the period before brought.
    """

    kpi: Kpi
    value: Decimal | None
    goal: Goal | None
    standing: Standing | None
    before: Decimal | None
    spark: list[Decimal]
    scope: Scope
    window: Window

    @property
    def is_level(self) -> bool:
        return not self.kpi.is_accruing

    @property
    def is_in_points(self) -> bool:
        return self.is_level and self.kpi.unit == Kpi.Unit.PERCENT

    @property
    def is_upward(self) -> bool:
        return self.goal is not None and self.goal.target_type in (
            Goal.TargetType.INCREASE_TO,
            Goal.TargetType.STAY_AT_OR_ABOVE,
        )

    @property
    def ahead(self) -> Decimal | None:
        """How far ahead of its pace, as a share; of percentages as a difference. Behind is below zero."""
        standing = self.standing
        if standing is None or standing.pace is None or standing.value is None or standing.expected is None:
            return None
        return abs(standing.value - standing.expected).copy_sign(standing.pace) if self.is_in_points else standing.pace

    @property
    def change(self) -> Change | None:
        """On the period before."""
        return change(self.value, self.before, self.kpi)


@dataclass(frozen=True)
class TilePlan:
    """Which numbers a tile reads."""

    kpi: Kpi
    goal: Goal | None
    scope: Scope
    period: Period

    @property
    def cells(self) -> list[Cell]:
        return [self._now, *([self._before] if self._before else []), *self._course]

    def tile(self, numbers: Numbers, standing: Standing | None) -> Tile:
        value = standing.value if standing else numbers[self._now]
        before = numbers[self._before] if self._before and standing is None else None
        course = [found for cell in self._course if (found := numbers[cell]) is not None]
        window = standing.window if standing and standing.window else self.period.so_far
        return Tile(self.kpi, value, self.goal, standing, before, course, self.scope, window)

    @cached_property
    def _now(self) -> Cell:
        return Cell(self.kpi, self.scope, self.period.so_far)

    @cached_property
    def _before(self) -> Cell | None:
        window = self.period.days_before
        return Cell(self.kpi, self.scope, window) if window and self.goal is None else None

    @cached_property
    def _course(self) -> list[Cell]:
        return [Cell(self.kpi, self.scope, window) for window in self.period.whole_pieces]


def plan_tiles(board: Board, others: Sequence[Kpi]) -> list[TilePlan]:
    """The KPIs of its own goals first, then those that most goals use, then the `others`."""
    used = Counter(goal.kpi for goal in board.goals if goal.kpi)
    weights: dict[int, Decimal] = defaultdict(Decimal)
    for goal in board.goals:
        if goal.kpi_id and board.focus.owns(goal):
            weights[goal.kpi_id] += goal.weight
    speaking = {kpi.pk: speaking_goal(kpi, board) for kpi in used}
    ranked = sorted(used, key=lambda kpi: (speaking[kpi.pk] is None, -weights[kpi.pk], -used[kpi], kpi.pk))
    chosen = [*ranked, *(kpi for kpi in others if kpi not in used)][:MOST_TILES]
    return [TilePlan(kpi, speaking.get(kpi.pk), board.focus.scope, board.period) for kpi in chosen]


def speaking_goal(kpi: Kpi, board: Board) -> Goal | None:
    """The focus's own goal whose target is the period's target.

    A total counts from its goal's start, so there the days must be the same.
    """
    least = LIKENESS if not kpi.is_accruing else Decimal(1)
    own = [goal for goal in board.goals if goal.kpi_id == kpi.pk and board.focus.owns(goal)]
    alike = [(likeness(goal, board.period.window), -goal.pk, goal) for goal in own]
    return max((found for found in alike if found[0] >= least), default=(None, 0, None))[2]


def likeness(goal: Goal, window: Window) -> Decimal:
    """The days that goal and window share, as a share of those that either covers."""
    assert goal.start is not None
    assert goal.deadline is not None
    own = Window(goal.start, goal.deadline)
    shared = own.overlap(window)
    return Decimal(shared.days) / (own.days + window.days - shared.days) if shared else Decimal(0)
