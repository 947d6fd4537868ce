"""The further KPIs of a goal as they are typed: a row each, in the goal's own form."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from goals.further import MOST_FURTHER
from goals.measures import KpiBook
from goals.plan import FurtherPlan
from goals.progress import TargetType
from kpis.models import Kpi
from web.fields import NumberField

PREFIX = "further"
LEAST_WEIGHT = Decimal("0.01")
VERBS = [
    (TargetType.INCREASE_TO.value, _("increase")),
    (TargetType.DECREASE_TO.value, _("decrease")),
    (TargetType.STAY_AT_OR_ABOVE.value, _("keep at or above")),
    (TargetType.STAY_AT_OR_BELOW.value, _("keep at or below")),
]


class FurtherForm(forms.Form):
    """One row. Nothing is required here: a draft may lack anything, and an empty row says nothing."""

    target_type = forms.ChoiceField(
        label=_("What happens to the number"), choices=VERBS, initial=TargetType.INCREASE_TO.value
    )
    kpi = forms.ChoiceField(label=_("KPI"), required=False)
    baseline = NumberField(label=_("From"), required=False)
    target = NumberField(label=_("Target"), required=False)
    weight = NumberField(
        label=_("Weight"), required=False, initial=Decimal(1), min_value=LEAST_WEIGHT, max_value=1000, decimals=2
    )

    def __init__(self, *args: Any, book: KpiBook, choices: Sequence[tuple[Any, Any]], fixed: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kpi = self.fields["kpi"]
        assert isinstance(kpi, forms.ChoiceField)
        kpi.choices = [(str(key), label) for key, label in choices]
        typed = str(self["kpi"].value() or "")
        # 18 digits are less than the largest id that the database can compare with.
        self.measured = book.by_pk.get(int(typed)) if typed.isdecimal() and len(typed) <= 18 else None
        for name in ("baseline", "target"):
            field = self.fields[name]
            assert isinstance(field, NumberField)
            field.percent = self.measured is not None and self.measured.unit == Kpi.Unit.PERCENT
        for field in self.fields.values():
            field.disabled = fixed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.is_empty and not cleaned.get("kpi") and "kpi" not in self.errors:
            self.add_error("kpi", _("Choose the KPI that shows whether it is reached."))
        return cleaned

    @property
    def is_empty(self) -> bool:
        return not any(str(self[name].value() or "").strip() for name in ("kpi", "baseline", "target"))

    def plan(self) -> FurtherPlan:
        """What was said so far; what cannot be read counts as not said."""
        said = self.cleaned_data
        return FurtherPlan(
            kpi=self.measured if said.get("kpi") else None,
            target_type=TargetType(said.get("target_type") or TargetType.INCREASE_TO),
            baseline=said.get("baseline"),
            target=said.get("target"),
            weight=said.get("weight") or Decimal(1),
        )


class FurtherForms:
    """The rows, as many as the form says, or as the goal has."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        initial: Sequence[FurtherPlan],
        *,
        book: KpiBook,
        choices: Sequence[tuple[Any, Any]],
        fixed: bool,
    ) -> None:
        said = str(data.get(PREFIX, "")) if data is not None and not fixed else str(len(initial))
        count = min(int(said), MOST_FURTHER) if said.isdecimal() and len(said) < 4 else 0
        self.may_change = not fixed
        self.rows = [
            FurtherForm(
                data,
                prefix=f"{PREFIX}-{number}",
                initial=_words(initial[number]) if number < len(initial) else {},
                book=book,
                choices=choices,
                fixed=fixed,
            )
            for number in range(count)
        ]

    @property
    def more(self) -> int | None:
        """How many rows there are with one more; None where there are enough."""
        return len(self.rows) + 1 if self.may_change and len(self.rows) < MOST_FURTHER else None

    def is_valid(self) -> bool:
        checked = [row.is_valid() or row.is_empty for row in self.rows]  # each of them, for what it says
        return all(checked)

    def plans(self) -> tuple[FurtherPlan, ...]:
        return tuple(row.plan() for row in self.rows if not row.is_empty)


def _words(plan: FurtherPlan) -> dict[str, Any]:
    numbers = {name: getattr(plan, name) for name in ("baseline", "target", "weight")}
    return {"kpi": str(plan.kpi.pk) if plan.kpi else "", "target_type": plan.target_type.value, **numbers}


def without_row(data: QueryDict, typed: str) -> None:
    """Takes one row out of what was typed; those behind it move up."""
    said = data.get(PREFIX, "")
    count = min(int(said), MOST_FURTHER) if said.isdecimal() and len(said) < 4 else 0
    if not typed.isdecimal() or len(typed) > 3 or int(typed) >= count:
        return
    for number in range(int(typed), count):
        for name in FurtherForm.base_fields:
            below = data.get(f"{PREFIX}-{number + 1}-{name}")
            if number + 1 < count and below is not None:
                data[f"{PREFIX}-{number}-{name}"] = below
            else:
                data.pop(f"{PREFIX}-{number}-{name}", None)
    data[PREFIX] = str(count - 1)
