"""Forms of members, teams and invitations. Whom they offer depends on who asks."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from teams.models import Member, Team
from teams.reach import with_sub_teams
from teams.roles import Role, may_give_role, may_role
from web.fields import DayField, NumberField, RequestIdField

LONGEST_LEAVE = dt.timedelta(days=366)


def role_choices(giver: str, old: str | None) -> list[tuple[str, str]]:
    return [(role, str(label)) for role, label in Member.ROLES if may_give_role(giver, old, role)]


def one_line(text: str) -> str:
    return " ".join(text.split())


class TeamChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The organization's live teams, asked for when the form is made."""

    def __init__(self, **options: Any) -> None:
        named: dict[str, Any] = {"label": _("Team"), "required": False, "empty_label": _("No team")}
        super().__init__(queryset=None, **named | options)


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Members, asked for when the form is made."""

    def __init__(self, **options: Any) -> None:
        named: dict[str, Any] = {"required": False}
        super().__init__(queryset=None, **named | options)


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=100)


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """The member as such. Where and when they work has forms of its own."""

    weekly_hours = NumberField(
        label=_("Hours a week"),
        required=False,
        decimals=1,
        min_value=0,
        max_value=168,
        help_text=_("Empty: as full-time members."),
    )
    joined_on = DayField(label=_("Joined on"), required=False)

    class Meta:
        model = Member
        fields = ("name", "email", "role", "weekly_hours", "joined_on")

    def __init__(self, *args: Any, giver: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        old = self.instance.role if self.instance.pk else None
        self.fields["role"].choices = role_choices(giver.role, old)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class NewMemberForm(MemberForm):
    team = TeamChoice()
    request_id = RequestIdField()

    field_order = ["name", "email", "role", "team", "joined_on", "weekly_hours", "request_id"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.live().by_name()  # type: ignore[attr-defined]
        self.fields["email"].help_text = _("Optional. Nothing is sent; you can invite this person later.")


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("Email address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), initial=Role.REP.value)
    team = TeamChoice()
    request_id = RequestIdField()

    def __init__(self, *args: Any, giver: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(giver.role, None)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.live().by_name()  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class InviteMemberForm(forms.Form):
    """For somebody who is a member already, without an account."""

    email = forms.EmailField(label=_("Email address"), max_length=254)
    request_id = RequestIdField()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class MoveForm(forms.Form):
    team = TeamChoice()
    starts_on = DayField(label=_("From"), help_text=_("May lie in the past: numbers count where the person was then."))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("Empty: from then on."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.live().by_name()  # type: ignore[attr-defined]

    def clean(self) -> None:
        check_order(self)


class LeaveForm(forms.Form):
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))
    request_id = RequestIdField()

    def clean(self) -> None:
        check_order(self)
        start, end = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if start and end and end - start > LONGEST_LEAVE:
            self.add_error("ends_on", ValidationError(_("At most a year at a time."), code="too_long"))


class LeavingForm(forms.Form):
    left_on = DayField(label=_("Left on"), help_text=_("From this day on they can't come in and no longer count."))


def check_order(form: forms.Form) -> None:
    start, end = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    if start and end and end < start:
        form.add_error("ends_on", ValidationError(_("The last day can't be before the first."), code="order"))


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = TeamChoice(label=_("Part of"), empty_label=_("No other team"))
    manager = MemberChoice(
        label=_("Manager"), empty_label=_("Nobody"), help_text=_("Members whose role is manager or higher.")
    )

    def __init__(self, *args: Any, team: Team | None = None, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.live().by_name()
        if team:
            parents = dict(Team.objects.values_list("pk", "parent_id"))
            teams = teams.exclude(pk__in=with_sub_teams([team.pk], parents))
            self.initial = {"name": team.name, "parent": team.parent_id, "manager": team.manager_id}
        leaders = [role.value for role in Role if may_role(role, "log entry for others")]
        self.fields["parent"].queryset = teams  # type: ignore[attr-defined]
        self.fields["manager"].queryset = Member.objects.active(today).filter(role__in=leaders).by_name()  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class NewTeamForm(TeamForm):
    request_id = RequestIdField()
