"""What account mails say. The keys are allauth's names for its mails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from web.formats import format_datetime

Context = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    subject: str
    headline: str
    paragraphs: list[str]
    button: str = ""
    button_url: str = ""
    reason: str = ""


def words_for(name: str, context: Context) -> Words | None:
    """In the active language; None for a mail that we have no words for."""
    if name in _LETTERS:
        return _LETTERS[name](context)
    if name in _NOTICES:
        return _notice(_NOTICES[name](context), context)
    return None


def _confirm(context: Context) -> Words:
    return Words(
        subject=_("Confirm your email address"),
        headline=_("Confirm your email address"),
        paragraphs=[
            _("Somebody, we hope you, gave %(email)s as their address on SmartGoals. Press the button if it was you.")
            % {"email": context["email"]}
        ],
        button=_("Confirm this address"),
        button_url=context["activate_url"],
        reason=_("If it was not you, you need not do anything: without the confirmation nothing happens."),
    )


def _already_there(context: Context) -> Words:
    return Words(
        subject=_("You already have an account"),
        headline=_("You already have an account"),
        paragraphs=[
            _("Somebody, perhaps you, tried to sign up with %(email)s. There is an account with this address already.")
            % {"email": context["email"]},
            _("Sign in with it, or choose a new password if you have forgotten the old one."),
        ],
        button=_("Choose a new password"),
        button_url=context["password_reset_url"],
        reason=_("If it was not you, you need not do anything: nobody learns that you have an account."),
    )


def _new_password(context: Context) -> Words:
    return Words(
        subject=_("Choose a new password"),
        headline=_("Choose a new password"),
        paragraphs=[
            _("Somebody, we hope you, asked for a new password for %(email)s. The link works once.")
            % {"email": context["email"]}
        ],
        button=_("Choose a new password"),
        button_url=context["password_reset_url"],
        reason=_("If it was not you, you need not do anything: the old password stays as it is."),
    )


def _unknown(context: Context) -> Words:
    return Words(
        subject=_("There is no account with this address"),
        headline=_("There is no account with this address"),
        paragraphs=[
            _("Somebody, perhaps you, tried to sign in as %(email)s, and we know no such account.")
            % {"email": context["email"]},
            _("You may have signed up with another address."),
        ],
        button=_("Sign up"),
        button_url=context["signup_url"],
        reason=_("If it was not you, you need not do anything."),
    )


_LETTERS: dict[str, Callable[[Context], Words]] = {
    "account/email/email_confirmation": _confirm,
    "account/email/email_confirmation_signup": _confirm,
    "account/email/account_already_exists": _already_there,
    "account/email/password_reset_key": _new_password,
    "account/email/unknown_account": _unknown,
}

# What changed in the account, in one sentence that serves as the subject too.
_NOTICES: dict[str, Callable[[Context], str]] = {
    "account/email/password_changed": lambda _context: _("Your password was changed"),
    "account/email/password_set": lambda _context: _("A password was set for your account"),
    "account/email/password_reset": lambda _context: _("Your password was set anew"),
    "account/email/email_confirm": lambda _context: _("Your email address was confirmed"),
    "account/email/email_changed": lambda context: (
        _("Your email address was changed from %(old)s to %(new)s")
        % {"old": context["from_email"], "new": context["to_email"]}
    ),
    "account/email/email_deleted": lambda context: (
        _("The email address %(email)s was removed from your account") % {"email": context["deleted_email"]}
    ),
    "mfa/email/totp_activated": lambda _context: _("An authenticator app was added to your account"),
    "mfa/email/totp_deactivated": lambda _context: _("The authenticator app was removed from your account"),
    "mfa/email/recovery_codes_generated": lambda _context: _("New recovery codes were made for your account"),
    "mfa/email/webauthn_added": lambda _context: _("A security key or passkey was added to your account"),
    "mfa/email/webauthn_removed": lambda _context: _("A security key or passkey was removed from your account"),
}


def _notice(what: str, context: Context) -> Words:
    # Where the person is, the notice does not know; the zone is named, so that nobody has to guess.
    when = format_datetime(context["timestamp"], ZoneInfo("UTC"), get_language() or "en")
    return Words(
        subject=what,
        headline=what,
        paragraphs=[
            _("It was done on %(when)s (UTC) from the network address %(address)s with this browser: %(browser)s.")
            % {"when": when, "address": context["ip"], "browser": context["user_agent"]},
            _("If this was you, you need not do anything. If not, choose a new password at once and end all sessions."),
        ],
    )
