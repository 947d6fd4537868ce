"""Where goals stand: from rows to numbers, through the real database."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.actions import revise_target
from goals.models import CheckIn, Goal, Milestone, TargetRevision
from goals.progress import Status
from goals.reading import Standing, promise_of
from goals.standing import reckon
from goals.tasks import refresh_forecasts_of
from teams.models import Holiday, Leave
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record

pytestmark = pytest.mark.django_db


def standing(goal: Goal, cast: Cast, today: dt.date = TODAY) -> Standing:
    fresh = Goal.objects.with_names().get(pk=goal.pk)
    return reckon([fresh], cast.acme, today)[goal.pk]


def test_a_total_counts_from_the_start_and_is_measured_against_the_working_days_gone(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = make_goal(calls, member=cast.bob)
        record(calls, cast.bob, dt.date(2026, 9, 30), 50)
        record(calls, cast.bob, dt.date(2026, 10, 1), 20)
        record(calls, cast.bob, TODAY, 40)
        record(calls, cast.carol, TODAY, 1000)
        found = standing(goal, cast)
    # 38 of the quarter's 66 working days have gone by at the end of 23 November.
    assert found.value == 60
    assert found.elapsed == Decimal(38) / 66
    assert found.expected == 100 * Decimal(38) / 66
    assert (found.progress, found.attainment) == (Decimal("0.6"), Decimal("0.6"))
    assert found.tick == Decimal(38) / 66
    assert found.needed_per_working_day == Decimal(40) / 28
    assert found.last_entry_on == TODAY
    assert found.status == Status.ON_TRACK
    assert found.days_left == 38


def test_a_rate_starts_at_what_it_was_before(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        churn = make_kpi("churn", unit="percent", direction="lower", aggregation="average")
        goal = make_goal(
            churn,
            target_type="decrease_to",
            baseline=Decimal("0.45"),
            target=Decimal("0.20"),
            start=TODAY,
            deadline=dt.date(2027, 2, 22),
        )
        record(churn, cast.bob, days_ago(20), "0.45")
        found = standing(goal, cast)
    assert found.value == Decimal("0.45")
    assert found.progress == 0
    assert found.status == Status.ON_TRACK


def test_a_team_s_rate_is_sum_over_sum_and_counts_sub_teams(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        won, lost = rate.__class__.objects.get(code="won"), rate.__class__.objects.get(code="lost")
        goal = make_goal(rate, team=cast.north, baseline=Decimal("0.1"), target=Decimal("0.5"))
        for member, wins, losses in ((cast.bob, 1, 9), (cast.alice, 30, 10)):
            record(won, member, TODAY, wins)
            record(lost, member, TODAY, losses)
        cast.south.parent = cast.north
        cast.south.save()
        record(won, cast.carol, TODAY, 5)
        found = standing(goal, cast)
    assert found.value is not None
    assert round(found.value, 20) == round(Decimal(36) / 55, 20)
    assert found.last_entry_on == TODAY


@pytest.mark.parametrize(
    ("calls_on_friday", "held", "status"), [(10, (5, 5), Status.ON_TRACK), (9, (4, 5), Status.OFF_TRACK)]
)
def test_a_goal_to_stay_must_hold_in_every_period(
    cast: Cast, calls_on_friday: int, held: tuple[int, int], status: Status
) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = make_goal(
            calls,
            member=cast.bob,
            target_type="stay_at_or_above",
            target=Decimal(10),
            start=dt.date(2026, 11, 16),
            deadline=dt.date(2026, 11, 27),
        )
        for day in range(16, 20):
            record(calls, cast.bob, dt.date(2026, 11, day), 10)
        record(calls, cast.bob, dt.date(2026, 11, 20), calls_on_friday)
        record(calls, cast.bob, dt.date(2026, 11, 23), 4)
        found = standing(goal, cast, dt.date(2026, 11, 23))
    # Monday has only begun: it is told, and judges nothing.
    assert (found.value, found.so_far) == (Decimal(calls_on_friday), Decimal(4))
    assert found.periods == held
    assert found.progress == Decimal(held[0]) / held[1]
    assert found.tick == 1
    assert found.status == status


def test_past_days_keep_the_target_that_they_had(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = make_goal(calls, member=cast.bob, target=Decimal(200))
        for old, new, day in ((100, 150, days_ago(30)), (150, 175, days_ago(10)), (175, 200, days_ago(10))):
            TargetRevision.objects.create(goal=goal, effective_on=day, old_target=old, new_target=new, reason="More")
        promise = promise_of(goal)
        today, before, first = (standing(goal, cast, TODAY - dt.timedelta(days=n)) for n in (0, 11, 31))
    assert (first.target, before.target, today.target) == (Decimal(100), Decimal(150), Decimal(200))
    assert promise.target_on(days_ago(10)) == 200


def test_milestones_holidays_and_leave_bend_what_is_expected(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = make_goal(calls, member=cast.bob, start=dt.date(2026, 11, 16), deadline=dt.date(2026, 11, 27))
        plain = standing(goal, cast).expected
        Milestone.objects.create(goal=goal, name="Half of them", date=dt.date(2026, 11, 23), value=80)
        with_milestone = standing(goal, cast).expected
        Milestone.objects.all().delete()
        Holiday.objects.create(date=dt.date(2026, 11, 17), name="A day off")
        Leave.objects.create(member=cast.bob, starts_on=dt.date(2026, 11, 18), ends_on=dt.date(2026, 11, 19))
        with_leave = standing(goal, cast).expected
    assert plain == 60
    assert with_milestone == 80
    assert with_leave is not None
    assert round(with_leave, 6) == round(Decimal(300) / 7, 6)


def test_a_closed_goal_says_what_was_stored(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = make_goal(
            calls,
            member=cast.bob,
            state=Goal.State.CLOSED,
            outcome=Goal.Outcome.ACHIEVED,
            closed_at=dt.datetime(2027, 1, 5, tzinfo=dt.UTC),
            closing_value=Decimal(110),
            closing_attainment=Decimal("1.1"),
        )
        record(calls, cast.bob, TODAY, 3)
        found = standing(goal, cast, dt.date(2027, 2, 1))
    assert (found.status, found.value, found.attainment) == (Status.ACHIEVED, Decimal(110), Decimal("1.1"))
    assert found.progress == Decimal("1.1")


def test_a_draft_without_numbers_stands_nowhere(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        draft = Goal.objects.create(statement="Sell more", member=cast.bob)
        found = standing(draft, cast)
    assert found == Standing(Status.NOT_STARTED)


def test_the_latest_check_in_is_news_too(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = make_goal(make_kpi("calls", cadence="weekly"), member=cast.bob, start=days_ago(14))
        silent = standing(goal, cast)
        for day, confidence in ((days_ago(9), 3), (days_ago(2), 8)):
            CheckIn.objects.create(goal=goal, date=day, confidence=confidence)
        heard = standing(goal, cast)
    assert silent.status == Status.OUTDATED
    assert heard.status == Status.OFF_TRACK
    assert heard.last_check_in is not None
    assert (heard.last_check_in.confidence, heard.last_check_in.date) == (8, days_ago(2))


def test_the_number_of_queries_does_not_grow_with_the_goals(cast: Cast) -> None:
    counts = []
    with tenant(cast.acme.pk):
        calls, rate = make_kpi("calls"), make_win_rate()
        for _ in range(2):
            for _ in range(4):
                make_goal(calls, member=cast.bob)
                make_goal(rate, team=cast.north, baseline=Decimal("0.1"), target=Decimal("0.2"))
                make_goal(rate, target_type="stay_at_or_above", target=Decimal("0.2"))
            with CaptureQueriesContext(connection) as queries:
                reckon(Goal.objects.with_names(), cast.acme, TODAY)
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_the_clock_keeps_forecasts_and_the_status_follows_them(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        for back in range(3, 80):
            day = days_ago(back)
            if day.isoweekday() < 6:
                record(calls, cast.bob, day, 3 if back % 2 else 1)
        # Two calls a day make about 132 in the quarter: sure for 100, out of reach for 250.
        easy, hard = (make_goal(calls, member=cast.bob, target=Decimal(target)) for target in (100, 250))
    assert refresh_forecasts_of(cast.acme, NOW) == 2
    assert refresh_forecasts_of(cast.acme, NOW) == 0
    assert refresh_forecasts_of(cast.acme, NOW + dt.timedelta(hours=2)) == 2
    with tenant(cast.acme.pk):
        sure, hopeless = standing(easy, cast), standing(hard, cast)
        later = standing(easy, cast, TODAY + dt.timedelta(days=2))
        revise_target(
            easy, target=Decimal(300), effective_on=TODAY, reason="More", by=cast.bob, today=TODAY, request_id=uuid4()
        )
        revised = standing(easy, cast)
    assert sure.probability is not None
    assert hopeless.probability is not None
    assert sure.probability > Decimal("0.9")
    assert hopeless.probability < Decimal("0.1")
    assert (sure.status, hopeless.status) == (Status.ON_TRACK, Status.OFF_TRACK)
    assert later.forecast is None
    assert revised.forecast is None
