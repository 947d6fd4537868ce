"""Every page of the account in our frame, in both languages, through the real stack."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from teams.models import Member
from tests.cast import PASSWORD, Cast

OUTSIDE = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
INSIDE = [
    "account_email",
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
]


def signed_in(member: Member) -> Client:
    """By the forms, so that pages which ask for the password again have just got it."""
    assert member.user is not None
    EmailAddress.objects.get_or_create(
        user=member.user, email=member.user.email, defaults={"verified": True, "primary": True}
    )
    client = Client()
    answer = client.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})
    assert answer.status_code == 302
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302
    return client


def assert_in_our_frame(html: str, language: str) -> None:
    assert f'<html lang="{language}"' in html
    assert 'class="skip"' in html
    assert html.count("<h1") == 1
    title = re.search(r"<title>\s*(.*?)\s*· SmartGoals</title>", html, re.DOTALL)
    assert title is not None
    assert title[1].strip()
    # allauth's own layout would show itself by these.
    assert "Menu:" not in html
    assert "<p>Messages" not in html
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"<script>", html)


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.django_db
def test_pages_before_sign_in(name: str, language: str) -> None:
    client = Client()
    client.cookies["language"] = language
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert_in_our_frame(answer.content.decode(), language)


@pytest.mark.parametrize("language", ["en", "th"])
def test_pages_of_the_account(cast: Cast, language: str) -> None:
    assert cast.bob.user is not None
    cast.bob.user.language = language
    cast.bob.user.save()
    client = signed_in(cast.bob)
    for name in INSIDE:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        html = answer.content.decode()
        assert_in_our_frame(html, language)
        assert 'class="side-nav"' in html


@pytest.mark.django_db
def test_sign_in_offers_password_and_passkey() -> None:
    html = Client().get(reverse("account_login")).content.decode()
    assert 'autocomplete="current-password"' in html
    # Without a script a passkey cannot work, so its button is only shown by one.
    assert re.search(r'<button[^>]*id="passkey_login"[^>]*hidden', html)
    assert "mfa/js/webauthn.js" in html


def test_wrong_password_is_told_at_the_form_and_the_email_stays(cast: Cast) -> None:
    answer = Client().post(reverse("account_login"), {"login": "bob@example.com", "password": "wrong"})
    html = answer.content.decode()
    assert 'class="notice bad" role="alert"' in html
    assert 'value="bob@example.com"' in html


def test_sign_in_is_quiet(cast: Cast) -> None:
    html = signed_in(cast.bob).get(reverse("account_email")).content.decode()
    assert 'class="notices"' not in html


def test_authenticator_app_shows_its_code_without_inline_style(cast: Cast) -> None:
    html = signed_in(cast.bob).get(reverse("mfa_activate_totp")).content.decode()
    assert re.search(r'<img class="qr" src="data:image/svg\+xml', html)


def test_a_security_key_is_named_in_the_language_of_the_page(cast: Cast) -> None:
    assert cast.bob.user is not None
    cast.bob.user.language = "th"
    cast.bob.user.save()
    html = signed_in(cast.bob).get(reverse("mfa_add_webauthn")).content.decode()
    assert re.search(r'<label for="id_name">\s*ชื่อ', html)


def test_sessions_name_the_device(cast: Cast) -> None:
    client = signed_in(cast.bob)
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"
    html = client.get(reverse("usersessions_list")).content.decode()
    assert "Chrome, Windows" in html
    assert "This device" in html


def test_theme_of_the_person_is_set_on_the_page(cast: Cast) -> None:
    assert cast.bob.user is not None
    cast.bob.user.theme = "dark"
    cast.bob.user.save()
    assert 'data-theme="dark"' in signed_in(cast.bob).get(reverse("account_email")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "shown"), [("dark", True), ("", False), ('"><script>', False)])
def test_theme_of_the_device_before_sign_in(cookie: str, shown: bool) -> None:
    client = Client()
    client.cookies["theme"] = cookie
    html = client.get(reverse("account_login")).content.decode()
    assert ("data-theme=" in html) is shown
    assert '"><script>' not in html
