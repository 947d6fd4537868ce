"""What comes after a goal: repeating ones by the clock, others by a wizard, and the look back."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.actions import drop_goal, edit_goal, revise_target
from goals.following import follow, next_target, next_window, roll_over
from goals.models import Action, CheckIn, Goal
from goals.plan import plan_of, refusals
from goals.progress import TargetType
from goals.tasks import close_ended_of, repeat_goals_of
from kpis.models import Kpi
from kpis.numbers import rules_of
from kpis.periods import PeriodRules
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import make_goal, make_kpi, make_win_rate, record, voice_of
from tests.goals.test_writing import typed, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.mark.parametrize(
    ("start", "end", "repeats", "first", "last"),
    [
        ("2026-11-01", "2026-11-30", "", "2026-12-01", "2026-12-31"),
        ("2026-10-01", "2026-12-31", "", "2027-01-01", "2027-03-31"),
        ("2026-11-16", "2026-11-22", "weekly", "2026-11-23", "2026-11-29"),
        ("2026-11-03", "2026-11-12", "", "2026-11-13", "2026-11-22"),
        ("2026-11-10", "2026-11-30", "monthly", "2026-12-01", "2026-12-31"),
        ("2026-11-01", "2026-12-31", "quarterly", "2027-01-01", "2027-03-31"),
        ("2028-01-31", "2028-01-31", "", "2028-02-01", "2028-02-01"),
    ],
)
def test_the_next_period(start: str, end: str, repeats: str, first: str, last: str) -> None:
    days = {"start": dt.date.fromisoformat(start), "deadline": dt.date.fromisoformat(end)}
    window = next_window(Goal(organization_id=1, repeats=repeats, **days), PeriodRules())
    assert (window.start, window.end) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("growth", "compounds", "expected"),
    [
        ("0.1", True, ["110", "121", "133.1"]),
        ("0.1", False, ["110", "120", "130"]),
        ("-0.5", True, ["50", "25", "12.5"]),
        (None, True, ["100", "100", "100"]),
    ],
)
def test_the_target_grows_with_and_without_compounding(growth: str, compounds: bool, expected: list[str]) -> None:
    base = target = Decimal(100)
    found = []
    for _ in range(3):
        target = next_target(target, Decimal(growth) if growth else None, base, compounds=compounds)
        found.append(target)
    assert found == [Decimal(text) for text in expected]


def month(cast: Cast, **fields: object) -> Goal:
    """Bob's win rate in October, +10 % each month."""
    rate = make_win_rate()
    plain = {
        "member": cast.bob, "baseline": Decimal("0.2"), "target": Decimal("0.3"), "start": dt.date(2026, 10, 1),
        "deadline": dt.date(2026, 10, 31), "repeats": "monthly", "growth": Decimal("0.1"), "compounds": True,
    }  # fmt: skip
    return make_goal(rate, **{**plain, **fields})


def test_a_repeating_goal_goes_on_by_the_clock_and_takes_nothing_but_its_definition(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        first = month(cast, commit=Decimal("0.27"), effort_hours=Decimal(8), why="More wins")
        record(Kpi.objects.get(code="won"), cast.bob, dt.date(2026, 10, 7), 1)
        record(Kpi.objects.get(code="lost"), cast.bob, dt.date(2026, 10, 7), 3)
        CheckIn.objects.create(goal=first, date=dt.date(2026, 10, 7), confidence=5, made_by=cast.bob)
        Action.objects.create(goal=first, title="Call", member=cast.bob)
    # November has begun in Bangkok, not yet in London.
    assert repeat_goals_of(cast.acme, dt.datetime(2026, 10, 31, 16, 59, tzinfo=dt.UTC)) == 0
    begins = dt.datetime(2026, 10, 31, 17, 0, tzinfo=dt.UTC)
    assert [repeat_goals_of(cast.acme, begins) for _ in range(2)] == [1, 0]
    with tenant(cast.acme.pk):
        second = Goal.objects.get(previous=first)
        assert (second.start, second.deadline) == (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
        assert (second.target, second.commit) == (Decimal("0.33"), Decimal("0.297"))
        assert second.baseline == Decimal("0.25")  # where October ended
        kept = (second.state, second.repeats, int(second.effort_hours or 0), second.why)
        assert kept == ("running", "monthly", 8, "More wins")
        assert [second.check_ins.count(), second.actions.count()] == [0, 0]


def test_after_an_outage_no_period_is_left_out_and_a_dropped_one_ends_the_series(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        make_goal(
            calls, member=cast.bob, start=dt.date(2026, 10, 26), deadline=dt.date(2026, 11, 1), repeats="weekly",
            growth=Decimal("0.1"), target=Decimal(100),
        )  # fmt: skip
    assert repeat_goals_of(cast.acme, NOW) == 4
    with tenant(cast.acme.pk):
        targets = list(Goal.objects.order_by("deadline").values_list("target", flat=True))
        assert targets == [100, 110, 120, 130, 140]  # of the first target each time
        last = Goal.objects.order_by("deadline").last()
        assert last
        drop_goal(last, note="", organization=cast.acme, today=TODAY, now=NOW)
    assert repeat_goals_of(cast.acme, NOW + dt.timedelta(days=8)) == 0
    assert close_ended_of(cast.acme, NOW + dt.timedelta(days=8)) == 4


def test_where_the_next_one_makes_no_sense_it_is_a_draft(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        first = month(cast)
        record(Kpi.objects.get(code="won"), cast.bob, dt.date(2026, 10, 7), 9)
        record(Kpi.objects.get(code="lost"), cast.bob, dt.date(2026, 10, 7), 1)
    assert repeat_goals_of(cast.acme, dt.datetime(2026, 11, 2, tzinfo=dt.UTC)) == 1
    with tenant(cast.acme.pk):
        second = Goal.objects.get(previous=first)
        assert (second.state, second.baseline, second.target) == ("draft", Decimal("0.9"), Decimal("0.33"))


def test_the_next_goal_serves_what_follows_on_the_parent(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls, rules = make_kpi("calls"), rules_of(cast.acme)
        quarter = make_goal(calls, team=cast.north)
        inside = make_goal(calls, member=cast.bob, parent=quarter, deadline=dt.date(2026, 10, 31))
        whole = make_goal(calls, member=cast.bob, parent=quarter)
        said = {"by": cast.alice, "today": TODAY, "now": NOW}
        assert follow(inside, rules, request_id=uuid.uuid4(), **said)[0].parent == quarter  # type: ignore[arg-type]
        coming = follow(quarter, rules, request_id=uuid.uuid4(), **said)[0]  # type: ignore[arg-type]
        assert follow(whole, rules, request_id=uuid.uuid4(), **said)[0].parent == coming  # type: ignore[arg-type]
        again = follow(whole, rules, request_id=uuid.uuid4(), **said)  # type: ignore[arg-type]
        assert again == (Goal.objects.get(previous=whole), False)


def test_rolling_over_many_proposes_what_is_whole(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goals = [make_goal(calls, member=who, target=Decimal(200)) for who in (cast.bob, cast.alice)]
        made = [roll_over(goals, rules_of(cast.acme), voice_of(cast, cast.alice), Decimal("0.05")) for _ in range(2)]
        assert made == [(2, {}), (0, {})]
        found = Goal.objects.filter(previous__in=goals).order_by("pk")
        assert [(goal.state, goal.waits_for, goal.target) for goal in found] == [
            ("proposed", "owner", 210),
            ("proposed", "leader", 210),
        ]


def test_the_wizard_s_page(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        ending = make_goal(calls, statement="Ends soon", member=cast.bob, deadline=dt.date(2026, 11, 30))
        make_goal(calls, statement="Ends later", member=cast.bob, deadline=dt.date(2027, 3, 31))
        make_goal(calls, statement="Of the south", member=cast.carol, deadline=dt.date(2026, 11, 30))
    alice, url = cast.client(cast.alice), "/acme/goals/rollover/"
    page = words(alice.get(url))
    assert ("Ends soon" in page, "Ends later" in page, "Of the south" in page) == (True, False, False)
    said = {"request_id": str(uuid.uuid4()), "change": "10"}
    nothing = alice.post(url, said)
    assert (nothing.status_code, "Choose at least one goal." in words(nothing)) == (422, True)
    assert alice.post(url, {**said, "goals": [ending.pk], "change": "1,5"}).status_code == 422
    assert alice.post(url, {**said, "goals": [ending.pk]}).status_code == 302
    with tenant(cast.acme.pk):
        assert Goal.objects.get(previous=ending).target == 110
    assert "Ends soon" not in words(alice.get(url))


def test_looking_back_is_asked_of_the_owner_and_leads_on(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = make_goal(calls, member=cast.bob, start=dt.date(2026, 11, 2), deadline=dt.date(2026, 11, 17))
        running = make_goal(calls, member=cast.bob)
        record(calls, cast.bob, dt.date(2026, 11, 10), 120)
    assert close_ended_of(cast.acme, NOW) == 1
    bob = cast.client(cast.bob)
    assert "Look back 1 Call every dormant account" in words(bob.get("/acme/"))
    said = {"helped": "The new list", "hindered": ""}
    assert bob.post(f"/acme/goals/{goal.pk}/look-back/", said).status_code == 302
    assert bob.post(f"/acme/goals/{running.pk}/look-back/", said).status_code == 422
    assert "Look back" not in words(bob.get("/acme/"))
    page = bob.get(f"/acme/goals/{goal.pk}/")
    assert "What helped: The new list" in words(page)
    assert "Set the next goal" in words(page)
    ids = [str(uuid.uuid4()) for _ in range(2)]
    drafts = [bob.post(f"/acme/goals/{goal.pk}/next/", {"request_id": each}).headers["Location"] for each in ids]
    assert drafts[0] == drafts[1]
    with tenant(cast.acme.pk):
        draft = Goal.objects.get(previous=goal)
        assert (draft.state, draft.start, draft.deadline) == ("draft", dt.date(2026, 11, 18), dt.date(2026, 12, 3))
        closed = Goal.objects.get(pk=goal.pk)
        assert (closed.outcome, closed.helped) == ("achieved", "The new list")
        assert closed.closing_value == 120
    assert drafts[0] == f"/acme/goals/{draft.pk}/edit/"


LEVELS = [
    ("increase_to", "80", "120", []),
    ("increase_to", "100", "100", []),
    ("increase_to", "110", "120", ["commit"]),
    ("increase_to", "80", "90", ["stretch"]),
    ("stay_at_or_below", "120", "80", []),
    ("stay_at_or_below", "90", "110", ["commit", "stretch"]),
]


@pytest.mark.parametrize(("kind", "commit", "stretch", "wrong"), LEVELS)
def test_commit_target_and_stretch_lie_in_order(
    cast: Cast, kind: str, commit: str, stretch: str, wrong: list[str]
) -> None:
    with tenant(cast.acme.pk):
        goal = make_goal(make_kpi("calls"), member=cast.bob, target=Decimal(100))
        plan = plan_of(goal)
    plan.target_type, plan.commit, plan.stretch = TargetType(kind), Decimal(commit), Decimal(stretch)
    assert list(refusals(plan)) == wrong


def test_a_revision_stays_between_commit_and_stretch(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = make_goal(make_kpi("calls"), member=cast.bob, commit=Decimal(80), stretch=Decimal(120))
        said = {"effective_on": TODAY, "reason": "?", "by": cast.bob, "today": TODAY, "request_id": uuid.uuid4()}
        with pytest.raises(ValidationError) as refused:
            revise_target(goal, target=Decimal(130), **said)  # type: ignore[arg-type]
        assert list(refused.value.message_dict) == ["target"]
        plan = plan_of(goal)
        plan.stretch, plan.weight = Decimal(150), Decimal(2)
        edit_goal(goal, plan, version=goal.version, today=TODAY, request_id=uuid.uuid4())
        revise_target(goal, target=Decimal(130), **said)  # type: ignore[arg-type]
    page = words(cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/"))
    assert re.search(r"Commit 80 Stretch 150 Weight 2", page)
    assert "Stretch: 120 → 150" in page


def test_levels_and_repetition_are_typed_and_shown_again(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
    more = {"commit": "80", "stretch": "120", "weight": "2", "repeats": "monthly", "growth": "10", "compounds": "on"}
    bob = cast.client(cast.bob)
    said = typed(cast, calls, baseline="", target="100", do="draft", **more)
    assert bob.post("/acme/goals/new/", said).status_code == 302
    with tenant(cast.acme.pk):
        goal = Goal.objects.get()
        assert [goal.commit, goal.stretch, goal.weight, goal.growth] == [80, 120, 2, Decimal("0.1")]
        assert (goal.repeats, goal.compounds) == ("monthly", True)
    page = bob.get(f"/acme/goals/{goal.pk}/edit/").content.decode()
    for value in ('value="80"', 'value="120"', 'value="2"', 'value="10%"', '<option value="monthly" selected>'):
        assert value in page, value
    wrong = bob.post("/acme/goals/new/", {**said, "stretch": "90", "request_id": str(uuid.uuid4())})
    assert (wrong.status_code, "would be splendid lies beyond" in words(wrong)) == (422, True)


def test_the_number_of_queries_of_the_wizard_does_not_depend_on_how_many_end(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    alice.get("/acme/goals/")
    with tenant(cast.acme.pk):
        rate = make_win_rate()
    seen: list[int] = []
    for _ in range(2):
        with tenant(cast.acme.pk):
            for _number in range(4):
                make_goal(rate, member=cast.bob, baseline=Decimal("0.1"), target=Decimal("0.3"), deadline=TODAY)
        with CaptureQueriesContext(connection) as queries:
            assert alice.get("/acme/goals/rollover/").status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1]
