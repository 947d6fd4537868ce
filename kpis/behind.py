"""The very entries that a number is made of.

For a flow: what was recorded on the days of the window, each with the share that the scope has in it. For a stock:
of each member in the scope on the last day the entry that stands then. A formula is asked for part by part
(`kpis.parts`). Entries and numbers agree to the last digit; tests hold that.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from kpis.ledger import EXACT
from kpis.models import Credit, Entry, EntryChange, EntryQuerySet, Kpi
from kpis.periods import Window
from kpis.scopes import Scope, teams_of
from teams.models import TeamMembership
from teams.reach import Reach, placed_on
from teams.tenancy import current_organization_id

SHARE = DecimalField(max_digits=24, decimal_places=8)
AMOUNT = DecimalField(max_digits=38, decimal_places=14)
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Tally:
    """How many entries, what they add up to, and their weight (the sum of shares)."""

    count: int = 0
    total: Decimal = ZERO
    weight: Decimal = ZERO

    def __add__(self, other: "Tally") -> "Tally":
        with localcontext(EXACT):
            return Tally(self.count + other.count, self.total + other.total, self.weight + other.weight)

    def __sub__(self, other: "Tally") -> "Tally":
        with localcontext(EXACT):
            return Tally(self.count - other.count, self.total - other.total, self.weight - other.weight)


@dataclass(frozen=True)
class Behind:
    """The entries behind one number of a stored KPI.

    `entries` are those that the reader may see, newest first, with their `share` in the scope and their `worth` (value
    times share); `withdrawn` those of the same days that count nowhere. `all` is the tally of everything that counts,
    `seen` of what the reader may see.
    """

    kpi: Kpi
    entries: EntryQuerySet
    withdrawn: EntryQuerySet
    all: Tally
    seen: Tally

    @property
    def hidden(self) -> Tally:
        return self.all - self.seen


def behind(kpi: Kpi, scope: Scope, window: Window, reach: Reach) -> Behind:
    """Four queries at most."""
    found = counting(kpi, scope, window)
    withdrawn = Entry.objects.none() if _is_stock(kpi) else _recorded(_withdrawn(kpi, window), scope)
    seen = found.visible_to(reach)
    everything = _tally(found)
    own = everything if reach.sees_everything else _tally(seen)
    return Behind(kpi, _newest_first(seen), _newest_first(withdrawn.visible_to(reach)), everything, own)


def counting(kpi: Kpi, scope: Scope, window: Window) -> EntryQuerySet:
    """What the number of a stored KPI is made of, whoever may read it, each with `share` and `worth`.

    A stock is looked up by a query at once.
    """
    return _standing(kpi, scope, window) if _is_stock(kpi) else _recorded(_counted(kpi, window), scope)


def marked(entries: EntryQuerySet) -> EntryQuerySet:
    """With what a list says of each: names, shares, and whether it was ever changed."""
    return entries.with_names().annotate(was_changed=Exists(EntryChange.objects.filter(entry=OuterRef("pk"))))


def _is_stock(kpi: Kpi) -> bool:
    return kpi.aggregation == Kpi.Aggregation.LAST


def _newest_first(entries: EntryQuerySet) -> EntryQuerySet:
    return entries.order_by("-date", "-pk")


def _tally(entries: EntryQuerySet) -> Tally:
    sums: dict[str, Any] = entries.aggregate(n=Count("pk"), total=Sum("worth"), weight=Sum("share"))
    return Tally(sums["n"], sums["total"] or ZERO, sums["weight"] or ZERO)


def _counted(kpi: Kpi, window: Window) -> EntryQuerySet:
    """In two halves, as the indexes are."""
    days = {"kpi": kpi, "date__range": (window.start, window.end), "voided_at": None}
    found: EntryQuerySet = Entry.objects.filter(Q(is_split=False, **days) | Q(is_split=True, **days))
    return found


def _withdrawn(kpi: Kpi, window: Window) -> EntryQuerySet:
    found: EntryQuerySet = Entry.objects.filter(
        kpi=kpi, date__range=(window.start, window.end), voided_at__isnull=False
    )
    return found


def _recorded(entries: EntryQuerySet, scope: Scope) -> EntryQuerySet:
    """Those in which anybody in the scope has a share."""
    whole, part = _places(scope)
    credits = Credit.objects.filter(part, entry=OuterRef("pk")).values("entry").annotate(sum=Sum("share"))
    shared = Coalesce(Subquery(credits.values("sum"), output_field=SHARE), Value(ZERO), output_field=SHARE)
    in_scope = Case(When(whole, then=Value(ONE)), default=Value(ZERO), output_field=SHARE)
    share = Case(When(is_split=True, then=shared), default=in_scope, output_field=SHARE)
    found: Any = _with_worth(entries, share)
    counted: EntryQuerySet = found.filter(share__gt=0)
    return counted


def _with_worth(entries: EntryQuerySet, share: Any) -> EntryQuerySet:
    shared: Any = entries.annotate(share=share)
    found: EntryQuerySet = shared.annotate(worth=ExpressionWrapper(F("value") * F("share"), output_field=AMOUNT))
    return found


def _places(scope: Scope) -> tuple[Q, Q]:
    """Which whole entries count, and which shares of split ones."""
    if scope.kind == "organization":
        return Q(pk__isnull=False), Q()
    if scope.place != "team":
        return Q(member=scope.id), Q(member=scope.id)
    return _in_team(scope, "date"), _in_team(scope, "entry__date")


def _in_team(scope: Scope, day: str) -> Q:
    stays = TeamMembership.objects.filter(
        placed_on(OuterRef(day)),
        team__in=teams_of(scope),
        member=OuterRef("member"),
    )
    only = Q(member=scope.only) if scope.only else Q()
    return only & Q(Exists(stays))


# Of each member who is in the scope on the last day and has not left by then, the last entry with a share in it.
_LAST = """
SELECT last.id, last.share
FROM teams_member m CROSS JOIN LATERAL (
    SELECT c.id, c.share FROM (
        (SELECT e.id, e.date, 1::numeric AS share FROM kpis_entry e
        WHERE e.organization_id = %(organization)s AND e.kpi_id = %(kpi)s AND e.member_id = m.id
            AND e.date <= %(day)s AND e.voided_at IS NULL AND NOT e.is_split
        ORDER BY e.date DESC, e.id DESC LIMIT 1)
        UNION ALL
        (SELECT e.id, e.date, c.share FROM kpis_credit c JOIN kpis_entry e ON e.id = c.entry_id
        WHERE c.organization_id = %(organization)s AND c.member_id = m.id AND e.kpi_id = %(kpi)s
            AND e.date <= %(day)s AND e.voided_at IS NULL AND e.is_split
        ORDER BY e.date DESC, e.id DESC LIMIT 1)
    ) c ORDER BY c.date DESC, c.id DESC LIMIT 1
) last
WHERE m.organization_id = %(organization)s AND (m.left_on IS NULL OR m.left_on > %(day)s)
    AND (%(only)s = 0 OR m.id = %(only)s)
    AND (%(teams)s::bigint[] = '{}' OR EXISTS (
        SELECT FROM teams_teammembership s
        WHERE s.organization_id = %(organization)s AND s.member_id = m.id AND s.team_id = ANY (%(teams)s)
            AND (s.starts_on IS NULL OR s.starts_on <= %(day)s) AND (s.ends_on IS NULL OR s.ends_on >= %(day)s)
    ))
"""


def _standing(kpi: Kpi, scope: Scope, window: Window) -> EntryQuerySet:
    """The closing entries; one that is shared may stand for several members at once."""
    shares: dict[int, Decimal] = defaultdict(Decimal)
    for entry, share in _last_entries(kpi, scope, window):
        shares[entry] += share
    entries: EntryQuerySet = Entry.objects.filter(pk__in=shares.keys())
    by_share: dict[Decimal, list[int]] = defaultdict(list)
    for entry, share in shares.items():
        by_share[share].append(entry)
    cases = (When(pk__in=pks, then=Value(share)) for share, pks in by_share.items())
    return _with_worth(entries, Case(*cases, default=Value(ONE), output_field=SHARE))


def _last_entries(kpi: Kpi, scope: Scope, window: Window) -> Iterable[tuple[int, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _LAST,
            {
                "organization": current_organization_id(),
                "kpi": kpi.pk,
                "day": window.end,
                "teams": teams_of(scope),
                "only": scope.id if scope.kind == "member" else 0,
            },
        )
        rows: list[tuple[int, Decimal]] = cursor.fetchall()
    return rows
