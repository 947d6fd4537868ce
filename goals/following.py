"""What comes after a goal: the same definition for the next period, and never its check-ins, entries or actions."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from goals.actions import create_goal
from goals.measures import scope_of
from goals.models import Goal, GoalQuerySet
from goals.plan import FurtherPlan, GoalPlan, plan_of, refusals, refusals_to_start
from goals.saving import locked, save
from goals.scorecard import spread
from goals.talk import Voice, agree, propose
from kpis.numbers import value
from kpis.periods import PeriodRules, Window, kind_of, next_period, period_of
from teams.models import Member
from teams.once import once, part_of

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
        if plan.baseline == plan.target:
            plan.baseline = None  # nothing goes from a number to itself: where it begins is to be said
    grown = target / goal.target if goal.target else ONE
    plan.further = tuple(_further_after(line, part, grown) for line, part in _with_parts(plan, goal))
    return plan


def _with_parts(plan: GoalPlan, goal: Goal) -> list[tuple[FurtherPlan, Goal]]:
    return list(zip(plan.further, spread([goal])[1:], strict=True)) if plan.further else []


def _further_after(line: FurtherPlan, part: Goal, grown: Decimal) -> FurtherPlan:
    """A scorecard's other KPIs: a level begins where it stood and keeps its target, a total grows as the first one."""
    if line.target is None or line.kpi is None:
        return line
    if not line.kpi.is_accruing:
        baseline = _reached(part) if line.baseline is not None and not line.target_type.is_stay else line.baseline
        return replace(line, baseline=None if baseline == line.target else baseline)
    return replace(line, target=round(line.target * grown, 6))


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
    """Where it stood at its end: the next one begins there. None where nothing was recorded."""
    assert goal.kpi is not None
    assert goal.start is not None
    assert goal.deadline is not None
    found = value(goal.kpi, scope_of(goal), Window(goal.start, goal.deadline))
    reached = goal.closing_value if goal.closing_value is not None else found
    return None if reached is None else round(reached, 6)


def follower_of(goal: Goal) -> Goal | None:
    found: Goal | None = goal.followers.exclude(outcome=Goal.Outcome.DROPPED).first()
    return found


def follow(
    goal: Goal, rules: PeriodRules, *, by: Member, today: dt.date, now: dt.datetime, request_id: UUID,
    change: Decimal | None = None,
) -> tuple[Goal, bool]:  # fmt: skip
    """A draft for the next period. There is one for each goal: asked again, it is the same one.

    Raises `ValidationError` where the change makes a number of it that no goal can have.
    """
    with transaction.atomic():
        current = locked(goal)
        if (existing := follower_of(current)) is not None:
            return existing, False
        plan = plan_after(current, rules, change)
        made, is_new = create_goal(plan, after=current, start=False, by=by, today=today, now=now, request_id=request_id)
        if is_new:
            _hang_under(made, current)
        return made, is_new


def roll_over(
    goals: list[Goal], rules: PeriodRules, voice: Voice, change: Decimal | None
) -> tuple[int, dict[Goal, str]]:
    """Drafts for the next period of each, proposed where they are whole: how many are new, and why some are not."""
    made, refused = 0, dict[Goal, str]()
    for goal in goals:
        own = replace(voice, request_id=part_of(voice.request_id, goal.pk))
        try:
            with transaction.atomic():
                made += _roll(goal, rules, own, change)
        except ValidationError as wrong:
            refused[goal] = " ".join(wrong.messages)
    return made, refused


def _roll(goal: Goal, rules: PeriodRules, voice: Voice, change: Decimal | None) -> bool:
    follower, is_new = follow(
        goal, rules, by=voice.member, today=voice.today, now=voice.now, request_id=voice.request_id, change=change
    )
    if is_new and not refusals_to_start(plan_of(follower), voice.today):
        propose(follower, voice)
    return is_new


def due_to_repeat(today: dt.date) -> GoalQuerySet:
    """Repeating goals whose time is over and that nothing follows yet.

    A series ends where one of it is dropped or its draft deleted, and with the owner: who has left, what is archived.
    """
    over: GoalQuerySet = Goal.objects.exclude(repeats="").filter(deadline__lt=today)
    held = Q(state=Goal.State.RUNNING) | Q(state=Goal.State.CLOSED) & ~Q(outcome=Goal.Outcome.DROPPED)
    of_member = Q(member=None) | Q(member__in=Member.objects.active(today))
    of_team = Q(team=None) | Q(team__archived_at=None)
    return over.filter(held, of_member, of_team, followers=None).with_names().order_by("deadline", "pk")


def repeat(goal: Goal, rules: PeriodRules, today: dt.date, now: dt.datetime) -> Goal | None:
    """What the clock does the day after: the series was agreed on, so its next goal holds at once.

    Where the next one makes no sense any more (the target is reached already), or goes on from a target that one side
    revised alone, it is a draft for its people to see to; what not even a draft can say is left out of it.
    """
    with transaction.atomic():
        current = locked(goal)
        if current.followers.exists():
            return None
        plan = plan_after(current, rules)
        is_sound = not refusals_to_start(plan, today, is_new=False) and not current.revisions.exists()
        for field in refusals(plan):
            setattr(plan, field, None)

        def create() -> Goal:
            made = Goal(request_id=_id_after(current), created_by=current.created_by)
            plan.write_to(made)
            made.follow(current)
            made.save()
            plan.write_further(made)
            if is_sound:
                agree(made, today, now)
            return made

        made, is_new = once(Goal.objects.all(), _id_after(current), create)
        if is_new:
            _hang_under(made, current)
        return made if is_new else None


def _hang_under(made: Goal, before: Goal) -> None:
    """Goals that went on before the one above them did: they serve what follows on it now."""
    waiting = Goal.objects.filter(previous__parent=before)
    while found := list(
        waiting.filter(parent=None, deadline__gt=before.deadline, deadline__lte=made.deadline)
        .exclude(state=Goal.State.CLOSED)
        .exclude(pk=made.pk)
    ):
        for orphan in found:
            current = locked(orphan)
            current.parent = made
            save(current)
        waiting = Goal.objects.filter(previous__in=found)


def _id_after(goal: Goal) -> UUID:
    """One series, one next goal, whoever makes it."""
    return part_of(goal.request_id, -1)
