"""Every address of the product, and which rows its ids name. A new address needs its line here, or the sweep fails."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from api.models import Token
from dashboards.models import ShareLink
from goals.models import Action, Goal, Milestone
from kpis.models import Entry, ExchangeRate, Kpi
from reminders.models import Feed, Message, RefusedAddress
from teams.models import Holiday, Invitation, Leave, Member, Team

Keys = dict[str, type[Model]]

# Pages of an organization: beside its slug, which rows the other parts of the address name.
OF_A_TENANT: dict[str, Keys] = {
    "api:tokens": {},
    "api:new_token": {},
    "api:revoke_token": {"pk": Token},
    "dashboards:home": {},
    "dashboards:begin": {},
    "dashboards:begin_kpis": {},
    "dashboards:begin_people": {},
    "dashboards:begin_goal": {},
    "dashboards:search": {},
    "dashboards:shortcuts": {},
    "dashboards:team": {},
    "dashboards:organization": {},
    "dashboards:organization_screen": {},
    "dashboards:team_screen": {},
    "dashboards:pace_file": {},
    "dashboards:shares": {},
    "dashboards:withdraw_share": {"pk": ShareLink},
    "goals:list": {},
    "goals:new": {},
    "goals:coach": {},
    "goals:detail": {"pk": Goal},
    "goals:course_file": {"pk": Goal},
    "goals:edit": {"pk": Goal},
    "goals:grid": {},
    "goals:rollover": {},
    "goals:next": {"pk": Goal},
    "goals:look_back": {"pk": Goal},
    "goals:tree": {},
    "goals:move": {"pk": Goal},
    "goals:propose": {"pk": Goal},
    "goals:accept": {"pk": Goal},
    "goals:counter": {"pk": Goal},
    "goals:decline": {"pk": Goal},
    "goals:withdraw": {"pk": Goal},
    "goals:say": {"pk": Goal},
    "goals:drop": {"pk": Goal},
    "goals:check_in": {"pk": Goal},
    "goals:revise": {"pk": Goal},
    "goals:log": {"pk": Goal},
    "goals:undo": {"pk": Goal, "entry": Entry},
    "goals:add_milestone": {"pk": Goal},
    "goals:milestone": {"pk": Milestone},
    "goals:remove_milestone": {"pk": Milestone},
    "goals:add_action": {"pk": Goal},
    "goals:action": {"pk": Action},
    "goals:action_state": {"pk": Action},
    "goals:remove_action": {"pk": Action},
    "kpis:list": {},
    "kpis:new": {},
    "kpis:catalogue": {},
    "kpis:add": {},
    "kpis:check": {},
    "kpis:log": {},
    "kpis:entries": {},
    "kpis:detail": {"pk": Kpi},
    "kpis:breakdown": {"pk": Kpi},
    "kpis:behind": {"pk": Kpi},
    "kpis:series_file": {"pk": Kpi},
    "kpis:breakdown_file": {"pk": Kpi},
    "kpis:entries_file": {"pk": Kpi},
    "kpis:edit": {"pk": Kpi},
    "kpis:archive": {"pk": Kpi},
    "kpis:delete": {"pk": Kpi},
    "kpis:revive": {"pk": Kpi},
    "kpis:entry": {"pk": Entry},
    "kpis:rates": {},
    "kpis:remove_rate": {"pk": ExchangeRate},
    "connectors:import_rates": {},
    "kpis:restore": {"pk": Entry},
    "kpis:correct": {"pk": Entry},
    "kpis:withdraw": {"pk": Entry},
    "reminders:preferences": {},
    "reminders:calendar": {},
    "reminders:revoke_feed": {"pk": Feed},
    "reminders:bell": {},
    "reminders:bell_count": {},
    "reminders:read_all": {},
    "reminders:open_item": {"pk": Message},
    "reminders:mark_done": {"pk": Message},
    "reminders:nudge": {"pk": Goal},
    "reminders:for_everyone": {},
    "reminders:delivery": {},
    "reminders:trust_address": {"pk": RefusedAddress},
    "reminders:resend": {"pk": Message},
    "reminders:hold": {},
    "teams:people": {},
    "teams:new_member": {},
    "teams:invite": {},
    "teams:resend_invitation": {"pk": Invitation},
    "teams:revoke_invitation": {"pk": Invitation},
    "teams:member": {"pk": Member},
    "teams:edit_member": {"pk": Member},
    "teams:invite_member": {"pk": Member},
    "teams:move_member": {"pk": Member},
    "teams:add_leave": {"pk": Member},
    "teams:remove_leave": {"pk": Member, "leave": Leave},
    "teams:let_go": {"pk": Member},
    "teams:take_back": {"pk": Member},
    "teams:new_team": {},
    "teams:team": {"pk": Team},
    "teams:archive_team": {"pk": Team},
    "teams:restore_team": {"pk": Team},
    "teams:switch_leaderboard": {"pk": Team},
    "teams:settings": {},
    "teams:holidays": {},
    "teams:ready_holidays": {},
    "teams:remove_holiday": {"pk": Holiday},
}

# Operations of the API: signed with a token, which says whose they are. They have a walk of their own.
OF_THE_API: dict[str, Keys] = {
    "api_v1:me": {},
    "api_v1:list_kpis": {},
    "api_v1:list_members": {},
    "api_v1:list_teams": {},
    "api_v1:list_entries": {},
    "api_v1:record_entry": {},
    "api_v1:record_entries": {},
    "api_v1:read_entry": {"pk": Entry},
    "api_v1:correct_entry": {"pk": Entry},
    "api_v1:withdraw_entry": {"pk": Entry},
    "api_v1:restore_entry": {"pk": Entry},
    "api_v1:read_number": {},
    "api_v1:read_numbers": {},
    "api_v1:list_goals": {},
    "api_v1:read_goal": {"pk": Goal},
    "api_v1:check_goal": {},
}

# Addresses that belong to a person or to nobody, with something to stand for their parts.
TENANT_FREE: dict[str, dict[str, object]] = {
    "healthz": {},
    "readyz": {},
    "metrics": {},
    "offline": {},
    "api_nothing": {},
    "api_v1:api-root": {},
    "api_v1:openapi-json": {},
    "account_login": {},
    "account_logout": {},
    "account_inactive": {},
    "account_signup": {},
    "account_reauthenticate": {},
    "account_email": {},
    "account_email_verification_sent": {},
    "account_change_password": {},
    "account_set_password": {},
    "account_reset_password": {},
    "account_confirm_login_code": {},
    "account_confirm_email": {"key": "nobodys-key"},
    "account_reset_password_from_key_done": {},
    "account_reset_password_from_key": {"uidb36": "4lqk0w", "key": "nobodys-key"},
    "account_reset_password_done": {},
    "mfa_index": {},
    "mfa_authenticate": {},
    "mfa_reauthenticate": {},
    "mfa_activate_totp": {},
    "mfa_deactivate_totp": {},
    "mfa_view_recovery_codes": {},
    "mfa_generate_recovery_codes": {},
    "mfa_download_recovery_codes": {},
    "mfa_list_webauthn": {},
    "mfa_add_webauthn": {},
    "mfa_reauthenticate_webauthn": {},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_login_webauthn": {},
    "usersessions_list": {},
    "dashboards:shared": {"token": "nobodys-token"},
    "reminders:feed": {"token": "nobodys-token"},
    "reminders:unsubscribe": {"token": "nobodys-token"},
    "reminders:mailbox": {},
    "reminders:mailbox_letter": {"name": "nobodys-letter"},
    "reminders:mailbox_html": {"name": "nobodys-letter"},
    "teams:start": {},
    "teams:organizations": {},
    "teams:new_organization": {},
    "teams:set_language": {},
    "teams:set_theme": {},
    "teams:profile": {},
    "teams:invitation": {"token": "nobodys-token"},
}


@dataclass(frozen=True)
class Address:
    """A pattern of the URL configuration: its full name, and the names of its variable parts."""

    name: str
    route: str
    parts: frozenset[str]


def addresses() -> list[Address]:
    return list(_walk(get_resolver(), "", "", frozenset()))


def _walk(resolver: URLResolver, names: str, route: str, outer: frozenset[str]) -> Iterator[Address]:
    for found in resolver.url_patterns:
        here = route + str(found.pattern)
        parts = outer | frozenset(found.pattern.regex.groupindex)
        if isinstance(found, URLPattern):
            yield Address(f"{names}{found.name or '(without a name)'}", here, parts)
        else:
            inner = f"{names}{found.namespace}:" if found.namespace else names
            yield from _walk(found, inner, here, parts)


def unlisted(found: list[Address]) -> list[str]:
    """What is wrong between the addresses and the tables above."""
    wrong = []
    for address in found:
        if address.name in OF_A_TENANT:
            listed = {"organization", *OF_A_TENANT[address.name]}
        elif address.name in OF_THE_API:
            listed = set(OF_THE_API[address.name])
        elif address.name in TENANT_FREE:
            listed = set(TENANT_FREE[address.name])
        else:
            wrong.append(f"{address.name} ({address.route}) is in no table")
            continue
        if listed != address.parts:
            wrong.append(f"{address.name} has the parts {sorted(address.parts)}, the table says {sorted(listed)}")
    return wrong
