"""`{% load goals %}`: states in words, and fields as blanks in a sentence."""

import datetime as dt
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from goals.load import WeekLoad
from goals.models import Goal
from goals.reading import Standing
from goals.words import LISTED, STATUS
from kpis.models import Kpi
from teams.models import Member
from web.formats import format_value, wording
from web.templatetags.web import currency, language

register = template.Library()


@register.filter
def status_word(status: str) -> str | Promise:
    """On track, At risk, …"""
    return STATUS[str(status)]


@register.filter
def shown_state(standing: Standing, goal: Goal) -> str:
    """The status; of a goal that does not hold yet, its state."""
    return goal.state if goal.state in Goal.UNSETTLED else str(standing.status)


@register.filter
def load_state(week: WeekLoad) -> str:
    """How the bar of a week looks: a full one is a warning."""
    return "at_risk" if week.is_over else "on_track"


@register.filter
def state_word(state: str) -> str | Promise:
    """Running, Drafts, …: which goals a list shows."""
    return LISTED[state]


@register.simple_tag(takes_context=True)
def fine_text(context: Context, value: Decimal | None, kpi: Kpi) -> str:
    """A value that is reckoned and not counted: 1.4 calls a day, where the KPI itself has no decimals."""
    is_small = value is not None and abs(value) < 100 and kpi.unit == Kpi.Unit.COUNT
    decimals = max(kpi.decimals, 1) if is_small and value != round(value or 0) else kpi.decimals
    return format_value(value, kpi.unit, decimals, language(), currency(context), short=not is_small)


@register.simple_tag
def kpis_text(goal: Goal, standing: Standing) -> str:
    """The KPI that a goal is measured by; of a scorecard the first one, and how many more there are."""
    name = goal.kpi.label if goal.kpi else ""
    more = len(standing.lines) - 1
    if more < 1:
        return name
    return ngettext("%(kpi)s and %(more)s more KPI", "%(kpi)s and %(more)s more KPIs", more) % {
        "kpi": name,
        "more": more,
    }


@register.simple_tag(takes_context=True)
def money_text(context: Context, amount: Decimal | None) -> str:
    """In the organization's currency, with minor units only where there are some."""
    decimals = 0 if amount is None or amount == round(amount) else 2
    return format_value(amount, "money", decimals, language(), currency(context))


@register.filter
def plain_number(number: Decimal | None) -> str:
    decimals = 0 if number is None or number == round(number) else 1
    return format_value(number, "count", decimals, language())


@register.filter
def month_short(day: dt.date) -> str:
    """Nov, พ.ย."""
    return wording(language()).months[day.month - 1]


@register.filter
def may_write_goals(member: Member) -> bool:
    return member.may("write goal")


@register.simple_tag
def blank(bound: BoundField) -> SafeString:
    """A field inside running words: its label is heard, not seen."""
    return SafeString(render_to_string("goals/_blank.html", {"field": bound}).strip())
