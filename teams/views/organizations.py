"""A new organization, its settings and its days off."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teams.actions import organizations as actions
from teams.forms.organizations import (
    FREQUENT_CURRENCIES,
    HolidayForm,
    NewOrganizationForm,
    OrganizationForm,
    ReadyDaysForm,
    ReadyListForm,
)
from teams.models import Holiday, Organization
from teams.public_holidays import public_holidays
from teams.requests import MemberRequest, PersonRequest, require
from teams.views.answers import attempt, posted, render_form
from teams.views.people import read_or_write
from web.formats import format_date
from web.htmx import target_id
from web.links import link


@read_or_write
def new_organization(request: PersonRequest) -> HttpResponse:
    if target_id(request) == "address":
        return _suggestion(request)
    form = NewOrganizationForm(posted(request), initial=_sensible(request))
    made: list[Organization] = []
    if attempt(form, lambda: made.append(actions.found_organization(user=request.user, **form.cleaned_data))):
        return redirect("dashboards:begin", organization=made[0].slug)
    return render_form(request, "teams/new_organization.html", form, {"currencies": FREQUENT_CURRENCIES})


def _sensible(request: PersonRequest) -> dict[str, Any]:
    return {
        "time_zone": request.user.time_zone or Organization._meta.get_field("time_zone").default,
        "language": (get_language() or "en")[:2],
    }


def _suggestion(request: PersonRequest) -> HttpResponse:
    """The address that the name would give, unless one was typed."""
    typed = request.GET.get("slug", "")
    name = request.GET.get("name", "").replace("\0", "")
    form = NewOrganizationForm(initial={"slug": typed or actions.free_slug(name)})
    return render(request, "teams/_address.html", {"form": form})


@read_or_write
def settings(request: MemberRequest) -> HttpResponse:
    require(request.member, "edit organization")
    organization = Organization.objects.get(pk=request.organization.pk)
    form = OrganizationForm(posted(request), instance=organization)
    if attempt(form, lambda: actions.change_organization(organization)):
        messages.success(request, _("Saved."))
        # The address itself may have changed.
        return redirect(reverse("teams:settings", kwargs={"organization": organization.slug}))
    return render_form(request, "teams/settings.html", form, {"currencies": FREQUENT_CURRENCIES})


@read_or_write
def holidays(request: MemberRequest) -> HttpResponse:
    require(request.member, "edit organization")
    form = HolidayForm(posted(request))
    if attempt(form, lambda: actions.add_holiday(**form.cleaned_data)):
        messages.success(request, _("%(name)s is in the list.") % {"name": form.cleaned_data["name"]})
        return redirect(link(request, "teams:holidays"))
    context = {
        "holidays": Holiday.objects.order_by("date"),
        "list_form": ReadyListForm(initial={"country": "TH", "year": request.today.year}, today=request.today),
        "today": request.today,
    }
    return render_form(request, "teams/holidays.html", form, context)


@require_POST
def remove_holiday(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.member, "edit organization")
    found = get_object_or_404(Holiday.objects.all(), pk=pk)
    found.delete()
    messages.success(request, _("%(name)s is no longer in the list.") % {"name": found.name})
    return redirect(link(request, "teams:holidays"))


@read_or_write
def ready_holidays(request: MemberRequest) -> HttpResponse:
    """A country's list of a year: read it, take over what one wants."""
    require(request.member, "edit organization")
    asked = ReadyListForm(request.GET, today=request.today)
    if not asked.is_valid():
        return render_form(request, "teams/ready_holidays.html", asked, {"list_form": asked})
    names = public_holidays(**asked.cleaned_data, language=request.organization.language)
    form = ReadyDaysForm(posted(request), names=names, labels=_labels(names))
    added: list[int] = []
    if attempt(form, lambda: added.append(actions.add_holidays(form.chosen()))):
        count = added[0]
        messages.success(
            request, ngettext("%(count)s day was added.", "%(count)s days were added.", count) % {"count": count}
        )
        return redirect(link(request, "teams:holidays"))
    return render_form(request, "teams/ready_holidays.html", form, {"list_form": asked})


def _labels(names: dict[dt.date, str]) -> dict[dt.date, str]:
    language = (get_language() or "en")[:2]
    return {date: f"{format_date(date, language)} · {name}" for date, name in names.items()}
