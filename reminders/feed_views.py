"""The feed itself, and the page on which feeds are made and revoked."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reminders import feeds, ics
from reminders.feed_forms import FeedForm
from reminders.models import Feed
from teams.requests import MemberRequest
from teams.tenancy import tenant
from teams.views.answers import posted, render_form
from web.links import link


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse | HttpResponseNotModified:
    """Calendar programs come without cookies; the address is the key. 304 where nothing has changed."""
    now = timezone.now()
    found = feeds.find(token, now)
    if found is None:
        raise Http404
    organization, member, user = found.organization, found.member, found.member.user
    language = (user.language if user else "") or organization.language
    with tenant(organization.pk), translation.override(language):
        events = feeds.events(found, now)
        if events is None:
            raise Http404
        name = f"{found.team.name if found.team else member.name} · {organization.name}"
        body = ics.write(name, events)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Language"] = language
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: MemberRequest) -> HttpResponse:
    """One's feeds and the form; and once, as its answer, the address of a new one."""
    form = FeedForm(posted(request), reach=request.reach)
    if form.is_bound and form.is_valid():
        made, secret = feeds.make_feed(request.member, form.cleaned_data["team"], form.cleaned_data["request_id"])
        if secret is None:
            messages.warning(request, _("This calendar was made already. Its address was shown then."))
            return redirect(link(request, "reminders:calendar"))
        context = {"feed": made, "address": feeds.address_of(secret)}
        return render(request, "reminders/feed_made.html", context, status=201)
    own = Feed.objects.filter(feeds.is_open(request.now), member=request.member).select_related("team").order_by("-pk")
    return render_form(request, "reminders/calendar.html", form, {"feeds": own})


@require_POST
def revoke_feed(request: MemberRequest, pk: int) -> HttpResponse:
    """From now on its address opens nothing. Twice is once."""
    own = Feed.objects.filter(member=request.member)
    get_object_or_404(own, pk=pk)
    own.filter(feeds.is_open(request.now), pk=pk).update(revoked_at=request.now)
    messages.success(request, _("The address of this calendar no longer works."))
    return redirect(link(request, "reminders:calendar"))
