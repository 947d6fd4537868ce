"""What a person may do about their mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reminders import unsubscribe as subscriptions
from reminders.forms import OrganizationForm, PreferencesForm
from teams.requests import MemberRequest, require
from teams.tenancy import tenant
from web.links import link


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: MemberRequest) -> HttpResponse:
    # Asked for the method: where every switch is off, the form sends nothing but its token.
    form = PreferencesForm(request.member, request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(link(request, "reminders:preferences"))
    return render(request, "reminders/preferences.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def for_everyone(request: MemberRequest) -> HttpResponse:
    """Which messages the organization wants its people to get at all."""
    require(request.member, "edit organization")
    form = OrganizationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(link(request, "reminders:for_everyone"))
    return render(request, "reminders/for_everyone.html", {"form": form})


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs post here by themselves, without cookies; opening the link changes nothing (RFC 8058)."""
    subscription = subscriptions.find(token)
    if subscription is None:
        raise Http404
    organization, member, kind = subscription.organization, subscription.member, subscription.kind
    if request.method == "POST":
        with tenant(organization.pk):
            subscriptions.end(member, kind)
    language = request.COOKIES.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = (member.user.language if member.user else "") or organization.language
    with translation.override(language):
        response = render(
            request,
            "reminders/unsubscribe.html",
            {
                "organization": organization,
                "member": member,
                "kind": kind,
                "token": token,
                "is_done": request.method == "POST",
            },
        )
    response["Content-Language"] = language
    # The address is a key.
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
