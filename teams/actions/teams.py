"""What is done to teams: each verb one transaction, inside the organization's tenant."""

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from teams.models import Member, Team, TeamMembership
from teams.once import create_once, save_or_refuse
from teams.reach import with_sub_teams


def add_team(
    *, name: str, parent: Team | None = None, manager: Member | None = None, request_id: uuid.UUID | None = None
) -> tuple[Team, bool]:
    return create_once(Team, request_id, name=name, parent=parent, manager=manager)


@transaction.atomic
def change_team(team: Team, *, name: str, parent: Team | None, manager: Member | None) -> None:
    team.name, team.parent, team.manager = name, parent, manager
    # All teams are locked, or two moves at once could close a ring that neither of them sees.
    parents = dict(Team.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
    if team.parent_id in with_sub_teams([team.pk], parents):
        raise ValidationError({"parent": _("A team can't be part of itself or of one of its sub-teams.")}, code="ring")
    save_or_refuse(team)


def switch_leaderboard(team: Team, *, on: bool) -> None:
    team.leaderboard = on
    team.save(update_fields=["leaderboard"])


@transaction.atomic
def archive_team(team: Team, *, today: dt.date, now: dt.datetime) -> None:
    """Out of every choice from now on; its history and its numbers stay."""
    Team.objects.select_for_update().get(pk=team.pk)
    if team.children.filter(archived_at=None).exists():
        raise ValidationError(_("This team has sub-teams. Move or archive them first."), code="has_sub_teams")
    if TeamMembership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), team=team).exists():
        raise ValidationError(_("This team has members. Move them to another team first."), code="has_members")
    team.archived_at = now
    team.save(update_fields=["archived_at"])


@transaction.atomic
def restore_team(team: Team) -> None:
    team.archived_at = None
    team.parent = team.parent if team.parent and team.parent.archived_at is None else None
    team.save(update_fields=["archived_at", "parent"])
