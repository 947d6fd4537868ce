"""What a mail provider reports, by its own words to the page of the admin."""

import base64
import json

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from reminders.bounces import PROVIDERS, address_of, is_unknown_address
from reminders.models import RefusedAddress
from reminders.sending import send_due
from tests.cast import Cast
from tests.reminders.sink import Sink
from tests.reminders.test_sending import put

SECRET = "provider:a password for this test"
ADDRESS = "/anymail/postmark/"


@pytest.fixture(autouse=True)
def _provider(db: None, settings: Settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    settings.ROOT_URLCONF = "tests.reminders.provider_urls"


def report(secret: str = SECRET, **given: str) -> int:
    """As Postmark posts it; the status of the answer."""
    told = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 42,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": "Bob@example.com",
        "Details": "smtp;550 5.1.1 no such user here",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "BouncedAt": "2026-11-23T03:00:00Z",
    }
    auth = base64.b64encode(secret.encode()).decode()
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    body = json.dumps({**told, **given})
    headers = {"Authorization": f"Basic {auth}"}
    return client.post(ADDRESS, body, content_type="application/json", headers=headers).status_code


def test_an_address_that_bounces_gets_nothing_more_and_the_admin_sees_it(cast: Cast, sink: Sink) -> None:
    for _time in range(2):
        assert report() == 200
    (refused,) = RefusedAddress.objects.all()
    assert refused.address == "bob@example.com"
    put("bob@example.com")
    assert send_due() == 0
    assert sink.taken == []
    page = cast.client(cast.dan).get("/acme/delivery/").content.decode()
    assert "Postmark: smtp;550 5.1.1 no such user here" in page


@pytest.mark.parametrize("secret", ["provider:wrong", "nobody:a password for this test", ":"])
def test_a_report_without_the_secret_changes_nothing(secret: str) -> None:
    assert report(secret) == 400
    assert not RefusedAddress.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"Type": "SoftBounce", "Details": "smtp;452 4.2.2 over quota"},
        {"Type": "HardBounce", "Details": "smtp;550 5.7.1 blocked by policy"},
        {"Type": "SpamComplaint"},
        {"RecordType": "Delivery"},
        {"RecordType": "Open"},
    ],
)
def test_what_may_pass_stops_nobody(given: dict[str, str]) -> None:
    assert report(**given) == 200
    assert not RefusedAddress.objects.exists()


@pytest.mark.parametrize(
    ("event_type", "reason", "answer", "unknown"),
    [
        (EventType.BOUNCED, RejectReason.BOUNCED, "550 5.1.1 unknown", True),
        (EventType.BOUNCED, RejectReason.BOUNCED, "553 5.1.3 bad syntax", True),
        (EventType.BOUNCED, RejectReason.INVALID, "550 5.7.1 policy", False),
        (EventType.BOUNCED, RejectReason.BOUNCED, "550 5.10.1 not of the subject 1", False),
        (EventType.BOUNCED, RejectReason.BOUNCED, "450 4.1.1 not yet", False),
        (EventType.BOUNCED, RejectReason.BOUNCED, "host 10.5.1.1 said no", False),
        (EventType.REJECTED, RejectReason.INVALID, None, True),
        (EventType.REJECTED, RejectReason.BLOCKED, None, False),
        (EventType.BOUNCED, RejectReason.BOUNCED, None, False),
        (EventType.DEFERRED, None, "450 5.1.1", False),
        (EventType.DELIVERED, None, "250 2.1.5 ok", False),
    ],
)
def test_which_reports_say_that_an_address_is_none(
    event_type: str, reason: str | None, answer: str | None, unknown: bool
) -> None:
    event = AnymailTrackingEvent(event_type=event_type, reject_reason=reason, mta_response=answer, recipient="a@b.c")
    assert is_unknown_address(event) is unknown


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_has_its_address(provider: str) -> None:
    assert address_of(provider).pattern.match(f"anymail/{provider}/")


def test_an_unknown_provider_stops_the_program() -> None:
    with pytest.raises(ImproperlyConfigured, match="MAIL_PROVIDER must be one of"):
        address_of("carrier pigeon")


def test_without_a_provider_there_is_no_address(settings: Settings) -> None:
    settings.ROOT_URLCONF = "smartgoals.urls"
    assert Client().post(ADDRESS).status_code in (403, 404)
    with pytest.raises(NoReverseMatch):
        reverse("reminders:mail_events")
