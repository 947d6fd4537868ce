"""Which messages a member wants, and how and when; and which the organization wants at all."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reminders.digests import release
from reminders.models import OPTIONAL_KINDS, Kind, OrganizationSwitch, Preference, Rhythm
from reminders.people import LEADING_ROLES, rhythm_of, switched_off
from reminders.unsubscribe import switch
from teams.models import Member
from web.fields import HourField

FOR_LEADERS = (Kind.ESCALATION,)
OF_ORGANIZATION = (*OPTIONAL_KINDS, Kind.WEEKLY)


class PreferencesForm(forms.Form):
    """How and when mail comes, and one switch a kind. Needs the member's tenant."""

    mails = forms.ChoiceField(
        label=_("How it comes"), choices=Rhythm.Mails.choices, required=False, widget=forms.RadioSelect
    )
    weekly = forms.BooleanField(
        label=_("A digest of my teams' goals on the first working day of the week"), required=False
    )
    quiet_from = HourField(label=_("No mail from"), required=False)
    quiet_until = HourField(label=_("until"), required=False)

    def __init__(self, member: Member, data: Any = None) -> None:
        self.member, self.rhythm = member, rhythm_of(member)
        names = ("mails", "weekly", "quiet_from", "quiet_until")
        super().__init__(data, initial={name: getattr(self.rhythm, name) for name in names})
        off = set(Preference.objects.filter(member=member, is_on=False).values_list("kind", flat=True))
        off_for_all = switched_off(())[None]
        leads = member.role in LEADING_ROLES
        if not leads or Kind.WEEKLY in off_for_all:
            del self.fields["weekly"]
        self.kinds = [kind for kind in OPTIONAL_KINDS if leads or kind not in FOR_LEADERS]
        for kind in self.kinds:
            is_off_for_all = kind in off_for_all
            self.fields[kind.value] = forms.BooleanField(
                label=kind.label,
                required=False,
                initial=kind not in off and not is_off_for_all,
                disabled=is_off_for_all,
                help_text=_("Your organization has switched these off.") if is_off_for_all else "",
            )
        self.open_kinds = [kind for kind in self.kinds if kind not in off_for_all]

    @property
    def switches(self) -> list[forms.BoundField]:
        return [self[kind.value] for kind in self.kinds]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        start, end = given.get("quiet_from"), given.get("quiet_until")
        if not self.errors:
            if (start is None) != (end is None):
                self.add_error("quiet_until" if end is None else "quiet_from", _("Give both times, or neither."))
            elif start is not None and start == end:
                self.add_error("quiet_until", _("Choose another time than the first one."))
        return given

    def save(self) -> None:
        """What was folded for a digest that is wanted no more gets its own mails, as far as it still matters."""
        given, before = self.cleaned_data, self.rhythm.mails
        rhythm, _is_new = Rhythm.objects.update_or_create(
            member=self.member,
            defaults={
                "mails": given["mails"] or before,
                "weekly": given.get("weekly", self.rhythm.weekly),
                "quiet_from": given["quiet_from"],
                "quiet_until": given["quiet_until"],
            },
        )
        if before == Rhythm.Mails.DAILY and rhythm.mails == Rhythm.Mails.EACH:
            release(self.member, timezone.now())
        for kind in self.open_kinds:
            switch(self.member, Kind(kind), is_on=given[kind.value])


class OrganizationForm(forms.Form):
    """The organization's switch for each kind. Off is off for everyone. Needs the tenant."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        off = switched_off(())[None]
        for kind in OF_ORGANIZATION:
            self.fields[kind.value] = forms.BooleanField(label=kind.label, required=False, initial=kind not in off)

    def save(self) -> None:
        for kind in OF_ORGANIZATION:
            OrganizationSwitch.objects.update_or_create(kind=kind, defaults={"is_on": self.cleaned_data[kind.value]})
