"""Dashboards for people outside, by a link; the page on which links are made; and dashboards on a screen."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboards import sharing
from dashboards import team as teams
from dashboards.focus import Focus, everyone, team_focuses
from dashboards.following import DAY, SINCE, has_changed
from dashboards.models import ShareLink, ShareView
from dashboards.overview_views import period_asked
from dashboards.period import Period
from dashboards.share_forms import ShareForm
from dashboards.shown import shown
from kpis.numbers import rules_of
from kpis.timeline import period_name
from teams.memory import remembering
from teams.models import Organization, Team
from teams.reach import Reach, all_teams, reach_of
from teams.requests import MemberRequest, PersonRequest, require
from teams.tenancy import tenant
from teams.views.answers import posted, render_form
from web.htmx import render_part
from web.links import link
from web.templatetags.web import language

PART = {"show": "dashboards/_show.html"}
PER_MINUTE = 60  # from one network, of one link
SHOWN_NETWORKS = 5
# Nobody's memory keeps it, no search engine lists it, and no other site is told its address.
PRIVATE = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@login_not_required
@require_safe
def shared(request: PersonRequest, token: str) -> HttpResponse:
    """The address is the key. What is unknown, over, withdrawn or no longer its member's to show is told alike."""
    now = timezone.now()
    found = sharing.find(token, now)
    if found is None:
        return _private(_closed(request))
    organization = found.organization
    today = organization.today(now)
    network = sharing.network_of(get_adapter().get_client_ip(request))
    is_new = request.method == "GET" and not request.htmx
    with tenant(organization.pk):
        asked = sharing.note_view(found, network, today=today, now=now, is_new=is_new)
    with translation.override(_language_for(request, found)):
        if asked > PER_MINUTE:
            return _private(_too_often(request))
        with tenant(organization.pk), remembering({"organization": organization}):
            response = _show_link(request, found, today)
        response["Content-Language"] = language()
    return _private(response)


def _show_link(request: HttpRequest, found: ShareLink, today: dt.date) -> HttpResponse:
    organization = found.organization
    reach = reach_of(found.member, organization, today)
    focus = focus_of(found, reach) if sharing.still_shows(found, reach) else None
    if focus is None:
        return _closed(request)
    period = found.period(rules_of(organization), today)
    context = shown(focus, period, sharing.viewer(reach), organization, today, with_people=found.with_people)
    return render_part(request, "dashboards/show.html", {**context, **_as_screen(request), "link": found}, PART)


def focus_of(found: ShareLink, reach: Reach) -> Focus | None:
    """None where its team was archived."""
    if found.team_id is None:
        return everyone()
    return next((focus for focus in _teams(reach) if focus.scope.id == found.team_id), None)


def _teams(reach: Reach) -> list[Focus]:
    return team_focuses(reach, [team for team in all_teams() if team.archived_at is None])


def _as_screen(request: HttpRequest) -> dict[str, Any]:
    return {"screen": request.GET.get("screen") == "1", "here": request.get_full_path()}


def _language_for(request: HttpRequest, found: ShareLink) -> str:
    """The browser's where we speak it, else that of whoever made the link."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    spoken = (code[:2] for code, _weight in wanted if code[:2] in dict(settings.LANGUAGES))
    user = found.member.user
    return next(spoken, "") or (user.language if user else "") or found.organization.language


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboards/share_closed.html", status=404)


def _too_often(request: HttpRequest) -> HttpResponse:
    response = render(request, "dashboards/share_closed.html", {"too_often": True}, status=429)
    response["Retry-After"] = "60"
    return response


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response[name] = value
    return response


@require_safe
def team_screen(request: MemberRequest) -> HttpResponse:
    """A team's dashboard for a screen on the wall; the address says which, as the dashboard's own does."""
    require(request.member, "see team dashboard")
    asked = teams.asked_for(request, teams.choices_of(request))
    return _screen(request, asked.focus, asked.period)


@require_safe
def organization_screen(request: MemberRequest) -> HttpResponse:
    require(request.member, "see team dashboard")
    if not request.reach.sees_everything:
        raise PermissionDenied
    return _screen(request, everyone(), period_asked(request))


def _screen(request: MemberRequest, focus: Focus, period: Period) -> HttpResponse:
    """It follows what people log, as the dashboard does."""
    if request.htmx and not has_changed(request, focus, period):
        return HttpResponse(status=204)
    context = shown(focus, period, request.reach, request.organization, request.today, with_people=True)
    here = request.GET.copy()
    for name in (SINCE, DAY):
        here.pop(name, None)
    address = f"{request.path}?{here.urlencode()}" if here else request.path
    return render_part(
        request, "dashboards/show.html", {**context, "screen": True, "follows": True, "here": address}, PART
    )


@dataclass(frozen=True)
class Row:
    """A link with what was noted of its views."""

    link: ShareLink
    is_open: bool
    views: int
    last_at: dt.datetime | None
    networks: list[ShareView]
    shows: str


@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: MemberRequest) -> HttpResponse:
    """One's links (an admin's: everybody's) and the form; and once, as its answer, the address of a new one."""
    require(request.member, "share dashboard")
    focuses = _offered(request)
    rules = rules_of(request.organization)
    form = ShareForm(posted(request), focuses=focuses, rules=rules, today=request.today)
    if form.is_bound and form.is_valid():
        return _make(request, form)
    rows = _rows(request)
    context = {
        "open_rows": [row for row in rows if row.is_open],
        "closed_rows": [row for row in rows if not row.is_open],
        "may_make": bool(focuses),
    }
    return render_form(request, "dashboards/shares.html", form, context)


def _offered(request: MemberRequest) -> list[Focus]:
    """What the member leads."""
    whole = [everyone()] if request.reach.leads_everything else []
    return [*whole, *(focus for focus in _teams(request.reach) if request.reach.leads_team(focus.scope.id))]


def _make(request: MemberRequest, form: ShareForm) -> HttpResponse:
    said = dict(form.cleaned_data)
    focus, (kind, day) = said.pop("focus"), said.pop("period")
    team = Team.objects.get(pk=focus.scope.id) if focus.scope.kind == "team" else None
    made, secret = sharing.make_link(member=request.member, team=team, kind=kind, day=day, now=request.now, **said)
    if secret is None:
        messages.warning(request, _("This link was made already. Its address was shown then."))
        return redirect(link(request, "dashboards:shares"))
    context = {"made": made, "address": sharing.address_of(secret)}
    return render(request, "dashboards/share_made.html", context, status=201)


def _rows(request: MemberRequest) -> list[Row]:
    links = ShareLink.objects.visible_to(request.member).select_related("member", "team", "withdrawn_by")
    noted: dict[int, list[ShareView]] = {}
    for view in ShareView.objects.filter(link__in=links).order_by("-last_at"):
        noted.setdefault(view.link_id, []).append(view)
    return [_row(each, noted.get(each.pk, []), request) for each in links.order_by("-pk")]


def _row(found: ShareLink, noted: list[ShareView], request: MemberRequest) -> Row:
    """`noted` begins with what was seen last."""
    return Row(
        found,
        found.is_open(request.now),
        sum(view.views for view in noted),
        noted[0].last_at if noted else None,
        noted[:SHOWN_NETWORKS],
        _shown_words(found, request.organization),
    )


def _shown_words(found: ShareLink, organization: Organization) -> str:
    if found.day is None:
        return {"month": _("Current month"), "quarter": _("Current quarter"), "year": _("Current year")}[found.kind]
    period = found.period(rules_of(organization), found.day)
    return period_name(period.window, found.kind, period.rules, language())


@require_POST
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """404 for a link that is neither one's own nor one's to manage. Twice is once."""
    require(request.member, "share dashboard")
    found = get_object_or_404(ShareLink.objects.visible_to(request.member), pk=pk)
    sharing.withdraw(found, by=request.member, now=request.now)
    messages.success(request, _("The link “%(name)s” shows nothing any more.") % {"name": found.name})
    return redirect(link(request, "dashboards:shares"))
