"""`{% load kpis %}`: recorded values as they were recorded."""

from decimal import Decimal

from django import template
from django.template import Context

from kpis.models import Kpi
from web.formats import format_value
from web.templatetags.web import currency, language

register = template.Library()


@register.simple_tag(takes_context=True)
def recorded_text(context: Context, value: Decimal, kpi: Kpi) -> str:
    """An entry's value with all its decimals: rounded as numbers are on other pages, 4.5 calls would read as 5."""
    return format_value(value, kpi.unit, decimals_of(value, kpi), language(), currency(context))


@register.filter
def amount_text(amount: Decimal, currency: str) -> str:
    """An amount in another currency as it was typed: 100 USD."""
    return f"{_in_full(amount)} {currency}"


@register.filter
def rate_text(rate: Decimal) -> str:
    """With all its decimals, and no zeros at the end: 35.2."""
    return _in_full(rate)


def _in_full(number: Decimal) -> str:
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "stored numbers are finite"
    return format_value(number, "count", max(0, -exponent), language())


@register.filter
def share_text(share: Decimal) -> str:
    """0.7 as 70%, 0.6667 as 66.67%."""
    exponent = share.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "stored shares are finite"
    return format_value(share, "percent", max(0, -exponent - 2), language())


def decimals_of(value: Decimal, kpi: Kpi) -> int:
    """The KPI's own, or as many more as the value has; percent values are shown times 100."""
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "stored values are finite"
    return max(kpi.decimals, -exponent - (2 if kpi.unit == Kpi.Unit.PERCENT else 0))
