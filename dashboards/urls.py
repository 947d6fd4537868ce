from django.urls import path

from dashboards import begin_views, search_views, views
from dashboards.begin import STEPS

app_name = "dashboards"

urlpatterns = [
    path("<slug:organization>/", views.home, name="home"),
    path("<slug:organization>/begin/", begin_views.begin, name="begin"),
    *(
        path(f"<slug:organization>/begin/{step}/", begin_views.begin_step, {"step": step}, name=f"begin_{step}")
        for step in STEPS
    ),
    path("<slug:organization>/search/", search_views.find, name="search"),
    path("<slug:organization>/shortcuts/", search_views.shortcuts, name="shortcuts"),
    path("<slug:organization>/team/", views.team, name="team"),
]
