"""Finding people, teams, goals, KPIs and pages by any part of their names."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from goals.measures import book_of
from goals.models import Goal
from teams.models import Member, Team
from teams.requests import MemberRequest
from web.collation import thai_key
from web.context import MENU, PLACES, Place
from web.links import link

# A ring and an aa are one vowel, with the tone mark before, between or behind the two.
SARA_AM = re.compile("([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32")
LONGEST, MOST_WORDS = 100, 8
FEW, MANY = 6, 30

# What one may want to do, beside the places of the menus.
ERRANDS = (
    Place("kpis:log", gettext_lazy("Record a value"), "plus", "log entry", ""),
    Place("goals:new", gettext_lazy("New goal"), "plus", "write goal", ""),
    Place("kpis:entries", gettext_lazy("Entries"), "list-check", "see organization", ""),
    Place("goals:tree", gettext_lazy("Tree of goals"), "flag", "see organization", ""),
    Place("goals:grid", gettext_lazy("Set targets"), "flag", "write goal for others", ""),
    Place("kpis:catalogue", gettext_lazy("Catalogue of KPIs"), "chart-line", "see organization", ""),
    Place("kpis:new", gettext_lazy("New KPI"), "chart-line", "edit kpi", ""),
    Place("teams:invite", gettext_lazy("Invite a person"), "user-plus", "invite", ""),
    Place("teams:new_team", gettext_lazy("New team"), "users-group", "edit people", ""),
    Place("teams:holidays", gettext_lazy("Holidays"), "calendar-event", "edit organization", ""),
    Place("kpis:rates", gettext_lazy("Exchange rates"), "settings", "edit organization", ""),
    Place("reminders:bell", gettext_lazy("Reminders"), "bell", "see organization", ""),
)


@dataclass(frozen=True)
class Hit:
    name: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Group:
    """One kind of what was found. `is_cut` where there is more than is shown."""

    title: str
    icon: str
    hits: Sequence[Hit]
    is_cut: bool


def words_of(asked: str) -> list[str]:
    """What was typed, as words to look for: each of them must be there, anywhere. Thai needs no spaces for that."""
    return plain(asked[:LONGEST]).split()[:MOST_WORDS]


def plain(text: str) -> str:
    """Without what looks alike and is typed differently: width, case, and the ways to write a Thai sara am."""
    folded = unicodedata.normalize("NFKC", text.replace("\0", "")).casefold()
    return SARA_AM.sub("\\1\\2\u0e33", folded)


def search(request: MemberRequest, asked: str, most: int = FEW) -> list[Group]:
    """What one may see and the words are in, the best first; of no words, the pages. Four queries."""
    words = words_of(asked)
    pages = _pages(request, words)
    if not words:
        return [_group(pgettext("search", "Pages"), "layout-dashboard", pages, len(pages))] if pages else []
    kpis = _kpis(request, words)
    found = [
        _group(_("Goals"), "flag", _goals(request, words, most), most),
        _group(_("People"), "user", _people(request, words), most),
        _group(_("Teams"), "users-group", _teams(request, words), most),
        _group(_("KPIs"), "chart-line", kpis, most),
        _group(pgettext("search", "Pages"), "layout-dashboard", pages, most),
    ]
    return [group for group in found if group.hits]


def _group(title: str, icon: str, hits: Sequence[Hit], most: int) -> Group:
    return Group(title, icon, hits[:most], len(hits) > most)


def _pages(request: MemberRequest, words: Sequence[str]) -> list[Hit]:
    """By their names in either language, as people remember the one or the other."""
    found = []
    for place in (*PLACES, *ERRANDS, *MENU):
        if request.member.may(place.verb) and _says(_in_both(place), words):
            found.append(Hit(str(place.label), link(request, place.name)))
    return found


def _in_both(place: Place) -> str:
    names = []
    for language in ("en", "th"):
        with override(language):
            names.append(str(place.label))
    return plain("\n".join(names))


def _kpis(request: MemberRequest, words: Sequence[str]) -> list[Hit]:
    live = [
        kpi
        for kpi in book_of(request.organization).kpis
        if kpi.archived_at is None and _says(plain(f"{kpi.label}\n{kpi.code}"), words)
    ]
    hits = [Hit(kpi.label, link(request, "kpis:detail", pk=kpi.pk), kpi.get_unit_display()) for kpi in live]
    return _best(hits, words)


def _people(request: MemberRequest, words: Sequence[str]) -> list[Hit]:
    seen = Member.objects.visible_to(request.reach).active(request.today)
    found = seen.filter(_all(words, lambda word: Q(name__icontains=word) | Q(email__icontains=word)))
    hits = [
        Hit(member.name, link(request, "teams:member", pk=member.pk), str(member.get_role_display()))
        for member in found.by_name()[: MANY * 2]
    ]
    return _best(hits, words)


def _teams(request: MemberRequest, words: Sequence[str]) -> list[Hit]:
    seen = Team.objects.visible_to(request.reach).live()
    found = seen.filter(_all(words, lambda word: Q(name__icontains=word))).by_name()[: MANY * 2]
    return _best([Hit(team.name, link(request, "dashboards:team", query={"team": team.pk})) for team in found], words)


def _goals(request: MemberRequest, words: Sequence[str], most: int) -> list[Hit]:
    """By their sentence, owner or KPI; those that run in front of drafts and of what is over."""
    kpis = book_of(request.organization).kpis

    def has(word: str) -> Q:
        named = [kpi.pk for kpi in kpis if word in plain(kpi.label)]
        return (
            Q(statement__icontains=word) | Q(member__name__icontains=word) | Q(team__name__icontains=word)
            | Q(kpi__in=named)
        )  # fmt: skip

    order = Case(
        When(state__in=Goal.PROMISED, then=Value(0)),
        When(state__in=Goal.UNSETTLED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Goal.objects.visible_to(request.reach).select_related("member", "team").filter(_all(words, has))
    rows = found.annotate(order=order).order_by("order", "-deadline", "pk")[: most + 1]
    return [_goal(request, goal) for goal in rows]


def _goal(request: MemberRequest, goal: Goal) -> Hit:
    about = f"{goal.owner_name} · {goal.get_state_display()}"
    return Hit(goal.statement or _("A goal without words yet"), link(request, "goals:detail", pk=goal.pk), about)


def _all(words: Iterable[str], has: Callable[[str], Q]) -> Q:
    return reduce(and_, map(has, words), Q())


def _says(text: str, words: Iterable[str]) -> bool:
    return all(word in text for word in words)


def _best(hits: list[Hit], words: Sequence[str]) -> list[Hit]:
    """Names that begin with what was typed come first."""

    def rank(hit: Hit) -> tuple[bool, Any]:
        return not plain(hit.name).startswith(words[0]), thai_key(hit.name)

    return sorted(hits, key=rank)
