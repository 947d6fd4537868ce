"""What comes after a goal: the same definition for the next period, and never its check-ins, entries or actions."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from goals.actions import create_goal
from goals.measures import scope_of
from goals.models import Goal, GoalQuerySet
from goals.once import once, part_of
from goals.plan import GoalPlan, plan_of, refusals_to_start
from goals.saving import locked
from goals.talk import Voice, agree, propose
from kpis.numbers import value
from kpis.periods import PeriodRules, Window, kind_of, next_period, period_of
from teams.models import Member

ONE_DAY = dt.timedelta(days=1)
ONE = Decimal(1)
KINDS = {Goal.Repeats.WEEKLY: "week", Goal.Repeats.MONTHLY: "month", Goal.Repeats.QUARTERLY: "quarter"}


def next_window(goal: Goal, rules: PeriodRules) -> Window:
    """The period after the goal's: what it repeats by, else the kind of period that it is, else as many days."""
    assert goal.start is not None
    assert goal.deadline is not None
    own = Window(goal.start, goal.deadline)
    if goal.repeats:
        return period_of(KINDS[Goal.Repeats(goal.repeats)], goal.deadline + ONE_DAY, rules)
    kind = kind_of(own, rules)
    if kind and kind != "day":
        return next_period(kind, own, rules)
    return Window(goal.deadline + ONE_DAY, goal.deadline + own.days * ONE_DAY)


def next_target(target: Decimal, growth: Decimal | None, base: Decimal, *, compounds: bool) -> Decimal:
    """`growth` is a fraction: of the latest target where it compounds, of the first one (`base`) where it doesn't.

    +10 % from 100: 110, 121, 133.1 with compounding, 110, 120, 130 without.
    """
    if not growth:
        return target
    return round(target + (target if compounds else base) * growth, 6)


def plan_after(goal: Goal, rules: PeriodRules, change: Decimal | None = None) -> GoalPlan:
    """The definition for the next period. `change` (a fraction of the target) stands in for the goal's own growth."""
    window = next_window(goal, rules)
    assert goal.target is not None
    if change is None:
        base = goal.growth_base or goal.target
        target = next_target(goal.target, goal.growth, base, compounds=goal.compounds)
    else:
        target = round(goal.target * (ONE + change), 6)
    plan = replace(
        plan_of(goal), start=window.start, deadline=window.end, target=target, parent=_parent_for(goal, window)
    )
    plan.commit, plan.stretch = (_moved(level, goal.target, target) for level in (goal.commit, goal.stretch))
    if plan.moves and plan.baseline is not None:
        plan.baseline = _reached(goal) if plan.needs_baseline else plan.baseline
    return plan


def _moved(level: Decimal | None, old: Decimal, new: Decimal) -> Decimal | None:
    """Commit and stretch keep their proportion to the target."""
    return level if level is None or not old else round(level * new / old, 6)


def _parent_for(goal: Goal, window: Window) -> Goal | None:
    """The goal above, as long as it lasts; else what follows on it."""
    parent = goal.parent
    if parent is None or parent.deadline is None or parent.deadline >= window.end:
        return parent
    return parent.followers.exclude(outcome=Goal.Outcome.DROPPED).first()


def _reached(goal: Goal) -> Decimal | None:
    """Where it stood at its end: the next one begins there. Where nothing was recorded, at its target."""
    assert goal.kpi is not None
    assert goal.start is not None
    assert goal.deadline is not None
    found = value(goal.kpi, scope_of(goal), Window(goal.start, goal.deadline))
    reached = goal.closing_value if goal.closing_value is not None else found
    return goal.target if reached is None else round(reached, 6)


def follower_of(goal: Goal) -> Goal | None:
    found: Goal | None = goal.followers.exclude(outcome=Goal.Outcome.DROPPED).first()
    return found


def follow(
    goal: Goal, rules: PeriodRules, *, by: Member, today: dt.date, now: dt.datetime, request_id: UUID,
    change: Decimal | None = None,
) -> tuple[Goal, bool]:  # fmt: skip
    """A draft for the next period. There is one for each goal: asked again, it is the same one."""
    with transaction.atomic():
        current = locked(goal)
        if (existing := follower_of(current)) is not None:
            return existing, False
        plan = plan_after(current, rules, change)
        made, is_new = create_goal(plan, start=False, by=by, today=today, now=now, request_id=request_id)
        if is_new:
            _chain(made, current)
        return made, is_new


def roll_over(goals: list[Goal], rules: PeriodRules, voice: Voice, change: Decimal | None) -> int:
    """Drafts for the next period of each, proposed where they are whole; how many are new."""
    made = 0
    for goal in goals:
        own = replace(voice, request_id=uuid4())
        follower, is_new = follow(
            goal, rules, by=voice.member, today=voice.today, now=voice.now, request_id=own.request_id, change=change
        )
        made += is_new
        if is_new and not refusals_to_start(plan_of(follower), voice.today):
            propose(follower, own)
    return made


def due_to_repeat(today: dt.date) -> GoalQuerySet:
    """Repeating goals whose time is over and that nothing follows yet. A series ends where one of it is dropped."""
    over: GoalQuerySet = Goal.objects.exclude(repeats="").filter(deadline__lt=today)
    held = Q(state=Goal.State.RUNNING) | Q(state=Goal.State.CLOSED) & ~Q(outcome=Goal.Outcome.DROPPED)
    return over.filter(held, followers=None).with_names().order_by("deadline", "pk")


def repeat(goal: Goal, rules: PeriodRules, today: dt.date, now: dt.datetime) -> Goal | None:
    """What the clock does the day after: the series was agreed on, so its next goal holds at once.

    Where the next one makes no sense any more (the target is reached already), it is a draft for its people to see to.
    """
    with transaction.atomic():
        current = locked(goal)
        if current.followers.exists():
            return None
        plan = plan_after(current, rules)
        wrong = refusals_to_start(plan, today, is_new=False)

        def create() -> Goal:
            made = Goal(request_id=_id_after(current), created_by=current.created_by)
            plan.write_to(made)
            if "target" in wrong and plan.baseline == plan.target:
                made.baseline = None  # the database refuses to go from a number to itself
            made.save()
            _chain(made, current)
            if not wrong:
                agree(made, today, now)
            return made

        made, is_new = once(Goal.objects.all(), _id_after(current), create)
        return made if is_new else None


def _chain(made: Goal, before: Goal) -> None:
    made.previous = before
    made.growth_base = before.growth_base or before.target
    made.save(update_fields=["previous", "growth_base"])


def _id_after(goal: Goal) -> UUID:
    """One series, one next goal, whoever makes it."""
    return part_of(goal.request_id, -1)
