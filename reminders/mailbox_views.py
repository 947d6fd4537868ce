"""The demo's mailbox in the browser. Its addresses exist only where mail goes into files."""

from csp.decorators import csp, csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from reminders import mailbox

# A mail styles itself inline and does nothing else. It is shown as a stranger to the page around it.
LETTER_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@login_not_required
@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    return render(request, "reminders/mailbox.html", {"letters": mailbox.letters(), "shown": mailbox.SHOWN})


@login_not_required
@require_safe
@csp_update({"frame-src": "'self'"})  # type: ignore[untyped-decorator]
def mailbox_letter(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "reminders/mailbox_letter.html", {"letter": _letter_or_404(name)})


@login_not_required
@require_safe
@xframe_options_sameorigin
@csp(LETTER_POLICY)  # type: ignore[untyped-decorator]
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The mail as it is; its links open beside it."""
    return HttpResponse(_letter_or_404(name).html.replace("<head>", '<head><base target="_blank">', 1))


def _letter_or_404(name: str) -> mailbox.Letter:
    letter = mailbox.letter(name)
    if letter is None:
        raise Http404
    return letter
