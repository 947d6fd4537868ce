"""The demo organizations as they stand in the database."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django.fixtures import Settings

from demo import loading
from demo.calendar import Days
from demo.company import account
from demo.people import LANNA, MANAGER, SIAM, SIGN_INS
from demo.second import load_second
from goals.kept import standings
from goals.models import Action, Goal, TargetRevision
from goals.progress import Status, TargetType
from kpis.models import Credit, Entry, EntryChange, Kpi, StaleRollup
from kpis.numbers import Scope, value
from kpis.periods import Window
from kpis.rollups import differences
from teams.models import Member, Organization, Team, TeamMembership, User
from teams.tenancy import tenant
from tests.cast import NOW, TODAY

# Loading takes seconds: one worker does it for all of this file.
pytestmark = pytest.mark.xdist_group("demo organization")

PASSWORD = "for the demo only"


@contextmanager
def loaded(now: dt.datetime) -> Iterator[Organization]:
    """The first organization, inside its tenant; all is taken back at the end."""
    with transaction.atomic():
        loading.load(password=PASSWORD, now=now)
        organization = Organization.objects.get(slug=SIAM)
        with tenant(organization.pk):
            yield organization
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def siam(django_db_setup: None, django_db_blocker: Any) -> Iterator[Organization]:
    """Loaded once for all tests of this file, which only read."""
    with django_db_blocker.unblock(), loaded(NOW) as organization:
        yield organization


def statuses(organization: Organization, today: dt.date) -> Counter[Status]:
    found = standings(Goal.objects.with_names(), organization, today)
    return Counter(standing.status for standing in found.values())


def test_goals_are_in_every_state(siam: Organization) -> None:
    assert set(statuses(siam, TODAY)) == set(Status)
    assert set(Goal.objects.values_list("target_type", flat=True)) == set(TargetType)
    assert set(Goal.objects.values_list("state", flat=True)) == set(Goal.State.values)
    assert Goal.objects.filter(state="draft", kpi=None).exists()


def test_goals_of_every_form_are_there(siam: Organization) -> None:
    card = Goal.objects.exclude(own_weight=None).with_names().get()
    assert (card.is_running, card.further.count()) == (True, 2)
    assert [line.standing.value is None for line in standings([card], siam, TODAY)[card.pk].lines] == [False] * 3
    series = list(Goal.objects.exclude(repeats="").order_by("start"))
    assert [goal.state for goal in series] == ["closed", "closed", "running"]
    assert [goal.previous for goal in series] == [None, *series[:2]]
    assert series[2].target == round(series[0].target * Decimal("1.2"), 6)
    assert Goal.objects.exclude(helped="").exclude(hindered="").get(followers=None).outcome == "achieved"
    leveled = Goal.objects.exclude(commit=None).get()
    assert leveled.commit < leveled.target < leveled.stretch


def test_four_people_can_sign_in(siam: Organization) -> None:
    for email in SIGN_INS:
        assert authenticate(None, email=email, password=PASSWORD), email
        assert EmailAddress.objects.get(email=email).verified
    roles = Member.objects.filter(email__in=SIGN_INS).values_list("role", flat=True)
    assert sorted(roles) == ["admin", "manager", "rep", "viewer"]


def test_three_teams_twelve_reps_and_one_who_left(siam: Organization) -> None:
    assert Team.objects.filter(parent=None).count() == 3
    assert Team.objects.exclude(parent=None).count() == 1
    assert Member.objects.active(TODAY).filter(role="rep").count() == 12
    assert Member.objects.exclude(left_on=None).count() == 1
    assert Member.objects.filter(user=None).count() > 3
    assert TeamMembership.objects.filter(member__name="Apinya Rattanakul").count() == 2


def test_every_stored_kpi_has_a_year_of_entries(siam: Organization) -> None:
    for kpi in Kpi.objects.stored():
        days = Entry.objects.filter(kpi=kpi).order_by("date").values_list("date", flat=True)
        assert days[0] <= TODAY - dt.timedelta(days=350), kpi.code
        assert days.reverse()[0] >= TODAY - dt.timedelta(days=8), kpi.code


def test_every_formula_has_a_value(siam: Organization) -> None:
    window = Window(dt.date(2026, 10, 1), TODAY)
    for kpi in Kpi.objects.exclude(formula=""):
        assert value(kpi, Scope.organization(), window) is not None, kpi.code


def test_entries_are_shared_corrected_and_withdrawn(siam: Organization) -> None:
    assert Credit.objects.count() == 12
    assert EntryChange.objects.filter(kind="corrected").exclude(reason="").count() == 5
    assert Entry.objects.exclude(voided_at=None).count() == 1


def test_rollups_say_what_the_entries_say(siam: Organization) -> None:
    assert not StaleRollup.objects.exists()
    assert not differences()


def test_churn_began_at_45_percent_and_is_to_reach_20(siam: Organization) -> None:
    goal = Goal.objects.get(kpi__code="churn_rate")
    assert goal.kpi is not None
    assert goal.start is not None
    assert goal.deadline is not None
    assert (goal.baseline, goal.target, goal.member, goal.team) == (Decimal("0.45"), Decimal("0.20"), None, None)
    before = goal.start - dt.timedelta(days=1)
    at_start = value(goal.kpi, Scope.organization(), Window(before - (goal.deadline - goal.start), before))
    assert at_start is not None
    assert abs(at_start - Decimal("0.45")) < Decimal("0.02")
    means = Action.objects.filter(goal=goal).exclude(member=None)
    assert means.exclude(hours=None).exclude(cost_planned=None).count() == 3


def test_close_rate_was_a_quarter_and_is_to_be_30_percent_next_week(siam: Organization) -> None:
    goal = Goal.objects.get(kpi__code="win_rate", member__email="rep@demo.example")
    assert goal.kpi is not None
    assert goal.member is not None
    rate = value(goal.kpi, Scope.member(goal.member.pk), Window(TODAY - dt.timedelta(days=21), TODAY))
    assert rate is not None
    assert abs(rate - Decimal("0.25")) < Decimal("0.01")
    assert (goal.target, goal.start) == (Decimal("0.30"), TODAY + dt.timedelta(days=7))


def test_the_year_has_its_quarters_milestones_and_a_revised_target_below(siam: Organization) -> None:
    year = Goal.objects.get(team=None, member=None, deadline=dt.date(2026, 12, 31), start=dt.date(2026, 1, 1))
    assert year.children.count() == 4
    assert year.milestones.count() == 3
    assert TargetRevision.objects.get().goal.parent in year.children.all()


def test_the_manager_is_a_rep_elsewhere(siam: Organization) -> None:
    places = Member.of_user(User.objects.get(email=MANAGER), NOW)
    assert {(place.organization.slug, place.role) for place in places} == {(SIAM, "manager"), (LANNA, "rep")}


@pytest.mark.django_db
@pytest.mark.parametrize("day", [dt.date(2027, 1, 1), dt.date(2028, 2, 29)])
def test_loads_on_any_day(day: dt.date) -> None:
    with loaded(dt.datetime.combine(day, dt.time(1), dt.UTC)) as organization:
        found = statuses(organization, day)
        assert found[Status.ON_TRACK] > 3
        assert found[Status.OUTDATED] == 1


@pytest.mark.django_db
class TestCommand:
    def test_starts_over_when_asked_and_loads_once(self, settings: Settings) -> None:
        settings.DEMO_PASSWORD = PASSWORD
        # The small organization stands for both: of the other one, removing takes as long as loading.
        account(MANAGER, "Ploy", PASSWORD)
        old = load_second(Days(TODAY), NOW).organization
        assert "--fresh starts over" in self.run()
        assert self.run("--fresh").startswith("Loaded 20 members")
        assert Organization.objects.get(slug=LANNA).pk != old.pk
        with tenant(old.pk):
            assert not Entry.objects.exists()
            assert not Goal.objects.exists()
        assert User.objects.filter(email=MANAGER).count() == 1
        assert "--fresh starts over" in self.run()

    def test_wants_a_password(self, settings: Settings) -> None:
        settings.DEMO_PASSWORD = ""
        with pytest.raises(CommandError, match="DEMO_PASSWORD"):
            self.run()

    def test_is_not_for_production(self, settings: Settings) -> None:
        settings.PRODUCTION, settings.DEMO_PASSWORD = True, PASSWORD
        with pytest.raises(CommandError, match="not for production"):
            self.run()

    def run(self, *arguments: str) -> str:
        output = StringIO()
        call_command("load_demo", *arguments, stdout=output)
        return output.getvalue()
