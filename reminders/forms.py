"""Which messages a member wants."""

from typing import Any

from django import forms

from reminders.models import OPTIONAL_KINDS, Kind, Preference
from reminders.unsubscribe import switch
from teams.models import Member


class PreferencesForm(forms.Form):
    """One switch a kind. Needs the member's tenant."""

    def __init__(self, member: Member, data: Any = None) -> None:
        super().__init__(data)
        self.member = member
        off = set(Preference.objects.filter(member=member, is_on=False).values_list("kind", flat=True))
        for kind in OPTIONAL_KINDS:
            self.fields[kind.value] = forms.BooleanField(label=kind.label, required=False, initial=kind not in off)

    def save(self) -> None:
        for kind in OPTIONAL_KINDS:
            switch(self.member, Kind(kind), is_on=self.cleaned_data[kind.value])
