"""What people type about goals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from goals.further_forms import LEAST_WEIGHT, PREFIX, VERBS, FurtherForms
from goals.measures import KpiBook
from goals.models import Action, CheckIn, Goal, Milestone
from goals.owners import Owner, ParentField, owner_choices, parent_choices
from goals.plan import LARGEST, GoalPlan
from goals.progress import TargetType, relative_target
from kpis.models import Kpi
from teams.models import Member
from teams.requests import MemberRequest
from web.fields import DayField, NumberField, RequestIdField

# Choices are put in for each request; the fields only name their models.
MAX_MEANS = 30


class GoalForm(forms.Form):
    """The goal as a sentence with blanks. Nothing is required here: a draft may lack anything."""

    AMOUNT, PERCENT, POINTS = "amount", "percent", "points"

    request_id = RequestIdField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    statement = forms.CharField(
        label=_("What will you do?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        help_text=_("In your own words: the act, and with whom or on what."),
    )
    owner = forms.ChoiceField(label=_("Whose goal"))
    target_type = forms.ChoiceField(
        label=_("What happens to the number"), choices=VERBS, initial=TargetType.INCREASE_TO.value
    )
    kpi: "forms.ModelChoiceField[Kpi]" = forms.ModelChoiceField(
        QuerySet(Kpi), label=_("KPI"), required=False, empty_label=_("choose a KPI")
    )
    baseline = NumberField(label=_("From"), required=False)
    target_as = forms.ChoiceField(
        label=_("How the target is given"),
        required=False,
        initial=AMOUNT,
        choices=[(AMOUNT, _("to")), (PERCENT, _("by percent")), (POINTS, _("by points"))],
    )
    target = NumberField(label=_("Target"), required=False)
    further = forms.IntegerField(label=_("Further KPIs"), required=False, widget=forms.HiddenInput)
    own_weight = NumberField(
        label=_("Weight of the first KPI"),
        required=False,
        initial=Decimal(1),
        min_value=LEAST_WEIGHT,
        max_value=1000,
        decimals=2,
    )
    # Whether the target has been lowered by the ramp of a new member, which is offered once.
    ramped = forms.BooleanField(required=False, widget=forms.HiddenInput)
    start = DayField(label=_("Start"), required=False)
    deadline = DayField(label=_("By when"), required=False)
    means = forms.CharField(
        label=_("By means of"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One action per line. Who does it and when can be said later."),
    )
    effort = NumberField(
        label=_("Hours it will take"),
        required=False,
        min_value=0,
        max_value=99_999,
        decimals=2,
        help_text=_("Beside the hours of its actions. They count in the owner's load."),
    )
    commit = NumberField(label=_("Sure to be reached (commit)"), required=False)
    stretch = NumberField(label=_("Splendid if reached (stretch)"), required=False)
    weight = NumberField(
        label=_("Weight"),
        required=False,
        initial=Decimal(1),
        min_value=0,
        max_value=1000,
        decimals=2,
        help_text=_("How much it counts beside the owner's other goals. 1 is usual."),
    )
    repeats = forms.ChoiceField(
        label=_("Repeats"), required=False, choices=[("", _("not at all")), *Goal.Repeats.choices]
    )
    growth = NumberField(
        label=_("Change of the target each time"),
        required=False,
        percent=True,
        min_value=-1,
        max_value=10,
        help_text=_("In percent, for example 10. A minus lowers it."),
    )
    compounds = forms.BooleanField(label=_("Compounding: each change counts from the latest target"), required=False)
    why = forms.CharField(
        label=_("Why it matters"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    parent = ParentField()

    def __init__(self, *args: Any, request: MemberRequest, book: KpiBook, goal: Goal | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request, self.book, self.goal = request, book, goal
        self.owners: dict[str, Owner] = owner_choices(request, goal)
        self._offer_choices()
        self.measured = self._chosen_kpi()
        is_percent = self.measured is not None and self.measured.unit == Kpi.Unit.PERCENT
        for name in ("baseline", "commit", "stretch"):
            self._number(name).percent = is_percent
        self._number("target").percent = is_percent or self._given_as == self.PERCENT
        self.further_kpis = FurtherForms(
            self.data if self.is_bound else None,
            self.initial.get("further_kpis", ()),
            book=book,
            choices=self.fields["kpi"].choices,  # type: ignore[attr-defined]
            fixed=goal is not None and goal.is_promised,
        )
        self.change: Decimal | None = None
        if goal is not None and goal.is_promised:
            for name in (
                "owner", "target_type", "kpi", "target_as", "target", "own_weight", "repeats", "growth", "compounds",
            ):  # fmt: skip
                self.fields[name].disabled = True

    def _offer_choices(self) -> None:
        owner, parent, kpi = self.fields["owner"], self.fields["parent"], self.fields["kpi"]
        assert isinstance(owner, forms.ChoiceField)
        assert isinstance(parent, ParentField)
        assert isinstance(kpi, forms.ModelChoiceField)
        owner.choices = [(key, owner.label) for key, owner in self.owners.items()]
        parent.offer(parent_choices(self.request, self.goal), self.goal)
        kept = self.goal.kpi_id if self.goal else None
        kpi.queryset = Kpi.objects.filter(Q(archived_at=None) | Q(pk__in=[kept] if kept else []))
        # Catalogue names depend on the reader's language, so that only here they can be put in order.
        known = [found for found in self.book.kpis if found.archived_at is None or found.pk == kept]
        kpi.choices = [("", kpi.empty_label), *sorted(((found.pk, found.label) for found in known), key=lambda c: c[1])]

    def _number(self, name: str) -> NumberField:
        field = self.fields[name]
        assert isinstance(field, NumberField)
        return field

    def _chosen_kpi(self) -> Kpi | None:
        if self.goal is not None and self.goal.is_promised:
            return self.goal.kpi
        typed = str(self["kpi"].value() or "")
        # 18 digits are less than the largest id that the database can compare with.
        return self.book.by_pk.get(int(typed)) if typed.isdecimal() and len(typed) <= 18 else None

    @property
    def _given_as(self) -> str:
        return str(self["target_as"].value() or self.AMOUNT)

    def is_valid(self) -> bool:
        checked = [super().is_valid(), self.further_kpis.is_valid()]  # both, for what they say
        return all(checked)

    def as_typed(self) -> dict[str, str]:
        """The form's own fields as they were sent. A choice that was not offered is nobody's words and is left out."""
        rows = self.further_kpis.rows
        sent = {
            form.add_prefix(name): str(form[name].value() or "")
            for form in (self, *rows)
            for name, field in form.fields.items()
            if not (isinstance(field, forms.ChoiceField) and name in form.errors)
        }
        return sent | {PREFIX: str(len(rows))}

    def clean_means(self) -> list[str]:
        """A line each, without the dashes and numbers of lists that people paste."""
        lines = [line.strip().lstrip("-*•–").strip() for line in self.cleaned_data["means"].splitlines()]
        means = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) > 200 for line in means):
            raise ValidationError(gettext("Keep each line to at most 200 characters."))
        if len(means) > MAX_MEANS:
            raise ValidationError(gettext("At most %(limit)s actions at once.") % {"limit": MAX_MEANS})
        return means

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given_as = cleaned.get("target_as") or self.AMOUNT
        self.change = None if given_as == self.AMOUNT else cleaned.get("target")
        if self.change is not None:
            cleaned["target"] = self._relative(self.change, given_as == self.POINTS)
        return cleaned

    def _relative(self, change: Decimal, in_points: bool) -> Decimal | None:
        baseline = self.cleaned_data.get("baseline")
        if in_points and (self.measured is None or self.measured.unit != Kpi.Unit.PERCENT):
            self.add_error("target_as", gettext("Points are for KPIs in percent. Choose “by percent” or “to”."))
            return None
        if baseline is None:
            self.add_error("baseline", gettext("Enter where it starts: the change is counted from there."))
            return None
        down = self.cleaned_data.get("target_type") in (TargetType.DECREASE_TO, TargetType.STAY_AT_OR_BELOW)
        target = relative_target(baseline, -change if down and change > 0 else change, in_points=in_points)
        if abs(target) >= LARGEST:
            self.add_error("target", gettext("This number is too large."))
            return None
        return round(target, 6)

    @property
    def hidden_parent(self) -> Goal | None:
        """What it serves, where the writer does not see that goal: it stays, and nothing here speaks of it."""
        field = self.fields["parent"]
        assert isinstance(field, ParentField)
        return field.hidden

    def plan(self) -> GoalPlan:
        """What was said so far; what cannot be read counts as not said."""
        said = self.cleaned_data
        owner = self.owners.get(said.get("owner") or "") or Owner("", self.request.member, None)
        return GoalPlan(
            statement=said.get("statement") or "",
            why=said.get("why") or "",
            kpi=said.get("kpi"),
            member=owner.member,
            team=owner.team,
            parent=said.get("parent"),
            target_type=TargetType(said.get("target_type") or TargetType.INCREASE_TO),
            baseline=said.get("baseline"),
            target=said.get("target"),
            start=said.get("start"),
            deadline=said.get("deadline"),
            weight=Decimal(1) if said.get("weight") is None else said["weight"],
            effort_hours=said.get("effort"),
            commit=said.get("commit"),
            stretch=said.get("stretch"),
            repeats=said.get("repeats") or "",
            growth=said.get("growth"),
            compounds=bool(said.get("compounds")),
            own_weight=said.get("own_weight"),
            further=self.further_kpis.plans(),
        )


class KpiNumberForm(forms.Form):
    """A form whose numbers are values of a goal's KPI."""

    numbers: tuple[str, ...] = ()

    def __init__(self, *args: Any, kpi: Kpi | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self.numbers:
            field = self.fields[name]
            assert isinstance(field, NumberField)
            field.percent = kpi is not None and kpi.unit == Kpi.Unit.PERCENT


class RevisionForm(KpiNumberForm):
    """A new target: an amount, or a change of the one in force."""

    numbers = ("target",)

    request_id = RequestIdField()
    target_as = forms.ChoiceField(
        label=_("How the target is given"),
        choices=[("amount", _("New target")), ("percent", _("Change in percent")), ("points", _("Change in points"))],
        initial="amount",
    )
    target = NumberField(label=_("Number"), help_text=_("For a change, a minus lowers the target."))
    effective_on = DayField(label=_("From"), help_text=_("The days before keep the target that they had."))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any):
        super().__init__(*args, kpi=goal.kpi, **kwargs)
        self.goal = goal
        if self["target_as"].value() == "percent":
            field = self.fields["target"]
            assert isinstance(field, NumberField)
            field.percent = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given_as, number = cleaned.get("target_as"), cleaned.get("target")
        if number is None or given_as == "amount":
            return cleaned
        assert self.goal.target is not None
        assert self.goal.kpi is not None
        if given_as == "points" and self.goal.kpi.unit != Kpi.Unit.PERCENT:
            self.add_error("target_as", gettext("Points are for KPIs in percent. Choose a change in percent."))
            return cleaned
        target = relative_target(self.goal.target, number, in_points=given_as == "points")
        if abs(target) >= LARGEST:
            self.add_error("target", gettext("This number is too large."))
        cleaned["target"] = round(target, 6)
        return cleaned


class MilestoneForm(KpiNumberForm):
    numbers = ("value",)

    request_id = RequestIdField()
    name = forms.CharField(label=_("Milestone"), max_length=Milestone._meta.get_field("name").max_length)
    date = DayField(label=_("Date"))
    value = NumberField(label=_("Expected value"), help_text=_("Where the KPI should stand on that day."))


def who_acts(request: MemberRequest, kept: Member | None = None) -> QuerySet[Member]:
    """Whose an action can be; `kept` is whose it is already."""
    active = Member.objects.active(request.today)
    return (active | Member.objects.filter(pk=kept.pk) if kept else active).by_name()


class ActionForm(forms.Form):
    request_id = RequestIdField()
    title = forms.CharField(label=_("What"), max_length=Action._meta.get_field("title").max_length)
    member: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        QuerySet(Member), label=_("Who"), required=False, empty_label=_("nobody yet")
    )
    starts_on = DayField(label=_("From"), required=False)
    ends_on = DayField(label=_("To"), required=False)
    hours = NumberField(label=_("Hours"), required=False, min_value=0, max_value=99_999, decimals=2)
    cost_planned = NumberField(label=_("Planned cost"), required=False, min_value=0)
    cost_actual = NumberField(label=_("Actual cost"), required=False, min_value=0)
    state = forms.ChoiceField(label=_("State"), choices=Action.State.choices, initial=Action.State.TODO)

    def __init__(
        self,
        *args: Any,
        request: MemberRequest,
        kept: Member | None = None,
        members: Sequence[Member] | None = None,
        **kwargs: Any,
    ):
        """`members`: those of `who_acts` where they were read already, for a form that is only shown."""
        super().__init__(*args, **kwargs)
        who = self.fields["member"]
        assert isinstance(who, forms.ModelChoiceField)
        who.queryset = who_acts(request, kept)
        if members is not None:
            who.choices = [("", who.empty_label), *((member.pk, str(member)) for member in members)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", gettext("It cannot end before it begins."))
        return cleaned


class CheckInForm(forms.Form):
    request_id = RequestIdField()
    confidence = forms.TypedChoiceField(
        label=_("How sure are you that it will be reached?"),
        choices=[(number, str(number)) for number in range(11)],
        coerce=int,
        initial=7,
        help_text=_("From 0, not at all, to 10, certain. It is shown beside the status and never changes it."),
    )
    note = forms.CharField(
        label=_("What helps, what hinders?"),
        required=False,
        max_length=CheckIn._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DropForm(forms.Form):
    note = forms.CharField(
        label=_("Why it is given up"),
        required=False,
        max_length=Goal._meta.get_field("close_note").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LogForm(forms.Form):
    """A number on a goal's card: from a button that says it, or typed. What was logged offline brings its day."""

    request_id = RequestIdField()
    value = NumberField(label=_("Other amount"))
    date = DayField(label=_("Date"), required=False)

    def __init__(self, *args: Any, kpi: Kpi, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        assert isinstance(field, NumberField)
        field.percent = kpi.unit == Kpi.Unit.PERCENT
