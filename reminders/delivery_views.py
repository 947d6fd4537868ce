"""The page on which admins see how their organization's mail fares, and its buttons."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reminders import delivery, holds
from teams.requests import MemberRequest, require
from web.links import link


@require_safe
def show_delivery(request: MemberRequest) -> HttpResponse:
    """What waits, what was given up, and which members' addresses were refused."""
    require(request.member, "see delivery")
    report = delivery.report_of(request.organization, request.now)
    return render(request, "reminders/delivery.html", {"report": report})


@require_POST
def trust_address(request: MemberRequest, pk: int) -> HttpResponse:
    """A refused address works again."""
    require(request.member, "see delivery")
    if not delivery.trust(pk):
        raise Http404
    messages.success(request, _("Mail goes to this address again."))
    return redirect(link(request, "reminders:delivery"))


@require_POST
def resend(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "see delivery")
    done = delivery.resend(request.organization, pk)
    if done is None:
        raise Http404
    if done:
        messages.success(request, _("The mail is tried again."))
    else:
        messages.warning(
            request, _("This mail can't be sent again: it is no longer of use, or its address was refused.")
        )
    return redirect(link(request, "reminders:delivery"))


@require_POST
def hold(request: MemberRequest) -> HttpResponse:
    """Hold the organization's mail back, or with `release` let it go. Twice is once."""
    require(request.member, "see delivery")
    if "release" in request.POST:
        holds.release(request.organization)
        messages.success(request, _("Mail leaves again."))
    else:
        holds.hold(request.organization, request.member)
        messages.success(request, _("Mail is held back. What becomes due waits until you let it go."))
    return redirect(link(request, "reminders:delivery"))
