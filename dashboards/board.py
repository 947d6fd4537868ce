"""The goals of a focus in a period, where they stand, and what is to be said about them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, OuterRef, Q, Subquery

from dashboards.attention import ON_PACE, Concern, Facts, concerns
from dashboards.focus import Focus
from dashboards.period import Period
from goals.changed import changed_since
from goals.kept import Marks, read_marks, standings
from goals.models import Action, Goal, GoalQuerySet
from goals.named import named
from goals.progress import CADENCE_DAYS, WORST_FIRST, Status, TargetType
from goals.reading import Reading, Standing, promise_of
from goals.told import Told, told_of
from kpis.numbers import is_updating
from reminders.moments import step_after
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Member, Organization, TeamMembership
from teams.reach import Reach, placed_on
from web.collation import thai_key


@dataclass(frozen=True)
class Row:
    """A goal and where it stands."""

    goal: Goal
    standing: Standing

    @property
    def team(self) -> int | None:
        """The one that the goal's member was in on the period's last day, where that was asked for."""
        return vars(self.goal).get("team_then")

    @property
    def status(self) -> Status:
        return self.standing.status

    @property
    def order(self) -> tuple[object, ...]:
        pace = self.standing.pace
        return WORST_FIRST.index(self.status), pace is None, pace or 0, thai_key(self.goal.statement), self.goal.pk

    def says(self, words: str) -> bool:
        """Whether the words that someone searches for are in its sentence, its owner or its KPI."""
        kpi = self.goal.kpi.label if self.goal.kpi else ""
        return words.casefold() in f"{self.goal.statement}\n{self.goal.owner_name}\n{kpi}".casefold()


@dataclass(frozen=True)
class Board:
    focus: Focus
    period: Period
    goals: Sequence[Goal]
    standings: Mapping[int, Standing]
    organization: Organization
    today: dt.date
    marks: Marks
    # Members beside the goals' owners whose calendars are needed as well.
    people: frozenset[int] = frozenset()

    @property
    def is_updating(self) -> bool:
        """Where nothing is marked at all, nobody need be asked."""
        return bool(self.marks.keys) and is_updating()

    @cached_property
    def rows(self) -> list[Row]:
        """Worst first."""
        return sorted((Row(goal, self.standings[goal.pk]) for goal in self.goals), key=lambda row: row.order)

    @property
    def on_pace(self) -> int:
        return sum(row.status in ON_PACE for row in self.rows)

    @cached_property
    def calendars(self) -> Mapping[int | None, WorkCalendar]:
        return calendar_of(self.organization, {goal.member_id for goal in self.goals if goal.member_id} | self.people)

    @cached_property
    def told(self) -> Told:
        """Milestones and revisions of the goals that run."""
        return told_of([goal for goal in self.goals if goal.is_running], with_check_ins=False)

    def reading(self, goal: Goal, day: dt.date) -> Reading:
        told = self.told if goal.is_running else None
        return Reading(goal, promise_of(goal, told), self.calendars[goal.member_id], self.organization, day)


def read_board(
    focus: Focus,
    period: Period,
    reach: Reach,
    organization: Organization,
    today: dt.date,
    marks: Marks | None = None,
    *,
    with_teams: bool = False,
) -> Board:
    """The goals of the focus in the period, and where they stand. Two queries where all is stored, one where the page
    has read the `marks` already.
    """
    marks = marks or read_marks()
    asked = with_actions(goals_of(focus, period, reach), today).select_related("member", "forecast", "stored")
    asked = asked.without_papers()
    if with_teams:
        here = TeamMembership.objects.filter(placed_on(period.last_day), member=OuterRef("member"))
        asked = asked.annotate(team_then=Subquery(here.values("team")[:1]))
    goals = named(asked)
    found = standings(goals, organization, today, marks)
    return Board(focus, period, goals, found, organization, today, marks)


def goals_of(focus: Focus, period: Period, reach: Reach) -> GoalQuerySet:
    """Those that were to be worked on in the period, of those that may be seen. Drafts, proposals and dropped ones are
    not the team's business here.
    """
    found: GoalQuerySet = Goal.objects.visible_to(reach).filter(
        focus.goals(period.window), start__lte=period.end, deadline__gte=period.start
    )
    return found.exclude(state__in=Goal.UNSETTLED).exclude(outcome=Goal.Outcome.DROPPED)


def has_news(focus: Focus, period: Period, reach: Reach, since: int) -> bool:
    """Whether the board, or what was recorded by its people, changed after it was read. One query."""
    here = Member.objects.visible_to(reach).filter(focus.members(period.window))
    return changed_since(since, goals_of(focus, period, reach), here)


def tally(rows: Iterable[Row]) -> list[tuple[Status, int]]:
    """How many stand how, in the order of the table; states without a goal are left out."""
    counts = Counter(row.status for row in rows)
    return [(status, counts[status]) for status in WORST_FIRST if counts[status]]


def watch(board: Board) -> list[Concern]:
    """The running goals that one should look at now, worst first."""
    running = (row for row in board.rows if row.goal.is_running and row.status is not Status.NOT_STARTED)
    return concerns(_facts(row, board) for row in running)


def _facts(row: Row, board: Board) -> Facts:
    goal, standing, today = row.goal, row.standing, board.today
    assert goal.kpi is not None
    assert goal.start is not None
    assert goal.deadline is not None
    needed = None if standing.lines else standing.needed_per_working_day
    check_in_late = (today - check_in_due(row, board.calendars)).days if today <= goal.deadline else 0
    return Facts(
        goal=goal.pk,
        status=row.status,
        pace=standing.pace,
        pace_before=standing.pace_before,
        probability=standing.probability,
        is_upward=TargetType(goal.target_type).is_upward,
        periods=standing.periods,
        needed_per_week=None if needed is None else needed * len(board.organization.working_days),
        doing_per_week=standing.doing_per_week,
        quiet_days=(today - max(standing.last_entry_on or dt.date.min, goal.start)).days,
        cadence_days=CADENCE_DAYS[goal.kpi.cadence],
        actions=vars(goal)["actions_whole"],
        actions_overdue=vars(goal)["actions_overdue"],
        check_in_late=max(0, check_in_late),
        days_over=(today - goal.deadline).days if row.status is Status.MISSED else 0,
    )


def check_in_due(row: Row, calendars: Mapping[int | None, WorkCalendar]) -> dt.date:
    """The working day to say again how it goes: one cadence after the last word, or after the start."""
    goal, calendar = row.goal, calendars[row.goal.member_id]
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
