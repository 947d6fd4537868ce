"""A list of exchange rates, pasted or from a file."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from connectors import rates
from connectors.forms import RateListForm
from connectors.table import TableError
from kpis.rates import RatesSet
from teams.requests import MemberRequest, require
from teams.views.answers import posted, render_form
from web.links import link

MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def import_rates(request: MemberRequest) -> HttpResponse:
    """What can be read is stored; what cannot is listed line by line. The same list again changes nothing."""
    require(request.member, "edit organization")
    form = RateListForm(posted(request), request.FILES or None)
    refused: list[tuple[int, str]] = []
    if form.is_bound and form.is_valid():
        try:
            done = _import(request, form.content, refused)
        except TableError as error:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(error))
        else:
            messages.success(request, _told(done))
            if not refused:
                return redirect(link(request, "kpis:rates"))
            form.add_error(None, _refused(len(refused)))
    context = {"refused": refused[:MOST_SHOWN], "own": request.organization.currency}
    return render_form(request, "connectors/import_rates.html", form, context)


def _import(request: MemberRequest, content: bytes, refused: list[tuple[int, str]]) -> RatesSet:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rates.csv"
        path.write_bytes(content)
        return rates.import_rates(
            request.organization, path, refuse=lambda line, reason: refused.append((line, reason)), by=request.user
        )


def _told(done: RatesSet) -> str:
    words = {"added": done.added, "corrected": done.corrected, "unchanged": done.unchanged, "entries": done.reconverted}
    return (
        gettext(
            "Rates: %(added)s added, %(corrected)s corrected, %(unchanged)s unchanged. "
            "Entries converted anew: %(entries)s."
        )
        % words
    )


def _refused(count: int) -> str:
    return ngettext("%(count)s line was refused.", "%(count)s lines were refused.", count) % {"count": count}
