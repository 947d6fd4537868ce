"""Logging on a goal's card: two taps at most, and one to take it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from goals.access import visible_goal
from goals.cards import UNDO_FOR, Card, cards_of, loggers_of
from goals.forecasting import refresh_forecasts
from goals.forms import LogForm
from goals.kept import standings
from goals.measures import KpiBook, book_of
from goals.models import Goal
from goals.scorecard import spread
from kpis.actions import EntryRefused, log_entry, withdraw_entry
from kpis.models import Entry, Kpi
from teams.models import Member
from teams.requests import MemberRequest, require
from web.formats import format_value
from web.links import link


@require_POST
def log(request: MemberRequest, pk: int) -> HttpResponse:
    """`tap` is `kpi:value` from a button; else `kpi` and a typed `value`. The entry is of today, unless it was kept on
    a device that was offline and comes with its `date`.
    """
    require(request.member, "log entry")
    goal = visible_goal(request, pk)
    member_id = loggers_of([goal], request).get(goal.pk)
    if member_id is None or goal.kpi is None:
        raise PermissionDenied
    kpi, typed = _what(request, goal)
    sent = {name: request.POST.get(name) for name in ("request_id", "date")}
    form = LogForm({"value": typed, **sent}, kpi=kpi)
    if not form.is_valid():
        return _refused(
            request, goal, kpi, typed, " ".join(str(text) for texts in form.errors.values() for text in texts)
        )
    try:
        entry, _created = log_entry(
            kpi=kpi,
            member=Member.objects.get(pk=member_id),
            date=form.cleaned_data["date"] or request.today,
            value=form.cleaned_data["value"],
            by=request.user,
            request_id=form.cleaned_data["request_id"],
            today=request.today,
        )
    except EntryRefused as refused:
        return _refused(request, goal, kpi, typed, refused.message)
    refresh_forecasts([goal], request.organization, request.now)
    return _done(request, goal, gettext("Logged %(value)s") % {"value": _written(entry, request)})


@require_POST
def undo(request: MemberRequest, pk: int, entry: int) -> HttpResponse:
    """Takes back what one has just logged oneself; older entries are withdrawn on their own page."""
    require(request.member, "log entry")
    goal = visible_goal(request, pk)
    row = get_object_or_404(Entry.objects.select_related("kpi"), pk=entry, created_by=request.user)
    book = book_of(request.organization)
    if not any(row.kpi in book.parts(kpi) for kpi in kpis_of(goal, book)):
        raise Http404
    if row.created_at < request.now - UNDO_FOR:
        raise PermissionDenied
    withdraw_entry(row, by=request.user)
    refresh_forecasts([goal], request.organization, request.now)
    return _done(request, goal, gettext("Taken back: %(value)s") % {"value": _written(row, request)})


def card_of(request: MemberRequest, goal: Goal) -> Card:
    return cards_of([goal], standings([goal], request.organization, request.today), request)[0]


def kpis_of(goal: Goal, book: KpiBook) -> list[Kpi]:
    """All KPIs that the goal is measured by."""
    return [book.by_pk[part.kpi_id] for part in spread([goal]) if part.kpi_id]


def _what(request: MemberRequest, goal: Goal) -> tuple[Kpi, str]:
    """The KPI and the number as typed. A KPI that does not move this goal does not exist here."""
    assert goal.kpi is not None
    book = book_of(request.organization)
    parts = {str(part.pk): part for kpi in kpis_of(goal, book) for part in book.steps(kpi)}
    if not parts:
        raise PermissionDenied
    asked, typed = request.POST.get("kpi", ""), request.POST.get("value", "")
    if "tap" in request.POST:
        asked, _colon, typed = request.POST["tap"].partition(":")
    if not asked and len(parts) == 1:
        asked = next(iter(parts))
    if asked not in parts:
        raise Http404
    return parts[asked], typed


def _written(entry: Entry, request: MemberRequest) -> str:
    language = (get_language() or "en")[:2]
    text = format_value(entry.value, entry.kpi.unit, entry.kpi.decimals, language, request.organization.currency)
    return f"{entry.kpi.label} {text}"


def _done(request: MemberRequest, goal: Goal, said: str) -> HttpResponse:
    if not request.htmx:
        messages.success(request, said)
        return redirect(_page_before(request, goal))
    context = {"card": card_of(request, goal), "live": said, "card_page": request.POST.get("next")}
    response = render(request, "goals/_card.html", context)
    return trigger_client_event(response, "entry-logged")


def _refused(request: MemberRequest, goal: Goal, kpi: Kpi, typed: str, error: str) -> HttpResponse:
    card = card_of(request, goal)
    card.typed, card.error, card.chosen = typed, error, kpi.pk
    template = "goals/_card.html" if request.htmx else "goals/card.html"
    context = {"card": card, "goal": goal, "card_page": request.POST.get("next"), "live": error}
    return render(request, template, context, status=422)


def _page_before(request: MemberRequest, goal: Goal) -> str:
    """Without scripts one returns to the page whose form was sent: the own page or the goal's."""
    if request.POST.get("next", "home") == "home":
        return link(request, "dashboards:home") + f"#card-{goal.pk}"
    return link(request, "goals:detail", pk=goal.pk)
