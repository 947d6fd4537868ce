"""What a member says about a new share link."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.focus import Focus
from dashboards.models import ShareLink
from dashboards.period import KINDS, period_on
from kpis.periods import PeriodRules
from kpis.timeline import period_name
from web.fields import RequestIdField
from web.templatetags.web import language

LIFETIMES = (7, 30, 90, 365)
USUAL = 30
ONLY = ":"  # between a kind of period and the day that says which one


class ShareForm(forms.Form):
    """Offers what the member leads. `focus` is cleaned to a `Focus`, `lifetime` to a timedelta, and `period` to a kind
    and a day, None for whichever period is current.
    """

    name = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=ShareLink._meta.get_field("name").max_length,
        help_text=gettext_lazy("By this you will know the link again, for example “Board meeting”."),
    )
    focus = forms.ChoiceField(label=gettext_lazy("What it shows"))
    period = forms.ChoiceField(label=gettext_lazy("Period"), initial="quarter")
    with_people = forms.BooleanField(
        label=gettext_lazy("Show people and their goals"),
        help_text=gettext_lazy("Without it only goals of teams and of the organization are named."),
        required=False,
    )
    lifetime = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"), coerce=lambda days: dt.timedelta(days=int(days)), initial=USUAL
    )
    request_id = RequestIdField()

    def __init__(
        self, data: Mapping[str, Any] | None, *, focuses: Sequence[Focus], rules: PeriodRules, today: dt.date
    ) -> None:
        super().__init__(data)
        self._focuses = {focus.key: focus for focus in focuses}
        self._choose("focus", [(focus.key, focus.label) for focus in focuses])
        self._choose("period", [*_periods(rules, today)])
        days = [(n, ngettext("%(days)s day", "%(days)s days", n) % {"days": n}) for n in LIFETIMES]
        self._choose("lifetime", days)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_focus(self) -> Focus:
        return self._focuses[self.cleaned_data["focus"]]

    def clean_period(self) -> tuple[str, dt.date | None]:
        kind, _only, day = self.cleaned_data["period"].partition(ONLY)
        return kind, dt.date.fromisoformat(day) if day else None

    def _choose(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _periods(rules: PeriodRules, today: dt.date) -> Iterator[tuple[str, str]]:
    """Whichever is current, then this one and the one before for good."""
    words = {
        "month": _("The current month, whichever it is"),
        "quarter": _("The current quarter, whichever it is"),
        "year": _("The current year, whichever it is"),
    }
    yield from words.items()
    for kind in KINDS:
        now = period_on(kind, "", rules, today)
        for period in (now, now.previous):
            if period:
                name = period_name(period.window, kind, rules, language())
                yield f"{kind}{ONLY}{period.start.isoformat()}", _("Only %(period)s") % {"period": name}
