"""The KPIs with their numbers, for whom one may look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kpis.access import Choice, Choices, choices_of
from kpis.converted import currencies_in
from kpis.definitions import load_definitions
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, is_updating, rules_of, values
from kpis.periods import ONE_DAY, Window, period_of, shift
from kpis.series import FIRST_YEAR, KINDS, Series, SeriesPlan, chart_of, periods_until
from teams.models import Team, TeamMembership
from teams.reach import with_sub_teams
from teams.requests import MemberRequest
from web.charts import lines

SPARK_PERIODS = 8
SERIES_PERIODS = {"week": 13, "month": 13, "quarter": 9, "year": 5}
MOST_PEOPLE = 200

KIND_NAMES: dict[str, str | Promise] = {
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "year": _("Year"),
}


@dataclass(frozen=True)
class Line:
    """A KPI in the list."""

    kpi: Kpi
    now: Decimal | None
    before: Decimal | None
    spark: list[Decimal]


@require_safe
def kpis(request: MemberRequest) -> HttpResponse:
    choices = choices_of(request)
    chosen, kind = choices.named(request.GET.get("of", "")), _kind(request)
    time = _time(request, kind)
    windows = periods_until(kind, time.day, rules_of(request.organization), SPARK_PERIODS)
    known = sorted(Kpi.objects.all(), key=lambda kpi: kpi.label.lower())
    shown = [kpi for kpi in known if kpi.archived_at is None]
    numbers = values(Cell(kpi, chosen.scope, window) for kpi in shown for window in windows)
    context = {
        **_frame(request, choices, chosen, kind),
        "time": time,
        "lines": [_line(kpi, chosen.scope, windows, numbers, time.is_over) for kpi in shown],
        "now": windows[-1],
        "before": windows[-2],
        "archived": [kpi for kpi in known if kpi.archived_at] if request.member.may("edit kpi") else [],
    }
    return render(request, "kpis/list.html", context)


def _line(
    kpi: Kpi, scope: Scope, windows: Sequence[Window], numbers: dict[Cell, Decimal | None], is_over: bool
) -> Line:
    course = [numbers[Cell(kpi, scope, window)] for window in windows]
    # A period that is not over would look like a fall at the end of the small chart.
    whole = course if is_over else course[:-1]
    return Line(kpi, course[-1], course[-2], [value for value in whole if value is not None])


@require_safe
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    kpi = get_object_or_404(Kpi, pk=pk)
    choices = choices_of(request)
    chosen, kind = choices.named(request.GET.get("of", "")), _kind(request)
    time, rules = _time(request, kind), rules_of(request.organization)
    windows = periods_until(kind, time.day, rules, SERIES_PERIODS[kind])
    plan = SeriesPlan(kpi, chosen.scope, kind, windows, rules, time.is_over)
    parts = _parts_of(request, choices, chosen, windows[-1])
    year = Cell(kpi, chosen.scope, shift(windows[-1], "year_to_date", rules))
    asked = [*plan.cells, year, *(Cell(kpi, part.scope, windows[-1]) for part in (*parts.teams, *parts.members))]
    numbers = values(asked)
    series = plan.series(numbers)
    context = {
        **_frame(request, choices, chosen, kind),
        **_definition(kpi),
        "time": time,
        "series": series,
        "newest_first": series.steps[::-1],
        "chart": _drawn(series, chosen.name, request),
        "converted": currencies_in(kpi, chosen.scope, windows[-1]),
        "year_to_date": numbers[year] if kpi.is_accruing else None,
        "teams": _ranked(kpi, parts.teams, windows[-1], numbers),
        "members": _ranked(kpi, parts.members, windows[-1], numbers),
        "may_log": request.member.may("log entry") and not kpi.formula and not kpi.archived_at,
    }
    return render(request, "kpis/detail.html", context)


def _kind(request: MemberRequest) -> str:
    asked = request.GET.get("by", "")
    return asked if asked in KINDS else "month"


@dataclass(frozen=True)
class Time:
    """The period that is looked at, up to `day`: its end, or today where it is not over."""

    day: date
    is_over: bool
    previous: date
    next: date | None

    @property
    def query(self) -> str:
        """What keeps links of the page in this period."""
        return f"&on={self.day}" if self.is_over else ""


def _time(request: MemberRequest, kind: str) -> Time:
    """The period around the day that is asked for, the current one without or with an impossible day."""
    today, rules = request.today, rules_of(request.organization)
    try:
        on = min(date.fromisoformat(request.GET.get("on", "")), today)
    except ValueError:
        on = today
    period = period_of(kind, on if on.year > FIRST_YEAR else today, rules)
    is_over = period.end < today
    following = period.end + ONE_DAY
    return Time(
        day=period.end if is_over else today,
        is_over=is_over,
        previous=period.start - ONE_DAY,
        next=following if is_over else None,
    )


def _frame(request: MemberRequest, choices: Choices, chosen: Choice, kind: str) -> dict[str, Any]:
    return {
        "choices": choices,
        "chosen": chosen,
        "kind": kind,
        "kinds": KIND_NAMES.items(),
        "updating": is_updating(),
        "may_edit": request.member.may("edit kpi"),
    }


def _definition(kpi: Kpi) -> dict[str, Any]:
    """What it is made of, and what is made from it."""
    definitions = load_definitions()
    return {"kpi": kpi, "made_of": definitions.made_of(kpi), "used_by": definitions.used_by(kpi)}


def _drawn(series: Series, name: str, request: MemberRequest) -> str:
    chart = chart_of(series, name, request.organization)
    return lines(chart) if chart else ""


@dataclass(frozen=True)
class Parts:
    """The teams and people inside a scope, as far as one may see them."""

    teams: Sequence[Choice]
    members: Sequence[Choice]


def _parts_of(request: MemberRequest, choices: Choices, chosen: Choice, window: Window) -> Parts:
    """Two queries at most."""
    scope = chosen.scope
    if scope.kind == "member":
        return Parts([], [])
    if scope.kind == "organization":
        return Parts(choices.teams, choices.members[:MOST_PEOPLE])
    below = with_sub_teams([scope.id], dict(Team.objects.values_list("pk", "parent_id")))
    inside = set(
        TeamMembership.objects.filter(
            Q(starts_on=None) | Q(starts_on__lte=window.end),
            Q(ends_on=None) | Q(ends_on__gte=window.start),
            team__in=below,
        ).values_list("member_id", flat=True)
    )
    teams = [choice for choice in choices.teams if choice.scope.id in below - {scope.id}]
    return Parts(teams, [choice for choice in choices.members if choice.scope.id in inside][:MOST_PEOPLE])


@dataclass(frozen=True)
class Ranked:
    choice: Choice
    value: Decimal | None


def _ranked(kpi: Kpi, parts: Sequence[Choice], window: Window, numbers: dict[Cell, Decimal | None]) -> list[Ranked]:
    """The best first, without numbers last."""
    found = [Ranked(part, numbers[Cell(kpi, part.scope, window)]) for part in parts]
    sign = 1 if kpi.direction == Kpi.Direction.HIGHER else -1
    known = sorted((each for each in found if each.value is not None), key=lambda each: sign * (each.value or 0))
    return [*known[::-1], *(each for each in found if each.value is None)]
