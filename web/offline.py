"""The page that a browser keeps for the time without a connection: in both languages, with nobody's data."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "web/offline.html", {"texts": [_texts(code) for code, _name in settings.LANGUAGES]})


def _texts(language: str) -> dict[str, Any]:
    with override(language):
        return {
            "language": language,
            "title": gettext("No connection"),
            "advice": gettext("The server cannot be reached. This page goes on by itself as soon as it can."),
            "waiting": gettext("Logged on this device and not sent yet:"),
            "button": gettext("Try again"),
        }
