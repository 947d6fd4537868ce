"""The entries behind one number."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kpis.behind import behind, marked
from kpis.models import Credit, Entry, EntryQuerySet, Kpi
from kpis.numbers import Cell, values
from kpis.parts import Ingredient, stored_ingredients
from kpis.periods import Window
from kpis.sheets import limit_of
from kpis.timeline import CUSTOM
from kpis.views.asked import Asked, asked_for, frame
from teams.requests import MemberRequest

PAGE = 100
MOST_WITHDRAWN = 50


@dataclass(frozen=True)
class Source:
    """A stored KPI that the number is made of, in the days in which it is read."""

    index: int
    ingredient: Ingredient
    window: Window | None
    value: Decimal | None

    @property
    def kpi(self) -> Kpi:
        return self.ingredient.kpi


@require_safe
def entries(request: MemberRequest, pk: int) -> HttpResponse:
    """By part for a formula: one part's entries at a time."""
    kpi = get_object_or_404(Kpi, pk=pk)
    asked = asked_for(request, CUSTOM)
    sources = sources_of(kpi, asked)
    cell = Cell(kpi, asked.chosen.scope, asked.look.window)
    source = chosen_of(request, sources)
    context = {
        **frame(request, asked),
        "kpi": kpi,
        "value": values([cell])[cell],
        "sources": sources if kpi.formula else [],
        "source": source,
        **(_listed(request, asked, source) if source else {}),
    }
    return render(request, "kpis/behind.html", context)


def chosen_of(request: MemberRequest, sources: Sequence[Source]) -> Source | None:
    """The part that the address names, else the first; None for a formula of nothing."""
    return sources[page_index(request.GET.get("part", ""), len(sources))] if sources else None


def sources_of(kpi: Kpi, asked: Asked) -> list[Source]:
    """At most four queries."""
    scope, window, rules = asked.chosen.scope, asked.look.window, asked.rules
    parts = [(part, part.cell(scope, window, rules)) for part in stored_ingredients(kpi)]
    numbers = values(cell for _part, cell in parts if cell)
    return [
        Source(n, part, cell.window if cell else None, numbers[cell] if cell else None)
        for n, (part, cell) in enumerate(parts)
    ]


def _listed(request: MemberRequest, asked: Asked, source: Source) -> dict[str, Any]:
    if source.window is None:
        return {}
    found = behind(source.kpi, asked.chosen.scope, source.window, request.reach)
    page = page_index(request.GET.get("page", ""), -(-found.seen.count // PAGE))
    rows = _rows(found.entries[page * PAGE : (page + 1) * PAGE])
    return {
        "found": found,
        "rows": rows,
        "shows_shares": any(entry.is_split for entry in rows),
        "withdrawn": _rows(found.withdrawn[:MOST_WITHDRAWN]),
        "newer": page or None,
        "older": page + 2 if (page + 1) * PAGE < found.seen.count else None,
        "first_row": page * PAGE + 1,
        "last_row": page * PAGE + len(rows),
        "part_query": f"&part={source.index + 1}",
        "page_link": "?" + urlencode({"of": asked.chosen.key} | asked.period | {"part": source.index + 1}),
        "limit": limit_of(found.seen.count),
        "is_average": found.kpi.aggregation == Kpi.Aggregation.AVERAGE,
    }


def _rows(entries: EntryQuerySet) -> Sequence[Entry]:
    shares = Prefetch("credits", Credit.objects.select_related("member").order_by("pk"))
    return list(marked(entries).prefetch_related(shares))


def page_index(text: str, count: int) -> int:
    """A number from the address, counted from 1, as a place in a list of so many; the first for anything else."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
    return number - 1 if 1 <= number <= count else 0
