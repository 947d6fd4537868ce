"""`{% load web %}`: addresses, icons, form fields, and values in the reader's language."""

import datetime as dt
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from web import charts, formats
from web.devices import device_name
from web.links import link as link_to
from web.marks import mark_of

register = template.Library()
register.filter(mark_of)
register.filter("device", device_name)
for chart in (charts.bar, charts.bullet, charts.split, charts.spark, charts.ruler):
    register.simple_tag(chart)


class Measured(Protocol):
    """A KPI, or anything else that says how its values are written."""

    @property
    def unit(self) -> str: ...
    @property
    def decimals(self) -> int: ...


@register.simple_tag(takes_context=True)
def link(context: Context, name: str, **kwargs: Any) -> str:
    """`{% link "goals:detail" pk=goal.pk %}`: the address of a page of the organization one is in."""
    return link_to(context["request"], name, **kwargs)


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="i" aria-hidden="true" width="18" height="18"><use href="{}#{}"/></svg>',
        static("icons/icons.svg"),
        name,
    )


@register.simple_tag
def mark(status: str) -> SafeString:
    """The shape of a state. It is silent: the state's word must stand beside it."""
    shape = mark_of(status)
    return format_html(
        '<svg class="mark {}" aria-hidden="true" width="14" height="14"><use href="{}#st-{}"/></svg>',
        shape,
        static("icons/icons.svg"),
        shape,
    )


@register.inclusion_tag("web/_field.html")
def field(bound: BoundField, label: str = "", *, placeholder: bool = True) -> dict[str, Any]:
    """One field with label, help and errors, read out together."""
    widget = bound.field.widget
    if not placeholder:
        widget.attrs.pop("placeholder", None)
    return {
        "field": bound,
        "label": label or bound.label,
        "is_check": isinstance(widget, CheckboxInput),
        "is_group": bound.use_fieldset,
    }


@register.inclusion_tag("web/_fields.html")
def fields(form: BaseForm, *, placeholders: bool = True) -> dict[str, Any]:
    """All of a form: its own errors, the hidden fields, then every field that is seen."""
    return {"form": form, "placeholders": placeholders}


@register.inclusion_tag("web/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole, hidden fields included, and the hidden fields themselves."""
    return {"form": form}


@register.simple_tag(takes_context=True)
def value_text(context: Context, value: Decimal | None, kpi: Measured, *, short: bool = False) -> str:
    """`{% value_text standing.value goal.kpi short=True %}`: ฿8.42M, 25.0%, 14."""
    return formats.format_value(value, kpi.unit, kpi.decimals, language(), currency=currency(context), short=short)


@register.simple_tag(takes_context=True)
def signed_text(context: Context, value: Decimal | None, kpi: Measured, *, short: bool = False) -> str:
    """As `value_text`, with its sign: +14, −฿41k."""
    return formats.format_signed(value, kpi.unit, kpi.decimals, language(), currency=currency(context), short=short)


@register.filter
def percent(share: Decimal | None, decimals: int = 0) -> str:
    """0.7 as 70%."""
    return formats.format_value(share, "percent", decimals, language())


@register.filter
def signed_percent(share: Decimal | None, decimals: int = 0) -> str:
    return formats.format_signed(share, "percent", decimals, language())


@register.filter
def points(share: Decimal | None, decimals: int = 1) -> str:
    """A difference of two percentages: +1.9 pts."""
    return formats.format_points(share, decimals, language())


@register.filter
def day(date: dt.date | None) -> str:
    """18 Dec 2026."""
    return formats.format_date(date, language()) if date else ""


@register.filter
def day_short(date: dt.date | None) -> str:
    """18 Dec."""
    return formats.format_date(date, language(), year=False) if date else ""


@register.simple_tag(takes_context=True)
def moment(context: Context, when: dt.datetime | None) -> str:
    """`{% moment entry.created_at %}`: date and time on the clock of the reader, else of the organization."""
    return formats.format_datetime(when, zone(context), language()) if when else ""


@register.simple_tag(takes_context=True)
def period_text(context: Context, start: dt.date, end: dt.date, kind: str) -> str:
    """Q4 2026, 23–29 Nov 2026, FY2027."""
    organization = _organization(context)
    if organization is None:
        return formats.format_period(start, end, kind, language())
    fiscal_start, in_weeks = organization.fiscal_year_start, organization.counts_in_weeks
    return formats.format_period(start, end, kind, language(), fiscal_start, in_weeks)


def language() -> str:
    return (get_language() or "en")[:2]


def currency(context: Context) -> str:
    organization = _organization(context)
    return organization.currency if organization else ""


def zone(context: Context) -> dt.tzinfo:
    person = context.get("user") or getattr(context.get("request"), "user", None)
    organization = _organization(context)
    name = getattr(person, "time_zone", "") or getattr(organization, "time_zone", "")
    return ZoneInfo(name) if name else timezone.get_current_timezone()


def _organization(context: Context) -> Any:
    """Of the request on pages, named in the context in mails."""
    return context.get("organization") or getattr(context.get("request"), "organization", None)
