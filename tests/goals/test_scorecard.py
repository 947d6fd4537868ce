"""Goals with several KPIs: what they come to together, and their life from the page to the closing."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from goals import actions, talk
from goals.following import plan_after
from goals.forecasting import refresh_forecasts
from goals.further import GoalKpi
from goals.models import Goal
from goals.plan import FurtherPlan, GoalPlan, plan_of, refusals, refusals_to_start
from goals.progress import Status, TargetType
from goals.scorecard import weighted, within, worst
from goals.standing import reckon, values_since_closing
from goals.stored import GoalForecast
from goals.tasks import close_ended_of
from kpis.models import Kpi
from kpis.numbers import rules_of
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import days_ago, make_kpi, make_win_rate, record, voice_of

D = Decimal
START, END = dt.date(2026, 11, 2), dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([(D(1), D("0.5")), (D(1), D(1))], D("0.75")),
        ([(D(3), D("0.5")), (D(1), D(1))], D("0.625")),
        ([(D(3), None), (D(1), D(1))], D(1)),  # not known is not zero
        ([(D(3), None), (D(1), None)], None),
        ([(D("0.5"), D("1.2")), (D("0.3"), D("0.95")), (D("0.2"), D(1))], D("1.085")),
        ([], None),
    ],
)
def test_a_mean_by_weight(shares: list[tuple[Decimal, Decimal | None]], expected: Decimal | None) -> None:
    assert weighted(shares) == expected


@pytest.mark.parametrize(("share", "shown"), [("1.4", "1"), ("-0.2", "0"), ("0.3", "0.3")])
def test_a_surplus_of_one_hides_no_gap_of_another(share: str, shown: str) -> None:
    assert within(D(share)) == D(shown)


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ((Status.ON_TRACK, Status.ON_TRACK), Status.ON_TRACK),
        ((Status.ON_TRACK, Status.OFF_TRACK, Status.AT_RISK), Status.OFF_TRACK),
        ((Status.ON_TRACK, Status.OUTDATED), Status.OUTDATED),
        ((Status.ACHIEVED, Status.MISSED), Status.MISSED),
        ((Status.ACHIEVED, Status.ACHIEVED), Status.ACHIEVED),
        ((Status.NOT_STARTED, Status.NOT_STARTED), Status.NOT_STARTED),
    ],
)
def test_a_scorecard_stands_where_its_worst_line_does(lines: tuple[Status, ...], whole: Status) -> None:
    assert worst(lines) is whole


def scorecard(cast: Cast, **more: Any) -> GoalPlan:
    """Calls to 2,100 (weight 3), the win rate from 25 % to 30 % (weight 1), both in November."""
    rate = Kpi.objects.filter(code="win_rate").first() or make_win_rate()
    calls = Kpi.objects.filter(code="calls").first() or make_kpi("calls")
    plan = GoalPlan(
        statement="Call more clinics and win more of them", kpi=calls, member=cast.bob, target=D(2100), start=START,
        deadline=END, own_weight=D(3), further=(FurtherPlan(rate, TargetType.INCREASE_TO, D("0.25"), D("0.30"), D(1)),),
    )  # fmt: skip
    for name, value in more.items():
        setattr(plan, name, value)
    return plan


def running(cast: Cast, **more: Any) -> Goal:
    goal, _new = actions.create_goal(
        scorecard(cast, **more), start=True, by=cast.bob, today=START, now=NOW, request_id=uuid.uuid4()
    )
    return goal


@pytest.mark.django_db
class TestReading:
    @pytest.fixture(autouse=True)
    def _inside(self, cast: Cast) -> Any:
        with tenant(cast.acme.pk):
            yield

    def record(self, cast: Cast, calls: int, won: int, lost: int) -> None:
        for code, number in (("calls", calls), ("won", won), ("lost", lost)):
            record(Kpi.objects.get(code=code), cast.bob, days_ago(3), number)

    def test_progress_attainment_and_status_are_of_all_lines(self, cast: Cast) -> None:
        goal = running(cast)
        self.record(cast, 2520, 27, 73)  # calls at 120 %, the rate at 27 %: two fifths of the way, 90 % of it
        standing = reckon([Goal.objects.with_names().get(pk=goal.pk)], cast.acme, TODAY)[goal.pk]
        assert [line.share for line in standing.lines] == [D("0.75"), D("0.25")]
        assert [line.standing.value for line in standing.lines] == [D(2520), D("0.27")]
        assert standing.progress == D("0.75") + D("0.25") * D("0.4")
        assert standing.attainment == D("0.75") * D("1.2") + D("0.25") * D("0.9")
        assert standing.value == D(2520)
        # 27 % where 28.8 % are due by now: 6 % short, which is a risk; the calls alone are on track.
        assert standing.lines[0].standing.status is Status.ON_TRACK
        assert standing.status is Status.AT_RISK

    def test_goals_with_one_kpi_ask_for_no_further_ones(self, cast: Cast, django_assert_num_queries: Any) -> None:
        goal = running(cast, further=(), own_weight=None)
        standing = reckon([Goal.objects.with_names().get(pk=goal.pk)], cast.acme, TODAY)[goal.pk]
        assert standing.lines == ()
        assert not goal.is_scorecard

    def test_each_line_has_its_forecast_and_the_least_of_them_is_the_goals(self, cast: Cast) -> None:
        goal = running(cast)
        calls, won, lost = (Kpi.objects.get(code=code) for code in ("calls", "won", "lost"))
        for back in range(1, 120):
            if days_ago(back).isoweekday() < 6:
                record(calls, cast.bob, days_ago(back), 90 + back % 21)
                record(won, cast.bob, days_ago(back), 2)
                record(lost, cast.bob, days_ago(back), 6)
        found = Goal.objects.with_names().get(pk=goal.pk)
        refresh_forecasts([found], cast.acme, NOW)
        assert GoalForecast.objects.get(goal=None).probability is not None
        standing = reckon([found], cast.acme, TODAY)[goal.pk]
        chances = [line.standing.probability for line in standing.lines]
        assert None not in chances
        assert standing.probability == min(chance for chance in chances if chance is not None)

    def test_closing_stores_each_line_once_and_the_whole(self, cast: Cast) -> None:
        goal = running(cast)
        self.record(cast, 2520, 27, 73)
        assert close_ended_of(cast.acme, NOW + dt.timedelta(days=20)) == 1
        goal, row = Goal.objects.get(), GoalKpi.objects.get()
        assert goal.outcome == Goal.Outcome.MISSED  # 27 % is not 30 %, however many the calls
        assert goal.closing_attainment == D("1.125")
        assert goal.own_attainment == D("1.2")
        assert (row.closing_value, row.closing_attainment) == (D("0.27"), D("0.9"))
        record(Kpi.objects.get(code="won"), cast.bob, days_ago(2), 30)
        standing = reckon([Goal.objects.with_names().get()], cast.acme, TODAY + dt.timedelta(days=30))[goal.pk]
        assert standing.attainment == D("1.125")
        assert [line.standing.status for line in standing.lines] == [Status.ACHIEVED, Status.MISSED]
        late = values_since_closing(goal, cast.acme)
        assert [(part.kpi_id, round(now, 4)) for part, now in late] == [(row.kpi_id, D("0.4385"))]

    def test_all_lines_met_is_achieved(self, cast: Cast) -> None:
        running(cast)
        self.record(cast, 2100, 30, 70)
        close_ended_of(cast.acme, NOW + dt.timedelta(days=20))
        goal = Goal.objects.get()
        assert (goal.outcome, goal.closing_attainment) == (Goal.Outcome.ACHIEVED, D(1))

    def test_the_target_of_a_line_is_revised_alone(self, cast: Cast) -> None:
        goal, row = running(cast), GoalKpi.objects.get()
        actions.revise_target(
            goal, target=D("0.28"), effective_on=TODAY, reason="The season is over", by=cast.bob, today=TODAY,
            request_id=uuid.uuid4(), further=row,
        )  # fmt: skip
        row.refresh_from_db()
        goal.refresh_from_db()
        assert (goal.target, row.target) == (D(2100), D("0.28"))
        found = Goal.objects.with_names().get()
        before, after = (reckon([found], cast.acme, day)[goal.pk].lines[1].standing.target for day in
                         (TODAY - dt.timedelta(days=1), TODAY))  # fmt: skip
        assert (before, after) == (D("0.30"), D("0.28"))

    def test_the_next_one_begins_where_each_line_stood(self, cast: Cast) -> None:
        goal = running(cast, repeats="monthly", growth=D("0.1"))
        self.record(cast, 2100, 27, 73)
        plan = plan_after(Goal.objects.with_names().get(pk=goal.pk), rules_of(cast.acme))
        assert plan.target == D(2310)
        assert plan.own_weight == D(3)
        (line,) = plan.further
        assert (line.baseline, line.target, line.weight) == (D("0.27"), D("0.30"), D(1))

    def test_a_counter_offer_names_each_target(self, cast: Cast) -> None:
        plan = scorecard(cast)
        goal, _new = actions.propose_goal(plan, voice_of(cast, cast.alice, today=START))
        assert goal.is_proposed
        row = goal.further.get()
        talk.counter(
            goal, voice_of(cast, cast.bob, "28 % is what I can do", START), version=goal.version, target=D(2100),
            deadline=END, further={row.pk: D("0.28")},
        )  # fmt: skip
        row.refresh_from_db()
        assert row.target == D("0.28")
        turns = list(goal.turns.order_by("pk"))
        assert [D(turn.further[str(row.kpi_id)]) for turn in turns] == [D("0.3"), D("0.28")]

    def test_what_makes_no_sense_is_refused(self, cast: Cast) -> None:
        plan = scorecard(cast)
        (line,) = plan.further
        assert plan.kpi is not None
        for wrong in (
            FurtherPlan(None, target=D(1)),
            FurtherPlan(plan.kpi, target=D(1)),  # the own KPI once more
            FurtherPlan(line.kpi, TargetType.INCREASE_TO, D("0.3"), D("0.3")),
        ):
            assert "further" in refusals(scorecard(cast, further=(wrong,)))
        for wrong in (
            FurtherPlan(line.kpi, TargetType.INCREASE_TO, None, D("0.3")),  # from where?
            FurtherPlan(line.kpi, TargetType.INCREASE_TO, D("0.3"), D("0.25")),  # the wrong side
            FurtherPlan(line.kpi, TargetType.INCREASE_TO, D("0.3"), None),
        ):
            assert "further" in refusals_to_start(scorecard(cast, further=(wrong,)), START)
        assert refusals_to_start(plan, START) == {}

    def test_a_draft_keeps_the_rows_that_stay(self, cast: Cast) -> None:
        goal, _new = actions.create_goal(
            scorecard(cast), start=False, by=cast.bob, today=START, now=NOW, request_id=uuid.uuid4()
        )
        row = goal.further.get()
        plan = plan_of(goal)
        plan.further = (*plan.further, FurtherPlan(make_kpi("visits"), target=D(20)))
        actions.edit_goal(goal, plan, version=goal.version, today=START, request_id=uuid.uuid4())
        assert goal.further.order_by("pk").first() == row
        goal.refresh_from_db()
        plan.further = ()
        actions.edit_goal(goal, plan, version=goal.version, today=START, request_id=uuid.uuid4())
        goal.refresh_from_db()
        assert not goal.is_scorecard
        assert not goal.further.exists()
