"""What is done to goals: one verb, one transaction. Whether the person may is asked before, in the views.

Refusals are `ValidationError`s that name the field, so that forms show them where they belong.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.further import GoalKpi
from goals.models import Action, Goal, TargetRevision
from goals.plan import GoalPlan, plan_of, refusals, refusals_to_start
from goals.progress import Status
from goals.reading import Standing
from goals.saving import locked, refuse, save
from goals.scorecard import close_line, rounded
from goals.standing import reckon
from goals.talk import Voice, agree, propose
from teams.models import Member, Organization
from teams.once import once, part_of

NO_CYCLE = gettext_lazy("A goal cannot serve itself, nor one that serves it.")
GUARD = "cannot serve itself"  # what the database says to it: see the migration tree_guard


@dataclass
class EditConflict(Exception):
    """Somebody else saved first. `goal` is what stands now."""

    goal: Goal


def create_goal(
    plan: GoalPlan,
    *,
    means: Sequence[str] = (),
    after: Goal | None = None,
    start: bool,
    by: Member,
    today: dt.date,
    now: dt.datetime,
    request_id: UUID,
) -> tuple[Goal, bool]:
    """A draft, or with `start` one that is agreed on already, with an action for each of the means.

    `after` is the goal that it follows.
    What two sides have to agree on is not started but proposed: see `propose_goal`.
    """
    refuse(refusals_to_start(plan, today) if start else refusals(plan))

    def create() -> Goal:
        goal = Goal(request_id=request_id, created_by=by.user)
        plan.write_to(goal)
        if after is not None:
            goal.follow(after)
        goal.save()
        plan.write_further(goal)
        _add_means(goal, means, request_id)
        if start:
            agree(goal, today, now)
        return goal

    return once(Goal.objects.all(), request_id, create)


def propose_goal(plan: GoalPlan, voice: Voice, *, means: Sequence[str] = ()) -> tuple[Goal, bool]:
    """Written down and laid before the other side in one go; both or neither."""
    with transaction.atomic():
        refuse(refusals_to_start(plan, voice.today))
        goal, is_new = create_goal(
            plan,
            means=means,
            start=False,
            by=voice.member,
            today=voice.today,
            now=voice.now,
            request_id=voice.request_id,
        )
        return (propose(goal, voice) if is_new else goal), is_new


def edit_goal(
    goal: Goal, plan: GoalPlan, *, version: int, today: dt.date, means: Sequence[str] = (), request_id: UUID
) -> Goal:
    """Raises `EditConflict` if the goal is no longer the version that was edited.

    Of a goal that is agreed on the words, dates, levels, baseline and parent change: its target by a revision, its KPI,
    its owner and how it repeats never.
    """
    with _one_tree():
        current = locked(goal)
        if refused := not_to_edit(current):
            raise ValidationError(refused)
        if current.version != version:
            raise EditConflict(current)
        if current.is_promised:
            plan = plan.without_the_promise(current)
        refuse(refusals(plan) if current.is_draft else refusals_to_start(plan, today, is_new=False))
        _refuse_cycle(current, plan.parent)
        plan.write_to(current)
        save(current)
        plan.write_further(current)
        _add_means(current, means, request_id)
        return current


def not_to_edit(goal: Goal) -> str:
    """Why the goal can't be edited as things are; "" where it can."""
    if goal.is_closed:
        return _("This goal is closed and can no longer be changed.")
    if goal.is_proposed:
        return _("This goal is proposed. Make another offer, or withdraw it: a draft can be changed again.")
    return ""


def revise_target(
    goal: Goal,
    *,
    target: Decimal,
    effective_on: dt.date,
    reason: str,
    by: Member,
    today: dt.date,
    request_id: UUID,
    further: GoalKpi | None = None,
) -> tuple[TargetRevision, bool]:
    """A new target from a day on, of the own KPI or of a further one; the days before keep the one that they had."""
    with transaction.atomic():
        current = locked(goal)

        def create() -> TargetRevision:
            revised: Goal | GoalKpi = GoalKpi.objects.get(pk=further.pk, goal=current) if further else current
            latest = current.revisions.filter(further=further).aggregate(day=Max("effective_on"))["day"]
            revision = revise(current, target, effective_on, latest=latest, today=today, revised=revised)
            revision.reason, revision.request_id, revision.revised_by = reason, request_id, by.user
            if further:
                revised.save()
            revision.save()
            save(current)
            return revision

        return once(TargetRevision.objects.all(), request_id, create)


def revise(
    goal: Goal, target: Decimal, effective_on: dt.date, *, latest: dt.date | None, today: dt.date,
    revised: Goal | GoalKpi | None = None,
) -> TargetRevision:  # fmt: skip
    """A new target, and the revision that tells it. Nothing is stored. `latest`: the day of the last revision;
    `revised`: whose target it is, the goal's own unless said otherwise.
    """
    row = revised or goal
    refuse(_refusals_to_revise(goal, row, target, effective_on, max(today, latest) if latest else today))
    assert row.target is not None
    revision = TargetRevision(goal=goal, effective_on=effective_on, old_target=row.target, new_target=target)
    revision.further = row if isinstance(row, GoalKpi) else None
    row.target = target
    return revision


def drop_goal(goal: Goal, *, note: str, organization: Organization, today: dt.date, now: dt.datetime) -> Goal | None:
    """Give a goal up, and keep how far it came. A draft came nowhere and is deleted; a series ends with it."""
    with transaction.atomic():
        current = locked(goal)
        if current.is_draft:
            if current.previous is not None:
                _end_series(current.previous)
            current.delete()
            return None
        if current.is_proposed:
            raise ValidationError(_("This goal is proposed. Withdraw the proposal first."))
        if current.is_promised:
            standing = reckon([current], organization, today)[current.pk]
            _close(current, Goal.Outcome.DROPPED, standing, now, note)
        return current


def _end_series(last: Goal) -> None:
    """Else the clock would make the next goal again that its people have just thrown away."""
    current = locked(last)
    if current.repeats:
        current.repeats = ""
        save(current)


def close_goal(goal: Goal, standing: Standing, *, now: dt.datetime) -> Goal:
    """Store how the goal ended, once and for all. The standing is of a day after the deadline."""
    with transaction.atomic():
        current = locked(goal)
        if current.is_running:
            achieved = standing.status == Status.ACHIEVED
            _close(current, Goal.Outcome.ACHIEVED if achieved else Goal.Outcome.MISSED, standing, now)
        return current


def look_back(goal: Goal, *, helped: str, hindered: str, now: dt.datetime) -> Goal:
    """A word on what helped and what hindered, once a goal has ended; its outcome stays as it is."""
    with transaction.atomic():
        current = locked(goal)
        if not current.is_closed:
            raise ValidationError(_("One looks back on a goal once it is closed."))
        current.helped, current.hindered, current.looked_back_at = helped, hindered, now
        save(current)
        return current


def set_parent(goal: Goal, parent: Goal | None, *, version: int | None = None) -> Goal:
    """Hang the goal below another; all that is its own goes along. The parent is one that the person sees.

    Raises `EditConflict` where a version is given and is no longer the goal's.
    """
    with _one_tree():
        current = locked(goal)
        if version is not None and current.version != version:
            raise EditConflict(current)
        if current.is_closed:
            raise ValidationError(_("This goal is closed and can no longer be changed."))
        _refuse_cycle(current, parent)
        current.parent = parent
        save(current)
        return current


@contextmanager
def _one_tree() -> Iterator[None]:
    """A transaction that changes what a goal serves. Of two that cross, the database stops the second one."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if GUARD in str(error):
            raise ValidationError({"parent": NO_CYCLE}) from error
        raise


def _close(goal: Goal, outcome: Goal.Outcome, standing: Standing, now: dt.datetime, note: str = "") -> None:
    goal.state, goal.outcome, goal.closed_at = Goal.State.CLOSED, outcome, now
    goal.close_note = note or goal.close_note
    goal.closing_value = rounded(standing.value, 14)
    goal.closing_attainment = rounded(standing.attainment, 8)
    for line in standing.lines:
        close_line(goal, line)
    save(goal)


def _refusals_to_revise(
    goal: Goal, revised: Goal | GoalKpi, target: Decimal, effective_on: dt.date, earliest: dt.date
) -> dict[str, str]:
    if not goal.is_promised:
        return {"target": _("Only the target of a goal that is agreed on is revised; a draft is simply edited.")}
    assert goal.deadline is not None
    further = revised if isinstance(revised, GoalKpi) else None
    if effective_on < earliest:
        return {"effective_on": _("The days that have passed keep their target: choose today or a later day.")}
    if effective_on > goal.deadline:
        return {"effective_on": _("Choose a day up to the deadline.")}
    if target == revised.target:
        return {"target": _("This is the target already.")}
    changed = plan_of(goal)
    if further:
        changed = next(line for line in changed.lines() if line.kpi == further.kpi)
    changed.target = target
    found = refusals(changed, complete=True)
    wrong = next((found[field] for field in ("target", "commit", "stretch") if field in found), "")
    return {"target": wrong} if wrong else {}


def _refuse_cycle(goal: Goal, parent: Goal | None) -> None:
    """Raises `ValidationError` if the parent is the goal itself or hangs below it."""
    above, seen = parent.pk if parent else None, set[int]()
    while above is not None and above not in seen:
        if above == goal.pk:
            raise ValidationError({"parent": NO_CYCLE})
        seen.add(above)
        above = Goal.objects.values_list("parent_id", flat=True).get(pk=above)


def _add_means(goal: Goal, means: Sequence[str], request_id: UUID) -> None:
    """One action per line, unless the goal has it already."""
    known = set(goal.actions.values_list("title", flat=True))
    new = [(number, title) for number, title in enumerate(means) if title not in known]
    Action.objects.bulk_create(
        [
            Action(goal=goal, title=title, member=goal.member, request_id=part_of(request_id, number))
            for number, title in new
        ],
        ignore_conflicts=True,
    )
