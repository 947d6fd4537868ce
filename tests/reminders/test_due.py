"""What is told to whom, from rows."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.models import CheckIn, Goal
from reminders import due as program
from reminders.models import Heartbeat, Kind, Message, Preference, RefusedAddress
from reminders.outbox import Draft
from reminders.tasks import sweep
from teams.invitations import hash_of
from teams.models import Holiday, Invitation, Leave, Organization, Team
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast, make_member
from tests.reminders.stories import bangkok, due_messages, make_goal, make_kpi, topics_of

SEVEN_DAYS_LEFT = "2026-12-11 09:00"
LATE = "2026-12-21 09:00"  # a Monday, the first working day after a Friday


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with tenant(cast.acme.pk):
        yield cast


def due(cast: Cast, now: str, kind: Kind | None = None) -> list[Draft]:
    return [draft for draft in due_messages(cast.acme, bangkok(now)) if kind in (None, draft.kind)]


def recipients(cast: Cast, now: str, kind: Kind | None = None) -> list[str]:
    return sorted(draft.address for draft in due(cast, now, kind))


def test_a_deadline_is_told_to_its_owner(acme: Cast) -> None:
    goal = make_goal(acme)
    assert due(acme, "2026-12-04 08:59") == []
    (draft,) = due(acme, SEVEN_DAYS_LEFT)
    assert draft == Draft(
        key=f"deadline:{acme.bob.pk}:{goal.pk}:2026-12-18:2026-12-11",
        kind=Kind.DEADLINE,
        address="bob@example.com",
        due_at=bangkok("2026-12-11 09:00"),
        payload={"goal": goal.pk, "deadline": "2026-12-18"},
        expires_at=bangkok("2026-12-15 09:00"),
        member_id=acme.bob.pk,
        user_id=acme.bob.user_id,
    )


def test_an_overdue_goal_is_told_weekly(acme: Cast) -> None:
    goal = make_goal(acme)
    (draft,) = due(acme, LATE)
    assert draft.key == f"overdue:{acme.bob.pk}:{goal.pk}:2026-12-18:2026-12-21"
    (later,) = due(acme, "2026-12-28 09:00", Kind.OVERDUE)
    assert later.key.endswith(":2026-12-28")


def test_a_moved_deadline_is_a_new_message(acme: Cast) -> None:
    goal = make_goal(acme)
    (before,) = due(acme, SEVEN_DAYS_LEFT)
    Goal.objects.update(deadline=goal.deadline + dt.timedelta(days=1) if goal.deadline else None)
    (after,) = due(acme, "2026-12-14 09:00")
    assert before.key != after.key


def test_a_teams_goal_is_told_to_its_manager(acme: Cast) -> None:
    make_goal(acme, team=acme.north)
    assert recipients(acme, SEVEN_DAYS_LEFT) == ["alice@example.com"]


def test_a_team_without_a_manager_looks_up(acme: Cast) -> None:
    """South has no manager: those who lead the organization. Below North: Alice."""
    make_goal(acme, team=acme.south)
    make_goal(acme, team=Team.objects.create(name="North-East", parent=acme.north))
    assert recipients(acme, SEVEN_DAYS_LEFT) == ["alice@example.com", "dan@example.com"]


def test_the_organizations_goal_is_told_to_those_who_lead_it(acme: Cast) -> None:
    make_member("Amy", Role.ADMIN)
    make_goal(acme, of_organization=True)
    assert recipients(acme, SEVEN_DAYS_LEFT) == ["amy@example.com", "dan@example.com"]


def test_whoever_cannot_be_reached_gets_nothing(acme: Cast) -> None:
    for member in (acme.bob, acme.carol, acme.vera, acme.alice, make_member("Imported", Role.REP, account=False)):
        make_goal(acme, member=member)
    acme.carol.left_on = dt.date(2026, 12, 1)
    acme.carol.save()
    assert acme.vera.user is not None
    acme.vera.user.is_active = False
    acme.vera.user.save()
    RefusedAddress.objects.create(address="alice@example.com", answer="550 5.1.1")
    assert recipients(acme, SEVEN_DAYS_LEFT) == ["bob@example.com"]


@pytest.mark.parametrize(
    ("kind", "now"), [(Kind.DEADLINE, SEVEN_DAYS_LEFT), (Kind.OVERDUE, LATE), (Kind.CHECK_IN, "2026-11-23 09:00")]
)
def test_a_kind_that_is_switched_off(acme: Cast, kind: Kind, now: str) -> None:
    make_goal(acme, kpi=make_kpi(cadence="weekly"))
    assert recipients(acme, now, kind) == ["bob@example.com"]
    Preference.objects.create(member=acme.bob, kind=kind, is_on=False)
    assert recipients(acme, now, kind) == []


@pytest.mark.parametrize("state", [Goal.State.DRAFT, Goal.State.CLOSED])
def test_only_running_goals(acme: Cast, state: str) -> None:
    make_goal(acme, state=state, outcome="dropped" if state == "closed" else "")
    assert due(acme, SEVEN_DAYS_LEFT) == []


def test_ones_own_time_zone(acme: Cast) -> None:
    """Nine in New York is 21:00 in Bangkok, on the same day."""
    assert acme.bob.user is not None
    acme.bob.user.time_zone = "America/New_York"
    acme.bob.user.save()
    make_goal(acme)
    (before,) = due(acme, "2026-12-11 20:59")
    (after,) = due(acme, "2026-12-11 21:00")
    assert before.key.endswith("2026-12-04")
    assert after.key.endswith("2026-12-11")


def test_check_ins_of_a_day_are_one_message(acme: Cast) -> None:
    weekly = make_kpi(cadence="weekly")
    first = make_goal(acme, kpi=weekly, start=dt.date(2026, 11, 16))
    second = make_goal(acme, kpi=weekly, start=dt.date(2026, 11, 9))
    checked = make_goal(acme, kpi=weekly, start=dt.date(2026, 11, 9))
    CheckIn.objects.create(goal=checked, date=dt.date(2026, 11, 20), confidence=7)
    (draft,) = due(acme, "2026-11-24 09:00")
    assert draft.key == f"check_in:{acme.bob.pk}:goals:2026-11-23"
    assert draft.payload == {"goals": [first.pk, second.pk], "day": "2026-11-23"}
    assert draft.due_at == bangkok("2026-11-23 09:00")
    assert draft.expires_at == bangkok("2026-11-30 09:00")


def test_no_check_in_on_a_holiday_or_on_leave(acme: Cast) -> None:
    make_goal(acme, kpi=make_kpi(cadence="weekly"), start=dt.date(2026, 11, 16))
    Holiday.objects.create(date=dt.date(2026, 11, 23), name="Day off")
    Leave.objects.create(member=acme.bob, starts_on=dt.date(2026, 11, 24), ends_on=dt.date(2026, 11, 24))
    assert due(acme, "2026-11-23 12:00") == []
    assert due(acme, "2026-11-24 12:00") == []
    assert len(due(acme, "2026-11-25 12:00")) == 1


def test_a_viewer_is_not_asked_to_check_in(acme: Cast) -> None:
    make_goal(acme, kpi=make_kpi(cadence="weekly"), member=acme.vera)
    assert due(acme, "2026-11-23 09:00", Kind.CHECK_IN) == []


def invite(cast: Cast, **given: dt.datetime) -> Invitation:
    fields = {"expires_at": bangkok("2026-12-30 09:00"), **given}
    member = make_member("Newcomer", Role.REP, account=False)
    return Invitation.objects.create(member=member, email="new@example.com", token_hash=hash_of("x"), **fields)


def test_an_open_invitation_is_mailed(acme: Cast) -> None:
    invitation = invite(acme)
    (draft,) = due(acme, SEVEN_DAYS_LEFT)
    assert (draft.key, draft.address) == (f"invitation:{invitation.pk}", "new@example.com")


@pytest.mark.parametrize("field", ["accepted_at", "revoked_at", "expires_at"])
def test_a_closed_invitation_is_not(acme: Cast, field: str) -> None:
    invite(acme, **{field: bangkok("2026-11-01 09:00")})
    assert due(acme, SEVEN_DAYS_LEFT) == []


def test_the_number_of_queries_is_constant(acme: Cast) -> None:
    make_goal(acme)
    few, _found = counted(acme)
    for number in range(30):
        make_goal(acme, member=make_member(f"Rep{number}", Role.REP), kpi=make_kpi(f"kpi{number}", cadence="weekly"))
    many, found = counted(acme)
    assert found > 30
    assert many == few <= 6


def counted(cast: Cast) -> tuple[int, int]:
    """How many queries a sweep that knows its topics takes, and how many messages it finds due."""
    now = bangkok(SEVEN_DAYS_LEFT)
    topics = topics_of(cast.acme, now)
    with CaptureQueriesContext(connection) as queries:
        found = program.due_messages(cast.acme, now, topics)
    return len(queries), len(found)


def test_a_finished_task_is_a_sign_of_life(db: None) -> None:
    sweep.apply()
    assert Heartbeat.objects.get().name == "reminders.tasks.sweep"


def test_one_organizations_fault_does_not_silence_the_others(cast: Cast) -> None:
    Organization.objects.update(working_days=list(range(1, 8)))
    Organization.objects.filter(pk=cast.acme.pk).update(time_zone="Nowhere/Land")
    with tenant(cast.globex.pk):
        make_goal(cast, member=cast.charlie, deadline=dt.date(2026, 11, 2))
    sweep()
    with tenant(cast.globex.pk):
        assert Message.objects.filter(kind=Kind.OVERDUE).exists()


def test_the_sweep_is_idempotent_and_goes_through_all_organizations(cast: Cast) -> None:
    today = dt.datetime.now(dt.UTC).date()
    Organization.objects.update(working_days=list(range(1, 8)))
    with tenant(cast.acme.pk):
        make_goal(cast, deadline=today + dt.timedelta(days=7), start=today - dt.timedelta(days=80))
    with tenant(cast.globex.pk):
        make_goal(cast, member=cast.charlie, deadline=today - dt.timedelta(days=3), start=today - dt.timedelta(days=80))
    sweep()
    sweep()
    for organization, kinds in ((cast.acme, {Kind.DEADLINE}), (cast.globex, {Kind.OVERDUE})):
        with tenant(organization.pk):
            found = list(Message.objects.values_list("kind", flat=True))
            assert kinds <= set(found)
            assert len(found) == len(set(found))
