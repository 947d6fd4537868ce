"""An empty Django: the middleware of a new project, a signed-in person, one view that does nothing."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.empty_settings"

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST


@require_POST
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204 if request.user.is_authenticated else 403)


urlpatterns = [path("nothing/", nothing)]
application = get_wsgi_application()
