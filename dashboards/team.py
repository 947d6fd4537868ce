"""What the team dashboard shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.asking import Asking, asking_of
from dashboards.attention import Concern
from dashboards.board import Board, Row, read_board, tally, watch
from dashboards.burden import burdens_of, weeks_ahead
from dashboards.focus import Focus, default_of, focuses
from dashboards.following import marks_of
from dashboards.grouping import GROUPINGS, Grouping
from dashboards.overview import main_kpis
from dashboards.pace import Pace, main_plan
from dashboards.people import read_people
from dashboards.period import KINDS, Period, period_on
from dashboards.ranking import attainment_board, switch_of
from dashboards.rhythm import rhythm_of, weeks_before
from dashboards.sentences import Style, gone_text, reason_text
from dashboards.tiles import plan_tiles
from dashboards.upcoming import upcoming
from goals.models import Goal
from goals.progress import Status
from kpis.models import Kpi
from kpis.numbers import rules_of, values
from kpis.periods import Window
from teams.reach import all_teams
from teams.requests import MemberRequest
from web.formats import format_date, wording
from web.links import link
from web.templatetags.web import language

ROWS_PER_PAGE = 20  # more would make the first load heavier than 80 KB
MOST_CONCERNS = 6
LONGEST_SEARCH = 100
MAIN_STATES = (Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK)


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    focus: Focus
    period: Period
    status: str
    words: str
    group: str
    page: str

    def url(self, request: MemberRequest, name: str = "dashboards:team", **changes: str) -> str:
        """The dashboard with other choices; what is empty or as it would be anyway is left out."""
        chosen = {
            "team": self.focus.key,
            "period": self.period.kind,
            "on": "" if self.period.is_current else self.period.start.isoformat(),
            "status": self.status,
            "q": self.words,
            "group": self.group,
            **changes,
        }
        return link(request, name, query={key: value for key, value in chosen.items() if value})


@dataclass(frozen=True)
class Chip:
    value: str
    status: Status | None
    count: int


@dataclass(frozen=True)
class Watched:
    """A goal that needs attention, with the reasons in words."""

    row: Row
    reasons: list[str]
    asking: Asking | None = None


def asked_for(request: MemberRequest, choices: Sequence[Focus]) -> Asked:
    """404 for a team that does not exist or may not be seen; anything else unreadable is as if it were not said."""
    get = request.GET.get
    key = get("team", "")
    focus = next((choice for choice in choices if choice.key == key), None)
    if key and focus is None:
        raise Http404
    return Asked(
        focus=focus or default_of(choices, request.member, request.reach),
        period=period_on(get("period", ""), get("on", ""), rules_of(request.organization), request.today),
        status=get("status", "") if get("status", "") in set(Status) else "",
        words=get("q", "").strip()[:LONGEST_SEARCH],
        group=get("group", "") if get("group", "") in GROUPINGS else "",
        page=get("page", ""),
    )


def choices_of(request: MemberRequest) -> list[Focus]:
    return focuses(request.member, request.reach, [team for team in all_teams() if team.archived_at is None])


def goals_part(request: MemberRequest, asked: Asked) -> dict[str, Any]:
    """Only what the table of goals needs."""
    return _table(request, asked, board_of(request, asked).rows)


def whole_page(request: MemberRequest, asked: Asked, choices: Sequence[Focus]) -> dict[str, Any]:
    rules, day = asked.period.rules, asked.period.last_day
    weeks, ahead = weeks_before(day, rules), weeks_ahead(request.today, request.organization)
    span = Window(ahead[0].start, ahead[-1].end)
    read = board_of(request, asked)  # first: what is written from now on makes the page follow
    people = read_people(asked.focus, request.reach, day=day, weeks=weeks, ahead=span, today=request.today)
    board = replace(read, people=frozenset(person.member.pk for person in people))
    plans = plan_tiles(board, _other_kpis(board))
    main = main_plan(board, plans)
    numbers = values([*(cell for plan in plans for cell in plan.cells), *(main.cells if main else [])])
    rows = board.rows
    concerns = watch(board) if asked.period.is_current else []
    return {
        **_head(request, asked, choices),
        **_table(request, asked, rows),
        "tiles": [plan.tile(numbers, board.standings[plan.goal.pk] if plan.goal else None) for plan in plans],
        "tally": tally(rows),
        "on_pace": board.on_pace,
        "pace": main.pace(numbers, language()) if main else None,
        "watched": watched(concerns[:MOST_CONCERNS], rows, request.organization.currency, asking_of(request, people)),
        "concern_count": len(concerns),
        "upcoming": upcoming(rows, board.told, request.today),
        "board": attainment_board(request, asked.focus, rows),
        "switch": switch_of(request, asked.focus),
        "rhythm": rhythm_of(people, weeks),
        "burdens": burdens_of(people, request.reach, ahead, board.calendars, request.organization),
        "is_updating": board.is_updating,
        "following": marks_of(board, request.today),
    }


def pace_of(request: MemberRequest, asked: Asked) -> Pace | None:
    """Only the chart, for a file."""
    board = board_of(request, asked)
    main = main_plan(board, plan_tiles(board, _other_kpis(board)))
    return main.pace(values(main.cells), language()) if main else None


def board_of(request: MemberRequest, asked: Asked) -> Board:
    of = asked.focus, asked.period, request.reach, request.organization, request.today
    return read_board(*of, with_teams=asked.group == "team")


def watched(
    concerns: Sequence[Concern],
    rows: Sequence[Row],
    currency: str,
    asking: Callable[[Goal], Asking | None] = lambda _goal: None,
) -> list[Watched]:
    by_goal = {row.goal.pk: row for row in rows}
    found = []
    for concern in concerns:
        row = by_goal[concern.goal]
        assert row.goal.kpi is not None
        style = Style(row.goal.kpi, language(), currency)
        reasons = [reason_text(reason, style) for reason in concern.reasons]
        found.append(Watched(row, reasons, asking(row.goal)))
    return found


def ruler_marks(period: Period) -> list[tuple[Decimal, str]]:
    names = wording(language()).months
    if period.kind == "month" or period.rules.in_weeks:
        return [(place, format_date(day, language(), year=False)) for place, day in period.marks]
    return [(place, names[day.month - 1]) for place, day in period.marks]


def period_context(period: Period) -> dict[str, Any]:
    """For the strip with the ruler."""
    return {"period": period, "marks": ruler_marks(period), "gone": gone_text(period, language())}


def _head(request: MemberRequest, asked: Asked, choices: Sequence[Focus]) -> dict[str, Any]:
    names = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    previous, following = asked.period.previous, asked.period.next
    return {
        **period_context(asked.period),
        "focus": asked.focus,
        "screen_url": asked.url(request, name="dashboards:team_screen", status="", q=""),
        "pace_file_url": asked.url(request, name="dashboards:pace_file", status="", q=""),
        "whole_url": link(request, "dashboards:organization") if request.reach.sees_everything else "",
        "may_share": request.member.may("share dashboard"),
        "choices": [(choice, asked.url(request, team=choice.key, status="", q="")) for choice in choices],
        "kinds": [(kind, names[kind], asked.url(request, period=kind)) for kind in KINDS],
        "previous_url": asked.url(request, on=previous.start.isoformat()) if previous else "",
        "next_url": asked.url(request, on=following.start.isoformat()) if following else "",
        "today_url": "" if asked.period.is_current else asked.url(request, on=""),
    }


def _table(request: MemberRequest, asked: Asked, rows: Sequence[Row]) -> dict[str, Any]:
    """The chips count what the search leaves."""
    found = [row for row in rows if row.says(asked.words)]
    grouping = Grouping(asked.group, {team.pk: team.name for team in all_teams()})
    shown = grouping.ordered(row for row in found if not asked.status or row.status == asked.status)
    page: Page[Row] = Paginator(shown, ROWS_PER_PAGE).get_page(asked.page)
    pages = {"previous": page.has_previous() and page.previous_page_number()}
    pages["next"] = page.has_next() and page.next_page_number()
    return {
        "asked": asked,
        "rows": page.object_list,
        "groups": grouping.groups(list(page.object_list), shown),
        "groupings": [(by, name, asked.url(request, group=by)) for by, name in grouping_names()],
        "page": page,
        "page_urls": {name: asked.url(request, page=str(number)) for name, number in pages.items() if number},
        "chips": _chips(found, asked.status),
        "goal_count": len(rows),
        "may_write": request.member.may("write goal"),
        "all_url": asked.url(request, status="", q=""),
    }


def grouping_names() -> list[tuple[str, str]]:
    return [("", _("Goal")), ("rep", pgettext("group by", "Person")), ("team", _("Team"))]


def _chips(rows: Sequence[Row], chosen: str) -> list[Chip]:
    """The three main states always, the others where there are such goals, or where they are asked for."""
    counts = dict(tally(rows))
    states = [status for status in Status if status in MAIN_STATES or counts.get(status) or status == chosen]
    states.sort(key=lambda status: MAIN_STATES.index(status) if status in MAIN_STATES else len(MAIN_STATES))
    return [Chip("", None, len(rows)), *(Chip(str(status), status, counts.get(status, 0)) for status in states)]


def _other_kpis(board: Board) -> list[Kpi]:
    """What to show of an organization that has numbers but few goals: totals of money first. A viewer without a team
    sees the KPIs of the goals that are shown, and no others.
    """
    if board.focus.is_alone and board.focus.scope.kind == "organization":
        return []
    return main_kpis()
