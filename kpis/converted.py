"""Which numbers hold money of other currencies: pages say so beside them."""

from django.db.models import Exists, OuterRef, Q

from kpis.definitions import load_definitions
from kpis.models import Credit, Entry, Kpi
from kpis.periods import Window
from kpis.scopes import Scope, teams_of
from teams.models import TeamMembership


def currencies_in(kpi: Kpi, scope: Scope, window: Window) -> list[str]:
    """The currencies from which amounts in the number were converted, by their letters. Two queries at most."""
    parts = [part for part in load_definitions().stored_parts(kpi) if part.unit == Kpi.Unit.MONEY]
    if not parts:
        return []
    # A stock stands on what was recorded before the window too.
    stocks = [part for part in parts if part.aggregation == Kpi.Aggregation.LAST]
    found = Entry.objects.counted().filter(
        _of(scope), Q(date__gte=window.start) | Q(kpi__in=stocks), kpi__in=parts, date__lte=window.end, currency__gt=""
    )
    return sorted(set(found.values_list("currency", flat=True)))


def _of(scope: Scope) -> Q:
    """Entries whose own members, or those who have a share in them, are in the scope on that day."""
    if scope.kind == "organization":
        return Q()
    credits = Credit.objects.filter(entry=OuterRef("pk"))
    if scope.place == "member":
        return Q(is_split=False, member=scope.id) | Q(Exists(credits.filter(member=scope.id)), is_split=True)
    stays = TeamMembership.objects.filter(team__in=teams_of(scope))
    if scope.only:
        stays = stays.filter(member=scope.only)
    own = stays.filter(_covers("date"), member=OuterRef("member"))
    shared = credits.filter(Exists(stays.filter(_covers("entry__date"), member=OuterRef("member"))))
    return Q(Exists(own), is_split=False) | Q(Exists(shared), is_split=True)


def _covers(day: str) -> Q:
    begun = Q(starts_on=None) | Q(starts_on__lte=OuterRef(day))
    return begun & (Q(ends_on=None) | Q(ends_on__gte=OuterRef(day)))
