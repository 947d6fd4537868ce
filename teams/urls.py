from django.urls import path

from teams.views import invitations, members, organizations, people, profile, start

app_name = "teams"

ORGANIZATION = "<slug:organization>"
PEOPLE = f"{ORGANIZATION}/people"
MEMBER = f"{PEOPLE}/<int:pk>"
TEAMS = f"{ORGANIZATION}/teams"
SETTINGS = f"{ORGANIZATION}/settings"

urlpatterns = [
    path("", start.start, name="start"),
    path("start/", start.organizations, name="organizations"),
    path("start/new/", organizations.new_organization, name="new_organization"),
    path("start/language/", start.set_language, name="set_language"),
    path("start/theme/", start.set_theme, name="set_theme"),
    path("me/", profile.profile, name="profile"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path(f"{PEOPLE}/", people.people, name="people"),
    path(f"{PEOPLE}/new/", members.new_member, name="new_member"),
    path(f"{PEOPLE}/invite/", invitations.invite, name="invite"),
    path(f"{PEOPLE}/invitations/<int:pk>/resend/", invitations.resend_invitation, name="resend_invitation"),
    path(f"{PEOPLE}/invitations/<int:pk>/revoke/", invitations.revoke_invitation, name="revoke_invitation"),
    path(f"{MEMBER}/", members.member, name="member"),
    path(f"{MEMBER}/edit/", members.edit_member, name="edit_member"),
    path(f"{MEMBER}/invite/", invitations.invite_member, name="invite_member"),
    path(f"{MEMBER}/move/", members.move_member, name="move_member"),
    path(f"{MEMBER}/leave/", members.add_leave, name="add_leave"),
    path(f"{MEMBER}/leave/<int:leave>/remove/", members.remove_leave, name="remove_leave"),
    path(f"{MEMBER}/let-go/", members.let_go, name="let_go"),
    path(f"{MEMBER}/take-back/", members.take_back, name="take_back"),
    path(f"{TEAMS}/new/", people.new_team, name="new_team"),
    path(f"{TEAMS}/<int:pk>/", people.team, name="team"),
    path(f"{TEAMS}/<int:pk>/archive/", people.archive_team, name="archive_team"),
    path(f"{TEAMS}/<int:pk>/leaderboard/", people.switch_leaderboard, name="switch_leaderboard"),
    path(f"{TEAMS}/<int:pk>/restore/", people.restore_team, name="restore_team"),
    path(f"{SETTINGS}/", organizations.settings, name="settings"),
    path(f"{SETTINGS}/holidays/", organizations.holidays, name="holidays"),
    path(f"{SETTINGS}/holidays/ready/", organizations.ready_holidays, name="ready_holidays"),
    path(f"{SETTINGS}/holidays/<int:pk>/remove/", organizations.remove_holiday, name="remove_holiday"),
]
