"""Goals and where they stand; for reading."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Path, Router
from pydantic import Field

from api.models import Scope
from api.problems import Problem
from api.requests import ApiRequest
from api.v1.operations import needs
from api.v1.shapes import Given, IdInQuery, Limit, Number, Page, one_of
from goals.kept import standings
from goals.models import Goal
from goals.progress import Status, TargetType
from goals.reading import Standing
from goals.scorecard import Line

router = Router(tags=["goals"])


class OwnerShape(Given):
    kind: Literal["member", "team", "organization"]
    id: int | None = Field(description="Null for the organization.")
    name: str


class ForecastShape(Given):
    """At the deadline: the median, 10 % and 90 % points of the value, and the chance that the goal is then met."""

    day: date = Field(description="When it was reckoned.")
    probability: Number | None
    expected: Number | None
    low: Number | None
    high: Number | None


class StandingShape(Given):
    """Shares are fractions of one; what is not defined is null."""

    status: Annotated[str, one_of(Status)]
    target: Number | None = Field(description="In force today.")
    value: Number | None
    expected: Number | None = Field(description="Where it should be by now.")
    progress: Number | None
    attainment: Number | None
    pace: Number | None
    needed_per_working_day: Number | None
    elapsed: Number
    days_left: int
    last_entry_on: date | None
    confidence: int | None = Field(description="From 0 to 10, as the owner said last.")
    forecast: ForecastShape | None


class FurtherShape(Given):
    """One more KPI of a goal; owner, dates and state are the goal's."""

    kpi: str
    target_type: Annotated[str, one_of(TargetType)]
    baseline: Number | None
    target: Number | None
    share: Number = Field(description="What it weighs of the whole, as a fraction.")
    standing: StandingShape


class GoalShape(Given):
    """`standing` of a goal with `further` KPIs: status, progress, attainment, pace and probability are of all of them
    by weight, the values those of its first KPI.
    """

    id: int
    statement: str
    why: str
    kpi: str | None
    owner: OwnerShape
    parent: int | None = Field(description="The goal that it serves.")
    target_type: Annotated[str, one_of(TargetType)]
    baseline: Number | None
    target: Number | None
    start: date | None
    deadline: date | None
    state: Annotated[str, one_of(Goal.State.values)]
    outcome: Annotated[str, one_of(Goal.Outcome.values)] | None
    standing: StandingShape
    share: Number = Field(description="What its first KPI weighs of the whole, as a fraction: 1 where it is alone.")
    further: list[FurtherShape]


@router.get("/goals", response=Page[GoalShape], summary="Goals")
@needs(Scope.READ_GOALS)
def list_goals(
    request: ApiRequest, state: Goal.State | None = None, after: IdInQuery | None = None, limit: Limit = 50
) -> Page[GoalShape]:
    """Those that the token's member sees, the latest made first."""
    found = Goal.objects.visible_to(request.reach).with_names().order_by("-pk")
    found = found.filter(state=state) if state else found
    rows = list((found.filter(pk__lt=after) if after else found)[: limit + 1])
    shown = rows[:limit]
    return Page[GoalShape](items=_shapes(request, shown), next=shown[-1].pk if len(rows) > limit else None)


@router.get("/goals/{int:pk}", response=GoalShape, summary="One goal")
@needs(Scope.READ_GOALS, raises=(404,))
def read_goal(request: ApiRequest, pk: Annotated[IdInQuery, Path(...)]) -> GoalShape:
    goal: Goal | None = Goal.objects.visible_to(request.reach).with_names().filter(pk=pk).first()
    if goal is None:
        raise Problem(404)
    return _shapes(request, [goal])[0]


def _shapes(request: ApiRequest, goals: Sequence[Goal]) -> list[GoalShape]:
    found = standings(goals, request.organization, request.today)
    seen = set(
        Goal.objects.visible_to(request.reach)
        .filter(pk__in={goal.parent_id for goal in goals if goal.parent_id})
        .values_list("pk", flat=True)
    )
    return [_shape(goal, found[goal.pk], goal.parent_id if goal.parent_id in seen else None) for goal in goals]


def _shape(goal: Goal, standing: Standing, parent: int | None) -> GoalShape:
    return GoalShape(
        id=goal.pk,
        statement=goal.statement,
        why=goal.why,
        kpi=goal.kpi.code if goal.kpi else None,
        owner=OwnerShape(
            kind="member" if goal.member_id else "team" if goal.team_id else "organization",
            id=goal.member_id or goal.team_id,
            name=goal.owner_name,
        ),
        parent=parent,
        target_type=goal.target_type,
        baseline=goal.baseline,
        target=goal.target,
        start=goal.start,
        deadline=goal.deadline,
        state=goal.state,
        outcome=goal.outcome or None,
        standing=_standing(standing),
        share=standing.lines[0].share if standing.lines else Decimal(1),
        further=[_further(line) for line in standing.lines[1:]],
    )


def _further(line: Line) -> FurtherShape:
    goal = line.goal
    assert goal.kpi is not None
    return FurtherShape(
        kpi=goal.kpi.code,
        target_type=goal.target_type,
        baseline=goal.baseline,
        target=goal.target,
        share=line.share,
        standing=_standing(line.standing),
    )


def _standing(standing: Standing) -> StandingShape:
    plain = (
        "target", "value", "expected", "progress", "attainment", "pace", "needed_per_working_day", "elapsed",
        "days_left", "last_entry_on",
    )  # fmt: skip
    said = standing.last_check_in
    return StandingShape(
        status=standing.status.value,
        confidence=said.confidence if said else None,
        forecast=_forecast(standing) if standing.forecast else None,
        **{name: getattr(standing, name) for name in plain},
    )


def _forecast(standing: Standing) -> ForecastShape:
    made = standing.forecast
    assert made is not None
    return ForecastShape(
        day=made.day, probability=standing.probability, expected=made.expected, low=made.low, high=made.high
    )
