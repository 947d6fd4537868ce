"""Which grid an address asks for: KPI, rows, periods. What it doesn't say, or says wrongly, has a default."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from goals.measures import KpiBook
from goals.models import Goal
from goals.owners import Owner
from goals.targets import Frame
from kpis.models import Kpi
from kpis.periods import Window, next_period, period_of, split
from teams.models import Member, Team, TeamMembership
from teams.reach import parents_of_teams, placed_on, with_sub_teams
from teams.requests import MemberRequest
from teams.roles import Role
from web.parsing import InvalidInput, parse_date

KINDS = ("month", "quarter", "week", "year")
WHOLE = "whole"
MOST_COLUMNS, MOST_ROWS = 13, 60
ORGANIZATION = "organization"


@dataclass(frozen=True)
class Asked:
    """The choices as the form shows them. `of`: a team's id or "organization"; `rows`: members or teams."""

    kpi: Kpi | None
    of: str
    rows: str
    kind: str
    start: dt.date
    count: int
    parent: Goal | None


@dataclass(frozen=True)
class Choices:
    kpis: Sequence[Kpi]
    teams: Sequence[Team]
    whole: bool  # the organization may be chosen


def choices_of(request: MemberRequest, book: KpiBook) -> Choices:
    """Teams that the member leads."""
    teams = Team.objects.live().by_name().select_related("manager")
    if not request.reach.leads_everything:
        teams = teams.filter(pk__in=request.reach.led_teams)
    kpis = sorted((kpi for kpi in book.kpis if kpi.archived_at is None), key=lambda kpi: str(kpi.label))
    return Choices(kpis, list(teams), request.reach.leads_everything)


def asked_of(request: MemberRequest, choices: Choices, book: KpiBook) -> Asked:
    parent = _parent(request)
    kpi = _chosen_kpi(request, choices, parent)
    kind = request.GET.get("kind", "")
    kinds = (*KINDS, WHOLE) if parent else KINDS
    kind = kind if kind in kinds else (WHOLE if parent else "month")
    of = _of(request, choices, parent)
    has_teams = of == ORGANIZATION or any(str(team.parent_id) == of for team in choices.teams)
    rows = request.GET.get("rows", "")
    rows = rows if rows in ("members", "teams") else ("teams" if of == ORGANIZATION else "members")
    coming = next_period(kind, period_of(kind, request.today, book.rules), book.rules) if kind != WHOLE else None
    start = _day(request.GET.get("start", "")) or (coming.start if coming else request.today)
    count = request.GET.get("count", "")
    number = int(count) if count.isdecimal() and len(count) < 3 else 3
    return Asked(kpi, of, rows if has_teams else "members", kind, start, min(max(number, 1), MOST_COLUMNS - 1), parent)


def frame_of(request: MemberRequest, asked: Asked, choices: Choices, book: KpiBook) -> Frame | None:
    """None where there is no KPI, or nobody to set a target for."""
    rows = _rows(request, asked, choices)[:MOST_ROWS]
    columns = _columns(asked, book)
    if asked.kpi is None or not rows or not columns:
        return None
    return Frame(asked.kpi, tuple(rows), tuple(columns), asked.parent)


def _parent(request: MemberRequest) -> Goal | None:
    typed = request.GET.get("parent", "")
    if not typed.isdecimal() or len(typed) > 18:
        return None
    seen = Goal.objects.visible_to(request.reach).promised().with_names()
    return seen.filter(pk=int(typed), member=None).first()


def _chosen_kpi(request: MemberRequest, choices: Choices, parent: Goal | None) -> Kpi | None:
    typed = request.GET.get("kpi", "")
    found = next((kpi for kpi in choices.kpis if str(kpi.pk) == typed), None)
    if found or (parent and parent.kpi):
        return found or (parent.kpi if parent else None)
    usual = Goal.objects.promised().values_list("kpi").annotate(goals=Count("pk")).order_by("-goals", "kpi")
    most = usual.values_list("kpi", flat=True).first()
    return next((kpi for kpi in choices.kpis if kpi.pk == most), choices.kpis[0] if choices.kpis else None)


def _of(request: MemberRequest, choices: Choices, parent: Goal | None) -> str:
    offered = [*([ORGANIZATION] if choices.whole else []), *(str(team.pk) for team in choices.teams)]
    wished = request.GET.get("of", "")
    if not wished and parent:
        wished = str(parent.team_id) if parent.team_id else ORGANIZATION
    if wished in offered:
        return wished
    own = next((str(team.pk) for team in choices.teams if team.manager_id == request.member.pk), None)
    return own or (offered[0] if offered else "")


def _day(text: str) -> dt.date | None:
    """As the fields of forms read it; None for what is no day."""
    try:
        found = parse_date(text)
    except InvalidInput:
        return None
    return found if found.year > 1970 else None


def _columns(asked: Asked, book: KpiBook) -> list[Window]:
    parent = asked.parent
    if parent and parent.start and parent.deadline:
        whole = Window(parent.start, parent.deadline)
        if asked.kind == WHOLE:
            return [whole]
        return split(asked.kind, whole, book.rules)[:MOST_COLUMNS]
    found = [period_of(asked.kind, asked.start, book.rules)]
    while len(found) < asked.count:
        found.append(next_period(asked.kind, found[-1], book.rules))
    return found


def _rows(request: MemberRequest, asked: Asked, choices: Choices) -> list[Owner]:
    if asked.rows == "teams":
        above = None if asked.of == ORGANIZATION else int(asked.of)
        return [Owner(team.name, None, team) for team in choices.teams if team.parent_id == above]
    members = Member.objects.active(request.today).exclude(role=Role.VIEWER.value).by_name()
    if asked.of != ORGANIZATION:
        teams = with_sub_teams([int(asked.of)] if asked.of else [], parents_of_teams())
        members = members.filter(
            pk__in=TeamMembership.objects.filter(placed_on(request.today), team__in=teams).values("member")
        )
    return [Owner(member.name, member, None) for member in members]
