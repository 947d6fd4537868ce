"""The chart of a team's dashboard as a file: its table for a spreadsheet, itself as a picture."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards import team as teams
from dashboards.pace import Pace
from kpis.models import Kpi
from kpis.timeline import period_name
from teams.requests import MemberRequest, require
from web.formats import format_range
from web.pictures import SVG, Picture, picture_response
from web.sheets import Cell, Column, Table, file_response
from web.templatetags.web import language


@require_safe
def pace_file(request: MemberRequest) -> HttpResponseBase:
    """Of what the address asks for, as the dashboard reads it; 404 where there is no KPI to draw."""
    require(request.member, "see team dashboard")
    asked = teams.asked_for(request, teams.choices_of(request))
    pace = teams.pace_of(request, asked)
    if pace is None:
        raise Http404
    period = asked.period
    whose = f"{asked.focus.label} {period_name(period.window, period.kind, period.rules, language())}"
    beside = _beside(pace)
    if request.GET.get("as") == SVG:
        legend = [("act", _("Actual")), *([("tgt", beside)] if pace.chart.expected else [])]
        legend += [("proj", _("Likely"))] if pace.chart.cone else []
        return picture_response(Picture(f"{pace.kpi.label} {whose}", pace.kpi.label, whose, legend, pace.svg))
    return file_response(_table(pace, whose, beside), request.GET.get("as", ""))


def _beside(pace: Pace) -> str:
    before: Any = pace.compared_with
    return period_name(before.window, before.kind, before.rules, language()) if before else _("Expected")


def _table(pace: Pace, whose: str, beside: str) -> Table:
    kpi = pace.kpi
    percent = kpi.unit == Kpi.Unit.PERCENT
    numbers = [Column(name, kpi.decimals, percent) for name in (_("Actual"), beside, _("Gap"))]

    def rows() -> Iterator[Sequence[Cell]]:
        for row in pace.rows:
            name = format_range(row.window.start, row.window.end, language())
            yield name, row.window.start, row.window.end, row.actual, row.expected, row.gap

    columns = [Column(_("Period")), Column(_("From")), Column(_("To")), *numbers]
    return Table(f"{kpi.label} {whose}", columns, rows(), [(_("KPI"), kpi.label)], _("About"))
