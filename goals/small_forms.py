"""Small forms about a goal that is there already: moving it, answering for it, looking back on it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from goals.further import GoalKpi
from goals.models import Goal, GoalQuerySet, Turn
from goals.owners import ParentField
from kpis.models import Kpi
from web.fields import DayField, NumberField, RequestIdField


class MoveForm(forms.Form):
    """Where a goal hangs in the tree. `version_read` is the goal's as it was read."""

    version_read = forms.IntegerField(required=False, widget=forms.HiddenInput)
    parent = ParentField()

    def __init__(self, data: QueryDict | None, *, parents: GoalQuerySet, goal: Goal):
        super().__init__(data, initial={"parent": goal.parent_id, "version_read": goal.version})
        field = self.fields["parent"]
        assert isinstance(field, ParentField)
        field.offer(parents, goal)
        self.hidden = field.hidden

    @property
    def chosen(self) -> Goal | None:
        found: Goal | None = self.cleaned_data["parent"] or self.hidden
        return found


class AnswerForm(forms.Form):
    """A turn of the talk about a goal. `version` is the goal's as it was read."""

    request_id = RequestIdField()
    version_read = forms.IntegerField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Your words"),
        max_length=Turn._meta.get_field("words").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, needs_words: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["words"].required = needs_words

    @property
    def version(self) -> int:
        return self.cleaned_data["version_read"] or 0


class CounterForm(AnswerForm):
    """Another offer: one's own target, one's own deadline, and the reason."""

    target = NumberField(label=_("Target"))
    deadline = DayField(label=_("By when"))

    field_order = ("request_id", "version_read", "target", "deadline", "words")

    def __init__(self, *args: Any, goal: Goal, initial: dict[str, Any] | None = None, **kwargs: Any):
        offer = {"target": goal.target, "deadline": goal.deadline}
        rows = list(goal.further.select_related("kpi")) if goal.is_scorecard else []
        offer |= {_of_row(row): row.target for row in rows}
        super().__init__(*args, initial={**offer, **(initial or {})}, **kwargs)
        field, words = self.fields["target"], self.fields["words"]
        assert isinstance(field, NumberField)
        field.percent = goal.kpi is not None and goal.kpi.unit == Kpi.Unit.PERCENT
        words.label = _("Reason")
        self.further_rows = rows
        if rows and goal.kpi:
            field.label = gettext("Target: %(kpi)s") % {"kpi": goal.kpi.label}
        for row in rows:
            is_percent = row.kpi.unit == Kpi.Unit.PERCENT
            label = gettext("Target: %(kpi)s") % {"kpi": row.kpi.label}
            self.fields[_of_row(row)] = NumberField(label=label, percent=is_percent)
        self.order_fields(["request_id", "version_read", "target", *map(_of_row, rows), "deadline", "words"])

    @property
    def further(self) -> dict[int, Decimal]:
        """Targets of the other KPIs, by row."""
        return {row.pk: self.cleaned_data[_of_row(row)] for row in self.further_rows}


def _of_row(row: GoalKpi) -> str:
    return f"target_{row.pk}"


class LookBackForm(forms.Form):
    """A short word on a goal that has ended."""

    helped = forms.CharField(
        label=_("What helped?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    hindered = forms.CharField(
        label=_("What hindered?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class RollOverForm(forms.Form):
    """Which goals go on into their next period, and by how much their targets change."""

    request_id = RequestIdField()
    change = NumberField(label=_("More or less, in percent"), required=False, percent=True, min_value=-1, max_value=100)
