"""Who and what there is: oneself, KPIs, members, teams."""

from datetime import date, datetime
from typing import Annotated

from ninja import Router
from pydantic import Field

from api.models import Scope
from api.requests import ApiRequest
from api.v1.operations import needs
from api.v1.shapes import Given, IdInQuery, Limit, Page, TruthInQuery, Unit, one_of
from kpis.models import Kpi
from teams.models import Member, Team, TeamMembership
from teams.reach import placed_on
from teams.roles import Role

RoleWord = Annotated[str, one_of(Role)]

router = Router(tags=["directory"])


class OrganizationShape(Given):
    name: str
    slug: str
    time_zone: str
    language: str
    currency: str


class TokenShape(Given):
    name: str
    scopes: list[str]
    expires_at: datetime


class MeShape(Given):
    member: int
    name: str
    role: RoleWord
    organization: OrganizationShape
    token: TokenShape
    today: date = Field(description="The organization's day.")


class KpiShape(Given):
    id: int
    code: str = Field(description="Names the KPI everywhere in this API.")
    name: str
    explanation: str
    unit: Unit
    decimals: int = Field(description="Decimals shown on pages; values here are not rounded.")
    direction: Annotated[str, one_of(Kpi.Direction.values)]
    aggregation: Annotated[str, one_of(Kpi.Aggregation.values)] | None = Field(
        description="Null where a formula computes it."
    )
    formula: str | None
    cadence: Annotated[str, one_of(Kpi.Cadence.values)]
    archived: bool


class MemberShape(Given):
    id: int
    name: str
    email: str | None
    role: RoleWord
    team: int | None = Field(description="The team of today.")
    joined_on: date | None
    left_on: date | None


class TeamShape(Given):
    id: int
    name: str
    parent: int | None = Field(description="The team that it is a part of; null also where that is not for you to see.")
    manager: int | None
    archived: bool


@router.get("/me", response=MeShape, summary="Whose token this is")
@needs(None)
def me(request: ApiRequest) -> MeShape:
    organization, token = request.organization, request.token
    return MeShape(
        member=request.member.pk,
        name=request.member.name,
        role=request.member.role,
        organization=OrganizationShape(
            name=organization.name,
            slug=organization.slug,
            time_zone=organization.time_zone,
            language=organization.language,
            currency=organization.currency,
        ),
        token=TokenShape(name=token.name, scopes=token.scopes, expires_at=token.expires_at),
        today=request.today,
    )


@router.get("/kpis", response=Page[KpiShape], summary="KPIs")
@needs(Scope.READ_NUMBERS)
def list_kpis(request: ApiRequest, archived: TruthInQuery = False) -> Page[KpiShape]:
    """By code, all of them. With `archived=true` those too for which nothing more is recorded."""
    kpis = Kpi.objects.all() if archived else Kpi.objects.live()
    return Page[KpiShape](items=[_kpi(kpi) for kpi in kpis.order_by("code")], next=None)


def _kpi(kpi: Kpi) -> KpiShape:
    return KpiShape(
        id=kpi.pk,
        code=kpi.code,
        name=kpi.label,
        explanation=str(kpi.explanation),
        unit=kpi.unit,
        decimals=kpi.decimals,
        direction=kpi.direction,
        aggregation=kpi.aggregation or None,
        formula=kpi.formula or None,
        cadence=kpi.cadence,
        archived=kpi.archived_at is not None,
    )


@router.get("/members", response=Page[MemberShape], summary="Members")
@needs(Scope.READ_NUMBERS)
def list_members(
    request: ApiRequest, left: TruthInQuery = False, after: IdInQuery | None = None, limit: Limit = 100
) -> Page[MemberShape]:
    """Those whom the token's member sees, by id. With `left=true` also those who have left."""
    members = Member.objects.visible_to(request.reach).order_by("pk")
    if not left:
        members = members.active(request.today)
    rows = list(members.filter(pk__gt=after or 0)[: limit + 1])
    shown = rows[:limit]
    placed = TeamMembership.objects.filter(placed_on(request.today), member__in=shown)
    team_of = dict(placed.values_list("member_id", "team_id"))
    items = [_member(row, team_of.get(row.pk), request) for row in shown]
    return Page[MemberShape](items=items, next=shown[-1].pk if len(rows) > limit else None)


def _member(member: Member, team: int | None, request: ApiRequest) -> MemberShape:
    return MemberShape(
        id=member.pk,
        name=member.name,
        email=member.email or None,
        role=member.role,
        team=team if team is not None and request.reach.sees_team(team) else None,
        joined_on=member.joined_on,
        left_on=member.left_on,
    )


@router.get("/teams", response=Page[TeamShape], summary="Teams")
@needs(Scope.READ_NUMBERS)
def list_teams(request: ApiRequest, archived: TruthInQuery = False) -> Page[TeamShape]:
    """Those that the token's member sees, by id, all of them."""
    teams = Team.objects.visible_to(request.reach).order_by("pk")
    rows = list(teams if archived else teams.live())
    return Page[TeamShape](items=[_team(row, request) for row in rows], next=None)


def _team(team: Team, request: ApiRequest) -> TeamShape:
    reach = request.reach
    return TeamShape(
        id=team.pk,
        name=team.name,
        parent=team.parent_id if team.parent_id is not None and reach.sees_team(team.parent_id) else None,
        manager=team.manager_id if team.manager_id is not None and reach.sees_member(team.manager_id) else None,
        archived=team.archived_at is not None,
    )
