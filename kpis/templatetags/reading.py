"""`{% load reading %}`: numbers beside one another, and the way to what they are made of."""

from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.template import Context

from kpis.access import Choice
from kpis.changes import change, written
from kpis.models import Kpi
from kpis.periods import Window
from web.formats import NOTHING
from web.links import link
from web.templatetags.web import currency, language

register = template.Library()


@register.simple_tag(takes_context=True)
def change_text(context: Context, now: Decimal | None, before: Decimal | None, kpi: Kpi) -> str:
    """By how much a number differs from another."""
    found = change(now, before, kpi)
    return written(found, kpi, language(), currency(context)) if found else NOTHING


@register.simple_tag(takes_context=True)
def behind_link(context: Context, kpi: Kpi, choice: Choice, window: Window) -> str:
    """The entries that a number is made of."""
    days = {"first": window.start.isoformat(), "last": window.end.isoformat()}
    return link(context["request"], "kpis:behind", pk=kpi.pk) + "?" + urlencode({"of": choice.key} | days)
