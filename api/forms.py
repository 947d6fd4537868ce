"""What a member says about a new token."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from api.models import VERB_OF, Scope, Token
from teams.models import Member
from web.fields import RequestIdField

LIFETIMES = (30, 90, 180, 365)
USUAL = 90


class TokenForm(forms.Form):
    """Offers only what the member's role can use. `lifetime` is cleaned to a timedelta."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Token._meta.get_field("name").max_length,
        help_text=_("Which program will use it, for example “Nightly export from the CRM”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    lifetime = forms.TypedChoiceField(
        label=_("Valid for"), coerce=lambda days: dt.timedelta(days=int(days)), initial=USUAL
    )
    request_id = RequestIdField()

    def __init__(self, data: Mapping[str, Any] | None, *, member: Member) -> None:
        super().__init__(data)
        scopes, lifetime = self.fields["scopes"], self.fields["lifetime"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        assert isinstance(lifetime, forms.TypedChoiceField)
        scopes.choices = [(scope.value, scope.label) for scope in Scope if member.may(VERB_OF[scope])]
        lifetime.choices = [
            (days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in LIFETIMES
        ]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
