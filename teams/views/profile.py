"""A person's own choices."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from teams.forms.organizations import ProfileForm
from teams.models import Member, User
from teams.requests import PersonRequest
from teams.views.answers import attempt, posted, render_form
from teams.views.people import read_or_write


@read_or_write
def profile(request: PersonRequest) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(posted(request), instance=user)
    if attempt(form, form.save):
        response = redirect("teams:profile")
        # The device follows the account, also where the choice is taken back.
        for choice in ("language", "theme"):
            response.delete_cookie(choice, samesite="Lax")
        with override(user.language or settings.LANGUAGE_CODE):
            messages.success(request, _("Saved."))
        return response
    context = {"places": Member.of_user(request.user, timezone.now())}
    return render_form(request, "teams/profile.html", form, context)
