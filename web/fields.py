"""Form fields for what people type: numbers, days, and the id that makes a repeated request harmless."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from web.parsing import (
    BUDDHIST_ERA_OFFSET,
    FIRST_YEAR,
    LAST_YEAR,
    MAX_DECIMALS,
    InvalidInput,
    ascii_digits,
    parse_date,
    parse_number,
)


class NumberField(forms.Field):
    """A Decimal, read by `parse_number`. With `percent` the form shows 12.5% and the program gets 0.125.

    `percent` and `decimals` may be set on the form's own copy once its KPI is known.
    """

    widget = forms.TextInput
    default_error_messages = {
        "required": _("Enter a number."),
        "min_value": _("The number must be at least %(limit)s."),
        "max_value": _("The number must be at most %(limit)s."),
    }

    def __init__(
        self,
        *,
        percent: bool = False,
        decimals: int = MAX_DECIMALS,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **options: Any,
    ) -> None:
        self.percent = percent
        self.decimals = decimals
        self.min_value = min_value
        self.max_value = max_value
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: object) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        text = str(value)
        if not text.strip():
            return None
        try:
            return parse_number(text, percent=self.percent, decimals=self.decimals)
        except InvalidInput as error:
            raise ValidationError(error.message, code=error.code) from error

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        for code, limit, is_outside in (
            ("min_value", self.min_value, self.min_value is not None and value < self.min_value),
            ("max_value", self.max_value, self.max_value is not None and value > self.max_value),
        ):
            if is_outside:
                params = {"limit": self.prepare_value(Decimal(limit or 0))}
                raise ValidationError(self.error_messages[code], code=code, params=params)

    def prepare_value(self, value: object) -> object:
        """A stored number as one would type it; what was typed stays as it is."""
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            return value
        number = Decimal(value).scaleb(2) if self.percent else Decimal(value)
        text = f"{number:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return f"{text}%" if self.percent else text


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # A year typed in the Buddhist era must get past the browser's own check to be read as one.
        limits = {"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR + BUDDHIST_ERA_OFFSET}-12-31"}
        super().__init__(attrs=limits | (attrs or {}), format="%Y-%m-%d")


class DayField(forms.Field):
    """A date, read by `parse_date`: the browser's own ISO text as well as 31/12/2569."""

    widget = DayInput
    default_error_messages = {"required": _("Enter a date.")}

    def to_python(self, value: object) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        text = str(value)
        if not text.strip():
            return None
        try:
            return parse_date(text)
        except InvalidInput as error:
            raise ValidationError(error.message, code=error.code) from error


class HourField(forms.TimeField):
    """A time of the day: 22:00 or 22.00, in any script's digits."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    input_formats = ("%H:%M", "%H:%M:%S", "%H.%M")
    default_error_messages = {"invalid": _("Write a time like 22:00.")}

    def to_python(self, value: Any) -> time | None:
        found: time | None = super().to_python(ascii_digits(value) if isinstance(value, str) else value)
        return found


class RequestIdField(forms.UUIDField):
    """Names one intention. A form sent twice carries the same id, and the second one changes nothing."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"initial": uuid4} | options)
