"""Storing a grid of targets: what every cell means for its goal first, then all of it in a few statements."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from goals.actions import revise
from goals.grid import Past, Place
from goals.models import Goal, TargetRevision, Turn
from goals.plan import GoalPlan, plan_of, refusals
from goals.progress import TargetType
from goals.saving import refuse, save_all
from goals.talk import Voice, lay_before, offer
from goals.targets import Frame
from kpis.models import Kpi
from teams.once import part_of


class GridRefused(Exception):
    """Nothing was stored. `errors` say by place what is wrong; `moved` are goals that somebody else has changed."""

    def __init__(self, errors: dict[Place, str], moved: Sequence[Goal]) -> None:
        super().__init__(errors)
        self.errors = errors
        self.moved = moved


@dataclass(frozen=True)
class Said:
    """What comes with a grid that is stored: the goals' words, the reason for revisions, versions that were read."""

    statement: str
    seen: Mapping[int, int]
    past: Past


def store(frame: Frame, typed: Mapping[Place, Decimal | None], said: Said, voice: Voice) -> int:
    """All that was typed, or nothing; how many cells changed. Raises `GridRefused`.

    An empty cell that gets a number is a new goal, proposed to its owner. A draft's or a proposal's number changes as
    on their own pages, that of a goal which holds by a revision with the reason.
    """
    try:
        with transaction.atomic():
            return _Sheet(frame, said, voice).store(typed)
    except IntegrityError:
        # The same form sent twice at once: the second waited for the first, and finds its goals now.
        with transaction.atomic():
            return _Sheet(frame, said, voice).store(typed)


@dataclass
class _Sheet:
    """What is to be written, in kinds."""

    frame: Frame
    said: Said
    voice: Voice
    new: list[Goal] = field(default_factory=list)
    changed: list[Goal] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    revisions: list[TargetRevision] = field(default_factory=list)
    errors: dict[Place, str] = field(default_factory=dict)
    moved: list[Goal] = field(default_factory=list)

    def store(self, typed: Mapping[Place, Decimal | None]) -> int:
        standing = self.frame.goals(lock=True)
        latest = self._latest(standing.values())
        made = self._made(typed)
        for number, place in enumerate(sorted(typed)):
            goal, target = standing.get(place), typed[place]
            try:
                if goal is None:
                    if target is not None and self._id(number) not in made:
                        self._begin(place, target, number)
                elif goal.target != target:
                    self._change(place, goal, target, latest.get(goal.pk), number)
            except ValidationError as refused:
                self.errors[place] = " ".join(refused.messages)
        if self.errors:
            raise GridRefused(self.errors, self.moved)
        self._write()
        return len(self.new) + len(self.changed)

    def _id(self, number: int, version: int = 0) -> UUID:
        """Of each cell its own; who goes back and sends the form again changes another version."""
        return part_of(part_of(self.voice.request_id, number), version)

    def _made(self, typed: Mapping[Place, Decimal | None]) -> set[UUID]:
        """What this request has made before, and was dropped since."""
        ids = [self._id(number) for number in range(len(typed))]
        return set(Goal.objects.filter(request_id__in=ids).values_list("request_id", flat=True))

    @staticmethod
    def _latest(goals: Iterable[Goal]) -> dict[int, dt.date]:
        days = TargetRevision.objects.filter(goal__in=[goal.pk for goal in goals if goal.is_promised])
        return dict(days.values_list("goal").annotate(day=Max("effective_on")).order_by())

    def _begin(self, place: Place, target: Decimal, number: int) -> None:
        goal = Goal(request_id=self._id(number), created_by=self.voice.member.user)
        _plan(self.frame, place, target, self.said).write_to(goal)
        turn = lay_before(goal, replace(self.voice, request_id=self._id(number)))
        self.new.append(goal)
        self.turns += [turn] if turn else []

    def _change(self, place: Place, goal: Goal, target: Decimal | None, latest: dt.date | None, number: int) -> None:
        if target is None:
            raise ValidationError(_("There is a goal here: drop or withdraw it on its own page."))
        if self.said.seen.get(goal.pk) != goal.version:
            self.moved.append(goal)
            raise ValidationError(_("Somebody else has changed this one: save again to put yours in its place."))
        if goal.is_closed:
            raise ValidationError(_("This goal is closed and can no longer be changed."))
        voice = replace(self.voice, request_id=self._id(number, goal.version))
        if goal.is_promised:
            self.revisions.append(_revised(goal, target, latest, voice))
        elif goal.is_proposed:
            assert goal.deadline is not None
            self.turns.append(offer(goal, voice, target, goal.deadline))
        else:
            refuse(refusals(replace(plan_of(goal), target=target)))
            goal.target = target
        self.changed.append(goal)

    def _write(self) -> None:
        """A statement for each kind, however many cells there are."""
        Goal.objects.bulk_create(self.new)
        if self.changed:
            save_all(self.changed, ["target", "waits_for", "waits_since"])
        Turn.objects.bulk_create(self.turns)
        TargetRevision.objects.bulk_create(self.revisions)


def _revised(goal: Goal, target: Decimal, latest: dt.date | None, voice: Voice) -> TargetRevision:
    if not voice.words:
        raise ValidationError(_("This goal holds already: say below why its target changes."))
    assert goal.start is not None
    revision = revise(goal, target, max(voice.today, goal.start), latest=latest, today=voice.today)
    revision.reason, revision.request_id, revision.revised_by = voice.words, voice.request_id, voice.member.user
    return revision


def _plan(frame: Frame, place: Place, target: Decimal, said: Said) -> GoalPlan:
    row, column = place
    owner, window = frame.rows[row], frame.columns[column]
    plan = GoalPlan(
        statement=said.statement,
        kpi=frame.kpi,
        member=owner.member,
        team=owner.team,
        parent=frame.parent,
        target_type=TargetType.INCREASE_TO,
        target=target,
        start=window.start,
        deadline=window.end,
    )
    if frame.kpi.direction == Kpi.Direction.LOWER:
        plan.target_type = TargetType.DECREASE_TO
    if plan.needs_baseline:
        plan.baseline = said.past.previous.get(row)
        if plan.baseline is None:
            raise ValidationError(_("Nothing is recorded to start from. Write this goal on a page of its own."))
        plan.baseline = round(plan.baseline, 6)
    return plan
