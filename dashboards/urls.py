from django.urls import path

from dashboards import begin_views, overview_views, pace_file, search_views, share_views, views
from dashboards.begin import STEPS

app_name = "dashboards"

urlpatterns = [
    path("shared/<str:token>/", share_views.shared, name="shared"),
    path("<slug:organization>/", views.home, name="home"),
    path("<slug:organization>/begin/", begin_views.begin, name="begin"),
    *(
        path(f"<slug:organization>/begin/{step}/", begin_views.begin_step, {"step": step}, name=f"begin_{step}")
        for step in STEPS
    ),
    path("<slug:organization>/search/", search_views.find, name="search"),
    path("<slug:organization>/shortcuts/", search_views.shortcuts, name="shortcuts"),
    path("<slug:organization>/team/", views.team, name="team"),
    path("<slug:organization>/overview/", overview_views.organization, name="organization"),
    path("<slug:organization>/overview/screen/", share_views.organization_screen, name="organization_screen"),
    path("<slug:organization>/team/screen/", share_views.team_screen, name="team_screen"),
    path("<slug:organization>/team/pace/file/", pace_file.pace_file, name="pace_file"),
    path("<slug:organization>/shares/", share_views.shares, name="shares"),
    path("<slug:organization>/shares/<int:pk>/withdraw/", share_views.withdraw, name="withdraw_share"),
]
