"""Forms of organizations and of a person's own profile."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from teams.actions.organizations import free_slug
from teams.models import Organization, User, monday_to_friday
from teams.public_holidays import COUNTRIES
from teams.validators import time_zones
from web.fields import DayField, NumberField, RequestIdField
from web.parsing import BUDDHIST_ERA_OFFSET

# ISO weekdays: 1 is Monday.
DAYS = [(number + 1, name) for number, name in WEEKDAYS.items()]
FREQUENT_CURRENCIES = ("THB", "USD", "EUR", "GBP", "JPY", "SGD", "CNY", "AUD", "CHF", "INR", "VND", "MYR", "IDR")


def zone_choices() -> list[tuple[str, str]]:
    """Places, without the many names that only old machines know."""
    return [(name, name.replace("_", " ")) for name in sorted(time_zones()) if "/" in name or name == "UTC"]


class LongSelect(forms.Select):
    """Writes its hundreds of options itself: a template for each of them takes a third of a second."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, None, attrs)["widget"]
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if str(key) == chosen else "", label) for key, label in self.choices),
        )
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(context["attrs"]), options)

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return []


class RampField(forms.Field):
    """Percentages, one a month, parted by commas or spaces."""

    MOST = 24

    def to_python(self, value: Any) -> list[int]:
        if not value:
            return []
        if isinstance(value, list):
            return value
        field = NumberField(decimals=0, min_value=0, max_value=100)
        shares = [field.clean(part) for part in re.split(r"[,;\s]+", str(value).strip()) if part]
        if len(shares) > self.MOST:
            raise ValidationError(_("At most 24 months."))
        return [int(share) for share in shares if share is not None]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(share) for share in value) if isinstance(value, list) else value


class OrganizationForm(forms.ModelForm):  # type: ignore[type-arg]
    """All that can be said about an organization."""

    slug = forms.SlugField(label=_("Address"), max_length=40)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, widget=LongSelect)
    week_start = forms.TypedChoiceField(label=_("Week begins on"), choices=DAYS, coerce=int)
    fiscal_year_start = forms.TypedChoiceField(
        label=_("Fiscal year begins in"), choices=list(MONTHS.items()), coerce=int
    )
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=DAYS,
        coerce=int,
        initial=monday_to_friday,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "days"}),
        error_messages={"required": _("Choose at least one day.")},
    )
    grace_days = NumberField(
        label=_("Working days after a deadline in which late entries still count"),
        decimals=0,
        min_value=0,
        max_value=60,
    )
    weekly_hours = NumberField(label=_("Hours a week of a full-time member"), decimals=1, min_value=1, max_value=168)

    ramp = RampField(
        label=_("Ramp of new members"),
        required=False,
        help_text=_(
            "Percent of the full target in each of their first months, for example 25, 50, 75. Empty: the full target "
            "from the first day."
        ),
    )

    class Meta:
        model = Organization
        fields = (
            "name",
            "slug",
            "time_zone",
            "language",
            "currency",
            "week_start",
            "fiscal_year_start",
            "fiscal_calendar",
            "working_days",
            "grace_days",
            "weekly_hours",
            "ramp",
            "visibility",
            "leaderboard",
        )
        widgets = {
            "currency": forms.TextInput(attrs={"list": "currencies", "maxlength": 3, "autocomplete": "off"}),
            "fiscal_calendar": forms.RadioSelect,
            "visibility": forms.RadioSelect,
        }
        help_texts = {
            "fiscal_calendar": _(
                "A 4-4-5 year begins on the first day of the week nearest the first of its month. Every five or six "
                "years it has a 53rd week, which belongs to its last month."
            ),
            "leaderboard": _(
                "Off, a team may still switch on its own. People are ranked by how far they are with their goals, and "
                "by how much their numbers improve; each sees the own place and the two beside it."
            ),
            "currency": _("The three letters of ISO 4217, for example THB."),
        }

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"].lower())

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise ValidationError(_("Write the three letters of the currency, for example THB."), code="currency")
        return currency

    def clean_working_days(self) -> list[int]:
        return sorted(self.cleaned_data["working_days"])


class NewOrganizationForm(OrganizationForm):
    """What must be known at the start; the rest has good defaults and stands in the settings."""

    request_id = RequestIdField()
    # Taken from the form above.
    grace_days = None  # type: ignore[assignment]
    weekly_hours = None  # type: ignore[assignment]
    ramp = None  # type: ignore[assignment]

    class Meta(OrganizationForm.Meta):
        fields = (
            "name",
            "slug",
            "time_zone",
            "language",
            "currency",
            "week_start",
            "fiscal_year_start",
            "working_days",
        )  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("The part after the first / in the address. Empty: made from the name.")
        self.fields["name"].widget.attrs |= {
            "hx-get": reverse("teams:new_organization"),
            "hx-trigger": "change",
            "hx-include": "[name=slug]",
            "hx-target": "#address",
            "hx-swap": "outerMorph",
        }

    def clean_slug(self) -> str:
        # What is made from a name must pass the same checks as what is typed.
        return self.cleaned_data["slug"].lower() or free_slug(self.cleaned_data.get("name", ""))


class HolidayForm(forms.Form):
    date = DayField(label=_("Date"))
    name = forms.CharField(label=_("Name"), max_length=120)


class ReadyListForm(forms.Form):
    """Which country's list to look at."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(today.year - 1, today.year + 3)
        era = BUDDHIST_ERA_OFFSET if get_language() == "th" else 0
        self.fields["year"].choices = [(year, str(year + era)) for year in years]  # type: ignore[attr-defined]


class ReadyDaysForm(forms.Form):
    """Which of the list's days to take over."""

    days = forms.MultipleChoiceField(
        label=_("Days"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose at least one day.")}
    )

    def __init__(self, *args: Any, names: dict[dt.date, str], labels: dict[dt.date, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        choices = [(date.isoformat(), labels[date]) for date in names]
        self.fields["days"].choices = choices  # type: ignore[attr-defined]
        self.fields["days"].initial = [value for value, _label in choices]

    def chosen(self) -> dict[dt.date, str]:
        dates = [dt.date.fromisoformat(day) for day in self.cleaned_data["days"]]
        return {date: self.names[date] for date in dates}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, widget=LongSelect)

    class Meta:
        model = User
        fields = ("name", "language", "theme", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [("", _("As the organization")), *zone_choices()]  # type: ignore[attr-defined]
        spoken = list(User._meta.get_field("language").choices or [])
        self.fields["language"].choices = [("", _("As the browser")), *spoken]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
