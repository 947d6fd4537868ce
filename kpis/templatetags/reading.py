"""`{% load reading %}`: numbers beside one another, and the way to what they are made of."""

from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.template import Context

from kpis.access import Choice
from kpis.models import Kpi
from kpis.periods import Window
from web.formats import NOTHING, format_points, format_signed
from web.links import link
from web.templatetags.web import currency, language

register = template.Library()


@register.simple_tag(takes_context=True)
def change_text(context: Context, now: Decimal | None, before: Decimal | None, kpi: Kpi) -> str:
    """By how much a number differs from another: percentages in points, all else in percent of the other.

    Where that says nothing, because the other is 0 or below, the difference itself.
    """
    if now is None or before is None:
        return NOTHING
    if kpi.unit == Kpi.Unit.PERCENT:
        return format_points(now - before, max(kpi.decimals, 1), language())
    if before > 0:
        return format_signed(now / before - 1, "percent", 0, language())
    return format_signed(now - before, kpi.unit, kpi.decimals, language(), currency(context), short=True)


@register.simple_tag(takes_context=True)
def behind_link(context: Context, kpi: Kpi, choice: Choice, window: Window) -> str:
    """The entries that a number is made of."""
    days = {"first": window.start.isoformat(), "last": window.end.isoformat()}
    return link(context["request"], "kpis:behind", pk=kpi.pk) + "?" + urlencode({"of": choice.key} | days)
