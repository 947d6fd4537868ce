"""The course of a goal as a file: its table for a spreadsheet, its chart as a picture."""

from collections.abc import Iterator, Sequence

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.access import visible_goal
from goals.course import Course, courses_of
from goals.kept import standings
from goals.models import Goal
from goals.scorecard import lines_of
from goals.told import told_of
from kpis.models import Kpi
from teams.calendars import calendar_of
from teams.requests import MemberRequest
from web.formats import format_range
from web.pictures import SVG, Picture, picture_response
from web.sheets import Cell, Column, Table, file_response
from web.templatetags.web import language


@require_safe
def course_file(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Of the line that the address names by its place, else of the first. 404 for a goal that has no course yet, as
    for one that is not seen.
    """
    goal = visible_goal(request, pk)
    if not goal.is_complete or goal.state in Goal.UNSETTLED:
        raise Http404
    standing = standings([goal], request.organization, request.today)[goal.pk]
    of_lines = lines_of(goal, standing)
    place = request.GET.get("line", "1")
    line = of_lines[int(place) - 1] if place in map(str, range(1, len(of_lines) + 1)) else of_lines[0]
    told = told_of([goal], with_check_ins=False)
    calendars = calendar_of(request.organization, [goal.member_id] if goal.member_id else [])
    (course,) = courses_of([line], request.organization, request.today, told, calendars)
    if request.GET.get("as") == SVG:
        return picture_response(_picture(course))
    return file_response(_table(course), request.GET.get("as", ""))


def _picture(course: Course) -> Picture:
    goal = course.goal
    legend = [("act", _("Actual")), ("tgt", _("Expected"))]
    legend += [("proj", _("Likely"))] if course.chart.cone else []
    return Picture(_name(goal), f"{_kpi(goal).label}: {goal.owner_name}", goal.statement, legend, course.drawn)


def _table(course: Course) -> Table:
    goal, kpi = course.goal, _kpi(course.goal)
    percent = kpi.unit == Kpi.Unit.PERCENT
    columns = [
        Column(_("Day")),
        Column(_("Actual"), kpi.decimals, percent),
        Column(_("Expected"), kpi.decimals, percent),
    ]

    def rows() -> Iterator[Sequence[Cell]]:
        for moment in course.moments:
            yield moment.day, moment.value, moment.expected

    about = [(_("Goal"), goal.statement), (_("Owner"), goal.owner_name), (_("KPI"), kpi.label)]
    return Table(_name(goal), columns, rows(), about, _("About"))


def _kpi(goal: Goal) -> Kpi:
    assert goal.kpi is not None
    return goal.kpi


def _name(goal: Goal) -> str:
    assert goal.start is not None
    assert goal.deadline is not None
    return f"{_kpi(goal).label} {goal.owner_name} {format_range(goal.start, goal.deadline, language())}"
