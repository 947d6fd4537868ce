"""What the address of a KPI's page asks for: whose numbers, and of which days."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpis.access import Choice, Choices, choices_of
from kpis.numbers import is_updating, rules_of
from kpis.periods import PeriodRules
from kpis.timeline import COUNTS, CUSTOM, Look, look_at, look_between
from teams.requests import MemberRequest
from web.fields import DayField

LONGEST_RANGE = dt.timedelta(days=366 * 25)
KIND_NAMES: dict[str, str | Promise] = {
    "day": pgettext_lazy("period", "Day"),
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "year": _("Year"),
    CUSTOM: _("Any days"),
}


class RangeForm(forms.Form):
    """Any days, both included; those to come are left out."""

    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and first > self.today:
            self.add_error("first", _("This day is still to come."))
        elif first and last and last < first:
            self.add_error("last", _("The last day cannot lie before the first."))
        elif first and last and last - first > LONGEST_RANGE:
            self.add_error("last", _("These are too many days: 25 years at most."))


@dataclass(frozen=True)
class Asked:
    """`range` is the form of the custom days, with what is wrong in it."""

    choices: Choices
    chosen: Choice
    look: Look
    rules: PeriodRules
    range: RangeForm
    kind: str

    @property
    def period(self) -> dict[str, str]:
        """What keeps links in these days."""
        look = self.look
        if look.kind == CUSTOM:
            return {"by": CUSTOM, "first": look.whole.start.isoformat(), "last": look.whole.end.isoformat()}
        return {"by": look.kind} | ({"on": look.whole.end.isoformat()} if look.is_over else {})

    @property
    def query(self) -> str:
        """What keeps links with the same people and days."""
        return urlencode({"of": self.chosen.key} | self.period)

    @property
    def period_query(self) -> str:
        return urlencode(self.period)

    @property
    def is_offered(self) -> bool:
        """Whether the picker offers the people that are looked at: it has no archived teams, nor who has left."""
        return any(choice.key == self.chosen.key for choice in self.choices.all)

    def at(self, day: dt.date) -> str:
        return urlencode({"of": self.chosen.key, "by": self.look.kind, "on": day.isoformat()})

    @property
    def earlier(self) -> str:
        return self.at(self.look.day_before)

    @property
    def later(self) -> str:
        day = self.look.day_after
        return self.at(day) if day else ""


def asked_for(request: MemberRequest, kind: str = "") -> Asked:
    """404 for people who may not be looked at; any other part that cannot be read is as if it were not said.

    `kind` for pages that know one kind of days only.
    """
    get, today, rules = request.GET.get, request.today, rules_of(request.organization)
    choices = choices_of(request)
    kind = kind or get("by", "")
    if kind == CUSTOM:
        form, look = _range(request, rules)
    else:
        kind = kind if kind in COUNTS else "month"
        look = look_at(kind, _day(get("on", "")) or today, today, rules)
        form = RangeForm(today=today)
    return Asked(choices, choices.named(get("of", "")), look, rules, form, kind)


def _range(request: MemberRequest, rules: PeriodRules) -> tuple[RangeForm, Look]:
    """The days that were typed, else a month; a form that was not filled in yet proposes it."""
    today = request.today
    month = look_at("month", _day(request.GET.get("on", "")) or today, today, rules)
    if "first" not in request.GET and "last" not in request.GET:
        return RangeForm(today=today, initial={"first": month.window.start, "last": month.window.end}), month
    form = RangeForm(request.GET, today=today)
    if not form.is_valid():
        return form, month
    return form, look_between(form.cleaned_data["first"], form.cleaned_data["last"], today)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def frame(request: MemberRequest, asked: Asked) -> dict[str, Any]:
    """What every page of numbers shows around them."""
    return {
        "asked": asked,
        "choices": asked.choices,
        "chosen": asked.chosen,
        "look": asked.look,
        "kind": asked.look.kind,
        "kinds": KIND_NAMES.items(),
        "updating": is_updating(),
        "may_edit": request.member.may("edit kpi"),
    }
