"""Exchange rates: what other currencies are worth, entered day by day."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kpis import rates as actions
from kpis.forms import RateForm
from kpis.models import ExchangeRate
from kpis.rates import NewRate, RateRefused
from teams.requests import MemberRequest, require
from teams.views.answers import posted, render_form
from web.links import link

PAGE = 50
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def rates(request: MemberRequest) -> HttpResponse:
    """All rates, the latest first, and a form for one more. A day that has a rate already gets it corrected."""
    require(request.member, "edit organization")
    form = RateForm(posted(request), own=request.organization.currency, today=request.today)
    if form.is_bound and form.is_valid():
        try:
            done = actions.set_rates([NewRate(**form.cleaned_data)], by=request.user)
        except RateRefused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _told(done))
            return redirect(link(request, "kpis:rates"))
    return render_form(request, "kpis/rates.html", form, _listed(request))


def _listed(request: MemberRequest) -> dict[str, Any]:
    currencies = actions.known_currencies()
    asked = request.GET.get("currency", "")
    chosen = asked if asked in currencies else ""
    page = _page(request.GET.get("page", ""))
    found = ExchangeRate.objects.filter(currency=chosen) if chosen else ExchangeRate.objects.all()
    rows = list(found.select_related("set_by").order_by("-day", "currency")[(page - 1) * PAGE : page * PAGE + 1])
    return {
        "rates": rows[:PAGE],
        "currencies": currencies,
        "chosen": chosen,
        "newer": page - 1,
        "older": page + 1 if len(rows) > PAGE else None,
        "own": request.organization.currency,
    }


def _page(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _told(done: actions.RatesSet) -> str:
    if not done.reconverted:
        return gettext("Saved.")
    text = ngettext(
        "Saved. %(count)s entry was converted anew.",
        "Saved. %(count)s entries were converted anew.",
        done.reconverted,
    )
    return text % {"count": done.reconverted}


@require_POST
def remove_rate(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit organization")
    rate = get_object_or_404(ExchangeRate, pk=pk)
    try:
        actions.remove_rate(rate, by=request.user)
    except RateRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("The rate is removed."))
    return redirect(link(request, "kpis:rates"))
