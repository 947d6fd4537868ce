"""The goals of a focus in a period, where they stand, and what is to be said about them.

Everything that needs a number says which cells it reads, so that the page asks for all of them at once.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q

from dashboards.attention import Concern, Facts, concerns
from dashboards.focus import Focus
from dashboards.period import Period
from goals.models import Action, Goal, GoalQuerySet
from goals.progress import CADENCE_DAYS, Status, TargetType
from goals.standing import Standing, Survey, survey
from kpis.numbers import Cell
from kpis.periods import Window
from reminders.moments import step_after
from teams.models import Organization
from teams.reach import Reach
from web.collation import thai_key

WEEK = dt.timedelta(days=7)
RATE_DAYS = 28
Numbers = Mapping[Cell, Decimal | None]

# Worst first; what is over comes last.
ORDER = (
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.OUTDATED,
    Status.ON_TRACK,
    Status.NOT_STARTED,
    Status.MISSED,
    Status.ACHIEVED,
    Status.DROPPED,
)


@dataclass(frozen=True)
class Row:
    """A goal and where it stands."""

    goal: Goal
    standing: Standing

    @property
    def status(self) -> Status:
        return self.standing.status

    @property
    def order(self) -> tuple[object, ...]:
        pace = self.standing.pace
        return ORDER.index(self.status), pace is None, pace or 0, thai_key(self.goal.statement), self.goal.pk

    def says(self, words: str) -> bool:
        """Whether the words that someone searches for are in its sentence, its owner or its KPI."""
        kpi = self.goal.kpi.label if self.goal.kpi else ""
        return words.casefold() in f"{self.goal.statement}\n{self.goal.owner_name}\n{kpi}".casefold()


@dataclass(frozen=True)
class Board:
    focus: Focus
    period: Period
    survey: Survey
    organization: Organization
    today: dt.date

    @property
    def goals(self) -> Sequence[Goal]:
        return self.survey.goals

    @property
    def cells(self) -> list[Cell]:
        return self.survey.cells(self.today)

    def rows(self, numbers: Numbers) -> list[Row]:
        """Worst first."""
        standings = self.survey.standings(self.today, numbers)
        return sorted((Row(goal, standings[goal.pk]) for goal in self.goals), key=lambda row: row.order)


def read_board(focus: Focus, period: Period, reach: Reach, organization: Organization, today: dt.date) -> Board:
    """The goals that were to be worked on in the period, of those that may be seen. Drafts, proposals and dropped
    ones are not the team's business here.
    """
    goals = (
        Goal.objects.visible_to(reach)
        .with_names()
        .filter(focus.goals(period.window), start__lte=period.end, deadline__gte=period.start)
        .exclude(state__in=Goal.UNSETTLED)
        .exclude(outcome=Goal.Outcome.DROPPED)
    )
    told = survey(with_actions(goals, today), organization, today)
    return Board(focus, period, told, organization, today)


def tally(rows: Iterable[Row]) -> list[tuple[Status, int]]:
    """How many stand how, in the order of the table; states without a goal are left out."""
    counts = Counter(row.status for row in rows)
    return [(status, counts[status]) for status in ORDER if counts[status]]


@dataclass(frozen=True)
class Watch:
    """Reads what speaks for looking at a goal now."""

    board: Board

    @property
    def cells(self) -> list[Cell]:
        return [*self.board.survey.cells(self._before), *self._rates.values()]

    def concerns(self, rows: Iterable[Row], numbers: Numbers) -> list[Concern]:
        before = self.board.survey.standings(self._before, numbers)
        return concerns(
            self._facts(row, before[row.goal.pk], numbers)
            for row in rows
            if row.goal.is_running and row.status is not Status.NOT_STARTED
        )

    @property
    def _before(self) -> dt.date:
        return self.board.today - WEEK

    @cached_property
    def _rates(self) -> dict[int, Cell]:
        """Where a weekly rate is to be said: what was recorded in the last four weeks."""
        today, found = self.board.today, {}
        for goal in self.board.goals:
            if (
                not goal.is_running
                or goal.start is None
                or goal.start > today
                or not (goal.kpi and goal.kpi.is_accruing)
            ):
                continue
            start = max(goal.start, today - dt.timedelta(days=RATE_DAYS - 1))
            kpi, scope = self.board.survey.reading(goal, today).source
            found[goal.pk] = Cell(kpi, scope, Window(start, today))
        return found

    def _facts(self, row: Row, before: Standing, numbers: Numbers) -> Facts:
        goal, standing, today = row.goal, row.standing, self.board.today
        assert goal.kpi is not None
        assert goal.start is not None
        assert goal.deadline is not None
        needed = standing.needed_per_working_day
        calendar = self.board.survey.calendars[goal.member_id]
        return Facts(
            goal=goal.pk,
            status=row.status,
            pace=standing.pace,
            pace_before=before.pace,
            probability=standing.probability,
            is_upward=TargetType(goal.target_type).is_upward,
            periods=standing.periods,
            needed_per_week=None if needed is None else needed * len(calendar.working_days),
            doing_per_week=self._doing(goal, numbers),
            quiet_days=(today - max(standing.last_entry_on or dt.date.min, goal.start)).days,
            cadence_days=CADENCE_DAYS[goal.kpi.cadence],
            actions=vars(goal)["actions_whole"],
            actions_overdue=vars(goal)["actions_overdue"],
            check_in_late=max(0, (today - check_in_due(row, self.board.survey)).days) if today <= goal.deadline else 0,
            days_over=(today - goal.deadline).days if row.status is Status.MISSED else 0,
        )

    def _doing(self, goal: Goal, numbers: Numbers) -> Decimal | None:
        cell = self._rates.get(goal.pk)
        if cell is None:
            return None
        calendar = self.board.survey.calendars[goal.member_id]
        days = calendar.working_days_between(cell.window.start, cell.window.end)
        return (numbers[cell] or Decimal(0)) / days * len(calendar.working_days) if days else None


def check_in_due(row: Row, told: Survey) -> dt.date:
    """The working day to say again how it goes: one cadence after the last word, or after the start."""
    goal, calendar = row.goal, told.calendars[row.goal.member_id]
    assert goal.kpi is not None
    assert goal.start is not None
    said = row.standing.last_check_in
    due = step_after(said.date if said else goal.start, goal.kpi.cadence, 1)
    return calendar.next_working_day(due) if calendar.working_days else due


def with_actions(goals: GoalQuerySet, today: dt.date) -> GoalQuerySet:
    """Each with how many actions it has (`actions_whole`), and how many of them are overdue (`actions_overdue`)."""
    kept = ~Q(actions__state=Action.State.DROPPED)
    is_open = Q(actions__state__in=(Action.State.TODO, Action.State.DOING))
    return goals.annotate(
        actions_whole=Count("actions", filter=kept),
        actions_overdue=Count("actions", filter=is_open & Q(actions__ends_on__lt=today)),
    )
