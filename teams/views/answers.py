"""What every view with a form does the same way."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also if it was nothing; None where the form is only looked at."""
    return request.POST if request.method == "POST" else None


def attempt(form: BaseForm, act: Callable[[], object]) -> bool:
    """Do it if the form is right; a refusal is shown at the form's fields."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as refusal:
        _show(form, refusal)
        return False
    return True


def _show(form: BaseForm, refusal: ValidationError) -> None:
    """At the fields it names, those that the form lacks at the form as a whole."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def render_form(
    request: HttpRequest, template: str, form: BaseForm, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page of a form: 422 where it was sent and is wrong."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **(context or {})}, status=status)


def tell_refusals(request: HttpRequest, form: BaseForm) -> None:
    """For buttons whose page comes back by a redirect."""
    for refusal in form.non_field_errors():
        messages.error(request, str(refusal))


class Nothing(Form):
    """A form without fields: a button whose verb may be refused."""
