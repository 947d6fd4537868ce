"""Each app's own urls.py says the whole address. Pages of an organization lie under /<organization-slug>/…"""

from django.urls import include, path, re_path

from api.urls import nothing_here, service_urls
from smartgoals import health, metrics
from web.offline import offline

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("offline/", offline, name="offline"),
    path("account/", include("allauth.urls")),
    path("api/v1/", service_urls()),
    re_path("^api/.*", nothing_here, name="api_nothing"),
    path("", include("reminders.urls")),
    path("", include("teams.urls")),
    path("", include("goals.urls")),
    path("", include("kpis.urls")),
    path("", include("connectors.urls")),
    path("", include("dashboards.urls")),
    path("", include("api.urls")),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.permission_denied"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
