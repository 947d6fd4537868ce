"""The template tags: addresses, marks, fields, values in the reader's language."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from web.devices import device_name
from web.marks import mark_of


@dataclass
class Kpi:
    unit: str = "money"
    decimals: int = 0


@dataclass
class Request:
    """What the tags ask of a request in an organization."""

    organization: Any = field(
        default_factory=lambda: SimpleNamespace(
            slug="acme", currency="THB", time_zone="Asia/Bangkok", fiscal_year_start=4, counts_in_weeks=False
        )
    )
    user: Any = field(default_factory=lambda: SimpleNamespace(time_zone=""))


def rendered(source: str, language: str = "en", **context: Any) -> str:
    with translation.override(language):
        return Template("{% load web %}" + source).render(Context({"request": Request(), **context}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% link "teams:people" %}', "/acme/people/"),
        ('{% link "teams:member" pk=7 %}', "/acme/people/7/"),
        ('{% link "teams:people" as url %}[{{ url }}]', "[/acme/people/]"),
    ],
)
def test_link_adds_the_organization(source: str, expected: str) -> None:
    assert rendered(source) == expected


@pytest.mark.parametrize(
    ("source", "english", "thai"),
    [
        ("{% value_text value kpi %}", "฿8,420,000", "฿8,420,000"),
        ("{% value_text value kpi short=True %}", "฿8.42M", "฿8.42 ล้าน"),
        ("{% signed_text value kpi short=True %}", "+฿8.42M", "+฿8.42 ล้าน"),
        ("{% value_text nothing kpi %}", "–", "–"),
        ("{{ share|percent }}", "70%", "70%"),
        ("{{ share|percent:1 }}", "70.0%", "70.0%"),
        ("{{ share|signed_percent }}", "+70%", "+70%"),
        ("{{ day|day }}", "18 Dec 2026", "18 ธ.ค. 2569"),
        ("{{ day|day_short }}", "18 Dec", "18 ธ.ค."),
        ("{{ nothing|day }}", "", ""),
    ],
)
def test_values_are_written_for_the_reader(source: str, english: str, thai: str) -> None:
    context = {
        "value": Decimal("8420000"),
        "nothing": None,
        "kpi": Kpi(),
        "share": Decimal("0.7"),
        "day": dt.date(2026, 12, 18),
    }
    assert (rendered(source, "en", **context), rendered(source, "th", **context)) == (english, thai)


@pytest.mark.parametrize(("person", "expected"), [("", "24 Nov 2026, 01:30"), ("Europe/Berlin", "23 Nov 2026, 19:30")])
def test_moments_are_on_the_clock_of_the_reader_else_of_the_organization(person: str, expected: str) -> None:
    when = dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC)
    user = SimpleNamespace(time_zone=person)
    assert rendered("{% moment when %}", when=when, user=user) == expected


def test_period_is_named_by_the_organizations_fiscal_year() -> None:
    start, end = dt.date(2026, 4, 1), dt.date(2026, 6, 30)
    fiscal = rendered('{% period_text start end "quarter" %}', start=start, end=end)
    assert "Q1" in fiscal


def test_mails_name_the_organization_in_the_context() -> None:
    company = SimpleNamespace(currency="EUR")
    assert rendered("{% value_text v k %}", v=Decimal(5), k=Kpi(), request=None, organization=company) == "€5"


@pytest.mark.parametrize(
    ("status", "shape"),
    [
        ("not_started", "none"),
        ("outdated", "none"),
        ("on_track", "ok"),
        ("achieved", "ok"),
        ("at_risk", "warn"),
        ("off_track", "bad"),
        ("missed", "bad"),
    ],
)
def test_every_status_has_its_shape(status: str, shape: str) -> None:
    assert mark_of(status) == shape
    assert f"#st-{shape}" in rendered("{% mark status %}", status=status)


class CardForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card", min_length=3)
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="I agree")
    days = forms.MultipleChoiceField(
        label="Days", choices=[("1", "Mon"), ("2", "Tue")], widget=forms.CheckboxSelectMultiple
    )
    request_id = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("The card is full <now>")


def test_field_ties_label_help_and_error_to_the_control() -> None:
    html = rendered("{% field form.name %}", form=CardForm({"name": "x"}))
    assert '<label for="id_name">Name</label>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext">As on the card' in html
    assert 'id="id_name_error"' in html
    assert 'value="x"' in html


def test_field_without_error_has_none() -> None:
    html = rendered("{% field form.name %}", form=CardForm())
    assert "aria-invalid" not in html
    assert "id_name_error" not in html


def test_field_that_may_stay_empty_says_so() -> None:
    assert "(optional)" in rendered("{% field form.note %}", form=CardForm())
    assert "(optional)" not in rendered("{% field form.name %}", form=CardForm())


def test_group_of_boxes_is_a_fieldset_with_a_legend() -> None:
    html = rendered("{% field form.days %}", form=CardForm({}))
    assert html.startswith("<fieldset")
    assert "<legend>Days" in html
    assert 'aria-describedby="id_days_error"' in html


def test_form_shows_its_own_errors_the_hidden_fields_and_all_others() -> None:
    html = rendered("{% fields form %}", form=CardForm({"name": "abc"}))
    assert "The card is full &lt;now&gt;" in html
    assert 'type="hidden" name="request_id"' in html
    assert html.index("The card is full") < html.index('name="name"') < html.index('name="days"')
    # What is wrong with a field that nobody sees must still be said.
    assert html.count("This field is required.") == 3


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Firefox/140.0", "Firefox, macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.1", "curl/8.1"),
        ("", "?"),
    ],
)
def test_browsers_have_short_names(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
