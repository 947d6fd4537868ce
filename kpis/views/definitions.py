"""Which KPIs there are: the catalogue, and the organization's own definitions."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpis import actions
from kpis.catalogue import CATALOGUE, GROUPS, CatalogueKpi, needed_keys
from kpis.forms import KpiForm
from kpis.formula import FormulaError, parse
from kpis.models import Entry, Kpi
from kpis.refusals import KpiChanged, KpiInUse, KpiRefused
from kpis.views.editor import editor_page, keep_to_formula, with_offer
from teams.requests import MemberRequest, require
from teams.views.answers import posted
from web.htmx import render_part
from web.links import link

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
MOST_DIGITS = 18


@dataclass(frozen=True)
class Item:
    """A KPI of the catalogue; `kpi` is the organization's own under its code, if there is one in use.

    `parts` are those of its formula, `brings` what would be added with it.
    """

    offer: CatalogueKpi
    kpi: Kpi | None
    parts: list[CatalogueKpi]
    brings: list[CatalogueKpi]

    @property
    def texts(self) -> Iterator[str]:
        """What a search looks into."""
        yield from map(str, (self.offer.name, self.offer.note, self.offer.key, self.offer.formula, self.offer.source))
        yield from (str(part.name) for part in self.parts)

    @property
    def facts(self) -> list[str | Promise]:
        aggregation = [Kpi.Aggregation(self.offer.aggregation).label] if self.offer.aggregation else []
        named = (Kpi.Unit(self.offer.unit), Kpi.Direction(self.offer.direction), Kpi.Cadence(self.offer.cadence))
        return [*aggregation, *(choice.label for choice in named)]


@require_safe
def catalogue(request: MemberRequest) -> HttpResponse:
    return _catalogue(request)


def _catalogue(request: MemberRequest, error: str = "") -> HttpResponse:
    items = _items()
    group, words = request.GET.get("group", ""), request.GET.get("q", "").casefold().split()
    found = [
        item
        for item in items
        if group in ("", item.offer.group)
        and all(any(word in text.casefold() for text in item.texts) for word in words)
    ]
    groups = [(name, [item for item in found if item.offer.group == key]) for key, name in GROUPS.items()]
    context = {
        "groups": [(name, members) for name, members in groups if members],
        "count": len(found),
        "choices": GROUPS.items(),
        "group": group,
        "q": request.GET.get("q", ""),
        "missing": sum(item.kpi is None for item in items),
        "may_edit": request.member.may("edit kpi"),
        "error": error,
    }
    parts = {"catalogue": "kpis/_catalogue.html"}
    return render_part(request, "kpis/catalogue.html", context, parts, 422 if error else 200)


def _items() -> list[Item]:
    """One query."""
    present = {kpi.code: kpi for kpi in Kpi.objects.live()}
    return [
        Item(
            offer,
            present.get(key),
            [CATALOGUE[code] for code in _codes(offer.formula)],
            [CATALOGUE[code] for code in needed_keys([key]) if code != key and code not in present],
        )
        for key, offer in CATALOGUE.items()
    ]


def _codes(formula: str) -> list[str]:
    """The codes that a formula names, each once, in order."""
    return list(dict.fromkeys(part.code for part in parse(formula).parts)) if formula else []


@require_POST
def add(request: MemberRequest) -> HttpResponse:
    """KPIs of the catalogue by one tap: `keys`, or all of them. Adding what is there changes nothing."""
    require(request.member, "edit kpi")
    keys = list(CATALOGUE) if "all" in request.POST else request.POST.getlist("keys")
    if not keys or any(key not in CATALOGUE for key in keys):
        return _catalogue(request, gettext("Choose a KPI of the catalogue."))
    try:
        with transaction.atomic():
            added = actions.add_from_catalogue(keys)
    except FormulaError as refused:
        return _catalogue(request, refused.message)
    if len(added) == 1:
        messages.success(request, gettext("Added: %(name)s") % {"name": added[0].label})
    else:
        text = ngettext("%(count)s KPI is there now.", "%(count)s KPIs are there now.", len(added))
        messages.success(request, text % {"count": len(added)})
    return redirect(link(request, "kpis:catalogue"))


@read_or_write
def new(request: MemberRequest) -> HttpResponse:
    require(request.member, "edit kpi")
    form = KpiForm(posted(request))
    if form.is_bound and (earlier := _of_same_request(form)):
        return redirect(link(request, "kpis:detail", pk=earlier.pk))
    if form.is_bound and form.is_valid() and _save(form, None):
        messages.success(request, gettext("Added: %(name)s") % {"name": form.instance.label})
        return redirect(link(request, "kpis:detail", pk=form.instance.pk))
    return editor_page(request, form, None)


def _of_same_request(form: KpiForm) -> Kpi | None:
    """What the same form has made before, when it was sent twice."""
    form.is_valid()
    request_id = form.cleaned_data.get("request_id")
    return Kpi.objects.filter(request_id=request_id).first() if request_id else None


@read_or_write
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit kpi")
    kpi = get_object_or_404(Kpi, pk=pk)
    form = KpiForm(posted(request), kpi=kpi)
    if form.is_bound and form.is_valid():
        try:
            is_saved = _save(form, form.cleaned_data["version"])
        except KpiChanged as changed:
            return _ask_again(request, form, changed.current)
        if is_saved:
            messages.success(request, gettext("Saved."))
            return redirect(link(request, "kpis:detail", pk=pk))
    return editor_page(request, form, pk, may_delete=not Entry.objects.filter(kpi=kpi).exists())


@require_POST
def check(request: MemberRequest) -> HttpResponse:
    """What stands in the form now, tried on the numbers there are. Nothing is stored."""
    require(request.member, "edit kpi")
    typed = request.POST.get("kpi", "")
    pk = int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else None
    kpi = get_object_or_404(Kpi, pk=pk) if pk is not None else None
    form = KpiForm(with_offer(request.POST), kpi=kpi)
    keep_to_formula(form)
    return editor_page(request, form, pk, status=200)


def _save(form: KpiForm, version: int | None) -> bool:
    """False with the reason at its field."""
    kpi = form.instance
    try:
        with transaction.atomic():
            if kpi.pk is None:
                kpi.request_id = form.cleaned_data.get("request_id")
            actions.save_kpi(kpi, expected_version=version)
    except FormulaError as refused:
        form.refuse(refused, "formula")
    except KpiRefused as refused:
        form.refuse(refused, refused.field)
    except IntegrityError:
        form.add_error("code", gettext("Another KPI already has this code."))
    else:
        return True
    return False


@dataclass(frozen=True)
class Disagreement:
    """A field in which two people's versions differ, as each of them reads."""

    label: str
    theirs: str
    yours: str


def _ask_again(request: MemberRequest, form: KpiForm, current: Kpi) -> HttpResponse:
    """Somebody else was faster: both versions side by side. Saving again from here is knowingly over theirs."""
    differing = []
    for name in form.Meta.fields:
        theirs, yours = (_readable(kpi, name) for kpi in (current, form.instance))
        if theirs != yours:
            differing.append(Disagreement(str(form.fields[name].label), theirs, yours))
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(current.version)
    return editor_page(request, KpiForm(data, kpi=current), current.pk, status=409, disagreements=differing)


def _readable(kpi: Kpi, name: str) -> str:
    display = getattr(kpi, f"get_{name}_display", None)
    return str(display() if display else getattr(kpi, name))


@require_POST
def archive(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit kpi")
    kpi = get_object_or_404(Kpi, pk=pk)
    try:
        actions.archive_kpi(kpi)
    except KpiInUse as refused:
        return _in_use(request, kpi, refused, gettext("%(name)s is not archived"))
    messages.success(request, gettext("Archived: %(name)s") % {"name": kpi.label})
    return redirect(link(request, "kpis:detail", pk=pk))


@require_POST
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit kpi")
    kpi = get_object_or_404(Kpi, pk=pk)
    try:
        actions.delete_kpi(kpi)
    except KpiInUse as refused:
        return _in_use(request, kpi, refused, gettext("%(name)s is not deleted"))
    messages.success(request, gettext("Deleted: %(name)s") % {"name": kpi.label})
    return redirect(link(request, "kpis:list"))


def _in_use(request: MemberRequest, kpi: Kpi, refused: KpiInUse, heading: str) -> HttpResponse:
    context = {"kpi": kpi, "refused": refused, "heading": heading % {"name": kpi.label}}
    return render(request, "kpis/in_use.html", context, status=422)


@require_POST
def revive(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit kpi")
    kpi = get_object_or_404(Kpi, pk=pk)
    actions.revive_kpi(kpi)
    messages.success(request, gettext("In use again: %(name)s") % {"name": kpi.label})
    return redirect(link(request, "kpis:detail", pk=pk))
