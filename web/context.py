"""What the frame around every page needs to know."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from web.links import link

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Place:
    """An item of a menu: shown to members who may do the verb, lit on the pages it covers."""

    name: str
    label: str | Promise
    icon: str
    verb: str
    covers: str


PLACES = (
    Place("dashboards:team", _("Team"), "layout-dashboard", "see team dashboard", "dashboards:team"),
    Place("dashboards:home", pgettext_lazy("menu", "My goals"), "target-arrow", "check in", "dashboards:home"),
    Place("goals:list", _("Goals"), "flag", "see organization", "goals:"),
    Place("kpis:list", _("KPIs"), "chart-line", "see organization", "kpis:"),
    Place("teams:people", _("People"), "users", "see organization", "teams:"),
)


MENU = (
    Place("reminders:preferences", _("Notifications"), "bell", "see organization", "reminders:preferences"),
    Place("reminders:calendar", _("Calendar"), "calendar-event", "see organization", "reminders:calendar"),
    Place("dashboards:shares", _("Shared links"), "external-link", "share dashboard", "dashboards:shares"),
    Place("api:tokens", _("API tokens"), "key", "make token", "api:"),
    Place("teams:settings", _("Organization settings"), "settings", "edit organization", "teams:settings"),
    Place("dashboards:shortcuts", _("Keyboard shortcuts"), "key", "see organization", "dashboards:shortcuts"),
    Place("reminders:delivery", _("Mail delivery"), "send", "see delivery", "reminders:delivery"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "theme": _theme(request),
        "languages": [get_language_info(code) for code, _name in settings.LANGUAGES],
        "navigation": navigation(request, PLACES),
        "menu": navigation(request, MENU),
    }


def navigation(request: Any, places: tuple[Place, ...]) -> list[dict[str, Any]]:
    """Those of the places that this member sees; none outside an organization."""
    member = getattr(request, "member", None)
    if member is None:
        return []
    view = request.resolver_match.view_name if request.resolver_match else ""
    found = []
    for place in places:
        if not member.may(place.verb):
            continue
        url = link(request, place.name)
        current = "page" if view == place.name else "true" if view.startswith(place.covers) else ""
        found.append({"url": url, "label": place.label, "icon": place.icon, "current": current})
    return found


def _theme(request: HttpRequest) -> str:
    """ "light", "dark", or "" for the device's own."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    chosen = getattr(user, "theme", "") if signed_in else request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""
