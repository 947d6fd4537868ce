from django.urls import path

from dashboards import search_views, views

app_name = "dashboards"

urlpatterns = [
    path("<slug:organization>/", views.home, name="home"),
    path("<slug:organization>/search/", search_views.find, name="search"),
    path("<slug:organization>/shortcuts/", search_views.shortcuts, name="shortcuts"),
    path("<slug:organization>/team/", views.team, name="team"),
]
