"""What is typed beside the cells of a grid of targets."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.grid import MOST_PASTED, Fill
from goals.models import Goal, TargetRevision
from web.fields import NumberField, RequestIdField

FILLS = [
    (Fill.LAST_YEAR.value, _("Last year, changed")),
    (Fill.PREVIOUS.value, _("The period before, changed")),
    (Fill.EQUAL.value, _("A total, divided equally")),
    (Fill.SHARE.value, _("A total, divided as last year")),
]


class GridForm(forms.Form):
    """How the cells are filled, what is pasted, and what goes with them when they are stored.

    `season` is the share of each column to begin with; typed ones stand in `season-0` and so on.
    """

    request_id = RequestIdField()
    fill = forms.ChoiceField(
        label=_("Fill the cells with"), choices=FILLS, required=False, initial=Fill.LAST_YEAR.value
    )
    change = NumberField(label=_("More or less, in percent"), required=False, percent=True, min_value=-1, max_value=100)
    total = NumberField(label=_("Total"), required=False, help_text=_("Empty: the target of the goal that all serve."))
    keep = forms.BooleanField(label=_("Leave filled cells as they are"), required=False)
    ramp = forms.BooleanField(label=_("Lower for new members, by the ramp"), required=False)
    paste = forms.CharField(
        label=_("Paste from a spreadsheet"),
        required=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Rows in order, or with names in front; one column for each period."),
    )
    statement = forms.CharField(
        label=_("Words of new goals"), required=False, max_length=Goal._meta.get_field("statement").max_length
    )
    reason = forms.CharField(
        label=_("Reason, where goals change that hold already"),
        required=False,
        max_length=TargetRevision._meta.get_field("reason").max_length,
    )

    def __init__(self, *args: Any, columns: int, season: list[Decimal], is_percent: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        total = self.fields["total"]
        assert isinstance(total, NumberField)
        total.percent = is_percent
        for column in range(columns):
            share = season[column] if column < len(season) else None
            self.fields[f"season-{column}"] = NumberField(
                label=_("Season"),
                required=False,
                percent=True,
                min_value=0,
                max_value=100,
                initial=None if share is None else round(share, 4),
            )
        self.columns = columns

    @property
    def season_fields(self) -> list[forms.BoundField]:
        return [self[f"season-{column}"] for column in range(self.columns)]

    @property
    def season(self) -> list[Decimal]:
        return [self.cleaned_data.get(f"season-{column}") or Decimal(0) for column in range(self.columns)]

    def clean_fill(self) -> str:
        return self.cleaned_data["fill"] or Fill.LAST_YEAR.value
