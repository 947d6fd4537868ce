"""What the dashboard of a whole organization shows: its teams side by side, its key numbers against last year, the
tree of its goals, and where the fiscal year will end.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils.safestring import SafeString

from dashboards.board import Board, Row, tally
from dashboards.focus import Focus, everyone, team_focuses
from dashboards.outlook import YearEnd, year_plans
from dashboards.period import Period
from dashboards.tiles import Numbers, Tile, TilePlan, plan_tiles
from goals.kept import read_marks, standings
from goals.measures import book_of
from goals.models import Goal
from goals.progress import ZERO, Status
from goals.tree import Covered, Family, by_goal, covered, families_of_lines, wholes_of
from kpis.changes import Change, change
from kpis.definitions import load_definitions
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, daily, values
from kpis.periods import Window, period_of, shifted
from kpis.series import Series, SeriesPlan, chart_of
from kpis.timeline import look_at, steps_of
from teams.calendars import calendar_of
from teams.models import Organization, TeamMembership
from teams.reach import Reach, all_teams, placed_on

MOST_TEAMS, MOST_ROOTS, MOST_BELOW = 40, 8, 6


@dataclass(frozen=True)
class TeamValue:
    """A KPI of a team in the period so far, and on the same days of last year."""

    kpi: Kpi
    value: Decimal | None
    last_year: Decimal | None

    @property
    def change(self) -> Change | None:
        return change(self.value, self.last_year, self.kpi)


@dataclass(frozen=True)
class TeamRow:
    """A team with those below it. `progress` and `tick` are means by the weights of its goals and its people's."""

    focus: Focus
    values: Sequence[TeamValue]
    rows: Sequence[Row]

    @property
    def tally(self) -> list[tuple[Status, int]]:
        return tally(self.rows)

    @property
    def progress(self) -> Decimal | None:
        return _mean((row.standing.progress, row.goal.weight) for row in self._read)

    @property
    def tick(self) -> Decimal | None:
        return _mean((row.standing.tick, row.goal.weight) for row in self._read)

    @property
    def _read(self) -> list[Row]:
        return [row for row in self.rows if row.standing.progress is not None and row.standing.tick is not None]


@dataclass(frozen=True)
class Chart:
    """A KPI month by month, beside the year before."""

    plan: SeriesPlan
    series: Series
    svg: SafeString | None

    @property
    def query(self) -> str:
        """Which asks the KPI's own pages for the same numbers; more may follow."""
        return f"?who=organization&by=month&on={self.series.readings[-1].step.window.end.isoformat()}&"


@dataclass
class Branch:
    """A goal of the tree; `more` are those below it that are not shown."""

    row: Row
    covered: list[Covered]
    below: list["Branch"] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Overview:
    board: Board
    tiles: Sequence[Tile]
    kpis: Sequence[Kpi]
    teams: Sequence[TeamRow]
    teams_left_out: int
    charts: Sequence[Chart]
    branches: Sequence[Branch]
    roots_left_out: int
    year: Window
    year_ends: Sequence[YearEnd]

    @property
    def team_count(self) -> int:
        return len(self.teams) + self.teams_left_out


def read_overview(organization: Organization, reach: Reach, period: Period, today: dt.date) -> Overview:
    """For somebody who sees everything. As many queries for few teams and goals as for many."""
    board, relatives = _read_board(organization, reach, period, today)
    book = book_of(organization)
    plans = plan_tiles(board, main_kpis())
    kpis = [plan.kpi for plan in plans]
    teams = team_focuses(reach, [team for team in all_teams() if team.archived_at is None])
    shown = teams[:MOST_TEAMS]
    side_by_side = _Teams(shown, kpis, period)
    series = [series_plan(kpi, Scope.organization(), period) for kpi in kpis]
    years = year_plans(kpis, board.goals, book, today) if period.is_current else []
    families = wholes_of(families_of_lines(_families(board.goals, relatives), board.standings), book, today)
    numbers = values(
        [
            *(cell for tile in plans for cell in tile.cells),
            *(cell for line in series for cell in line.cells),
            *(cell for plan in years for cell in plan.cells),
            *(cell for _line, whole in families for cell in whole.cells),
            *side_by_side.cells,
        ]
    )
    wanted = [each for plan in years for each in plan.requests]
    days = daily([*wanted, *(each for _line, whole in families for each in whole.requests)])
    coverage = covered(families, [whole.value(numbers, days) for _line, whole in families])
    calendar = calendar_of(organization)[None] if years else None
    branches = branches_of(board, relatives, by_goal(board.goals, board.standings, coverage))
    return Overview(
        board=board,
        tiles=[_tile(plan, numbers, board) for plan in plans],
        kpis=kpis,
        teams=side_by_side.rows(board, numbers),
        teams_left_out=len(teams) - len(shown),
        charts=[_chart(plan, numbers, organization) for plan in series],
        branches=branches[:MOST_ROOTS],
        roots_left_out=len(branches[MOST_ROOTS:]),
        year=period_of("year", today, book.rules),
        year_ends=[plan.year_end(numbers, days, calendar) for plan in years] if calendar else [],
    )


def _read_board(organization: Organization, reach: Reach, period: Period, today: dt.date) -> tuple[Board, list[Row]]:
    """The goals of the period, as on a team's dashboard, each with the teams in which its member was then (`placed`);
    and those outside it that serve one of them.
    """
    in_period = Q(start__lte=period.end, deadline__gte=period.start)
    serves_one = Q(parent__start__lte=period.end, parent__deadline__gte=period.start)
    stays = TeamMembership.objects.filter(placed_on(period.start, period.end), member=OuterRef("member"))
    marks = read_marks()
    found = list(
        Goal.objects.visible_to(reach)
        .with_stored()
        .filter(in_period | serves_one)
        .exclude(state__in=Goal.UNSETTLED)
        .exclude(outcome=Goal.Outcome.DROPPED)
        .annotate(placed=ArraySubquery(stays.values("team_id")))
    )
    standing = standings(found, organization, today, marks)
    goals = [goal for goal in found if _is_in(goal, period)]
    board = Board(everyone(), period, goals, standing, organization, today, marks)
    return board, [Row(goal, standing[goal.pk]) for goal in found if not _is_in(goal, period)]


def _is_in(goal: Goal, period: Period) -> bool:
    assert goal.start is not None
    assert goal.deadline is not None
    return goal.start <= period.end and goal.deadline >= period.start


def main_kpis() -> list[Kpi]:
    """What to show of an organization that has numbers but few goals: totals of money first."""
    definitions = load_definitions()
    kpis = [kpi for kpi in definitions.by_id.values() if kpi.archived_at is None]
    return sorted(kpis, key=lambda kpi: (not kpi.is_accruing, kpi.unit != Kpi.Unit.MONEY, kpi.pk))


def series_plan(kpi: Kpi, scope: Scope, period: Period) -> SeriesPlan:
    """By month, up to the period's last day that has come."""
    look = look_at("month", period.last_day, period.today, period.rules)
    return SeriesPlan(kpi, scope, steps_of(look, period.rules))


def _tile(plan: TilePlan, numbers: Numbers, board: Board) -> Tile:
    return plan.tile(numbers, board.standings[plan.goal.pk] if plan.goal else None)


def _chart(plan: SeriesPlan, numbers: Numbers, organization: Organization) -> Chart:
    series = plan.series(numbers)
    return Chart(plan, series, chart_of(series, organization.name, organization))


@dataclass(frozen=True)
class _Teams:
    """What the table of the teams reads."""

    focuses: Sequence[Focus]
    kpis: Sequence[Kpi]
    period: Period

    @property
    def cells(self) -> list[Cell]:
        return [cell for focus in self.focuses for kpi in self.kpis for cell in self._pair(focus, kpi) if cell]

    def rows(self, board: Board, numbers: Numbers) -> list[TeamRow]:
        return [TeamRow(focus, self._values(focus, numbers), _of_team(focus, board.rows)) for focus in self.focuses]

    def _values(self, focus: Focus, numbers: Numbers) -> list[TeamValue]:
        pairs = [(kpi, self._pair(focus, kpi)) for kpi in self.kpis]
        return [TeamValue(kpi, numbers[now], numbers[before] if before else None) for kpi, (now, before) in pairs]

    def _pair(self, focus: Focus, kpi: Kpi) -> tuple[Cell, Cell | None]:
        now = self.period.so_far
        before = shifted(now, ["last_year"], self.period.rules)
        return Cell(kpi, focus.scope, now), Cell(kpi, focus.scope, before) if before else None


def _of_team(focus: Focus, rows: Sequence[Row]) -> list[Row]:
    """Goals of the teams and of who was in them, worst first as the board has them."""
    return [row for row in rows if row.goal.team_id in focus.teams or focus.teams & set(vars(row.goal)["placed"])]


def _mean(weighted: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    known = [(value, weight) for value, weight in weighted if value is not None and weight > 0]
    if not known:
        return None
    return sum((value * weight for value, weight in known), ZERO) / sum((weight for _value, weight in known), ZERO)


def _families(goals: Sequence[Goal], relatives: Sequence[Row]) -> list[Family]:
    """Each with all below it: who sees everything sees them all."""
    below: dict[int, list[Goal]] = {goal.pk: [] for goal in goals}
    for goal in (*goals, *(row.goal for row in relatives)):
        if goal.parent_id in below:
            below[goal.parent_id].append(goal)
    return [(goal, below[goal.pk]) for goal in goals]


def branches_of(board: Board, relatives: Sequence[Row], covered: Mapping[int, list[Covered]]) -> list[Branch]:
    """The organization's own goals, and others that something serves and that serve nothing, with what is right below
    them. What has something below it is the tree; what stands alone comes last.
    """
    below: dict[int, list[Row]] = {}
    for row in (*board.rows, *relatives):
        if row.goal.parent_id:
            below.setdefault(row.goal.parent_id, []).append(row)
    shown = {row.goal.pk for row in board.rows}
    roots = [row for row in board.rows if row.goal.parent_id not in shown]
    roots = [row for row in roots if board.focus.owns(row.goal) or row.goal.pk in below]
    roots.sort(key=lambda row: (row.goal.pk not in below, not board.focus.owns(row.goal)))
    return [_branch(row, below, covered) for row in roots]


def _branch(row: Row, below: Mapping[int, Sequence[Row]], covered: Mapping[int, list[Covered]]) -> Branch:
    children = below.get(row.goal.pk, [])
    leaves = [Branch(child, covered.get(child.goal.pk, [])) for child in children[:MOST_BELOW]]
    return Branch(row, covered[row.goal.pk], leaves, len(children[MOST_BELOW:]))
