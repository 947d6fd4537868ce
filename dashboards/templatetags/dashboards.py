"""`{% load dashboards %}`: notes of tiles, labels of bars, faces of owners."""

import datetime as dt
from decimal import Decimal
from math import ceil

from django import template
from django.template import Context
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dashboards.board import Row
from dashboards.overview import TeamRow
from dashboards.pace import Pace
from dashboards.period import PIECES, Period
from dashboards.tiles import Tile
from goals.load import WeekLoad
from goals.measures import scope_of
from goals.models import Goal
from goals.words import STATUS
from kpis.changes import Change, written
from kpis.models import Kpi
from kpis.periods import Window
from kpis.scopes import Scope
from kpis.timeline import period_name
from teams.reach import Reach
from web.formats import format_date, format_range, format_value, wording
from web.links import link
from web.templatetags.web import currency, icon, language

register = template.Library()


@register.simple_tag(takes_context=True)
def tile_note(context: Context, tile: Tile) -> SafeString | str:
    """Against the pace of its own goal."""
    ahead = tile.ahead
    if ahead is None:
        return str(STATUS[str(tile.standing.status)]) if tile.standing else ""
    if not ahead:
        return _("exactly on pace")
    sentence = _("%(amount)s ahead of pace") if ahead > 0 else _("%(amount)s behind pace")
    return _with_amount(context, sentence, tile, Change(ahead, is_share=not tile.is_in_points))


@register.simple_tag(takes_context=True)
def tile_change(context: Context, tile: Tile, period: Period) -> SafeString | str:
    """Against the period before, where no goal says what was expected."""
    change, previous = tile.change, period.previous
    if change is None or previous is None:
        return _("No target for this period")
    name = period_name(previous.window, previous.kind, period.rules, language())
    if not change.amount:
        return _("As much as in %(period)s") % {"period": name}
    return _with_amount(context, _comparison(period, is_more=change.amount > 0), tile, change, period=name)


def _comparison(period: Period, *, is_more: bool) -> str:
    """With the whole period before, or while this one runs with as many of its days."""
    if period.is_over:
        return _("%(amount)s more than in %(period)s") if is_more else _("%(amount)s less than in %(period)s")
    if is_more:
        return _("%(amount)s more than in %(period)s by the same day")
    return _("%(amount)s less than in %(period)s by the same day")


def _with_amount(context: Context, sentence: str, tile: Tile, change: Change, **words: str) -> SafeString:
    """The amount stands out, and without its sign: the words say which way."""
    amount = Change(abs(change.amount), change.is_share)
    text = written(amount, tile.kpi, language(), currency(context)).removeprefix("+")
    shown = {name: escape(word) for name, word in words.items()} | {"amount": format_html("<b>{}</b>", text)}
    return mark_safe(escape(sentence) % shown)  # noqa: S308 - every part is escaped


@register.simple_tag
def bar_label(row: Row) -> str:
    """What a bar says to those who do not see it."""
    if row.standing.progress is None:
        return _("No progress to show yet")
    words = {"done": format_value(row.standing.progress, "percent", 0, language())}
    if row.standing.tick is None:
        return _("%(done)s of the way done") % words
    expected = format_value(row.standing.tick, "percent", 0, language())
    return _("%(done)s of the way done, %(expected)s expected by today") % {**words, "expected": expected}


@register.simple_tag
def avatar(goal: Goal) -> SafeString:
    """The owner in a circle: initials of a member, a sign for a team and for the organization."""
    owner = goal.member.initials if goal.member else icon("users" if goal.team_id else "building")
    return format_html('<span class="av" aria-hidden="true">{}</span>', owner)


@register.simple_tag(takes_context=True)
def entries_link(context: Context, kpi: Kpi, of: Scope | Goal, window: Window | None) -> str:
    """Where the entries behind a number are listed, "" where the reader may not look at whose they are."""
    request = context["request"]
    scope = scope_of(of) if isinstance(of, Goal) else of
    if window is None or not _may_look(scope, request.reach):
        return ""
    whose = scope.kind if scope.kind == "organization" else f"{scope.kind}-{scope.id}"
    days = {"first": window.start.isoformat(), "last": window.end.isoformat()}
    return link(request, "kpis:behind", pk=kpi.pk, query={"of": whose, **days})


def _may_look(scope: Scope, reach: Reach) -> bool:
    if scope.kind == "member":
        return reach.sees_member(scope.id)
    return reach.sees_everything if scope.kind == "organization" else reach.sees_team(scope.id)


@register.simple_tag(takes_context=True)
def due_text(context: Context, day: dt.date) -> str:
    """The year is said where it is not this one."""
    return format_date(day, language(), year=day.year != context["request"].today.year)


@register.simple_tag
def range_text(window: Window) -> str:
    return format_range(window.start, window.end, language())


@register.filter
def load_shade(week: WeekLoad) -> str:
    """In quarters of what the person works."""
    return f"q{min(4, ceil(4 * week.hours / week.capacity))}" if week.capacity else "q0"


@register.filter
def month_word(day: dt.date) -> str:
    return wording(language()).months[day.month - 1]


@register.simple_tag
def pace_subtitle(pace: Pace, period: Period) -> str:
    each = PIECES[period.kind]
    if pace.kpi.is_accruing:
        totals = {"day": _("Total by day"), "week": _("Total by week"), "month": _("Total by month")}
        return totals[each]
    return {"day": _("By day"), "week": _("By week"), "month": _("By month")}[each]


@register.simple_tag(takes_context=True)
def change_of(context: Context, found: Change | None, kpi: Kpi) -> str:
    """+25%, +1.9 pts; nothing where there is nothing to compare."""
    return written(found, kpi, language(), currency(context)) if found else ""


@register.simple_tag
def mean_label(team: TeamRow) -> str:
    """What the bar of a team says to those who do not see it."""
    words = {name: format_value(value, "percent", 0, language()) for name, value in _mean_words(team)}
    return _("%(done)s of the way done, %(expected)s expected by today") % words


def _mean_words(team: TeamRow) -> list[tuple[str, Decimal | None]]:
    return [("done", team.progress), ("expected", team.tick)]
