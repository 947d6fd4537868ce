"""The latest entries behind a goal's number, as far as the reader may see whose they are."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from goals.measures import KpiBook
from goals.models import Goal
from goals.reading import Standing
from kpis.models import Credit, Entry
from teams.models import TeamMembership
from teams.reach import Reach, parents_of_teams, placed_on, with_sub_teams

SHOWN = 10


def latest_entries(goal: Goal, standing: Standing, book: KpiBook, reach: Reach) -> list[Entry]:
    """Newest first, from the window over which the value was read."""
    if goal.kpi is None or standing.window is None:
        return []
    shared_with = Credit.objects.filter(entry=OuterRef("pk"))
    found = (
        Entry.objects.visible_to(reach)
        .counted()
        .filter(kpi__in=book.parts(goal.kpi), date__range=(standing.window.start, standing.window.end))
    )
    if goal.member_id is not None:
        found = found.filter(Q(member=goal.member_id) | Exists(shared_with.filter(member=goal.member_id)))
    elif goal.team_id is not None:
        found = found.filter(Exists(_memberships(goal.team_id)))
    return list(found.select_related("kpi", "member").order_by("-date", "-pk")[:SHOWN])


def _memberships(team_id: int) -> QuerySet[TeamMembership]:
    """Those by which an entry counts for the team: its member was in it, or in a team below, on that day."""
    teams = with_sub_teams([team_id], parents_of_teams())
    return TeamMembership.objects.filter(
        placed_on(OuterRef("date")),
        member=OuterRef("member"),
        team__in=teams,
    )
