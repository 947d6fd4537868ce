"""The latest entries behind a goal's number, as far as the reader may see whose they are."""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from goals.measures import KpiBook
from goals.models import Goal
from kpis.models import Credit, Entry, Kpi
from kpis.periods import Window
from teams.models import TeamMembership
from teams.reach import Reach, parents_of_teams, placed_on, with_sub_teams

SHOWN = 10


def entries_behind(
    goal: Goal, kpis: Iterable[Kpi], window: Window, book: KpiBook, reach: Reach
) -> QuerySet[Entry, Entry]:
    """Newest first, from the window over which these KPIs of the goal were read, each with `who` it is filed under."""
    shared_with = Credit.objects.filter(entry=OuterRef("pk"))
    parts = {part for kpi in kpis for part in book.parts(kpi)}
    found = Entry.objects.visible_to(reach).counted().filter(kpi__in=parts, date__range=(window.start, window.end))
    if goal.member_id is not None:
        found = found.filter(Q(member=goal.member_id) | Exists(shared_with.filter(member=goal.member_id)))
    elif goal.team_id is not None:
        found = found.filter(Exists(_memberships(goal.team_id)))
    return found.annotate(who=F("member__name")).order_by("-date", "-pk")[:SHOWN]


def _memberships(team_id: int) -> QuerySet[TeamMembership]:
    """Those by which an entry counts for the team: its member was in it, or in a team below, on that day."""
    teams = with_sub_teams([team_id], parents_of_teams())
    return TeamMembership.objects.filter(
        placed_on(OuterRef("date")),
        member=OuterRef("member"),
        team__in=teams,
    )
