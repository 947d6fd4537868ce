from django.urls import path

from teams.views import start

app_name = "teams"

urlpatterns = [
    path("", start.start, name="start"),
    path("start/", start.organizations, name="organizations"),
    path("start/language/", start.set_language, name="set_language"),
    path("start/theme/", start.set_theme, name="set_theme"),
]
