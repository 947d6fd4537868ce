"""Where a person begins, and how the pages speak and look to them."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from teams import invitations
from teams.models import Member, User
from teams.requests import PersonRequest
from web.links import own_page

ONE_YEAR = 365 * 24 * 3600


@require_safe
def start(request: PersonRequest) -> HttpResponse:
    """Home of the organization last used or the only one; else the choice, or the form for a new one."""
    if waiting := _waiting_invitation(request):
        return redirect("teams:invitation", token=waiting)
    slugs = [place.organization.slug for place in Member.of_user(request.user, timezone.now())]
    if not slugs:
        return redirect("teams:new_organization")
    last_used = request.session.get("organization")
    if len(slugs) == 1 or last_used in slugs:
        return redirect("dashboards:home", organization=last_used if last_used in slugs else slugs[0])
    return redirect("teams:organizations")


def _waiting_invitation(request: PersonRequest) -> str:
    """The invitation that brought this person here to sign in or up, once."""
    token = str(request.session.pop("invitation", ""))
    invitation = invitations.find(token) if token else None
    return token if invitation and invitation.is_open(timezone.now()) else ""


@require_safe
def organizations(request: PersonRequest) -> HttpResponse:
    places = Member.of_user(request.user, timezone.now())
    return render(request, "teams/organizations.html", {"places": places})


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise BadRequest("unknown language")
    return _keep(request, "language", language)


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme not in User.Theme.values:
        raise BadRequest("unknown theme")
    return _keep(request, "theme", theme)


def _keep(request: HttpRequest, choice: str, value: str) -> HttpResponse:
    """On the account where there is one, and on the device, for the pages before sign-in."""
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**{choice: value})
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        choice, value, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def _back(request: HttpRequest) -> str:
    """The page that the form stood on, unless it is somebody else's."""
    return own_page(request, request.POST.get("next", "")) or reverse("teams:start")
