"""The way of a new organization to its first running goal. Where one stands is read from what is there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.measures import book_of
from goals.models import Goal
from kpis.catalogue import CATALOGUE
from teams.actions.invitations import invite
from teams.models import Invitation, Member, TeamMembership
from teams.once import part_of
from teams.reach import placed_on
from teams.requests import MemberRequest
from teams.roles import Role
from web.fields import RequestIdField

STEPS = ("kpis", "people", "goal")
# What most sales teams begin with; those that are ticked beforehand tell of results and of work.
STARTERS = ("revenue", "won", "win_rate", "new_customers", "calls", "meetings", "leads", "open_pipeline")
TICKED = ("revenue", "win_rate", "calls", "meetings")
MOST_PEOPLE, LONGEST_NAME = 30, 120
ADDRESS = re.compile(r"(?P<name>[^<>@]*?)[\s<]*(?P<email>[^\s<>,;]+@[^\s<>,;]+)>?")


@dataclass(frozen=True)
class Step:
    """One of the first things to do in a new organization."""

    key: str
    is_done: bool

    @property
    def page(self) -> str:
        return f"dashboards:begin_{self.key}"


def first_steps(request: MemberRequest, *, has_goal: bool | None = None) -> list[Step]:
    """For who sets an organization up, until all of them are done; for nobody else. At most three queries."""
    if not request.member.may("edit organization"):
        return []
    if has_goal is None:
        has_goal = Goal.objects.exclude(state__in=Goal.UNSETTLED).exists()
    has_kpi = any(kpi.archived_at is None for kpi in book_of(request.organization).kpis)
    has_people = Member.objects.exclude(pk=request.member.pk).exists()
    done = {"kpis": has_kpi, "people": has_people, "goal": has_goal}
    return [] if all(done.values()) else [Step(key, done[key]) for key in STEPS]


def step_after(key: str) -> str:
    """The next one, "" behind the last."""
    return next(iter(STEPS[STEPS.index(key) + 1 :]), "")


class StarterForm(forms.Form):
    """KPIs of the catalogue that a sales team may begin with."""

    keys = forms.MultipleChoiceField(
        label=gettext_lazy("What you measure"),
        widget=forms.CheckboxSelectMultiple,
        initial=TICKED,
        choices=[(key, format_lazy("{}: {}", CATALOGUE[key].name, CATALOGUE[key].note)) for key in STARTERS],
        error_messages={"required": gettext_lazy("Choose at least one, or skip this step.")},
        help_text=gettext_lazy("A KPI with a formula brings its parts along. You can add and change KPIs at any time."),
    )


class PeopleForm(forms.Form):
    """Addresses, one in each line, with or without a name in front."""

    people = forms.CharField(
        label=gettext_lazy("Who is in the team"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One address in each line, with the name in front if you like: Nok Jaidee nok@example.com"
        ),
        error_messages={"required": gettext_lazy("Write at least one address, or skip this step.")},
    )
    request_id = RequestIdField()

    def clean_people(self) -> dict[str, str]:
        """Names by address, each address once."""
        found: dict[str, str] = {}
        wrong = []
        for line in filter(None, (line.strip(" ,;") for line in self.cleaned_data["people"].splitlines())):
            if person := _person(line):
                found.setdefault(*person)
            else:
                wrong.append(line)
        if wrong:
            text = _("There is no email address in: %(lines)s")
            raise ValidationError(text % {"lines": ", ".join(wrong[:5])[:300]}, code="no_address")
        if len(found) > MOST_PEOPLE:
            text = _("At most %(count)s people at once. More can be invited on the page People.")
            raise ValidationError(text % {"count": MOST_PEOPLE}, code="too_many")
        return found


def _person(line: str) -> tuple[str, str] | None:
    """(address, name) of a line; None for one without an address."""
    parts = ADDRESS.fullmatch(line)
    if parts is None:
        return None
    email, name = parts["email"].lower(), " ".join(parts["name"].strip(" ,;\"'").split())
    try:
        validate_email(email)
    except ValidationError:
        return None
    return email, (name or email.partition("@")[0])[:LONGEST_NAME]


@transaction.atomic
def invite_all(request: MemberRequest, cleaned: dict[str, Any]) -> list[Invitation]:
    """Each as a rep of the team that the asking person is in. Raises ValidationError, and then invites nobody."""
    placed = TeamMembership.objects.filter(placed_on(request.today), member=request.member).select_related("team")
    team = next((row.team for row in placed), None)
    made = []
    for number, (email, name) in enumerate(cleaned["people"].items()):
        try:
            made.append(
                invite(
                    email=email,
                    name=name,
                    role=Role.REP.value,
                    by=request.member,
                    now=request.now,
                    team=team,
                    request_id=part_of(cleaned["request_id"], number),
                )
            )
        except ValidationError as refused:
            raise ValidationError({"people": f"{email}: {' '.join(refused.messages)}"}) from refused
    return made


def kpis_to_begin_with(request: MemberRequest) -> Sequence[Any]:
    """The organization's KPIs, those of the starters first."""
    live = [kpi for kpi in book_of(request.organization).kpis if kpi.archived_at is None]
    place = {key: number for number, key in enumerate(STARTERS)}
    return sorted(live, key=lambda kpi: place.get(kpi.code, len(place)))[: len(STARTERS) + 4]
