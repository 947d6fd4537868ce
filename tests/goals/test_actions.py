"""The verbs of goals: what they do, what they refuse, and that twice is once."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from goals.actions import EditConflict, create_goal, drop_goal, edit_goal, revise_target, set_parent
from goals.models import Action, Goal, TargetRevision
from goals.plan import GoalPlan, plan_of
from goals.progress import TargetType
from goals.steps import add_milestone, check_in
from goals.talk import propose
from goals.tasks import close_ended_of
from kpis.models import Kpi
from teams.models import Holiday
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import make_goal, make_kpi, make_win_rate, record, voice_of

pytestmark = pytest.mark.django_db


def plan(cast: Cast, **fields: object) -> GoalPlan:
    whole = GoalPlan(
        statement="Call every dormant account",
        kpi=Kpi.objects.filter(code="calls").first() or make_kpi("calls"),
        member=cast.bob,
        target=Decimal(100),
        start=TODAY,
        deadline=dt.date(2026, 12, 31),
    )
    return replace(whole, **fields)  # type: ignore[arg-type]


def create(cast: Cast, said: GoalPlan, *, start: bool = True, request_id: uuid.UUID | None = None) -> Goal:
    goal, _created = create_goal(
        said,
        means=["Call before ten", "Ask for a reference"],
        start=start,
        by=cast.bob,
        today=TODAY,
        now=NOW,
        request_id=request_id or uuid.uuid4(),
    )
    return goal


def test_a_goal_starts_with_its_means(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = create(cast, plan(cast))
        assert (goal.state, goal.started_at, goal.created_by) == (Goal.State.RUNNING, NOW, cast.bob.user)
        assert list(goal.actions.values_list("title", "member", "state")) == [
            ("Call before ten", cast.bob.pk, "todo"),
            ("Ask for a reference", cast.bob.pk, "todo"),
        ]


def test_the_same_request_twice_is_one_goal(cast: Cast) -> None:
    request_id = uuid.uuid4()
    with tenant(cast.acme.pk):
        first = create(cast, plan(cast), request_id=request_id)
        second = create(cast, plan(cast, statement="Another one"), request_id=request_id)
        assert first == second
        assert (Goal.objects.count(), Action.objects.count()) == (1, 2)


NOTHING = {"statement": "", "kpi": None, "target": None, "start": None, "deadline": None}


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"statement": ""}, "statement"),
        ({"kpi": None}, "kpi"),
        ({"target": None}, "target"),
        ({"start": None}, "start"),
        ({"deadline": None}, "deadline"),
        ({"deadline": TODAY - dt.timedelta(days=1), "start": TODAY - dt.timedelta(days=9)}, "deadline"),
        ({"deadline": TODAY - dt.timedelta(days=1)}, "deadline"),
        ({"target": Decimal(0)}, "target"),
        ({"baseline": Decimal(100)}, "target"),
        ({"target_type": TargetType.DECREASE_TO}, "baseline"),
        ({"target_type": TargetType.DECREASE_TO, "baseline": Decimal(50)}, "target"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(cast: Cast, said: dict[str, object], at: str) -> None:
    with tenant(cast.acme.pk), pytest.raises(ValidationError) as refused:
        create(cast, plan(cast, **said))
    assert list(refused.value.message_dict) == [at]


def test_a_rate_needs_a_baseline_on_the_right_side(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        for baseline, at in ((None, "baseline"), (Decimal("0.6"), "target")):
            with pytest.raises(ValidationError) as refused:
                create(cast, plan(cast, kpi=rate, target=Decimal("0.5"), baseline=baseline))
            assert list(refused.value.message_dict) == [at]
        kept = create(cast, plan(cast, kpi=rate, target=Decimal("0.5"), target_type=TargetType.STAY_AT_OR_ABOVE))
        assert kept.baseline is None


def test_a_draft_may_lack_anything_and_is_proposed_when_it_is_whole(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        draft, voice = create(cast, plan(cast, **NOTHING), start=False), voice_of(cast, cast.bob)
        with pytest.raises(ValidationError) as refused:
            propose(draft, voice)
        assert set(refused.value.message_dict) == set(NOTHING)
        whole = edit_goal(draft, plan(cast), version=draft.version, today=TODAY, request_id=uuid.uuid4())
        proposed, again = propose(whole, voice), propose(draft, voice_of(cast, cast.bob))
        assert proposed.is_proposed
        assert (again.version, proposed.version) == (3, 3)


def test_the_second_of_two_editors_is_told(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = create(cast, plan(cast))
        said = {"version": goal.version, "today": TODAY, "request_id": uuid.uuid4()}
        edit_goal(goal, replace(plan_of(goal), why="First"), **said)  # type: ignore[arg-type]
        with pytest.raises(EditConflict) as conflict:
            edit_goal(goal, replace(plan_of(goal), why="Second"), **said)  # type: ignore[arg-type]
        assert conflict.value.goal.why == "First"
        assert Goal.objects.get().why == "First"


def test_the_promise_of_a_running_goal_is_not_edited(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = create(cast, plan(cast))
        changed = replace(plan_of(goal), target=Decimal(5), member=cast.carol, why="Because", kpi=make_win_rate())
        edit_goal(goal, changed, version=goal.version, today=TODAY, request_id=uuid.uuid4())
        kept = Goal.objects.get()
        assert (kept.target, kept.member, kept.why, kept.kpi) == (100, cast.bob, "Because", goal.kpi)


def test_a_revision_keeps_the_past_and_comes_once(cast: Cast) -> None:
    request_id = uuid.uuid4()
    with tenant(cast.acme.pk):
        goal = create(cast, plan(cast))
        for _ in range(2):
            revise_target(
                goal,
                target=Decimal(120),
                effective_on=TODAY,
                reason="Two more reps",
                by=cast.alice,
                today=TODAY,
                request_id=request_id,
            )
        revision = TargetRevision.objects.get()
        assert (revision.old_target, revision.new_target, revision.revised_by) == (100, 120, cast.alice.user)
        assert Goal.objects.get().target == 120


@pytest.mark.parametrize(
    ("target", "day", "at"),
    [
        ("110", TODAY - dt.timedelta(days=1), "effective_on"),
        ("110", dt.date(2027, 1, 1), "effective_on"),
        ("100", TODAY, "target"),
        ("0", TODAY, "target"),
        ("-5", TODAY, "target"),
    ],
)
def test_a_wrong_revision_is_refused(cast: Cast, target: str, day: dt.date, at: str) -> None:
    with tenant(cast.acme.pk):
        goal = create(cast, plan(cast))
        with pytest.raises(ValidationError) as refused:
            revise_target(
                goal,
                target=Decimal(target),
                effective_on=day,
                reason="?",
                by=cast.bob,
                today=TODAY,
                request_id=uuid.uuid4(),
            )
        assert list(refused.value.message_dict) == [at]
        assert Goal.objects.get().target == 100


def test_no_goal_serves_itself(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        top, middle, low = (make_goal(plan(cast).kpi, member=cast.bob) for _ in range(3))
        set_parent(middle, top)
        set_parent(low, middle)
        for parent in (low, middle, top):
            with pytest.raises(ValidationError):
                set_parent(top, parent)
        assert Goal.objects.get(pk=low.pk).parent == middle


def test_a_dropped_goal_keeps_how_far_it_came_and_a_draft_goes(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal, draft = create(cast, plan(cast)), create(cast, plan(cast, **NOTHING), start=False)
        assert goal.kpi is not None
        record(goal.kpi, cast.bob, TODAY, 30)
        for _ in range(2):
            drop_goal(goal, note="The product ends", organization=cast.acme, today=TODAY, now=NOW)
        assert drop_goal(draft, note="", organization=cast.acme, today=TODAY, now=NOW) is None
        left = Goal.objects.get()
        assert (left.state, left.outcome, left.close_note) == ("closed", "dropped", "The product ends")
        assert (left.closing_value, left.closing_attainment) == (Decimal(30), Decimal("0.3"))


def test_goals_close_after_the_grace_period_in_the_organization_s_days(cast: Cast) -> None:
    friday = dt.date(2026, 11, 20)
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        reached, missed = (
            make_goal(calls, member=member, start=dt.date(2026, 11, 2), deadline=friday)
            for member in (cast.bob, cast.carol)
        )
        running = make_goal(calls, member=cast.bob)
        record(calls, cast.bob, friday, 60)
        record(calls, cast.bob, dt.date(2026, 11, 23), 100)
        Holiday.objects.create(date=dt.date(2026, 11, 24), name="A day off")
    # Monday and Wednesday are the two working days of grace, so it is over when Thursday begins in Bangkok.
    late_on_wednesday = dt.datetime(2026, 11, 25, 16, 59, tzinfo=dt.UTC)
    assert close_ended_of(cast.acme, late_on_wednesday) == 0
    with tenant(cast.acme.pk):
        record(calls, cast.bob, friday, 50)
    assert close_ended_of(cast.acme, late_on_wednesday + dt.timedelta(minutes=1)) == 2
    assert close_ended_of(cast.acme, late_on_wednesday + dt.timedelta(days=1)) == 0
    with tenant(cast.acme.pk):
        outcomes = {goal.pk: (goal.outcome, goal.closing_value) for goal in Goal.objects.all()}
    assert outcomes == {reached.pk: ("achieved", 110), missed.pk: ("missed", 0), running.pk: ("", None)}


def test_milestones_lie_in_the_goal_s_time_one_a_day(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal, request_id = create(cast, plan(cast)), uuid.uuid4()
        day = TODAY + dt.timedelta(days=7)
        for _ in range(2):
            add_milestone(goal, {"name": "A third", "date": day, "value": Decimal(33)}, request_id=request_id)
        for wrong in (day, TODAY - dt.timedelta(days=1), dt.date(2027, 1, 1)):
            with pytest.raises(ValidationError) as refused:
                add_milestone(goal, {"name": "No", "date": wrong, "value": Decimal(1)}, request_id=uuid.uuid4())
            assert list(refused.value.message_dict) == ["date"]
        assert goal.milestones.count() == 1


def test_a_check_in_comes_once_and_only_while_the_goal_runs(cast: Cast) -> None:
    request_id = uuid.uuid4()
    with tenant(cast.acme.pk):
        goal, draft = create(cast, plan(cast)), create(cast, plan(cast), start=False)
        for _ in range(2):
            check_in(goal, by=cast.bob, confidence=8, note="Well", today=TODAY, request_id=request_id)
        with pytest.raises(ValidationError):
            check_in(draft, by=cast.bob, confidence=8, note="", today=TODAY, request_id=uuid.uuid4())
        assert [(said.confidence, said.made_by) for said in goal.check_ins.all()] == [(8, cast.bob)]
