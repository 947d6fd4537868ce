from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("<slug:organization>/", views.home, name="home"),
    path("<slug:organization>/team/", views.team, name="team"),
]
