"""Where a series ends, what the clock does past one goal's trouble, and next goals that make no sense."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

import goals.tasks as tasks
from goals.actions import revise_target
from goals.following import follow
from goals.models import Goal
from goals.tasks import close_ended_of, repeat_goals_of
from kpis.models import Kpi
from kpis.numbers import rules_of
from teams.models import Member, Team
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import make_goal, make_kpi, record
from tests.goals.test_following import month
from tests.goals.test_writing import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def weeks(cast: Cast, **fields: object) -> Goal:
    """Bob's calls in the first whole week of November, repeated each week."""
    days = {"start": dt.date(2026, 11, 2), "deadline": dt.date(2026, 11, 8)}
    return make_goal(make_kpi("calls"), **{"member": cast.bob, "repeats": "weekly", **days, **fields})


@pytest.mark.parametrize("who", ["left", "archived"])
def test_a_series_ends_with_its_owner(cast: Cast, who: str) -> None:
    with tenant(cast.acme.pk):
        weeks(cast, **({} if who == "left" else {"member": None, "team": cast.north}))
        if who == "left":
            Member.objects.filter(pk=cast.bob.pk).update(left_on=dt.date(2026, 11, 20))
        else:
            Team.objects.filter(pk=cast.north.pk).update(archived_at=NOW)
    assert repeat_goals_of(cast.acme, NOW) == 0


def test_a_draft_of_a_series_that_is_deleted_does_not_come_back(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rules = rules_of(cast.acme)
        goal = weeks(cast)
        said = {"by": cast.alice, "today": TODAY, "now": NOW, "request_id": uuid.uuid4()}
        draft, _is_new = follow(goal, rules, **said)  # type: ignore[arg-type]
    page = f"/acme/goals/{draft.pk}/drop/"
    assert "The series that it belongs to ends with it." in words(cast.client(cast.bob).get(page))
    assert cast.client(cast.bob).post(page, {}).status_code == 302
    assert repeat_goals_of(cast.acme, NOW) == 0
    with tenant(cast.acme.pk):
        assert [row.repeats for row in Goal.objects.all()] == [""]


def test_what_one_side_revised_alone_is_not_carried_on_by_the_clock(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = weeks(cast, deadline=TODAY - dt.timedelta(days=1))
        said = {"reason": "?", "by": cast.alice, "today": dt.date(2026, 11, 9), "request_id": uuid.uuid4()}
        revise_target(goal, target=Decimal(900), effective_on=dt.date(2026, 11, 9), **said)  # type: ignore[arg-type]
    assert repeat_goals_of(cast.acme, NOW) == 1
    with tenant(cast.acme.pk):
        after = Goal.objects.get(previous=goal)
        assert (after.state, after.target, after.previous) == ("draft", 900, goal)


def test_one_goal_s_trouble_holds_up_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with tenant(cast.acme.pk):
        bad = weeks(cast, start=dt.date(2026, 11, 9), deadline=dt.date(2026, 11, 15))
        good = make_goal(bad.kpi, member=cast.alice, repeats="weekly", start=bad.start, deadline=bad.deadline)
        agreed = [
            make_goal(bad.kpi, member=cast.bob, state="agreed", start=TODAY, agreed_at=NOW) for _number in range(2)
        ]

    def broken(name: str, pk: int) -> None:
        whole = getattr(tasks, name)

        def act(goal: Goal, *rest: object, **more: object) -> object:
            if goal.pk == pk:
                Goal.objects.filter(pk=pk).update(target=None)  # refused by the database
            return whole(goal, *rest, **more)

        monkeypatch.setattr(tasks, name, act)

    broken("repeat", bad.pk)
    broken("close_goal", bad.pk)
    broken("begin_agreed", agreed[0].pk)
    later = NOW + dt.timedelta(days=3)
    assert repeat_goals_of(cast.acme, NOW) == 2
    assert tasks.start_agreed_of(cast.acme, NOW) == 1
    assert close_ended_of(cast.acme, later) == 2  # the good one, and the week that followed on it
    with tenant(cast.acme.pk):
        assert {goal.pk for goal in Goal.objects.filter(state="closed")} >= {good.pk}
        assert Goal.objects.get(pk=bad.pk).state == "running"
        assert Goal.objects.get(pk=agreed[1].pk).state == "running"
    assert [f"goal {bad.pk} could not be {done}" in caplog.text for done in ("repeated", "closed")] == [True, True]


NUMBERS = [
    # Target and change (None: its own growth of so much); where the next one is said to begin, and what was refused
    ("0.25", "0", None, "draft"),  # it begins where it shall end
    ("0.3", "-1", "0.25", "draft"),
    ("5e17", "100", None, "refused"),
]


@pytest.mark.parametrize(("target", "change", "baseline", "outcome"), NUMBERS)
def test_a_next_goal_that_makes_no_sense_is_a_draft_or_refused_in_words(
    cast: Cast, target: str, change: str, baseline: str | None, outcome: str
) -> None:
    with tenant(cast.acme.pk):
        goal = month(cast, repeats="", growth=None, target=Decimal(target), deadline=dt.date(2026, 11, 20))
        record(Kpi.objects.get(code="won"), cast.bob, dt.date(2026, 10, 7), 1)
        record(Kpi.objects.get(code="lost"), cast.bob, dt.date(2026, 10, 7), 3)
    said = {"request_id": str(uuid.uuid4()), "change": f"{Decimal(change) * 100:f}", "goals": [goal.pk]}
    answer = cast.client(cast.alice).post("/acme/goals/rollover/", said, follow=True)
    assert answer.status_code == 200
    assert ("This number is too large." in words(answer)) == (outcome == "refused")
    with tenant(cast.acme.pk):
        found = list(Goal.objects.filter(previous=goal).values_list("state", "baseline"))
    assert found == ([] if outcome == "refused" else [("draft", baseline and Decimal(baseline))])


@pytest.mark.parametrize("growth", ["0", "999"])
def test_set_the_next_goal_never_breaks(cast: Cast, growth: str) -> None:
    with tenant(cast.acme.pk):
        goal = month(cast, repeats="", growth=Decimal(growth), target=Decimal("0.25" if growth == "0" else "5e15"))
        record(Kpi.objects.get(code="won"), cast.bob, dt.date(2026, 10, 7), 1)
        record(Kpi.objects.get(code="lost"), cast.bob, dt.date(2026, 10, 7), 3)
    answer = cast.client(cast.alice).post(
        f"/acme/goals/{goal.pk}/next/", {"request_id": str(uuid.uuid4())}, follow=True
    )
    assert (answer.status_code, "This number is too large." in words(answer)) == (200, growth == "999")
    with tenant(cast.acme.pk):
        assert Goal.objects.filter(previous=goal).count() == (0 if growth == "999" else 1)


def test_goals_that_went_on_before_the_one_above_serve_what_follows_on_it(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        child = weeks(cast)
        above = make_goal(
            child.kpi, team=cast.north, repeats="weekly", start=child.start, deadline=child.deadline
        )  # of the same days, and later by its number
        child.parent = above
        child.save()
    assert repeat_goals_of(cast.acme, NOW) == 6
    with tenant(cast.acme.pk):
        coming = list(Goal.objects.filter(member=cast.bob, previous__isnull=False).order_by("deadline"))
        assert [(goal.parent and goal.parent.deadline, goal.parent and goal.parent.team) for goal in coming] == [
            (goal.deadline, cast.north) for goal in coming
        ]
