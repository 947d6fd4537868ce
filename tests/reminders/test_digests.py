"""One mail in place of many: a member's day and a manager's week."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.models import Action, CheckIn, Goal
from reminders.digests import gather
from reminders.letters import Letter, write
from reminders.models import Kind, Message, OrganizationSwitch, Preference, Rhythm
from reminders.nudges import nudge
from reminders.outbox import enqueue_all
from reminders.tasks import sweep_through
from teams.models import Leave, Member
from teams.tenancy import tenant
from tests.cast import Cast
from tests.reminders.stories import bangkok, due_messages, make_goal, make_kpi, topics_of

TODAY = dt.date(2026, 11, 23)  # a Monday
NINE = "2026-11-23 09:00"


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with tenant(cast.acme.pk):
        yield cast


def choose(member: Member, **given: Any) -> None:
    Rhythm.objects.update_or_create(member=member, defaults=given)


def sweep(cast: Cast, now: str) -> None:
    sweep_through(cast.acme, topics_of(cast.acme, bangkok(now)), bangkok(now))


def states() -> dict[str, str]:
    return dict(Message.objects.order_by("pk").values_list("kind", "state"))


def letter_of(kind: Kind, now: str) -> Letter | None:
    return write(Message.objects.select_related("organization", "member", "user").get(kind=kind), bangkok(now))


def busy_day(cast: Cast) -> tuple[Goal, Action]:
    """A check-in, an action and a milestone's neighbour fall due on Monday morning."""
    goal = make_goal(cast, kpi=make_kpi(cadence="weekly"), start=dt.date(2026, 11, 16))
    return goal, Action.objects.create(goal=goal, title="Write to them", member=cast.bob, ends_on=TODAY)


def test_one_mail_a_day_instead_of_many(acme: Cast) -> None:
    choose(acme.bob, mails="daily")
    goal, action = busy_day(acme)
    sweep(acme, "2026-11-23 08:59")
    assert "digest" not in states()
    sweep(acme, NINE)
    assert states() == {"action": "folded", "check_in": "folded", "digest": "pending"}
    digest = Message.objects.get(kind=Kind.DIGEST)
    assert digest.key == f"digest:{acme.bob.pk}:day:2026-11-23"
    assert digest.due_at == bangkok(NINE)
    letter = letter_of(Kind.DIGEST, NINE)
    assert letter
    assert letter.subject == "23 Nov 2026: 2 things for you"
    assert f"/acme/goals/{goal.pk}/check-in/" in letter.text
    assert f"/acme/actions/{action.pk}/" in letter.html
    assert "List-Unsubscribe" in letter.headers


def test_the_day_before_a_day_off_and_what_came_up_meanwhile(acme: Cast) -> None:
    """What the day's digest did not have yet, the next working day's tells, and nothing twice."""
    choose(acme.bob, mails="daily")
    busy_day(acme)
    sweep(acme, NINE)
    Leave.objects.create(member=acme.bob, starts_on=TODAY + dt.timedelta(days=1), ends_on=TODAY + dt.timedelta(days=1))
    goal = make_goal(acme, state=Goal.State.RUNNING, agreed_at=bangkok("2026-11-23 11:00"), created_by=acme.alice.user)
    for now in ("2026-11-23 12:00", "2026-11-24 12:00"):
        sweep(acme, now)
        assert Message.objects.filter(kind=Kind.DIGEST).count() == 1
    sweep(acme, "2026-11-25 09:00")
    newest = Message.objects.filter(kind=Kind.DIGEST).latest("pk")
    assert newest.key.endswith("2026-11-25")
    told = [message.payload for message in Message.objects.filter(digest=newest, kind=Kind.ASSIGNED)]
    assert {"goal": goal.pk} in told


def test_a_digest_tells_also_what_no_clock_finds(acme: Cast) -> None:
    """A nudge is put into the outbox by who asks."""
    choose(acme.bob, mails="daily")
    goal = make_goal(acme, deadline=dt.date(2027, 3, 31))
    nudge(goal, acme.acme, by=acme.alice, now=bangkok("2026-11-23 12:00"))
    sweep(acme, "2026-11-24 08:59")
    assert not Message.objects.filter(kind=Kind.DIGEST).exists()
    sweep(acme, "2026-11-24 09:00")
    (digest,) = Message.objects.filter(kind=Kind.DIGEST)
    assert [message.kind for message in digest.folded.all()] == [Kind.NUDGE]


def test_no_empty_digest(acme: Cast) -> None:
    choose(acme.bob, mails="daily")
    sweep(acme, NINE)
    assert states() == {}
    goal, _action = busy_day(acme)
    sweep(acme, NINE)
    CheckIn.objects.create(goal=goal, date=TODAY, confidence=5)
    Action.objects.update(state=Action.State.DONE)
    assert letter_of(Kind.DIGEST, "2026-11-23 09:10") is None


@pytest.mark.parametrize("by", ["person", "organization"])
def test_what_is_switched_off_is_in_no_digest(acme: Cast, by: str) -> None:
    choose(acme.bob, mails="daily")
    busy_day(acme)
    sweep(acme, NINE)
    if by == "person":
        Preference.objects.create(member=acme.bob, kind=Kind.ACTION, is_on=False)
    else:
        OrganizationSwitch.objects.create(kind=Kind.ACTION, is_on=False)
    letter = letter_of(Kind.DIGEST, NINE)
    assert letter
    assert "Write to them" not in letter.text


def test_after_an_outage_one_digest_with_what_still_matters(acme: Cast) -> None:
    choose(acme.bob, mails="daily")
    make_goal(acme, deadline=dt.date(2026, 12, 18))
    for now in ("2026-12-07 15:00", "2026-12-11 09:00", "2026-12-15 23:00"):  # 14, 7 and 3 days before
        enqueue_all(due_messages(acme.acme, bangkok(now)), acme.acme.pk)
    sweep(acme, "2026-12-16 10:00")
    (digest,) = Message.objects.filter(kind=Kind.DIGEST)
    assert [message.key.rpartition(":")[2] for message in digest.folded.all()] == ["2026-12-15"]


def test_who_wants_no_mail_gets_none(acme: Cast) -> None:
    choose(acme.bob, mails="none")
    busy_day(acme)
    sweep(acme, NINE)
    assert set(states().values()) == {"folded"}
    assert Kind.DIGEST not in states()


def test_quiet_hours_hold_the_digest(acme: Cast) -> None:
    choose(acme.bob, mails="daily", quiet_from=dt.time(22), quiet_until=dt.time(10, 30))
    busy_day(acme)
    sweep(acme, "2026-11-23 10:29")
    assert states() == {}
    sweep(acme, "2026-11-23 10:30")
    assert Message.objects.get(kind=Kind.DIGEST).due_at == bangkok("2026-11-23 10:30")


def test_gathering_takes_as_many_queries_for_many(acme: Cast) -> None:
    choose(acme.bob, mails="daily")
    goal, _action = busy_day(acme)

    def queries() -> int:
        Message.objects.filter(kind=Kind.DIGEST).delete()
        enqueue_all(due_messages(acme.acme, bangkok(NINE)), acme.acme.pk)
        with CaptureQueriesContext(connection) as counted:
            assert gather(acme.acme, bangkok(NINE)) == 1
        return len(counted)

    few = queries()
    for number in range(20):
        make_goal(acme, statement=f"Goal {number}", deadline=TODAY + dt.timedelta(days=7), kpi=goal.kpi)
    assert queries() == few


# A manager's week -------------------------------------------------------------------------------------------


def test_a_week_of_the_teams(acme: Cast) -> None:
    choose(acme.alice, weekly=True)
    make_goal(acme, statement="Late one", deadline=dt.date(2026, 11, 20))
    make_goal(acme, statement="Silent one")
    make_goal(acme, statement="Not hers", member=acme.carol)
    make_goal(
        acme, statement="Done one", state="closed", outcome="achieved", closed_at=bangkok("2026-11-19 09:00"),
        closing_value=Decimal(1200), closing_attainment=Decimal("1.2"),
    )  # fmt: skip
    sweep(acme, NINE)
    message = Message.objects.get(kind=Kind.WEEKLY)
    assert (message.member, message.key) == (acme.alice, f"weekly:{acme.alice.pk}:teams:2026-11-23")
    letter = letter_of(Kind.WEEKLY, NINE)
    assert letter
    assert letter.subject == "Week of 23 Nov 2026: 2 goals need you"
    assert [words in letter.text for words in ("Late one", "Silent one", "Done one", "Not hers")] == [True] * 3 + [
        False
    ]
    assert "Closed last week" in letter.text


@pytest.mark.parametrize(
    ("now", "is_told"),
    [
        ("2026-11-22 12:00", False),
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-25 12:00", True),  # after an outage
        ("2026-11-26 12:00", False),
    ],
)
def test_on_the_first_working_day_of_the_week(acme: Cast, now: str, is_told: bool) -> None:
    choose(acme.alice, weekly=True)
    assert any(draft.kind == Kind.WEEKLY for draft in due_messages(acme.acme, bangkok(now))) is is_told


def test_no_week_without_goals_and_none_for_who_leads_nobody(acme: Cast) -> None:
    choose(acme.alice, weekly=True)
    choose(acme.bob, weekly=True)
    sweep(acme, NINE)
    assert letter_of(Kind.WEEKLY, NINE) is None  # Alice's, the only one


def test_the_weekly_digest_stands_in_for_mails_about_late_goals(acme: Cast) -> None:
    choose(acme.alice, weekly=True)
    make_goal(acme)
    sweep(acme, "2026-12-22 09:00")
    assert states() == {"overdue": "pending", "escalation": "folded", "weekly": "pending"}
