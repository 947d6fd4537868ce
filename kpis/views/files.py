"""The tables of a KPI's pages as files: what the page shows at the same address, all of it."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from kpis.behind import behind
from kpis.breakdown import with_parts
from kpis.models import Kpi
from kpis.numbers import values
from kpis.periods import Window
from kpis.series import Series, SeriesPlan, chart_of
from kpis.sheets import Heading, breakdown_table, entries_table, series_table
from kpis.timeline import CUSTOM, steps_of
from kpis.views.asked import Asked, asked_for
from kpis.views.behind import chosen_of, sources_of
from kpis.views.breakdown import broken_down
from teams.requests import MemberRequest
from web.formats import format_range
from web.pictures import SVG, Picture, picture_response
from web.sheets import Table, file_response
from web.templatetags.web import language


@require_safe
def series(request: MemberRequest, pk: int) -> HttpResponseBase:
    kpi = get_object_or_404(Kpi, pk=pk)
    asked = asked_for(request)
    steps = steps_of(asked.look, asked.rules)
    plan = SeriesPlan(kpi, asked.chosen.scope, steps)
    days = Window(steps[0].window.start, steps[-1].window.end)
    read = plan.series(values(plan.cells))
    if request.GET.get("as") == SVG:
        return _picture(request, read, asked, days)
    return _file(request, series_table(_heading(request, kpi, asked, days), read))


@require_safe
def breakdown(request: MemberRequest, pk: int) -> HttpResponseBase:
    kpi = get_object_or_404(Kpi, pk=pk)
    asked = asked_for(request)
    found = broken_down(request, kpi, asked)
    heads, rows = with_parts(found.whole, [*found.rows, found.whole.whole], asked.rules)
    heading = _heading(request, kpi, asked, asked.look.window)
    return _file(request, breakdown_table(heading, found.whole, found.who, heads, rows))


@require_safe
def entries(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Of a formula the entries of one part. 404 where it reads none, as in a year before all calendars."""
    kpi = get_object_or_404(Kpi, pk=pk)
    asked = asked_for(request, CUSTOM)
    source = chosen_of(request, sources_of(kpi, asked))
    if source is None or source.window is None:
        raise Http404
    found = behind(source.kpi, asked.chosen.scope, source.window, request.reach)
    return _file(request, entries_table(_heading(request, source.kpi, asked, source.window), source.kpi, found))


def _picture(request: MemberRequest, series: Series, asked: Asked, days: Window) -> HttpResponseBase:
    """404 where there is too little to draw."""
    kpi, name = series.kpi, asked.chosen.name
    chart = chart_of(series, name, request.organization)
    if chart is None:
        raise Http404
    legend = [("col", name), ("was", gettext("A year before"))]
    if not kpi.is_accruing:
        legend = [("act", name), ("tgt", gettext("A year before"))]
    about = f"{name} · {format_range(days.start, days.end, language())}"
    file = f"{kpi.label} {name} {days.start.isoformat()} – {days.end.isoformat()}"
    return picture_response(Picture(file, kpi.label, about, legend, chart))


def _heading(request: MemberRequest, kpi: Kpi, asked: Asked, days: Window) -> Heading:
    zone = ZoneInfo(request.user.time_zone or request.organization.time_zone)
    return Heading(request.organization, kpi, asked.chosen.name, days, request.now, zone)


def _file(request: MemberRequest, table: Table) -> HttpResponseBase:
    return file_response(table, request.GET.get("as", ""))
