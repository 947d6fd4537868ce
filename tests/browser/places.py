"""Every page of the product, and who goes there. A named address that is missing here fails test_places."""

from dataclasses import dataclass

SIAM = "/siam-supply"


@dataclass(frozen=True)
class Place:
    """`path` may name rows from EXAMPLES. `status` is what the server answers there."""

    name: str
    who: str
    path: str
    status: int = 200


# One row of each kind, of the first demo organization.
EXAMPLES = {
    "running": "SELECT id FROM goals_goal g WHERE state = 'running' AND EXISTS (SELECT FROM goals_action a"
    " WHERE a.goal_id = g.id) AND EXISTS (SELECT FROM goals_checkin c WHERE c.goal_id = g.id) AND {of} {mine}",
    "whole": "SELECT goal_id FROM goals_milestone m WHERE {of}",
    "draft": "SELECT id FROM goals_goal WHERE state = 'draft' AND kpi_id IS NULL AND {of} {mine}",
    "closed": "SELECT id FROM goals_goal WHERE state = 'closed' AND {of} {mine}",
    "milestone": "SELECT id FROM goals_milestone WHERE {of}",
    "action": "SELECT id FROM goals_action WHERE {of}",
    "kpi": "SELECT id FROM kpis_kpi WHERE formula = '' AND {of}",
    "formula": "SELECT id FROM kpis_kpi WHERE formula <> '' AND {of}",
    "entry": "SELECT id FROM kpis_entry WHERE voided_at IS NULL AND NOT is_split AND {of} {mine}",
    "corrected": "SELECT entry_id FROM kpis_entrychange WHERE {of}",
    "team": "SELECT id FROM teams_team WHERE {of}",
    "member": "SELECT id FROM teams_member WHERE user_id IS NOT NULL AND role = 'rep' AND {of}",
    "stranger": "SELECT id FROM teams_member WHERE user_id IS NULL AND left_on IS NULL AND role = 'rep' AND {of}",
    "leaver": "SELECT id FROM teams_member WHERE left_on IS NOT NULL AND {of}",
}

PLACES = (
    Place("account_login", "visitor", "/account/login/"),
    Place("account_signup", "visitor", "/account/signup/"),
    Place("account_reset_password", "visitor", "/account/password/reset/"),
    Place("account_reset_password_done", "visitor", "/account/password/reset/done/"),
    Place("account_reset_password_from_key", "visitor", "/account/password/reset/key/1-void/"),
    Place("account_reset_password_from_key_done", "visitor", "/account/password/reset/key/done/"),
    Place("account_email_verification_sent", "visitor", "/account/confirm-email/"),
    Place("account_confirm_email", "visitor", "/account/confirm-email/void/"),
    Place("account_inactive", "visitor", "/account/inactive/"),
    Place("teams:invitation", "visitor", "/invitation/void/", status=404),
    Place("reminders:mailbox", "visitor", "/dev/mail/"),
    Place("reminders:unsubscribe", "visitor", "/unsubscribe/void/", status=404),
    Place("account_logout", "rep", "/account/logout/"),
    Place("account_reauthenticate", "rep", "/account/reauthenticate/"),
    Place("account_email", "rep", "/account/email/"),
    Place("account_change_password", "rep", "/account/password/change/"),
    Place("mfa_index", "rep", "/account/2fa/"),
    Place("mfa_activate_totp", "rep", "/account/2fa/totp/activate/"),
    Place("mfa_list_webauthn", "rep", "/account/2fa/webauthn/"),
    Place("mfa_add_webauthn", "rep", "/account/2fa/webauthn/add/"),
    Place("usersessions_list", "rep", "/account/sessions/"),
    Place("teams:profile", "rep", "/me/"),
    Place("teams:organizations", "manager", "/start/"),
    Place("teams:new_organization", "manager", "/start/new/"),
    Place("dashboards:home", "rep", f"{SIAM}/"),
    Place("dashboards:home", "manager", f"{SIAM}/"),
    Place("dashboards:home", "viewer", f"{SIAM}/"),
    Place("dashboards:begin_kpis", "admin", f"{SIAM}/begin/kpis/"),
    Place("dashboards:begin_people", "admin", f"{SIAM}/begin/people/"),
    Place("dashboards:begin_goal", "admin", f"{SIAM}/begin/goal/"),
    Place("dashboards:search", "rep", f"{SIAM}/search/?q=cal"),
    Place("dashboards:shortcuts", "rep", f"{SIAM}/shortcuts/"),
    Place("dashboards:team", "manager", f"{SIAM}/team/"),
    Place("dashboards:team", "admin", f"{SIAM}/team/?period=year"),
    Place("dashboards:organization", "admin", f"{SIAM}/overview/"),
    Place("dashboards:organization", "admin", f"{SIAM}/overview/?period=year"),
    Place("dashboards:organization_screen", "admin", f"{SIAM}/overview/screen/"),
    Place("dashboards:team_screen", "manager", f"{SIAM}/team/screen/"),
    Place("dashboards:shares", "manager", f"{SIAM}/shares/"),
    Place("dashboards:shared", "visitor", "/shared/void/", status=404),
    Place("goals:list", "rep", f"{SIAM}/goals/"),
    Place("goals:list", "manager", f"{SIAM}/goals/?state=closed"),
    Place("goals:grid", "manager", f"{SIAM}/goals/grid/"),
    Place("goals:rollover", "manager", f"{SIAM}/goals/rollover/"),
    Place("goals:look_back", "rep", f"{SIAM}/goals/{{closed}}/look-back/"),
    Place("goals:tree", "manager", f"{SIAM}/goals/tree/"),
    Place("goals:tree", "rep", f"{SIAM}/goals/tree/?state=all"),
    Place("goals:move", "rep", f"{SIAM}/goals/{{running}}/move/"),
    Place("goals:new", "rep", f"{SIAM}/goals/new/"),
    Place("goals:detail", "rep", f"{SIAM}/goals/{{running}}/"),
    Place("goals:detail", "admin", f"{SIAM}/goals/{{whole}}/"),
    Place("goals:detail", "rep", f"{SIAM}/goals/{{draft}}/"),
    Place("goals:detail", "rep", f"{SIAM}/goals/{{closed}}/"),
    Place("goals:edit", "rep", f"{SIAM}/goals/{{running}}/edit/"),
    Place("goals:edit", "rep", f"{SIAM}/goals/{{draft}}/edit/"),
    Place("goals:milestone", "admin", f"{SIAM}/milestones/{{milestone}}/"),
    Place("goals:action", "admin", f"{SIAM}/actions/{{action}}/"),
    Place("kpis:list", "rep", f"{SIAM}/kpis/"),
    Place("kpis:catalogue", "admin", f"{SIAM}/kpis/catalogue/"),
    Place("kpis:new", "admin", f"{SIAM}/kpis/new/"),
    Place("kpis:detail", "manager", f"{SIAM}/kpis/{{kpi}}/"),
    Place("kpis:detail", "manager", f"{SIAM}/kpis/{{formula}}/"),
    Place("kpis:detail", "rep", f"{SIAM}/kpis/{{kpi}}/?by=custom&first=2026-09-10&last=2026-11-10"),
    Place("kpis:breakdown", "admin", f"{SIAM}/kpis/{{formula}}/breakdown/?who=member"),
    Place("kpis:behind", "manager", f"{SIAM}/kpis/{{kpi}}/entries/"),
    Place("kpis:edit", "admin", f"{SIAM}/kpis/{{formula}}/edit/"),
    Place("kpis:entries", "manager", f"{SIAM}/entries/"),
    Place("kpis:log", "rep", f"{SIAM}/entries/log/"),
    Place("kpis:entry", "admin", f"{SIAM}/entries/{{corrected}}/"),
    Place("kpis:correct", "rep", f"{SIAM}/entries/{{entry}}/correct/"),
    Place("teams:people", "rep", f"{SIAM}/people/"),
    Place("teams:people", "admin", f"{SIAM}/people/"),
    Place("teams:new_member", "admin", f"{SIAM}/people/new/"),
    Place("teams:invite", "admin", f"{SIAM}/people/invite/"),
    Place("teams:member", "admin", f"{SIAM}/people/{{member}}/"),
    Place("teams:member", "admin", f"{SIAM}/people/{{leaver}}/"),
    Place("teams:edit_member", "admin", f"{SIAM}/people/{{member}}/edit/"),
    Place("teams:invite_member", "admin", f"{SIAM}/people/{{stranger}}/invite/"),
    Place("teams:new_team", "admin", f"{SIAM}/teams/new/"),
    Place("teams:team", "admin", f"{SIAM}/teams/{{team}}/"),
    Place("teams:settings", "admin", f"{SIAM}/settings/"),
    Place("teams:settings", "viewer", f"{SIAM}/settings/", status=403),
    Place("teams:holidays", "admin", f"{SIAM}/settings/holidays/"),
    Place("kpis:rates", "admin", f"{SIAM}/settings/rates/"),
    Place("connectors:import_rates", "admin", f"{SIAM}/settings/rates/import/"),
    Place("teams:ready_holidays", "admin", f"{SIAM}/settings/holidays/ready/?country=TH&year=2026"),
    Place("reminders:calendar", "rep", f"{SIAM}/calendar/"),
    Place("reminders:bell", "rep", f"{SIAM}/bell/"),
    Place("reminders:bell", "manager", f"{SIAM}/bell/"),
    Place("reminders:preferences", "rep", f"{SIAM}/notifications/"),
    Place("reminders:preferences", "admin", f"{SIAM}/notifications/"),
    Place("reminders:for_everyone", "admin", f"{SIAM}/notifications/everyone/"),
    Place("api:tokens", "rep", f"{SIAM}/tokens/"),
    Place("api:tokens", "admin", f"{SIAM}/tokens/"),
    Place("api:new_token", "rep", f"{SIAM}/tokens/new/"),
    Place("reminders:delivery", "admin", f"{SIAM}/delivery/"),
)

API = (
    "api-root", "check_goal", "correct_entry", "list_entries", "list_goals", "list_kpis", "list_members", "list_teams",
    "me", "openapi-json", "read_entry", "read_goal", "read_number", "read_numbers", "record_entries", "record_entry",
    "restore_entry", "withdraw_entry",
)  # fmt: skip
# Not pages of their own.
EXCUSED = {
    "healthz": "answers a machine",
    "readyz": "answers a machine",
    "metrics": "answers a machine",
    "api_nothing": "answers a machine",
    **{f"api_v1:{name}": "answers a machine" for name in API},
    "teams:start": "only leads on",
    "dashboards:begin": "only leads on",
    "account_set_password": "leads on to the change, as every account has a password",
    "account_confirm_login_code": "sign-in by code is not offered",
    "mfa_login_webauthn": "answers a script; tried by the flows of accounts",
    "mfa_reauthenticate": "only with a second factor",
    "mfa_reauthenticate_webauthn": "only with a security key",
    "mfa_download_recovery_codes": "a file",
    "dashboards:pace_file": "a file",
    "goals:course_file": "a file",
    "kpis:series_file": "a file",
    "kpis:breakdown_file": "a file",
    "kpis:entries_file": "a file",
    "reminders:feed": "a file for calendar programs",
    "reminders:bell_count": "a part of every page's header",
    "reminders:mailbox_html": "the body of a mail, inside the page reminders:mailbox_letter",
}
# Walked by a flow, which first makes what they show.
WALKED_BY_FLOWS = {
    "offline",
    "mfa_authenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_edit_webauthn", "mfa_remove_webauthn", "reminders:mailbox_letter",
}  # fmt: skip
# Their forms stand on other pages. With some, what is wrong in the form is answered at this address.
ONLY_POST = {
    "teams:set_language", "teams:set_theme", "teams:resend_invitation", "teams:revoke_invitation", "teams:move_member",
    "teams:add_leave", "teams:remove_leave", "teams:let_go", "teams:take_back", "teams:archive_team",
    "teams:restore_team", "teams:remove_holiday", "goals:coach", "goals:propose", "goals:drop", "goals:check_in",
    "goals:accept", "goals:counter", "goals:decline", "goals:withdraw", "goals:say", "goals:next",
    "goals:revise", "goals:log", "goals:undo", "goals:add_milestone", "goals:add_action", "goals:remove_milestone",
    "goals:action_state", "goals:remove_action", "kpis:add", "kpis:check", "kpis:archive", "kpis:delete", "kpis:revive",
    "kpis:withdraw", "kpis:restore", "kpis:remove_rate", "reminders:trust_address", "api:revoke_token",
    "reminders:revoke_feed", "reminders:resend", "reminders:hold", "reminders:read_all", "reminders:nudge",
    "reminders:open_item", "reminders:mark_done", "teams:switch_leaderboard", "dashboards:withdraw_share",
}  # fmt: skip
