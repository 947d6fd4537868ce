"""The bell's page, its count in the header, and its buttons."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from reminders import bell
from reminders.bell import Item
from reminders.models import Kind
from teams.requests import MemberRequest
from web.htmx import details
from web.links import link


@require_safe
def show_bell(request: MemberRequest) -> HttpResponse:
    found = bell.items(request)
    context = {
        "open_items": [item for item in found if not item.is_over],
        "over_items": [item for item in found if item.is_over],
        "has_new": any(item.is_new for item in found),
    }
    return render(request, "reminders/bell.html", context)


@require_safe
def bell_count(request: MemberRequest) -> HttpResponse:
    """Fetched by the header of every page, so that no page has to ask for it."""
    if not details(request):
        return redirect(link(request, "reminders:bell"))
    return render(request, "reminders/_bell_count.html", {"unread": bell.unread(request)})


@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    bell.rows_for(request).filter(read_at=None).update(read_at=request.now)
    return redirect(link(request, "reminders:bell"))


@require_POST
def open_item(request: MemberRequest, pk: int) -> HttpResponse:
    """Marks it as read and leads to where something can be done about it."""
    found = bell.item(request, pk)
    if found is None:
        raise Http404
    bell.rows_for(request).filter(pk=pk, read_at=None).update(read_at=request.now)
    return redirect(_place_of(request, found))


@require_POST
def mark_done(request: MemberRequest, pk: int) -> HttpResponse:
    """Done, or with `undo` open again. Twice is once."""
    rows = bell.rows_for(request)
    get_object_or_404(rows, pk=pk)
    if "undo" in request.POST:
        rows.filter(pk=pk).update(done_at=None)
    else:
        rows.filter(pk=pk, done_at=None).update(done_at=request.now)
    return redirect(link(request, "reminders:bell"))


def _place_of(request: MemberRequest, found: Item) -> str:
    if found.goal_id is None:
        return link(request, "dashboards:home")
    if found.kind in (Kind.CHECK_IN, Kind.NUDGE) and not found.is_over:
        return link(request, "goals:check_in", pk=found.goal_id)
    return link(request, "goals:detail", pk=found.goal_id)
