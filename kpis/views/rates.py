"""Exchange rates: what other currencies are worth, entered day by day."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
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
    found = ExchangeRate.objects.filter(currency=chosen) if chosen else ExchangeRate.objects.all()
    rows = found.select_related("set_by").order_by("-day", "currency")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {
        "rates": page.object_list,
        "currencies": currencies,
        "chosen": chosen,
        "page": page,
        "own": request.organization.currency,
    }


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
