"""Whose goals a member may write, and which goals those may serve."""

from dataclasses import dataclass

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.brief import Brief
from goals.models import Goal, GoalQuerySet
from teams.models import Member, Team
from teams.requests import MemberRequest


@dataclass(frozen=True)
class Owner:
    """A member, a team or, with neither, the organization."""

    label: str
    member: Member | None
    team: Team | None


def owner_key(goal: Goal | Brief) -> str:
    if goal.member_id is not None:
        return f"member:{goal.member_id}"
    return f"team:{goal.team_id}" if goal.team_id is not None else "organization"


def owner_choices(request: MemberRequest, goal: Goal | None = None) -> dict[str, Owner]:
    """By key, oneself first. The owner of a goal that is being edited is always among them."""
    me, reach = request.member, request.reach
    found = {f"member:{me.pk}": Owner(_("%(name)s (me)") % {"name": me.name}, me, None)}
    if me.may("write goal for others"):
        members = Member.objects.active(request.today).by_name()
        teams = Team.objects.filter(archived_at=None).order_by("name")
        if not reach.leads_everything:
            members, teams = members.filter(pk__in=reach.led_members), teams.filter(pk__in=reach.led_teams)
        for member in members:
            found.setdefault(f"member:{member.pk}", Owner(member.name, member, None))
        for team in teams:
            found[f"team:{team.pk}"] = Owner(_("Team %(name)s") % {"name": team.name}, None, team)
    if me.may("write goal of organization"):
        found["organization"] = Owner(_("The organization"), None, None)
    if goal is not None:
        found.setdefault(owner_key(goal), Owner(goal.owner_name, goal.member, goal.team))
    return found


def parent_choices(request: MemberRequest, goal: Goal | None = None) -> GoalQuerySet:
    """What a goal may serve: goals that hold, of the organization and of teams, one's own, and the present one."""
    wide = Q(member=None) | Q(member=request.member)
    found = Goal.objects.visible_to(request.reach).with_names().order_by("statement", "pk")
    if goal is None:
        return found.filter(wide, state__in=Goal.PROMISED)
    kept = Q(pk__in=[goal.parent_id] if goal.parent_id else [])
    return found.filter(wide & Q(state__in=Goal.PROMISED) | kept).exclude(pk=goal.pk)


class ParentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Which goal it serves. One that the reader does not see stays as long as they choose no other."""

    def __init__(self) -> None:
        super().__init__(
            QuerySet(Goal),
            label=gettext_lazy("Which goal it serves"),
            required=False,
            empty_label=gettext_lazy("none"),
        )
        self.hidden: Goal | None = None

    def offer(self, parents: GoalQuerySet, goal: Goal | None) -> None:
        self.queryset = parents
        rows = list(self.queryset)
        if goal is not None and goal.parent_id and goal.parent_id not in {row.pk for row in rows}:
            self.hidden = goal.parent
        nothing = _("as it is: a goal that you do not see") if self.hidden else self.empty_label
        self.choices = [("", nothing), *((row.pk, f"{row.owner_name}: {row}") for row in rows)]
