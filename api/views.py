"""The pages on which tokens are made, looked through and revoked; and the API's description."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Max, OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from api import actions
from api.forms import TokenForm
from api.models import Token, TokenUse
from api.v1.service import api
from teams.requests import MemberRequest, require
from teams.views.answers import posted, render_form
from web.links import link

RECENT = dt.timedelta(days=30)

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Row:
    """A token with what was noted of its use."""

    token: Token
    is_open: bool
    last_at: dt.datetime | None
    recent: int


@require_safe
def tokens(request: MemberRequest) -> HttpResponse:
    """One's own; for who manages tokens those of everybody."""
    require(request.member, "make token")
    rows = [_row(token, request) for token in _with_use(request)]
    context = {
        "open_rows": [row for row in rows if row.is_open],
        "closed_rows": [row for row in rows if not row.is_open],
        "manages": request.member.may("manage tokens"),
        "recent_days": RECENT.days,
    }
    return render(request, "api/tokens.html", context)


def _with_use(request: MemberRequest) -> list[Token]:
    uses = TokenUse.objects.filter(token=OuterRef("pk")).order_by().values("token")
    since = request.today - RECENT
    return list(
        Token.objects.visible_to(request.member)
        .select_related("member", "revoked_by")
        .annotate(
            last_at=Subquery(uses.annotate(last=Max("last_at")).values("last")),
            recent=Subquery(uses.filter(day__gt=since).annotate(total=Sum("requests")).values("total")),
        )
        .order_by("-pk")
    )


def _row(token: Token, request: MemberRequest) -> Row:
    return Row(
        token,
        token.is_open(request.now),
        getattr(token, "last_at", None),
        getattr(token, "recent", None) or 0,
    )


@read_or_write
def new_token(request: MemberRequest) -> HttpResponse:
    """The form; and once, as its answer, the secret."""
    require(request.member, "make token")
    form = TokenForm(posted(request), member=request.member)
    if not (form.is_bound and form.is_valid()):
        return render_form(request, "api/new_token.html", form)
    token, secret = actions.make_token(member=request.member, now=request.now, **form.cleaned_data)
    if secret is None:
        messages.warning(
            request, _("This token was made already. Its secret was shown then and cannot be shown twice.")
        )
        return redirect(link(request, "api:tokens"))
    return render(request, "api/token_made.html", {"token": token, "secret": secret}, status=201)


@require_POST
def revoke_token(request: MemberRequest, pk: int) -> HttpResponse:
    """404 for a token that is neither one's own nor one's to manage."""
    require(request.member, "make token")
    found = get_object_or_404(Token.objects.visible_to(request.member), pk=pk)
    actions.revoke_token(found, by=request.member, now=request.now)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": found.name})
    return redirect(link(request, "api:tokens"))


@lru_cache(maxsize=1)
def _described() -> tuple[bytes, str]:
    """The text and its ETag. Made once, in one language whoever asks first: it takes a quarter of a second."""
    with translation.override("en"):
        text = json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder).encode()
    return text, f'"{hashlib.sha256(text).hexdigest()[:32]}"'


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=lambda request: _described()[1])
def description(request: HttpRequest) -> HttpResponse:
    """OpenAPI, for everyone: it says nothing about anybody."""
    return HttpResponse(_described()[0], content_type="application/json", headers={"Content-Language": "en"})


def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404
