"""Forms of entries and of KPIs' definitions. What was typed is read strictly, and kept where it is refused."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.access import may_log_for
from kpis.definitions import definitions_of
from kpis.formula import is_code
from kpis.models import RATE_DECIMALS, Entry, EntryChange, Kpi
from kpis.rates import known_currencies
from kpis.refusals import EntryRefused, check_date
from teams.models import Member, MemberQuerySet
from teams.requests import MemberRequest
from web.fields import DayField, NumberField, RequestIdField
from web.formats import CURRENCY_SIGNS
from web.parsing import InvalidInput

SHARES = 4
LATE = dt.timedelta(days=31)
LONGEST_KEY = 19  # digits, of which no more than what the database counts to


class RowChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among rows. `find` looks up the one that was sent; all are read only where they are shown.

    Both are given by `choose`, once the form knows who asks.
    """

    find: Callable[[int], Any]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        self.validate_no_null_characters(value)
        key = _key(value)
        if key is None or (row := self.find(key)) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return row


def choose(form: forms.Form, name: str, find: Callable[[int], Any], offered: Callable[[], Iterable[Any]]) -> None:
    """What the form's field of rows finds and offers, in the order in which it is to be shown."""
    field = form.fields[name]
    assert isinstance(field, RowChoice)
    nothing = [("", field.empty_label)] if field.empty_label is not None else []

    def choices() -> list[tuple[Any, Any]]:
        return [*nothing, *((row.pk, field.label_from_instance(row)) for row in offered())]

    field.find, field.choices = find, choices


def _key(value: object) -> int | None:
    """A row's key as it was sent; None for what is none."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_KEY else None


class KpiChoice(RowChoice):
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


class MoneyForm(forms.Form):
    """A form that may ask in which currency an amount is."""

    def offer_currency(self, own: str, also: str = "") -> None:
        """The own currency and those with a rate, which are read only where they are looked at."""
        self._others = cache(lambda: sorted({*known_currencies(), *([also] if also else [])}))
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"), choices=lambda: [("", own), *((code, code) for code in self._others())], required=False
        )

    @property
    def has_currencies(self) -> bool:
        """Whether it asks, and has more than the own one to offer, or a wrong one to show."""
        return "currency" in self.fields and (bool(self._others()) or "currency" in self.errors)


class LogForm(MoneyForm):
    """One value, for oneself or, by who leads them, for somebody else; whole or shared.

    Sent, it reads the KPI and the people that it names; only shown it reads all that one may choose from.
    """

    kpi = KpiChoice(queryset=None, label=_("KPI"), empty_label=_("Choose a KPI"))
    value = NumberField(label=_("Value"))
    date = DayField(label=_("Date"))
    member = RowChoice(queryset=None, label=_("For"), empty_label=None, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    request_id = RequestIdField()

    def __init__(self, data: Mapping[str, Any] | None, *, request: MemberRequest, initial: Mapping[str, Any]) -> None:
        start = {"date": request.today, "member": request.member.pk, **initial}
        start.setdefault("share_member_1", request.member.pk)
        super().__init__(data, initial=start)
        self.request, self.today = request, request.today
        kpi, value = self.fields["kpi"], self.fields["value"]
        assert isinstance(kpi, KpiChoice)
        assert isinstance(value, NumberField)
        kpi.currency = request.organization.currency
        self._kpis = cache(_kpis_by_label)
        choose(self, "kpi", self._named_kpis.get, self._kpis)
        choose(self, "member", self._led, lambda: self._offered)
        self.offer_currency(request.organization.currency)
        for n in range(1, SHARES + 1):
            field = RowChoice(None, label=_("Who"), required=False, empty_label=_("Nobody"))
            self.fields[f"share_member_{n}"] = field
            choose(self, f"share_member_{n}", self._named_people.get, lambda: self._everyone)
            self.fields[f"share_{n}"] = NumberField(label=_("Share in %"), percent=True, required=False)
        # Percent values are typed as percentages.
        value.percent = any(kpi.unit == Kpi.Unit.PERCENT for kpi in self._named_kpis.values())

    @property
    def offers_kpis(self) -> bool:
        """Whether there is anything to record for."""
        return bool(self._kpis())

    def _keys(self, *names: str) -> set[int]:
        """Of the rows on which these fields stand, sent or suggested."""
        given = self.data if self.is_bound else self.initial
        return {key for name in names if (key := _key(given.get(name, ""))) is not None}

    @cached_property
    def _named_kpis(self) -> dict[int, Kpi]:
        definitions, keys = definitions_of(self.request.organization), self._keys("kpi")
        return {kpi.pk: kpi for kpi in definitions.stored.values() if kpi.pk in keys and kpi.archived_at is None}

    @cached_property
    def _named_people(self) -> dict[int, Member]:
        """A query only where the form names others than the person that sends it."""
        me = self.request.member
        others = self._keys("member", *(f"share_member_{n}" for n in range(1, SHARES + 1))) - {me.pk}
        return {me.pk: me, **(_people(self.today).in_bulk(others) if others else {})}

    @cached_property
    def _everyone(self) -> list[Member]:
        return list(_people(self.today).by_name())

    @cached_property
    def _offered(self) -> list[Member]:
        """For whom one may record."""
        me, reach = self.request.member, self.request.reach
        if not me.may("log entry for others"):
            return [me]
        return [person for person in self._everyone if may_log_for(me, reach, person.pk)]

    def _led(self, key: int) -> Member | None:
        person = self._named_people.get(key)
        return person if person and may_log_for(self.request.member, self.request.reach, key) else None

    @property
    def is_for_others(self) -> bool:
        """Whether there is anybody to choose but oneself."""
        return len(self._offered) > 1

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

    def clean_member(self) -> Member:
        """Who has nobody to choose from sends nobody, and means themself."""
        member: Member | None = self.cleaned_data["member"]
        if member is None and self.is_for_others:
            raise ValidationError(self.fields["member"].error_messages["required"], code="required")
        return member or self.request.member

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


def _people(today: dt.date) -> MemberQuerySet:
    """Who has just left may still have days to record that came before."""
    found: MemberQuerySet = Member.objects.active(today - LATE)
    return found


def _kpis_by_label() -> list[Kpi]:
    return sorted(Kpi.objects.live().stored(), key=lambda kpi: kpi.label.lower())


class CorrectionForm(MoneyForm):
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
            self.offer_currency(own, entry.currency)
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
