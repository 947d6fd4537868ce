"""Thai digits and years of the Buddhist era are read wherever a number or a day is typed."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms
from django.apps import apps

import teams.forms.organizations
import teams.forms.people  # noqa: F401 - so that every form is known
from connectors.typed import DateFormat, NumberFormat
from kpis.formula import parse
from reminders.forms import PreferencesForm
from web.fields import DayField, NumberField

OURS = {config.name.partition(".")[0] for config in apps.get_app_configs()} - {"django", "allauth"}
# Django's own, which read neither; whole numbers it reads in any script's digits.
STRANGERS = (forms.DateField, forms.DateTimeField, forms.DecimalField, forms.FloatField)


def every_form(kind: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in kind.__subclasses__():
        if form.__module__.partition(".")[0] in OURS:
            yield form
        yield from every_form(form)


@pytest.mark.parametrize("form", sorted(set(every_form()), key=str), ids=lambda form: form.__name__)
def test_no_form_reads_numbers_and_days_by_another_way(form: type[forms.BaseForm]) -> None:
    fields = getattr(form, "base_fields", {})
    assert [name for name, field in fields.items() if isinstance(field, STRANGERS)] == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("๑๒", "12"),
        ("๑,๒๓๔.๕", "1234.5"),
        ("฿๑,๕๐๐,๐๐๐", "1500000"),
        ("-๓", "-3"),
        ("\u2212๓.๒๕", "-3.25"),
        ("๑2", "12"),
    ],
)
def test_numbers(typed: str, number: str) -> None:
    assert NumberField().clean(typed) == Decimal(number)


@pytest.mark.parametrize(("typed", "share"), [("๒๕%", "0.25"), ("๒๕", "0.25"), ("๑๒.๕ %", "0.125")])
def test_percentages(typed: str, share: str) -> None:
    assert NumberField(percent=True).clean(typed) == Decimal(share)


@pytest.mark.parametrize(
    "typed",
    ["31/12/2569", "๓๑/๑๒/๒๕๖๙", "๓๑-๑๒-๒๕๖๙", "2569-12-31", "๒๕๖๙-๑๒-๓๑", "31.12.2569", "31/12/2026", "๓๑/๑๒/๒๐๒๖"],
)
def test_days(typed: str) -> None:
    assert DayField().clean(typed) == dt.date(2026, 12, 31)


@pytest.mark.parametrize(("typed", "code"), [("๓๑/๒/๒๕๖๙", "no_such_day"), ("๓๑/๑๒/๖๙", "short_year")])
def test_wrong_days_are_named(typed: str, code: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        DayField().clean(typed)
    assert refused.value.code == code


def test_hours_of_the_day() -> None:
    assert PreferencesForm.base_fields["quiet_from"].clean("๒๒:๓๐") == dt.time(22, 30)


def test_whole_numbers() -> None:
    assert forms.IntegerField(min_value=0, max_value=6).clean("๒") == 2


def test_formulas() -> None:
    assert parse("calls / ๑๐๐").text != ""
    assert [part.code for part in parse("calls / ๑๒.๕").parts] == ["calls"]


def test_files() -> None:
    assert NumberFormat(".", ",").read("๑,๒๓๔.๕") == Decimal("1234.5")
    assert DateFormat("dmy").read("๓๑/๑๒/๒๕๖๙") == dt.date(2026, 12, 31)
