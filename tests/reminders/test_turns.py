"""What is watched over: goals that turn for the worse, and to managers those past their deadline."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from goals.models import Goal
from kpis.models import Entry
from reminders.letters import Letter, write
from reminders.models import Kind, LastStatus, Message
from reminders.outbox import Draft, enqueue_all
from reminders.tasks import watch
from reminders.watch import goals_to_look_at, is_worse, look_at
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import Cast
from tests.reminders.stories import bangkok, due_messages, make_goal, make_kpi

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


@pytest.mark.parametrize(
    ("judged", "status", "worse"),
    [
        ("", "on_track", False),
        ("", "at_risk", True),
        ("on_track", "at_risk", True),
        ("on_track", "off_track", True),
        ("at_risk", "off_track", True),
        ("at_risk", "at_risk", False),
        ("off_track", "at_risk", False),
        ("off_track", "off_track", False),
        ("on_track", "outdated", False),
        ("on_track", "achieved", False),
    ],
)
def test_what_is_a_turn_for_the_worse(judged: str, status: Any, worse: bool) -> None:
    assert is_worse(judged, status) is worse


def test_a_turn_is_stored_once(acme: Cast) -> None:
    """Nothing was sold from October on: off track at once, and not again at each look."""
    goal = make_goal(acme)
    record(goal, dt.date(2026, 11, 20), 1)
    first, second = bangkok("2026-11-23 12:00"), bangkok("2026-11-23 13:00")
    assert look_at(goals_to_look_at(TODAY, first, 10), acme.acme, first) == 1
    assert goals_to_look_at(TODAY, first, 10) == []
    assert look_at(goals_to_look_at(TODAY, second, 10), acme.acme, second) == 1
    row = LastStatus.objects.get()
    assert (row.status, row.judged, row.worse_at, row.looked_at) == ("off_track", "off_track", first, second)


def test_a_young_goal_alarms_nobody(acme: Cast) -> None:
    make_goal(acme, start=dt.date(2026, 11, 20))
    look_at(goals_to_look_at(TODAY, bangkok(MONDAY), 10), acme.acme, bangkok(MONDAY))
    assert LastStatus.objects.get().worse_at is None


def test_the_clock_watches_every_organization(cast: Cast) -> None:
    today, month = dt.datetime.now(dt.UTC).date(), dt.timedelta(days=30)
    for organization, member in ((cast.acme, cast.bob), (cast.globex, cast.charlie)):
        with tenant(organization.pk):
            make_goal(cast, member=member, start=today - month, deadline=today + month)
    watch()
    for organization in (cast.acme, cast.globex):
        with tenant(organization.pk):
            assert LastStatus.objects.count() == 1


def turn(goal: Goal, at: str, status: str = "off_track") -> None:
    LastStatus.objects.create(goal=goal, status=status, judged=status, worse_at=bangkok(at), looked_at=bangkok(at))


def test_a_turn_is_told_the_next_working_morning(acme: Cast) -> None:
    turn(make_goal(acme), "2026-11-20 12:00")  # a Friday
    assert told(acme, "2026-11-21 12:00", Kind.AT_RISK) == []
    (draft,) = due(acme, "2026-11-23 09:00", Kind.AT_RISK)
    assert draft.key == f"at_risk:{acme.bob.pk}:goals:2026-11-23"


def test_after_an_outage_turns_are_one_message_and_none_is_told_twice(acme: Cast) -> None:
    goals = [make_goal(acme, statement=f"Goal {n}") for n in range(3)]
    turn(goals[0], "2026-11-19 12:00")
    turn(goals[1], "2026-11-20 12:00")
    drafts = due(acme, MONDAY, Kind.AT_RISK)
    assert [draft.payload["goals"] for draft in drafts] == [[goals[0].pk, goals[1].pk]]
    enqueue_all(drafts, acme.acme.pk)
    turn(goals[2], MONDAY)
    assert due(acme, MONDAY, Kind.AT_RISK) == []
    assert [draft.payload["goals"] for draft in due(acme, "2026-11-24 09:00", Kind.AT_RISK)] == [[goals[2].pk]]


def test_the_letter_names_what_still_stands_so(acme: Cast) -> None:
    """Two turned; one of them has been made good by the morning."""
    good = make_goal(acme, statement="Good again", kpi=make_kpi("calls", unit="count"), target=Decimal(10))
    bad = make_goal(acme, statement="Still bad")
    for goal, value in ((good, 100), (bad, 1)):
        record(goal, dt.date(2026, 11, 20), value)
        turn(goal, "2026-11-20 12:00")
    letter = letter_at(acme, MONDAY, Kind.AT_RISK)
    assert letter.subject == "Off track, due 18 Dec 2026: Still bad"
    assert "Good again" not in letter.text
    assert f"/acme/goals/{bad.pk}/check-in/" in letter.text


@pytest.mark.parametrize(("now", "grace", "who"), [
    ("2026-12-21 09:00", 2, []),
    ("2026-12-22 08:59", 2, []),
    ("2026-12-22 09:00", 2, ["alice"]),
    ("2026-12-21 09:00", 1, ["alice"]),
])  # fmt: skip
def test_the_manager_hears_of_what_is_past_its_deadline(acme: Cast, now: str, grace: int, who: list[str]) -> None:
    acme.acme.grace_days = grace
    make_goal(acme)
    make_goal(acme, statement="Another one")
    assert told(acme, now, Kind.ESCALATION) == who


@pytest.mark.parametrize(
    ("owner", "who"), [("bob", ["alice"]), ("alice", ["dan"]), ("north", ["dan"]), ("carol", ["dan"]), ("dan", [])]
)
def test_who_leads_whom(acme: Cast, owner: str, who: list[str]) -> None:
    """Carol's team has no manager; whoever leads everything has nobody above."""
    found = getattr(acme, owner)
    make_goal(acme, **({"member": found} if isinstance(found, Member) else {"team": found}))
    assert told(acme, "2026-12-22 09:00", Kind.ESCALATION) == who


def test_the_letter_to_the_manager(acme: Cast) -> None:
    goal = make_goal(acme)
    letter = letter_at(acme, "2026-12-22 09:00", Kind.ESCALATION)
    assert letter.subject == "Bob, past the deadline of 18 Dec 2026: Sell the new service to old customers"
    assert f"See the goal: http://localhost:8000/acme/goals/{goal.pk}/" in letter.text
