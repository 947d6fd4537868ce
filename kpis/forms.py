"""Forms of entries and of KPIs' definitions. What was typed is read strictly, and kept where it is refused."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.formula import is_code
from kpis.models import RATE_DECIMALS, Entry, EntryChange, Kpi
from kpis.rates import known_currencies
from kpis.refusals import EntryRefused, check_date
from teams.models import Member
from teams.requests import MemberRequest
from web.fields import DayField, NumberField, RequestIdField
from web.formats import CURRENCY_SIGNS
from web.parsing import InvalidInput

SHARES = 4
LATE = dt.timedelta(days=31)


class LoadedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among rows that are loaded anyway: what was sent is looked up in them, without a query of its own."""

    rows: Mapping[str, Any] = {}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        self.validate_no_null_characters(value)
        if (row := self.rows.get(str(value).strip())) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return row


class KpiChoice(LoadedChoice):
    """A KPI by its name, with the unit in which its values are typed."""

    currency = ""

    def label_from_instance(self, kpi: Kpi) -> str:
        sign = unit_sign(kpi, self.currency)
        return f"{kpi.label} ({sign})" if sign else kpi.label


def unit_sign(kpi: Kpi, currency: str) -> str:
    if kpi.unit == Kpi.Unit.MONEY:
        return CURRENCY_SIGNS.get(currency, currency)
    if kpi.unit == Kpi.Unit.PERCENT:
        return "%"
    return gettext("hours") if kpi.unit == Kpi.Unit.DURATION else ""


class LogForm(forms.Form):
    """One value, for oneself or, by who leads them, for somebody else; whole or shared."""

    kpi = KpiChoice(queryset=None, label=_("KPI"), empty_label=_("Choose a KPI"))
    value = NumberField(label=_("Value"))
    date = DayField(label=_("Date"))
    member = LoadedChoice(queryset=None, label=_("For"), empty_label=None)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    request_id = RequestIdField()

    def __init__(self, data: Mapping[str, Any] | None, *, request: MemberRequest, initial: Mapping[str, Any]) -> None:
        start = {"date": request.today, "member": request.member.pk, **initial}
        start.setdefault("share_member_1", request.member.pk)
        super().__init__(data, initial=start)
        self.today = request.today
        self.kpis = {str(kpi.pk): kpi for kpi in Kpi.objects.live().stored()}
        _choose(self, "kpi", Kpi.objects.live().stored(), sorted(self.kpis.values(), key=lambda kpi: kpi.label.lower()))
        kpi_field = self.fields["kpi"]
        assert isinstance(kpi_field, KpiChoice)
        kpi_field.currency = request.organization.currency
        # Who has just left may still have days to record that came before.
        everyone = Member.objects.active(request.today - LATE)
        people = list(everyone.by_name())
        self._offer_members(request, people)
        offer_currency(self, request.organization.currency)
        for n in range(1, SHARES + 1):
            field = LoadedChoice(everyone, label=_("Who"), required=False, empty_label=_("Nobody"))
            self.fields[f"share_member_{n}"] = field
            _choose(self, f"share_member_{n}", everyone, people)
            self.fields[f"share_{n}"] = NumberField(label=_("Share in %"), percent=True, required=False)
        self._read_in_the_unit_of_the_kpi()

    def _offer_members(self, request: MemberRequest, people: list[Member]) -> None:
        may_for_others = request.member.may("log entry for others")
        offered = [
            person
            for person in people
            if person.pk == request.member.pk or (may_for_others and request.reach.leads_member(person.pk))
        ]
        _choose(self, "member", Member.objects.filter(pk__in=[person.pk for person in offered]), offered)
        if len(offered) == 1:
            self.fields["member"].required, self.fields["member"].widget = False, forms.HiddenInput()

    def _read_in_the_unit_of_the_kpi(self) -> None:
        """Percent values are typed as percentages: that depends on the KPI that was sent with them."""
        asked = self.data.get("kpi") if self.is_bound else self.initial.get("kpi")
        kpi = self.kpis.get(str(asked))
        value = self.fields["value"]
        assert isinstance(value, NumberField)
        value.percent = kpi is not None and kpi.unit == Kpi.Unit.PERCENT

    def chosen(self, name: str) -> Any:
        """What the field stands on, sent or suggested; None where that is nothing or wrong."""
        if self.is_bound:
            return self.cleaned_data.get(name) if self.is_valid() or name not in self.errors else None
        try:
            return self.fields[name].clean(self.get_initial_for_field(self.fields[name], name))
        except ValidationError:
            return None

    @property
    def shares(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for n in range(1, SHARES + 1):
            yield self[f"share_member_{n}"], self[f"share_{n}"]

    @property
    def is_shared(self) -> bool:
        """Whether the part for shares should be open."""
        return self.is_bound and any(share.value() or share.errors or who.errors for who, share in self.shares)

    def clean_date(self) -> dt.date:
        date: dt.date = self.cleaned_data["date"]
        return not_to_come(date, self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        member, date = cleaned.get("member"), cleaned.get("date")
        if member and date and member.has_left(date):
            self.add_error("date", EntryRefused("had_left", {"name": member.name}).message)
        shares: dict[int, Decimal] = {}
        for n in range(1, SHARES + 1):
            who, share = cleaned.get(f"share_member_{n}"), cleaned.get(f"share_{n}")
            if share is None:
                continue
            if who is None and f"share_member_{n}" not in self.errors:
                self.add_error(f"share_member_{n}", gettext("Say whose share this is."))
            elif who and who.pk in shares:
                self.add_error(f"share_member_{n}", gettext("%(name)s has a share already.") % {"name": who.name})
            elif who:
                shares[who.pk] = share
        cleaned["shares"] = shares
        return cleaned


def not_to_come(date: dt.date, today: dt.date) -> dt.date:
    try:
        check_date(date, today)
    except EntryRefused as refused:
        raise ValidationError(refused.message, code=refused.code) from refused
    return date


def _choose(form: forms.Form, name: str, rows: Any, shown: list[Any]) -> None:
    """Choices in the order of their names in the reader's language, without a query of their own."""
    field = form.fields[name]
    assert isinstance(field, LoadedChoice)
    field.queryset = rows
    field.rows = {str(row.pk): row for row in shown}
    nothing = [("", field.empty_label)] if field.empty_label is not None else []
    field.choices = [*nothing, *((row.pk, field.label_from_instance(row)) for row in shown)]


def offer_currency(form: forms.Form, own: str, also: str = "") -> None:
    """The own currency and those with a rate; no field where there is nothing to choose."""
    others = sorted({*known_currencies(), *([also] if also else [])})
    if others:
        choices = [("", own), *((code, code) for code in others)]
        form.fields["currency"] = forms.ChoiceField(label=_("Currency"), choices=choices, required=False)


class CorrectionForm(forms.Form):
    value = NumberField(label=_("Value"))
    date = DayField(label=_("Date"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Kept with the old value, your name and the time, for all who see the entry."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, entry: Entry, today: dt.date, own: str) -> None:
        value = entry.value if entry.amount is None else entry.amount
        super().__init__(data, initial={"value": value, "date": entry.date, "currency": entry.currency})
        self.today = today
        if entry.kpi.unit == Kpi.Unit.MONEY:
            offer_currency(self, own, entry.currency)
        number = self.fields["value"]
        assert isinstance(number, NumberField)
        number.percent = entry.kpi.unit == Kpi.Unit.PERCENT

    def clean_date(self) -> dt.date:
        date: dt.date = self.cleaned_data["date"]
        return not_to_come(date, self.today)


class RateForm(forms.Form):
    """What one unit of a currency is worth from a day on."""

    currency = forms.CharField(
        label=_("Currency"),
        min_length=3,
        max_length=3,
        widget=forms.TextInput(attrs={"list": "currencies", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    day = DayField(label=_("From"))
    rate = NumberField(label=_("Rate"), decimals=RATE_DECIMALS)

    def __init__(self, data: Mapping[str, Any] | None, *, own: str, today: dt.date) -> None:
        super().__init__(data, initial={"day": today})
        self.fields["rate"].help_text = gettext("What one unit of it is worth in %(currency)s.") % {"currency": own}

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class ReasonForm(forms.Form):
    """A withdrawal or a restoration may say why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=EntryChange._meta.get_field("reason").max_length, required=False
    )


class KpiForm(forms.ModelForm):  # type: ignore[type-arg]
    """A definition of one's own. `version` is the one that the person has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    request_id = RequestIdField(required=False)

    class Meta:
        model = Kpi
        fields = ["name", "code", "note", "unit", "decimals", "direction", "cadence", "aggregation", "formula"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, data: Mapping[str, Any] | None, *, kpi: Kpi | None = None) -> None:
        super().__init__(data, instance=kpi)
        self.fields["decimals"] = forms.IntegerField(
            label=self.fields["decimals"].label, min_value=0, max_value=6, initial=0
        )
        self.fields["name"].required = kpi is None or not kpi.catalogue_key
        self.fields["name"].help_text = (
            _("Empty: the catalogue's name, in each reader's language.") if kpi and kpi.catalogue_key else ""
        )
        self._let_one_be_chosen()
        if kpi:
            self.initial["version"] = kpi.version

    def _let_one_be_chosen(self) -> None:
        """Either values are put together or others are computed with: each of the two fields may be empty."""
        aggregation, formula = self.fields["aggregation"], self.fields["formula"]
        assert isinstance(aggregation, forms.TypedChoiceField)
        aggregation.required = formula.required = False
        aggregation.choices = [("", _("None: computed by the formula below")), *Kpi.Aggregation.choices]
        formula.help_text = _("Codes of other KPIs, numbers, + - * / and ( ), for example won / (won + lost).")
        formula.widget.attrs |= {
            "spellcheck": "false",
            "autocapitalize": "off",
            "autocomplete": "off",
            "aria-describedby": "id_formula_helptext formula-says",
        }

    def clean_formula(self) -> str:
        return " ".join(self.cleaned_data["formula"].split())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        formula, aggregation = cleaned.get("formula"), cleaned.get("aggregation")
        if "formula" in self.errors or "aggregation" in self.errors:
            return cleaned
        if formula and aggregation:
            self.add_error("formula", gettext("Give either an aggregation or a formula, not both."))
        elif not formula and not aggregation:
            self.add_error("aggregation", gettext("Choose how values are put together, or write a formula."))
        return cleaned

    def refuse(self, refused: InvalidInput, field: str) -> None:
        self.add_error(field if field in self.fields else None, refused.message)

    def draft(self, before: Kpi | None, taken: Collection[str]) -> Kpi:
        """What stands in the form, as far as it can be read; the rest is what it was, or would be at first.

        A code that cannot be used, or that is `taken` by another KPI, stays what it was, or empty.
        """
        shown = before or Kpi()
        # Asking for the errors reads what was sent, if nobody has read it yet.
        cleaned = self.cleaned_data if self.is_bound and self.errors is not None else {}
        known = {name: cleaned.get(name, getattr(shown, name)) for name in self.Meta.fields}
        if self.is_bound:
            known["formula"] = " ".join(str(self["formula"].value() or "").split())
        if known["formula"]:
            known["aggregation"] = ""
        if not is_code(known["code"]) or known["code"] in taken:
            known["code"] = before.code if before else ""
        key = before.catalogue_key if before else ""
        return Kpi(**known, pk=before.pk if before else 0, catalogue_key=key)
