"""Each app's own urls.py says the whole address. Pages of an organization lie under /<organization-slug>/…"""

from django.urls import include, path

from smartgoals import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", include("allauth.urls")),
    path("", include("reminders.urls")),
    path("", include("teams.urls")),
    path("", include("goals.urls")),
    path("", include("kpis.urls")),
    path("", include("dashboards.urls")),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.permission_denied"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
