"""Each kind of message beside deadlines and check-ins: who is told, when, and what the letter says."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.models import Action, Goal, Milestone
from goals.talk import accept, counter, decline, propose, withdraw
from kpis.models import Entry
from reminders import due as program
from reminders.letters import Letter, write
from reminders.models import Kind, LastStatus, Message, OrganizationSwitch, Preference
from reminders.outbox import Draft, enqueue_all
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import Cast
from tests.goals.stage import voice_of
from tests.reminders.stories import DEADLINE, bangkok, due_messages, make_goal

MONDAY = "2026-11-23 10:00"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with tenant(cast.acme.pk):
        yield cast


def due(cast: Cast, now: str, kind: Kind) -> list[Draft]:
    return [draft for draft in due_messages(cast.acme, bangkok(now)) if draft.kind == kind]


def told(cast: Cast, now: str, kind: Kind) -> list[str]:
    return sorted(draft.address.partition("@")[0] for draft in due(cast, now, kind))


def letter_at(cast: Cast, now: str, kind: Kind) -> Letter:
    enqueue_all(due(cast, now, kind), cast.acme.pk)
    found = Message.objects.select_related("organization", "member", "user").filter(kind=kind)
    letter = write(found.latest("pk"), bangkok(now))
    assert letter
    return letter


def record(goal: Goal, day: dt.date, value: int) -> None:
    assert goal.kpi is not None
    assert goal.member is not None
    Entry.objects.create(kpi=goal.kpi, member=goal.member, date=day, value=value)


# Milestones -------------------------------------------------------------------------------------------------


def make_milestone(goal: Goal, date: dt.date, value: int = 400) -> Milestone:
    return Milestone.objects.create(goal=goal, name="First half", date=date, value=Decimal(value))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-25 09:00", None),
        ("2026-11-26 09:00", "2026-11-26"),
        ("2026-12-01 09:00", "2026-11-26"),
        ("2026-12-02 09:00", "2026-12-02"),
        ("2026-12-03 23:00", "2026-12-03"),
        ("2026-12-04 00:00", None),
    ],
)
def test_a_milestone_comes_near(acme: Cast, now: str, day: str | None) -> None:
    make_milestone(make_goal(acme), dt.date(2026, 12, 3))
    assert [draft.key.rpartition(":")[2] for draft in due(acme, now, Kind.MILESTONE)] == ([day] if day else [])


def test_the_letter_of_a_milestone(acme: Cast) -> None:
    make_milestone(make_goal(acme), dt.date(2026, 12, 3))
    letter = letter_at(acme, "2026-12-02 09:00", Kind.MILESTONE)
    assert letter.subject == "Milestone tomorrow, 3 Dec 2026: First half"
    assert "Revenue is to have come to ฿400" in letter.text
    assert "/acme/entries/log/" in letter.text


def test_no_letter_about_a_milestone_that_is_reached_or_was_moved(acme: Cast) -> None:
    goal = make_goal(acme)
    milestone = make_milestone(goal, dt.date(2026, 12, 3))
    enqueue_all(due(acme, "2026-12-02 09:00", Kind.MILESTONE), acme.acme.pk)
    message = Message.objects.select_related("organization", "member", "user").get()
    now = bangkok("2026-12-02 09:00")
    assert write(message, now)
    Milestone.objects.update(date=dt.date(2026, 12, 4))
    assert write(message, now) is None
    Milestone.objects.update(date=milestone.date)
    record(goal, dt.date(2026, 11, 3), 400)
    assert write(message, now) is None


# Actions ----------------------------------------------------------------------------------------------------


def make_action(goal: Goal, ends_on: dt.date | None, **given: Any) -> Action:
    return Action.objects.create(goal=goal, ends_on=ends_on, **{"title": "Write to them", **given})


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-23 10:00", None),
        ("2026-11-24 09:00", "2026-11-24"),
        ("2026-11-25 09:00", "2026-11-25"),
        ("2026-11-26 08:59", None),  # the day is over, the next morning not there yet
        ("2026-11-26 09:00", "2026-11-26"),
        ("2026-12-02 12:00", "2026-11-26"),
        ("2026-12-03 09:00", "2026-12-03"),  # then weekly
    ],
)
def test_an_action_is_due(acme: Cast, now: str, day: str | None) -> None:
    make_action(make_goal(acme, member=acme.carol), dt.date(2026, 11, 25), member=acme.bob)
    found = due(acme, now, Kind.ACTION)
    assert [draft.key for draft in found] == ([f"action:{acme.bob.pk}:actions:{day}"] if day else [])


def test_nobodys_action_is_the_owners_and_one_that_is_done_is_nobodys(acme: Cast) -> None:
    goal = make_goal(acme)
    make_action(goal, TODAY)
    make_action(goal, TODAY, member=acme.carol, state=Action.State.DONE)
    assert told(acme, MONDAY, Kind.ACTION) == ["bob"]


def test_actions_of_a_day_are_one_letter(acme: Cast) -> None:
    goal = make_goal(acme)
    actions = [make_action(goal, TODAY + dt.timedelta(days=n), member=acme.bob, title=f"Step {n}") for n in (-1, 0, 1)]
    letter = letter_at(acme, MONDAY, Kind.ACTION)
    assert letter.subject == "3 actions are due, the first on 22 Nov 2026"
    assert "Action past its day, 22 Nov 2026: Step -1" in letter.text
    assert "Action due today, 23 Nov 2026: Step 0" in letter.text
    assert all(f"/acme/actions/{action.pk}/" in letter.html for action in actions)


def test_one_action_has_its_button(acme: Cast) -> None:
    action = make_action(make_goal(acme), TODAY, member=acme.bob)
    letter = letter_at(acme, MONDAY, Kind.ACTION)
    assert letter.subject == "Action due today, 23 Nov 2026: Write to them"
    assert f"Open the action: http://localhost:8000/acme/actions/{action.pk}/" in letter.text


# Offers -----------------------------------------------------------------------------------------------------


def offered(cast: Cast, by: Member, **given: Any) -> Goal:
    draft = make_goal(cast, state=Goal.State.DRAFT, started_at=None, **given)
    return propose(draft, voice_of(cast, by, "Because of the fair"))


def test_a_proposal_goes_to_who_is_to_answer(acme: Cast) -> None:
    offered(acme, acme.alice)
    assert told(acme, MONDAY, Kind.PROPOSED) == ["bob"]
    letter = letter_at(acme, MONDAY, Kind.PROPOSED)
    assert letter.subject == "Alice proposes a goal until 18 Dec 2026: Sell the new service to old customers"
    assert "Because of the fair" in letter.text
    assert "Answer the offer: http://localhost:8000/acme/goals/" in letter.text


def test_a_proposal_is_found_where_no_goal_runs(acme: Cast) -> None:
    offered(acme, acme.bob)
    assert told(acme, MONDAY, Kind.PROPOSED) == ["alice"]
    assert not Goal.objects.running().exists()


def test_each_counter_offer_is_told_to_the_other_side(acme: Cast) -> None:
    goal = offered(acme, acme.alice)
    keys = []
    for by, target, asked in ((acme.bob, 800, "alice"), (acme.alice, 900, "bob"), (acme.bob, 850, "alice")):
        goal = counter(
            goal, voice_of(acme, by, "Too much"), version=goal.version, target=Decimal(target), deadline=DEADLINE
        )
        assert told(acme, MONDAY, Kind.COUNTERED) == [asked]
        assert due(acme, MONDAY, Kind.PROPOSED) == []
        keys += [draft.key for draft in due(acme, MONDAY, Kind.COUNTERED)]
    assert len(set(keys)) == 3
    letter = letter_at(acme, MONDAY, Kind.COUNTERED)
    assert letter.subject == "Bob offers ฿850 by 18 Dec 2026 instead: Sell the new service to old customers"


def test_no_letter_about_an_offer_that_is_gone(acme: Cast) -> None:
    goal = offered(acme, acme.alice)
    enqueue_all(due(acme, MONDAY, Kind.PROPOSED), acme.acme.pk)
    message = Message.objects.select_related("organization", "member", "user").get()
    assert write(message, bangkok(MONDAY))
    withdraw(goal, voice_of(acme, acme.alice), version=goal.version)
    assert write(message, bangkok(MONDAY)) is None
    assert due(acme, MONDAY, Kind.PROPOSED) == []


# Given ------------------------------------------------------------------------------------------------------


def test_who_asked_is_told_that_the_goal_is_agreed_on(acme: Cast) -> None:
    goal = offered(acme, acme.bob)
    accept(goal, voice_of(acme, acme.alice), version=goal.version)
    assert told(acme, MONDAY, Kind.ASSIGNED) == ["bob"]
    letter = letter_at(acme, MONDAY, Kind.ASSIGNED)
    assert letter.subject == "Alice agrees to your goal until 18 Dec 2026: Sell the new service to old customers"


def test_who_made_the_offer_is_told_of_the_answer(acme: Cast) -> None:
    goal = offered(acme, acme.alice)
    accept(goal, voice_of(acme, acme.bob, "Gladly"), version=goal.version)
    assert told(acme, MONDAY, Kind.ANSWERED) == ["alice"]
    letter = letter_at(acme, MONDAY, Kind.ANSWERED)
    assert letter.subject == "Bob accepts your offer until 18 Dec 2026: Sell the new service to old customers"
    assert "Bob says: “Gladly”" in letter.text
    assert "Open the goal: http://localhost:8000/acme/goals/" in letter.text


@pytest.mark.parametrize(("asks", "answers"), [("alice", "bob"), ("bob", "alice")])
def test_a_declined_offer_comes_back_with_its_reason(acme: Cast, asks: str, answers: str) -> None:
    goal = offered(acme, getattr(acme, asks))
    decline(goal, voice_of(acme, getattr(acme, answers), "Not before the fair"), version=goal.version)
    assert told(acme, MONDAY, Kind.ANSWERED) == [asks]
    letter = letter_at(acme, MONDAY, Kind.ANSWERED)
    assert letter.subject == f"{answers.title()} declines your offer: Sell the new service to old customers"
    assert "Not before the fair" in letter.text
    assert "a draft again" in letter.text


def test_an_owner_is_told_once_that_the_goal_is_agreed_on(acme: Cast) -> None:
    goal = offered(acme, acme.bob)
    accept(goal, voice_of(acme, acme.alice), version=goal.version)
    assert due(acme, MONDAY, Kind.ANSWERED) == []


def test_no_answer_is_told_once_the_talk_has_gone_on(acme: Cast) -> None:
    goal = offered(acme, acme.alice)
    goal = decline(goal, voice_of(acme, acme.bob, "Too much"), version=goal.version)
    enqueue_all(due(acme, MONDAY, Kind.ANSWERED), acme.acme.pk)
    message = Message.objects.select_related("organization", "member", "user").get()
    assert write(message, bangkok(MONDAY))
    propose(goal, voice_of(acme, acme.alice, "Then so"))
    assert write(message, bangkok(MONDAY)) is None


def test_who_accepted_knows(acme: Cast) -> None:
    goal = offered(acme, acme.alice)
    accept(goal, voice_of(acme, acme.bob), version=goal.version)
    assert due(acme, MONDAY, Kind.ASSIGNED) == []


def test_a_goal_made_for_a_team_is_told_to_its_manager_and_not_to_its_maker(acme: Cast) -> None:
    now = bangkok("2026-11-23 08:00")
    make_goal(acme, team=acme.north, agreed_at=now, created_by=acme.dan.user)
    make_goal(acme, agreed_at=now, created_by=acme.bob.user)
    assert told(acme, MONDAY, Kind.ASSIGNED) == ["alice"]
    assert letter_at(acme, MONDAY, Kind.ASSIGNED).subject.startswith("A goal for you, until 18 Dec 2026")
    assert due(acme, "2026-12-01 10:00", Kind.ASSIGNED) == []  # no news any more


def test_an_action_that_was_given_away(acme: Cast) -> None:
    """By the audit's own records: made by the clock of the database, so asked on its day."""
    now = dt.datetime.now(dt.UTC)
    acme.acme.working_days = list(range(1, 8))
    action = make_action(make_goal(acme), None)
    action.member = acme.carol
    action.save()
    action.title = "Write to all of them"
    action.save()  # no second giving

    def found() -> list[Draft]:
        later = now + dt.timedelta(minutes=1)
        return [draft for draft in due_messages(acme.acme, later) if draft.kind == Kind.ASSIGNED]

    (draft,) = found()
    assert draft.key.startswith(f"assigned:{acme.carol.pk}:action-{action.pk}:")
    enqueue_all([draft], acme.acme.pk)
    message = Message.objects.select_related("organization", "member", "user").get(key=draft.key)
    letter = write(message, now)
    assert letter
    assert letter.subject == "Your action: Write to all of them"
    Action.objects.update(state=Action.State.DONE)
    assert found() == []
    assert write(message, now) is None


# Switches ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["person", "organization"])
def test_off_is_off(acme: Cast, by: str) -> None:
    make_action(make_goal(acme), TODAY, member=acme.bob)
    enqueue_all(due(acme, MONDAY, Kind.ACTION), acme.acme.pk)
    message = Message.objects.select_related("organization", "member", "user").get()
    assert write(message, bangkok(MONDAY))
    if by == "person":
        Preference.objects.create(member=acme.bob, kind=Kind.ACTION, is_on=False)
    else:
        Preference.objects.create(member=acme.bob, kind=Kind.ACTION, is_on=True)  # the organization's "off" wins
        OrganizationSwitch.objects.create(kind=Kind.ACTION, is_on=False)
    assert due(acme, MONDAY, Kind.ACTION) == []
    assert write(message, bangkok(MONDAY)) is None


# Cost -------------------------------------------------------------------------------------------------------


def turn(goal: Goal, at: str, status: str = "off_track") -> None:
    LastStatus.objects.create(goal=goal, status=status, judged=status, worse_at=bangkok(at), looked_at=bangkok(at))


def test_all_kinds_together_take_as_many_queries_for_many(acme: Cast) -> None:
    def add(number: int) -> None:
        goal = make_goal(acme, statement=f"Goal {number}")
        make_milestone(goal, dt.date(2026, 11, 30))
        make_action(goal, TODAY, member=acme.bob)
        turn(goal, "2026-11-20 12:00")
        offered(acme, acme.alice)
        make_goal(acme, deadline=dt.date(2026, 11, 18))
        make_goal(acme, team=acme.north, agreed_at=bangkok("2026-11-23 08:00"), created_by=acme.dan.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            found = {draft.kind for draft in program.due_messages(acme.acme, bangkok(MONDAY))}
        kinds = {Kind.MILESTONE, Kind.ACTION, Kind.AT_RISK, Kind.PROPOSED, Kind.OVERDUE, Kind.ESCALATION, Kind.ASSIGNED}
        assert kinds <= found
        return len(counted)

    add(0)
    few = queries()
    for number in range(1, 9):
        add(number)
    assert queries() == few <= 22
