"""Recording a value, and the record of what was recorded."""

import datetime as dt
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpis import actions
from kpis.access import entry_to_edit, may_correct_for
from kpis.forms import CorrectionForm, LogForm, ReasonForm
from kpis.models import Credit, Entry, EntryChange, Kpi
from kpis.refusals import EntryRefused
from kpis.signals import Use, closed_uses_of
from teams.models import Member
from teams.requests import MemberRequest, require
from teams.views.answers import posted, render_form
from web.formats import format_value
from web.htmx import target_id
from web.links import link, own_page

PAGE = 50
LARGEST_ID = 2**63 - 1

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def log(request: MemberRequest) -> HttpResponse:
    require(request.member, "log entry")
    asked = {name: text for name in ("kpi", "member", "date", "value") if (text := request.GET.get(name))}
    form = LogForm(posted(request), request=request, initial=asked)
    back, closed = _page_before(request), _closed_by_form(request, form)
    if form.is_bound and form.is_valid():
        try:
            entry = _log(request, form.cleaned_data)
        except EntryRefused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, gettext("Recorded: %(entry)s") % {"entry": _written(entry, request)})
            _tell_closed(request, closed)
            return redirect(back or link(request, "kpis:entries"))
    if target_id(request) == "closed":
        return render(request, "kpis/_closed.html", {"closed": closed})
    return render_form(request, "kpis/log.html", form, {"back": back, "closed": closed})


def _closed_by_form(request: MemberRequest, form: LogForm) -> list[Use]:
    """The closed goals that what stands in the form would reach; none while it does not say enough."""
    kpi, member, day = form.chosen("kpi"), form.chosen("member") or request.member, form.chosen("date")
    if kpi is None or day is None:
        return []
    return _closed(request, kpi, [member.pk, *(form.cleaned_data.get("shares", {}) if form.is_bound else {})], {day})


def _closed_over(request: MemberRequest, entry: Entry, *days: dt.date) -> list[Use]:
    """The closed goals that the entry is part of, or would be on these days."""
    people = [entry.member_id, *Credit.objects.filter(entry=entry).values_list("member_id", flat=True)]
    return _closed(request, entry.kpi, people, {entry.date, *days})


def _closed(request: MemberRequest, kpi: Kpi, members: Sequence[int], days: Set[dt.date]) -> list[Use]:
    """Goals are closed after their deadline: a day that is not over yet is in none."""
    over = sorted(day for day in days if day < request.today)
    return list(dict.fromkeys(use for day in over for use in closed_uses_of(kpi, members, day, request.reach)))


def _tell_closed(request: MemberRequest, closed: list[Use]) -> None:
    if closed:
        names = ", ".join(use.name for use in closed)
        messages.info(request, gettext("The outcome of what is closed stays: %(goals)s") % {"goals": names})


def _log(request: MemberRequest, cleaned: dict[str, Any]) -> Entry:
    entry, _is_new = actions.log_entry(
        kpi=cleaned["kpi"],
        member=cleaned["member"],
        date=cleaned["date"],
        value=cleaned["value"],
        note=cleaned["note"],
        by=request.user,
        request_id=cleaned["request_id"],
        shares=cleaned["shares"],
        currency=cleaned.get("currency", ""),
        today=request.today,
    )
    return entry


@dataclass(frozen=True)
class Row:
    entry: Entry
    may_edit: bool
    is_for_others: bool


@require_safe
def entries(request: MemberRequest) -> HttpResponse:
    """What was recorded, the latest first, as far as one may see it."""
    visible = Entry.objects.visible_to(request.reach)
    kpi, member, before = (_number(request.GET.get(name, "")) for name in ("kpi", "member", "before"))
    found = visible.filter(kpi=kpi) if kpi else visible
    found = found.filter(member=member) if member else found
    if before:
        found = found.filter(pk__lt=before)
    shares = Prefetch("credits", Credit.objects.select_related("member").order_by("pk"))
    page = list(found.with_names().prefetch_related(shares).order_by("-pk")[: PAGE + 1])
    context = {
        "rows": [_row(entry, request) for entry in page[:PAGE]],
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "before": before,
        "kpi": kpi,
        "member": member,
        "kpis": sorted(Kpi.objects.stored(), key=lambda each: each.label.lower()),
        "members": _filter_of_members(request),
        "may_log": request.member.may("log entry"),
    }
    return render(request, "kpis/entries.html", context)


def _filter_of_members(request: MemberRequest) -> list[Member]:
    """Whom one may ask for: those whose entries one sees."""
    reach = request.reach
    people = Member.objects.by_name()
    return list(people if reach.sees_everything else people.filter(pk__in={reach.own, *reach.led_members}))


def _row(entry: Entry, request: MemberRequest) -> Row:
    may_edit = may_correct_for(request.member, request.reach, entry.member_id)
    by = entry.created_by_id
    return Row(entry, may_edit, by is not None and by != entry.member.user_id)


@require_safe
def entry(request: MemberRequest, pk: int) -> HttpResponse:
    """One entry with all that was changed in it: when, by whom and why."""
    shown = get_object_or_404(Entry.objects.visible_to(request.reach).with_names(), pk=pk)
    context = {
        "row": _row(shown, request),
        "entry": shown,
        "changes": EntryChange.objects.filter(entry=shown).select_related("changed_by").order_by("-pk"),
        "credits": Credit.objects.filter(entry=shown).select_related("member").order_by("pk"),
    }
    return render(request, "kpis/entry.html", context)


@read_or_write
def correct(request: MemberRequest, pk: int) -> HttpResponse:
    found = entry_to_edit(request, pk)
    is_only_asked = target_id(request) == "closed"
    sent = request.GET if is_only_asked else posted(request)
    form = CorrectionForm(sent, entry=found, today=request.today, own=request.organization.currency)
    # It leaves one day and comes to another.
    moved = form.cleaned_data.get("date") if form.is_bound and not form.errors.get("date") else None
    closed = _closed_over(request, found, *([moved] if moved else []))
    if is_only_asked:
        return render(request, "kpis/_closed.html", {"closed": closed})
    if form.is_bound and form.is_valid():
        try:
            actions.correct_entry(found, by=request.user, today=request.today, **form.cleaned_data)
        except EntryRefused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, gettext("Corrected."))
            _tell_closed(request, closed)
            return redirect(link(request, "kpis:entry", pk=pk))
    return render_form(request, "kpis/correct.html", form, {"entry": found, "closed": closed})


@require_POST
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    found = entry_to_edit(request, pk)
    actions.withdraw_entry(found, by=request.user, reason=_reason(request))
    messages.success(request, gettext("Withdrawn: %(entry)s") % {"entry": _written(found, request)})
    _tell_closed(request, _closed_over(request, found))
    return redirect(_page_before(request) or link(request, "kpis:entry", pk=pk))


@require_POST
def restore(request: MemberRequest, pk: int) -> HttpResponse:
    found = entry_to_edit(request, pk)
    actions.restore_entry(found, by=request.user, reason=_reason(request))
    messages.success(request, gettext("Counted again: %(entry)s") % {"entry": _written(found, request)})
    _tell_closed(request, _closed_over(request, found))
    return redirect(_page_before(request) or link(request, "kpis:entry", pk=pk))


def _reason(request: MemberRequest) -> str:
    """Optional, and no reason to stop: what cannot be read is left out."""
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


def _written(entry: Entry, request: MemberRequest) -> str:
    kpi, language = entry.kpi, (get_language() or "en")[:2]
    text = format_value(entry.value, kpi.unit, kpi.decimals, language, request.organization.currency)
    return f"{kpi.label} {text}"


def _page_before(request: MemberRequest) -> str:
    """Where the person came from, if that is a page of ours; "" otherwise."""
    return own_page(request, request.POST.get("next") or request.GET.get("next") or "")


def _number(text: str) -> int | None:
    """An id from the address; None for anything else."""
    return min(int(text), LARGEST_ID) if text.isascii() and text.isdecimal() and len(text) < 25 else None
