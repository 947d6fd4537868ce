"""Bounces that a mail provider reports after the relay took the mail. Optional: only with a provider in the settings.

Only what says that the address does not exist stops mail to it: a full mailbox or somebody's policy may change by
itself, and a person would go without word.
"""

import re
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from reminders import outbox

# Those that anymail's shared secret is enough for; Mailgun signs beside it.
PROVIDERS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
}
# RFC 3463: class, subject, detail.
STATUS_CODE = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.\d{1,3}(?!\w|\.\d)")


def address_of(provider: str) -> URLPattern:
    """Where the provider posts what became of mails. It shows the secret by HTTP basic authentication."""
    if provider not in PROVIDERS:
        raise ImproperlyConfigured(f"MAIL_PROVIDER must be one of {', '.join(PROVIDERS)}, not {provider!r}")
    view = import_string(PROVIDERS[provider])
    pattern: URLPattern = path(f"anymail/{provider}/", login_not_required(view.as_view()), name="mail_events")
    return pattern


def note(sender: object, *, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """The receiver of anymail's signal. The same report twice is once."""
    if event.recipient and is_unknown_address(event):
        answer = event.mta_response or event.description or event.event_type
        outbox.refuse(event.recipient, f"{esp_name}: {answer}")


def is_unknown_address(event: AnymailTrackingEvent) -> bool:
    """By the other side's status code (5.1.x); without one, only where the provider says that the address is none."""
    if event.event_type not in (EventType.BOUNCED, EventType.REJECTED):
        return False
    if found := STATUS_CODE.search(f"{event.mta_response or ''} {event.description or ''}"):
        return found.groups() == ("5", "1")
    return bool(event.reject_reason == RejectReason.INVALID)


def listen() -> None:
    tracking.connect(note)
