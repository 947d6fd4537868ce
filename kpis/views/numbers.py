"""The KPIs with their numbers, for whom one may look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.access import Choice
from kpis.breakdown import Breakdown, break_down, cells_of, ordered, people_inside, teams_inside
from kpis.converted import currencies_in
from kpis.definitions import Definitions, load_definitions
from kpis.improvement import improvement_board
from kpis.models import Kpi
from kpis.numbers import Cell, values
from kpis.periods import shift
from kpis.series import SeriesPlan, chart_of
from kpis.timeline import Step, step_of, steps_of
from kpis.views.asked import Asked, asked_for, frame
from teams.requests import MemberRequest
from web.collation import thai_key

SPARK_PERIODS = 8
# The page itself shows the first of each; the breakdown has all.
FIRST_ROWS = 6


@dataclass(frozen=True)
class Line:
    """A KPI in the list."""

    kpi: Kpi
    now: Decimal | None
    before: Decimal | None
    spark: list[Decimal]


@require_safe
def kpis(request: MemberRequest) -> HttpResponse:
    asked = asked_for(request)
    known = sorted(Kpi.objects.all(), key=lambda kpi: thai_key(kpi.label))
    shown = [kpi for kpi in known if kpi.archived_at is None]
    step = step_of(asked.look, asked.rules)
    context = {
        **frame(request, asked),
        "lines": _lines(shown, asked, step),
        "step": step,
        "archived": [kpi for kpi in known if kpi.archived_at] if request.member.may("edit kpi") else [],
    }
    return render(request, "kpis/list.html", context)


def _lines(kpis: Sequence[Kpi], asked: Asked, now: Step) -> list[Line]:
    steps = steps_of(asked.look, asked.rules)
    # A period that is not over would look like a fall at the end of the small chart.
    course = [step.window for step in steps if step.is_over][-SPARK_PERIODS:]
    scope = asked.chosen.scope
    compared = [window for window in (now.window, now.previous) if window]
    numbers = values(Cell(kpi, scope, window) for kpi in kpis for window in (*course, *compared))

    def line(kpi: Kpi) -> Line:
        known = [numbers[Cell(kpi, scope, window)] for window in course]
        before = numbers[Cell(kpi, scope, now.previous)] if now.previous else None
        spark = [value for value in known if value is not None]
        return Line(kpi, numbers[Cell(kpi, scope, now.window)], before, spark)

    return [line(kpi) for kpi in kpis]


@require_safe
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One KPI: how it stands, its course, and the first rows of its breakdown."""
    definitions = load_definitions()
    kpi = definitions.by_id.get(pk)
    if kpi is None:
        raise Http404
    asked = asked_for(request)
    context = {
        **frame(request, asked),
        **_definition(kpi, definitions),
        **_numbers(kpi, asked, request),
        "may_log": request.member.may("log entry") and not kpi.formula and not kpi.archived_at,
    }
    return render(request, "kpis/detail.html", context)


def _definition(kpi: Kpi, definitions: Definitions) -> dict[str, Any]:
    """What it is made of, and what is made from it."""
    return {"kpi": kpi, "made_of": definitions.made_of(kpi), "used_by": definitions.used_by(kpi)}


def _numbers(kpi: Kpi, asked: Asked, request: MemberRequest) -> dict[str, Any]:
    """All that is read of the rollups, in one go."""
    scope, rules = asked.chosen.scope, asked.rules
    now = step_of(asked.look, rules)
    plan = SeriesPlan(kpi, scope, steps_of(asked.look, rules))
    parts = _parts(asked, now)
    year = shift(now.window, "year_to_date", rules) if kpi.is_accruing else None
    cells = [*plan.cells, *SeriesPlan(kpi, scope, [now]).cells]
    cells += [Cell(kpi, scope, year)] if year else []
    cells += [cell for inside in parts.values() for cell in cells_of(kpi, asked.chosen, inside, now)]
    numbers = values(cells)
    series = plan.series(numbers)
    broken = {who: break_down(kpi, asked.chosen, inside, now, numbers) for who, inside in parts.items()}
    return {
        "board": improvement_board(request, broken["member"]) if "member" in broken else None,
        "newest_first": series.readings[::-1],
        "converted": currencies_in(kpi, scope, now.window, rules),
        "now": plan.reading(now, numbers),
        "chart": chart_of(series, asked.chosen.name, request.organization),
        "year_to_date": year,
        "year_to_date_value": numbers[Cell(kpi, scope, year)] if year else None,
        "breakdowns": [_first_rows(who, each) for who, each in broken.items()],
    }


def _parts(asked: Asked, now: Step) -> dict[str, list[Choice]]:
    """By team and by person, where there is anything to break down."""
    parts = {
        "team": teams_inside(asked.choices, asked.chosen),
        "member": people_inside(asked.choices, asked.chosen, now.window),
    }
    return {who: inside for who, inside in parts.items() if inside}


def _first_rows(who: str, breakdown: Breakdown) -> dict[str, Any]:
    rows = ordered(breakdown, "value")
    return {"who": who, "rows": rows[:FIRST_ROWS], "count": len(rows)}
