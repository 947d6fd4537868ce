"""Asking people to join, and the page behind the link that they get."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from teams import invitations
from teams.actions import invitations as actions
from teams.forms.people import InviteForm, InviteMemberForm
from teams.models import Invitation, Member, User
from teams.requests import MemberRequest, require
from teams.views.answers import Nothing, attempt, posted, render_form, tell_refusals
from teams.views.people import read_or_write
from web.links import link


@read_or_write
def invite(request: MemberRequest) -> HttpResponse:
    require(request.member, "invite")
    form = InviteForm(posted(request), giver=request.member)
    if attempt(form, lambda: actions.invite(by=request.member, now=request.now, **form.cleaned_data)):
        messages.success(
            request, _("The invitation to %(email)s is on its way.") % {"email": form.cleaned_data["email"]}
        )
        return redirect(link(request, "teams:people"))
    return render_form(request, "teams/invite.html", form)


@read_or_write
def invite_member(request: MemberRequest, pk: int) -> HttpResponse:
    """Somebody who is a member already, without an account."""
    found = get_object_or_404(Member.objects.visible_to(request.reach), pk=pk)
    require(request.member, "invite")
    name = found.name
    form = InviteMemberForm(posted(request), initial={"email": found.email})
    if attempt(form, lambda: actions.invite_member(found, by=request.member, now=request.now, **form.cleaned_data)):
        messages.success(
            request, _("The invitation to %(email)s is on its way.") % {"email": form.cleaned_data["email"]}
        )
        return redirect(link(request, "teams:member", pk=pk))
    return render_form(request, "teams/invite_member.html", form, {"pk": pk, "name": name})


@require_POST
def resend_invitation(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "invite")
    found = get_object_or_404(Invitation.objects.filter(accepted_at=None, revoked_at=None), pk=pk)
    form = Nothing(request.POST)
    if attempt(form, lambda: actions.resend(found, by=request.member, now=request.now)):
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": found.email})
    tell_refusals(request, form)
    return redirect(link(request, "teams:people"))


@require_POST
def revoke_invitation(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "invite")
    found = get_object_or_404(Invitation.objects.all(), pk=pk)
    actions.revoke(found, now=request.now)
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": found.email})
    return redirect(link(request, "teams:people"))


@login_not_required
@never_cache
@read_or_write
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the mail opens: the way in, or why there is none."""
    found = invitations.find(token)
    if found is None:
        raise Http404
    user = request.user if request.user.is_authenticated else None
    if user and found.accepted_at and found.member.user_id == user.pk:
        return redirect("dashboards:home", organization=found.organization.slug)
    if not found.is_open(timezone.now()):
        return render(request, "teams/invitation_closed.html", {"invitation": found}, status=410)
    if request.method == "POST":
        return _answer(request, found, token, user)
    is_theirs = user is not None and owns_address(user, found.email)
    return render(request, "teams/invitation.html", {"invitation": found, "is_theirs": is_theirs})


def _answer(request: HttpRequest, found: Invitation, token: str, user: User | None) -> HttpResponse:
    if user is None:
        return _to_account(request, found, token)
    if not owns_address(user, found.email):
        context = {"invitation": found, "is_theirs": False}
        return render(request, "teams/invitation.html", context, status=403)
    form = Nothing(request.POST)
    if attempt(form, lambda: actions.accept(found, user=user, now=timezone.now())):
        messages.success(request, _("Welcome to %(organization)s.") % {"organization": found.organization.name})
        return redirect("dashboards:home", organization=found.organization.slug)
    context = {"invitation": found, "is_theirs": True, "form": form}
    return render(request, "teams/invitation.html", context, status=422)


def _to_account(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """To sign-up, or to sign-in where the address has an account; the start page leads back here."""
    request.session["invitation"] = token
    if User.objects.filter(email__iexact=found.email).exists():
        return redirect(reverse("account_login", query={"next": reverse("teams:invitation", kwargs={"token": token})}))
    # Whoever holds the link has read the mail to this address, so it needs no second mail to prove it.
    get_adapter(request).stash_verified_email(request, found.email)
    return redirect(reverse("account_signup", query={"email": found.email}))


def owns_address(user: User, email: str) -> bool:
    """Whether the address is the account's own or one that it has confirmed."""
    if user.email.lower() == email.lower():
        return True
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())
