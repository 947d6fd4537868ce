from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django import forms

from web.fields import DayField, NumberField, RequestIdField


class TypedForm(forms.Form):
    amount = NumberField(min_value=1, max_value=Decimal("999.5"))
    rate = NumberField(percent=True, required=False, max_value=1)
    day = DayField()
    note = forms.CharField(required=False)
    request_id = RequestIdField()


VALID = {
    "amount": "฿250.50",
    "rate": "12.5%",
    "day": "31/12/2569",
    "request_id": "7e1ff2ec-0d0e-4c6b-8f62-0bb1a54ab0a4",
}


def test_what_people_type_becomes_values() -> None:
    form = TypedForm(VALID)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Decimal("250.50")
    assert form.cleaned_data["rate"] == Decimal("0.125")
    assert form.cleaned_data["day"] == date(2026, 12, 31)
    assert form.cleaned_data["request_id"] == UUID(VALID["request_id"])


@pytest.mark.parametrize(
    ("field", "typed", "code", "message"),
    [
        ("amount", "12,5", "decimal_comma", "Use a point for decimals: write 12.5."),
        ("amount", "", "required", "Enter a number."),
        ("amount", "  ", "required", "Enter a number."),
        ("amount", "0.5", "min_value", "The number must be at least 1."),
        ("amount", "1000", "max_value", "The number must be at most 999.5."),
        ("rate", "120%", "max_value", "The number must be at most 100%."),
        ("day", "2026-02-30", "no_such_day", "There is no such date: that month has only 28 days."),
        ("day", " ", "required", "Enter a date."),
        ("request_id", "7", "invalid", None),
        ("request_id", "", "required", None),
    ],
)
def test_refusal_stands_at_its_field_and_keeps_what_was_typed(
    field: str, typed: str, code: str, message: str | None
) -> None:
    form = TypedForm(VALID | {field: typed})
    assert list(form.errors) == [field]
    error = form.errors.as_data()[field][0]
    assert error.code == code
    if message:
        assert form.errors[field] == [message]
    assert form[field].value() == typed


def test_optional_number_left_empty_is_none_and_not_zero() -> None:
    form = TypedForm(VALID | {"rate": ""})
    assert form.is_valid()
    assert form.cleaned_data["rate"] is None


def test_stored_values_are_shown_as_one_would_type_them() -> None:
    form = TypedForm(initial={"amount": Decimal("1500.500000"), "rate": Decimal("0.1250"), "day": date(2026, 12, 31)})
    assert 'value="1500.5"' in str(form["amount"])
    assert 'value="12.5%"' in str(form["rate"])
    assert 'type="date"' in str(form["day"])
    assert 'value="2026-12-31"' in str(form["day"])
    assert 'inputmode="decimal"' in str(form["amount"])


def test_large_round_numbers_are_shown_in_full() -> None:
    assert NumberField().prepare_value(Decimal("1E+6")) == "1000000"
    assert NumberField().prepare_value(Decimal(100)) == "100"


def test_unchanged_form_has_not_changed() -> None:
    initial = {"amount": Decimal("250.5000"), "rate": Decimal("0.125"), "day": date(2026, 12, 31)}
    form = TypedForm(VALID, initial=initial)
    assert form.changed_data == ["request_id"]
    assert TypedForm(VALID | {"amount": "251"}, initial=initial).changed_data == ["amount", "request_id"]


def test_browser_lets_buddhist_years_through() -> None:
    assert 'max="2742-12-31"' in str(TypedForm()["day"])


def test_each_fresh_form_names_a_new_intention_and_shows_it_once() -> None:
    first, second = TypedForm(), TypedForm()
    assert UUID(str(first["request_id"].value())) != UUID(str(second["request_id"].value()))
    assert str(first["request_id"].value()) in str(first["request_id"])


def test_a_kpi_decides_about_percent_and_decimals() -> None:
    form = TypedForm(VALID | {"amount": "45%"})
    amount = form.fields["amount"]
    assert isinstance(amount, NumberField)
    amount.percent, amount.min_value = True, None
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Decimal("0.45")
