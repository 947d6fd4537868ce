"""Which KPIs there are: the catalogue, and the organization's own definitions."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpis import actions
from kpis.catalogue import CATALOGUE, GROUPS, CatalogueKpi
from kpis.forms import KpiForm
from kpis.formula import FormulaError, parse
from kpis.models import Kpi
from kpis.refusals import KpiChanged, KpiRefused
from teams.requests import MemberRequest, require
from teams.views.answers import posted, render_form
from web.links import link

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Item:
    """A KPI of the catalogue; `kpi` is the organization's own under its code, if there is one in use."""

    offer: CatalogueKpi
    kpi: Kpi | None
    parts: list[str | Promise]


@require_safe
def catalogue(request: MemberRequest) -> HttpResponse:
    return _catalogue(request)


def _catalogue(request: MemberRequest, error: str = "") -> HttpResponse:
    present = {kpi.code: kpi for kpi in Kpi.objects.live()}
    items = [
        Item(offer, present.get(key), [CATALOGUE[code].name for code in _codes(offer.formula)])
        for key, offer in CATALOGUE.items()
    ]
    groups = [(name, [item for item in items if item.offer.group == group]) for group, name in GROUPS.items()]
    context = {
        "groups": groups,
        "missing": sum(item.kpi is None for item in items),
        "may_edit": request.member.may("edit kpi"),
        "error": error,
    }
    return render(request, "kpis/catalogue.html", context, status=422 if error else 200)


def _codes(formula: str) -> list[str]:
    return [part.code for part in parse(formula).parts] if formula else []


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
    return render_form(request, "kpis/new.html", form, {"codes": _codes_in_use()})


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
    shown: dict[str, Any] = {"kpi": Kpi(pk=kpi.pk, code=kpi.code, name=kpi.name, catalogue_key=kpi.catalogue_key)}
    if form.is_bound and form.is_valid():
        try:
            is_saved = _save(form, form.cleaned_data["version"])
        except KpiChanged as changed:
            return _ask_again(request, form, changed.current, shown)
        if is_saved:
            messages.success(request, gettext("Saved."))
            return redirect(link(request, "kpis:detail", pk=pk))
    return render_form(request, "kpis/edit.html", form, {**shown, "codes": _codes_in_use()})


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


def _ask_again(request: MemberRequest, form: KpiForm, current: Kpi, shown: dict[str, Any]) -> HttpResponse:
    """Somebody else was faster: both versions side by side. Saving again from here is knowingly over theirs."""
    differing = []
    for name in form.Meta.fields:
        theirs, yours = (_readable(kpi, name) for kpi in (current, form.instance))
        if theirs != yours:
            differing.append(Disagreement(str(form.fields[name].label), theirs, yours))
    data = {**form.data.dict(), "version": str(current.version)}  # type: ignore[attr-defined]
    again = KpiForm(data, kpi=current)
    context = {**shown, "form": again, "disagreements": differing, "codes": _codes_in_use()}
    return render(request, "kpis/edit.html", context, status=409)


def _readable(kpi: Kpi, name: str) -> str:
    display = getattr(kpi, f"get_{name}_display", None)
    return str(display() if display else getattr(kpi, name))


def _codes_in_use() -> list[Kpi]:
    return list(Kpi.objects.live().order_by("code"))


@require_POST
def archive(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit kpi")
    kpi = get_object_or_404(Kpi, pk=pk)
    try:
        actions.archive_kpi(kpi)
    except KpiRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("Archived: %(name)s") % {"name": kpi.label})
    return redirect(link(request, "kpis:detail", pk=pk))


@require_POST
def revive(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit kpi")
    kpi = get_object_or_404(Kpi, pk=pk)
    actions.revive_kpi(kpi)
    messages.success(request, gettext("In use again: %(name)s") % {"name": kpi.label})
    return redirect(link(request, "kpis:detail", pk=pk))
