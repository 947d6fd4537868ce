"""A member's load, from their open actions and the efforts of their goals."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from goals.load import WeekLoad, Work, hours_in, load_by_week
from goals.models import Action, Goal
from goals.plan import GoalPlan
from kpis.periods import Window
from teams.calendar import WorkCalendar
from teams.models import Member, Organization

SIX_DAYS = dt.timedelta(days=6)  # the rest of the window's first and last week
LONGEST_WINDOW = 2 * 366  # days; a goal of ten years has no load by the week


def load_of(
    plan: GoalPlan, calendar: WorkCalendar, organization: Organization, apart_from: Goal | None = None
) -> list[WeekLoad]:
    """By week of the plan's window, with the plan's own work added. Three queries.

    Empty where it says nothing: the plan is no member's, or has no window yet. `apart_from` is the plan's own goal.
    """
    if plan.member is None or plan.start is None or plan.deadline is None or plan.deadline < plan.start:
        return []
    window = Window(plan.start, plan.deadline)
    if window.days > LONGEST_WINDOW:
        return []
    own = own_work(plan, apart_from)
    try:
        return load_by_week(
            promised_work(plan.member, window, apart_from),
            window,
            calendar,
            plan.member.weekly_hours or organization.weekly_hours,
            week_start=organization.week_start,
            added=own,
        )
    except OverflowError:  # the week would end after the last year
        return []


def hours_of(
    plan: GoalPlan, calendar: WorkCalendar, organization: Organization, apart_from: Goal | None = None
) -> tuple[Decimal, Decimal]:
    """Capacity and promised hours, the plan's own work among them, in the window of a member's plan. Three queries."""
    assert plan.member is not None
    assert plan.start is not None
    assert plan.deadline is not None
    window = Window(plan.start, plan.deadline)
    works = [*promised_work(plan.member, window, apart_from), *own_work(plan, apart_from)]
    capacity = day_of(plan.member, organization, calendar) * calendar.working_days_between(window.start, window.end)
    return capacity, sum((hours_in(work, window, calendar) for work in works), Decimal(0))


def day_of(member: Member, organization: Organization, calendar: WorkCalendar) -> Decimal:
    """Hours of a member's working day."""
    return (member.weekly_hours or organization.weekly_hours) / max(1, len(calendar.working_days))


def promised_work(member: Member, window: Window, apart_from: Goal | None = None) -> list[Work]:
    """Open actions of the member and goals of theirs that take hours, as far as they touch the window's weeks."""
    without = [apart_from.pk] if apart_from and apart_from.pk else []
    actions, goals = promised_rows(member, window)
    rows = [
        *actions.exclude(goal__in=without).values_list("hours", "first", "last"),
        *goals.exclude(pk__in=without).values_list("effort_hours", "start", "deadline"),
    ]
    return [Work(hours, min(first, last), max(first, last)) for hours, first, last in rows]


def promised_rows(member: "Member | OuterRef", window: Window) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """Open actions, each with its `first` and `last` day, and goals with an effort: of a member, or of each row of
    the members that this is a subquery of.
    """
    near = Q(start__lte=_moved(window.end, SIX_DAYS), deadline__gte=_moved(window.start, -SIX_DAYS))
    actions = _open_actions(member).filter(goal__state__in=Goal.PROMISED)
    # An action without days of its own has its goal's.
    dated = actions.annotate(first=Coalesce("starts_on", "goal__start"), last=Coalesce("ends_on", "goal__deadline"))
    return dated, Goal.objects.promised().filter(near, member=member, effort_hours__gt=0)


def _moved(day: dt.date, by: dt.timedelta) -> dt.date:
    """The first and the last year end somewhere."""
    try:
        return day + by
    except OverflowError:
        return day


def own_work(plan: GoalPlan, goal: Goal | None) -> list[Work]:
    """What the plan asks of its member: its effort, and the goal's open actions that are theirs, agreed on or not."""
    found = (
        [Work(plan.effort_hours, plan.start, plan.deadline)]
        if plan.effort_hours and plan.start and plan.deadline
        else []
    )
    if plan.member is None or goal is None or goal.pk is None:
        return found
    return found + [
        _work_of(action, plan.start, plan.deadline) for action in _open_actions(plan.member).filter(goal=goal)
    ]


def _open_actions(member: "Member | OuterRef") -> QuerySet[Action]:
    return Action.objects.filter(member=member, state__in=(Action.State.TODO, Action.State.DOING), hours__gt=0)


def _work_of(action: Action, first: dt.date | None, last: dt.date | None) -> Work:
    """An action without days of its own has its goal's."""
    start, end = action.starts_on or first, action.ends_on or last
    assert start is not None
    assert end is not None
    return Work(action.hours or Decimal(0), min(start, end), max(start, end))
