"""Unsubscribing, switches, the delivery page and the demo's mailbox, through the real stack."""

import re
from pathlib import Path

import pytest
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from reminders.mailbox import EmailBackend, letters
from reminders.models import Kind, Message, Preference, RefusedAddress
from reminders.outbox import enqueue
from reminders.unsubscribe import SALT, token_for
from teams.tenancy import tenant
from tests.cast import Cast


def switched_off(cast: Cast) -> set[str]:
    with tenant(cast.acme.pk):
        return set(Preference.objects.filter(member=cast.bob, is_on=False).values_list("kind", flat=True))


def unsubscribe_address(cast: Cast, kind: Kind = Kind.DEADLINE) -> str:
    return f"/unsubscribe/{token_for(cast.acme.pk, cast.bob.pk, kind)}/"


def test_opening_the_link_changes_nothing(cast: Cast) -> None:
    """Scanners and previews open every link of a mail."""
    answer = Client().get(unsubscribe_address(cast))
    assert answer.status_code == 200
    assert b"<form" in answer.content
    assert switched_off(cast) == set()


def test_one_click_without_sign_in_cookies_or_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    for _time in range(2):
        answer = client.post(unsubscribe_address(cast), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert answer["Referrer-Policy"] == "no-referrer"
        assert switched_off(cast) == {Kind.DEADLINE}
    assert not client.cookies.get("session")


def test_the_page_speaks_the_persons_language(cast: Cast) -> None:
    assert cast.bob.user
    cast.bob.user.language = "th"
    cast.bob.user.save()
    assert Client().get(unsubscribe_address(cast))["Content-Language"] == "th"


@pytest.mark.parametrize("kind", [Kind.INVITATION, Kind.ACCOUNT])
def test_nobody_can_be_cut_off_from_account_mails(cast: Cast, kind: Kind) -> None:
    assert Client().post(unsubscribe_address(cast, kind)).status_code == 404


def test_a_forged_link_is_404(cast: Cast) -> None:
    good = token_for(cast.acme.pk, cast.bob.pk, Kind.DEADLINE)
    foreign = token_for(cast.globex.pk, cast.bob.pk, Kind.DEADLINE)
    other_purpose = signing.dumps([cast.acme.pk, cast.bob.pk, "deadline"], salt="something else")
    unknown_kind = signing.dumps([cast.acme.pk, cast.bob.pk, "nothing"], salt=SALT)
    for token in (good[:-1], good[1:], foreign, other_purpose, unknown_kind, "x", "ก"):
        assert Client().post(f"/unsubscribe/{token}/").status_code == 404
    assert switched_off(cast) == set()


def test_delivery_is_for_admins(cast: Cast) -> None:
    assert [cast.client(who).get("/acme/delivery/").status_code for who in (cast.dan, cast.bob)] == [200, 403]
    assert cast.client(cast.charlie).get("/acme/delivery/").status_code == 404


def test_delivery_shows_own_trouble_only(cast: Cast) -> None:
    own = RefusedAddress.objects.create(address="bob@example.com", answer="550 5.1.1 no such user")
    foreign = RefusedAddress.objects.create(address="charlie@example.com", answer="550 5.1.1 canary")
    for organization, address in ((cast.acme, "bob@example.com"), (cast.globex, "charlie@example.com")):
        now = timezone.now()
        enqueue(
            key=f"x:{address}", kind=Kind.DEADLINE, address=address, payload={}, due_at=now, organization=organization
        )
        with tenant(organization.pk):
            Message.objects.update(state=Message.State.DEAD, last_error=f"550 said about {address}")
    client = cast.client(cast.dan)
    page = client.get("/acme/delivery/").content.decode()
    assert "no such user" in page
    assert "550 said about bob@example.com" in page
    assert "charlie" not in page
    assert "canary" not in page
    assert client.post(f"/acme/delivery/{foreign.pk}/trust/").status_code == 404
    assert client.post(f"/acme/delivery/{own.pk}/trust/").status_code == 302
    assert list(RefusedAddress.objects.all()) == [foreign]


@pytest.fixture
def mailbox(settings: Settings, tmp_path: Path, db: None) -> Path:
    settings.EMAIL_BACKEND = "reminders.mailbox.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send(subject: str) -> None:
    mail = EmailMultiAlternatives(subject, "Schönen Gruß\nhttp://localhost/x/\n", to=["bob@example.com"])
    mail.attach_alternative("<!doctype html><html><head><title>x</title></head><body>สวัสดี</body></html>", "text/html")
    assert isinstance(get_connection(), EmailBackend)
    mail.send()


def test_mailbox_shows_the_newest_first(mailbox: Path) -> None:
    assert "No mail yet" in Client().get("/dev/mail/").content.decode()
    for subject in ("Erste", "Zweite", "สาม"):
        send(subject)
    page = Client().get("/dev/mail/").content.decode()
    assert re.findall(r'class="t"[^>]*>([^<]*)<', page) == ["สาม", "Zweite", "Erste"]


def test_mailbox_shows_a_letter_in_a_sandbox(mailbox: Path) -> None:
    send("Hallo")
    (letter,) = letters()
    page = Client().get(f"/dev/mail/{letter.name}/")
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert '<a href="http://localhost/x/"' in page.content.decode()
    inner = Client().get(f"/dev/mail/{letter.name}/html/")
    assert "สวัสดี" in inner.content.decode()
    policy = inner["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert inner["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsettings", "%2e%2e"])
def test_mailbox_reads_only_its_folder(mailbox: Path, name: str) -> None:
    mailbox.mkdir()
    (mailbox.parent / "settings.eml").write_text("secret")
    assert Client().get(f"/dev/mail/{name}/").status_code == 404
    assert Client().get(f"/dev/mail/{name}/html/").status_code == 404
