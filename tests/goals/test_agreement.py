"""Who agrees on a goal, and the talk by which it comes about: each verb, its guards, and nothing lost."""

import datetime as dt
import re
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from goals.actions import create_goal, drop_goal, edit_goal, propose_goal, revise_target
from goals.agreement import answerers, waiting_for
from goals.models import Goal, Turn
from goals.plan import GoalPlan, plan_of
from goals.talk import TalkMoved, accept, counter, decline, propose, say, withdraw
from goals.tasks import start_agreed_of
from kpis.models import Kpi
from teams.models import Member, Organization
from teams.reach import reach_of
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast, make_member
from tests.goals.stage import make_goal, make_kpi, voice_of

pytestmark = pytest.mark.django_db


def plan(cast: Cast, **fields: object) -> GoalPlan:
    kpi = Kpi.objects.filter(code="calls").first() or make_kpi("calls")
    whole = GoalPlan(
        statement="Call every dormant account", kpi=kpi, member=cast.bob, target=Decimal(100), start=TODAY,
        deadline=dt.date(2026, 12, 31),
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]


def proposed(cast: Cast, by: Member, **fields: object) -> Goal:
    return propose_goal(plan(cast, **fields), voice_of(cast, by))[0]


# Who proposes, whose goal; who is asked (nobody: it holds at once).
ASKED = [
    ("bob", "bob", ["Alice"]),
    ("alice", "bob", ["Bob"]),
    ("dan", "bob", ["Bob"]),
    ("alice", "alice", ["Dan"]),
    ("dan", "dan", []),
    ("carol", "carol", ["Dan"]),  # her team has no manager
    ("alice", "north", []),
    ("dan", "north", ["Alice"]),
    ("dan", "south", []),  # nobody but the owner speaks for a team without a manager
    ("dan", "", []),
    ("ann", "", ["Dan"]),
    ("ann", "ann", ["Dan"]),
    ("ann", "guest", []),  # cannot sign in
    ("ann", "vera", []),  # only reads
]


@pytest.mark.parametrize(("by", "owner", "asked"), ASKED)
def test_the_other_side_is_asked(cast: Cast, by: str, owner: str, asked: list[str]) -> None:
    with tenant(cast.acme.pk):
        people = {name: getattr(cast, name) for name in ("dan", "alice", "bob", "carol", "vera")}
        people |= {"ann": make_member("Ann", Role.ADMIN), "guest": make_member("Guest", Role.REP, account=False)}
        team = getattr(cast, owner) if owner in ("north", "south") else None
        goal = proposed(cast, people[by], member=people.get(owner), team=team)
        assert goal.is_proposed == bool(asked)
        assert goal.is_running != bool(asked)
        if asked:
            found = [member.name for member in answerers([goal], TODAY)[goal.pk]]
            # The other admin leads everything too, and so may answer beside the owner.
            assert [name for name in found if name != "Ann"] == asked


def test_a_proposal_is_accepted_and_runs(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice)
        assert (goal.waits_for, goal.waits_since, goal.started_at) == ("owner", NOW, None)
        accepted = accept(goal, voice_of(cast, cast.bob, "Gladly"), version=goal.version)
        assert (accepted.state, accepted.agreed_at, accepted.started_at) == ("running", NOW, NOW)
        assert (accepted.waits_for, accepted.waits_since) == ("", None)
        assert [(turn.kind, turn.member, turn.words, turn.target) for turn in goal.turns.all()] == [
            ("proposed", cast.alice, "", 100),
            ("accepted", cast.bob, "Gladly", 100),
        ]


def test_what_begins_later_is_agreed_and_begins_by_the_clock(cast: Cast) -> None:
    first = dt.date(2026, 12, 1)
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice, start=first)
        assert accept(goal, voice_of(cast, cast.bob), version=goal.version).state == Goal.State.AGREED
    # The first of December begins in Bangkok while it is still November in London.
    begins = dt.datetime(2026, 11, 30, 17, 0, tzinfo=dt.UTC)
    assert start_agreed_of(cast.acme, begins - dt.timedelta(minutes=1)) == 0
    assert [start_agreed_of(cast.acme, begins) for _ in range(2)] == [1, 0]
    with tenant(cast.acme.pk):
        assert (Goal.objects.get().state, Goal.objects.get().started_at) == ("running", begins)


def test_offers_go_back_and_forth_until_one_is_accepted(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice)
        later = dt.date(2027, 1, 31)
        goal = counter(goal, voice_of(cast, cast.bob, "Half the list is old"), version=goal.version, target=Decimal(80),
                       deadline=later)  # fmt: skip
        assert (goal.target, goal.deadline, goal.waits_for) == (80, later, "leader")
        say(goal, voice_of(cast, cast.alice, "Let me think"))
        goal = counter(goal, voice_of(cast, cast.alice, "The other half is new"), version=goal.version,
                       target=Decimal(90), deadline=later)  # fmt: skip
        assert accept(goal, voice_of(cast, cast.bob), version=goal.version).target == 90
        turns = [(turn.kind, turn.words, int(turn.target or 0)) for turn in goal.turns.all()]
        assert turns == [
            ("proposed", "", 100),
            ("countered", "Half the list is old", 80),
            ("said", "Let me think", 80),
            ("countered", "The other half is new", 90),
            ("accepted", "", 90),
        ]
        assert not goal.revisions.exists()  # nothing held yet that could have been revised


def test_a_turn_sent_twice_is_taken_once(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice)
        voice = voice_of(cast, cast.bob, "Less")
        for _ in range(2):
            offered = counter(goal, voice, version=goal.version, target=Decimal(80), deadline=dt.date(2026, 12, 31))
        assert (offered.target, offered.version, goal.turns.count()) == (80, goal.version + 1, 2)


def test_only_the_side_that_is_asked_answers(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice)
        for member in (cast.alice, cast.carol, cast.vera, cast.dan):
            with pytest.raises(PermissionDenied):
                accept(goal, voice_of(cast, member), version=goal.version)
        with pytest.raises(PermissionDenied):
            withdraw(goal, voice_of(cast, cast.bob), version=goal.version)
        assert Goal.objects.get().is_proposed
        assert goal.turns.count() == 1


def test_an_answer_to_what_no_longer_lies_on_the_table_changes_nothing(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice)
        withdrawn = withdraw(goal, voice_of(cast, cast.alice, "Too early"), version=goal.version)
        assert (withdrawn.state, withdrawn.waits_for) == ("draft", "")
        for verb in (accept, decline, withdraw):
            with pytest.raises(TalkMoved) as moved:
                verb(goal, voice_of(cast, cast.bob), version=goal.version)
            assert (moved.value.goal.state, moved.value.last and moved.value.last.kind) == ("draft", "withdrawn")
        again = propose(withdrawn, voice_of(cast, cast.alice))
        with pytest.raises(TalkMoved):  # proposed again, but Bob read the first offer
            accept(goal, voice_of(cast, cast.bob), version=goal.version)
        accept(again, voice_of(cast, cast.bob), version=again.version)
        drop_goal(again, note="", organization=cast.acme, today=TODAY, now=NOW)
        with pytest.raises(TalkMoved) as moved:
            counter(goal, voice_of(cast, cast.bob, "?"), version=again.version, target=Decimal(9), deadline=TODAY)
        assert moved.value.goal.is_closed
        with pytest.raises(ValidationError):
            say(again, voice_of(cast, cast.bob, "Why?"))


def test_a_declined_goal_is_a_draft_with_its_reason(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.bob)
        declined = decline(goal, voice_of(cast, cast.alice, "Not this quarter"), version=goal.version)
        assert declined.is_draft
        assert goal.turns.last() == Turn.objects.get(kind="declined", words="Not this quarter", member=cast.alice)
        changed = edit_goal(declined, plan(cast, target=Decimal(70)), version=declined.version, today=TODAY,
                            request_id=uuid.uuid4())  # fmt: skip
        assert propose(changed, voice_of(cast, cast.bob)).waits_for == "leader"


@pytest.mark.parametrize(
    ("target", "deadline", "at"),
    [("100", "2026-12-31", "target"), ("0", "2026-12-31", "target"), ("90", "2026-11-01", "deadline")],
)
def test_an_offer_that_cannot_be_is_told_at_its_field(cast: Cast, target: str, deadline: str, at: str) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice)
        with pytest.raises(ValidationError) as refused:
            counter(goal, voice_of(cast, cast.bob, "?"), version=goal.version, target=Decimal(target),
                    deadline=dt.date.fromisoformat(deadline))  # fmt: skip
        assert list(refused.value.message_dict) == [at]
        assert (Goal.objects.get().target, goal.turns.count()) == (100, 1)


def test_a_proposal_is_neither_edited_nor_dropped_nor_revised(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.bob)
        with pytest.raises(ValidationError):
            edit_goal(goal, plan(cast), version=goal.version, today=TODAY, request_id=uuid.uuid4())
        with pytest.raises(ValidationError):
            drop_goal(goal, note="", organization=cast.acme, today=TODAY, now=NOW)
        with pytest.raises(ValidationError):
            revise_target(goal, target=Decimal(5), effective_on=TODAY, reason="?", by=cast.bob, today=TODAY,
                          request_id=uuid.uuid4())  # fmt: skip
        assert Goal.objects.get().version == goal.version


def test_a_new_goal_is_written_and_proposed_or_neither(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        voice = voice_of(cast, cast.bob)
        with pytest.raises(ValidationError):
            propose_goal(plan(cast, target=None), voice)
        assert not Goal.objects.exists()
        found = [propose_goal(plan(cast), voice, means=["Call early"]) for _ in range(2)]
        assert [is_new for _goal, is_new in found] == [True, False]
        assert (Goal.objects.get().state, Turn.objects.count()) == ("proposed", 1)


def test_what_waits_for_whom(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        for_bob, for_alice, for_dan = (proposed(cast, by, member=whose) for by, whose in (
            (cast.alice, cast.bob), (cast.bob, cast.bob), (cast.carol, cast.carol)
        ))  # fmt: skip
        draft = create_goal(plan(cast), start=False, by=cast.bob, today=TODAY, now=NOW, request_id=uuid.uuid4())[0]

        def waiting(member: Member) -> list[Goal]:
            reach = reach_of(member, cast.acme, TODAY)
            return waiting_for(Goal.objects.visible_to(reach).with_names(), member, reach, TODAY)

        assert [waiting(who) for who in (cast.bob, cast.alice, cast.dan, cast.carol)] == [
            [for_bob], [for_alice], [for_dan], [],
        ]  # fmt: skip
        seen = Goal.objects.visible_to(reach_of(cast.carol, cast.acme, TODAY))
        assert {for_bob, for_alice, draft} & set(seen) == set()


def test_a_draft_and_a_proposal_stay_between_their_sides_in_an_open_organization(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(visibility="open")
    cast.acme.refresh_from_db()
    with tenant(cast.acme.pk):
        proposal = proposed(cast, cast.bob)
        running = accept(proposed(cast, cast.bob), voice_of(cast, cast.alice), version=2)
        drafts = [make_goal(make_kpi("visits"), member=cast.bob, state="draft"), make_goal(None, state="draft")]
        seen = {
            who.name: set(Goal.objects.visible_to(reach_of(who, cast.acme, TODAY)))
            for who in (cast.vera, cast.carol, cast.bob, cast.alice, cast.dan)
        }
    assert seen == {
        "Vera": {running},
        "Carol": {running},
        "Bob": {running, proposal, drafts[0]},
        "Alice": {running, proposal, drafts[0]},
        "Dan": {running, proposal, *drafts},
    }
    for goal in (proposal, *drafts):
        assert cast.client(cast.vera).get(f"/acme/goals/{goal.pk}/").status_code == 404


def test_one_side_alone_does_not_change_what_the_clock_will_make_of_it(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        terms = {"repeats": "monthly", "growth": Decimal("0.1"), "compounds": True}
        goal = accept(proposed(cast, cast.alice, **terms), voice_of(cast, cast.bob), version=2)
        changed = replace(plan_of(goal), repeats="weekly", growth=Decimal(5), compounds=False, why="Because")
        after = edit_goal(goal, changed, version=goal.version, today=TODAY, request_id=uuid.uuid4())
        assert (after.repeats, after.growth, after.compounds) == ("monthly", Decimal("0.1"), True)
        assert after.why == "Because"
    page = cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/edit/").content.decode()
    for name in ("repeats", "growth", "compounds"):
        assert re.search(rf'name="{name}"[^>]* disabled', page), name


def test_nobody_agrees_to_a_deadline_that_has_passed(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = proposed(cast, cast.alice, deadline=TODAY + dt.timedelta(days=3))
        late = voice_of(cast, cast.bob, today=TODAY + dt.timedelta(days=4))
        with pytest.raises(ValidationError) as refused:
            accept(goal, late, version=goal.version)
        assert refused.value.messages == ["The deadline has passed. Choose a day to come."]
        goal.refresh_from_db()
        assert (goal.state, goal.turns.count()) == ("proposed", 1)
        assert accept(goal, voice_of(cast, cast.bob), version=goal.version).is_running
