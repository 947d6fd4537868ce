from typing import cast

from django.urls import URLPattern, URLResolver, path

from api import views
from api.door import View, door
from api.v1.service import api

app_name = "api"

# Whatever else is asked for below /api/: refused in the API's own words, not with a page.
nothing_here = door(views.nothing)

TOKENS = "<slug:organization>/tokens"

urlpatterns = [
    path(f"{TOKENS}/", views.tokens, name="tokens"),
    path(f"{TOKENS}/new/", views.new_token, name="new_token"),
    path(f"{TOKENS}/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
]


def service_urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """The API's own addresses. Only its description is there for everyone."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        is_description = pattern.name == "openapi-json"
        pattern.callback = views.description if is_description else door(cast("View", pattern.callback))
    return patterns, app, namespace
