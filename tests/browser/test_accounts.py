"""Somebody new: invited, signed up by mail that a worker sent, then with a second factor and a passkey."""

import base64
import hashlib
import hmac
import re
import struct
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Meet
from tests.browser.ledger import eventually
from tests.browser.places import SIAM
from tests.browser.surfer import Surfer
from tests.browser.walk import look

pytestmark = pytest.mark.browser
MAIL_LIMIT_S = 120


@dataclass(frozen=True)
class Newcomer:
    email: str
    password: str = "seven grey elephants"


NOK = Newcomer("nok@newcomer.example")
LEK = Newcomer("lek@newcomer.example")


def link_mailed(page: Page, email: str, part: str) -> str:
    """The link with this part in the newest letter to the address, once it has been sent."""
    letter = page.locator("li", has_text=email).locator("a.t")

    def found() -> str:
        page.goto("/dev/mail/")
        for number in range(letter.count()):
            letter.nth(number).click()
            link = page.locator(f"section a[href*='{part}']").first
            if link.count():
                return link.get_attribute("href") or ""
            page.go_back()
        return ""

    return str(eventually(f"a letter to {email} with {part}", found, MAIL_LIMIT_S))


def test_an_invitation_leads_into_the_organization(meet: Meet) -> None:
    admin = meet("admin")
    admin.go(f"{SIAM}/people/invite/")
    admin.page.fill("input[name=email]", NOK.email)
    if (name := admin.page.locator("main input[name=name]")).count():
        name.fill("Nok Newcomer")
    admin.page.locator("main form button.primary").click()
    admin.page.wait_for_url(lambda url: not url.endswith("/invite/"))

    visitor = meet()
    page = visitor.page
    invitation = link_mailed(page, NOK.email, "/invitation/")
    assert look(page, "en", "reminders:mailbox_letter") == []
    page.goto(invitation)
    assert look(page, "en", "teams:invitation-open") == []
    page.get_by_role("button", name="Continue").click()
    if "/signup/" not in page.url:
        page.get_by_role("link", name="Create an account").click()
    sign_up(visitor, NOK)
    # Whoever holds the invitation reads that mailbox: the address needs no second letter.
    page.get_by_role("button", name="Accept the invitation").click()
    page.wait_for_url(re.compile(rf"{SIAM}/"))
    expect(page.locator("h1")).to_be_visible()


def test_an_account_is_confirmed_by_mail_and_starts_an_organization(meet: Meet) -> None:
    visitor = meet()
    page = visitor.page
    visitor.go("/account/signup/")
    sign_up(visitor, LEK)
    page.wait_for_url("**/account/confirm-email/")
    page.goto(link_mailed(page, LEK.email, "/confirm-email/"))
    page.locator("main form button.primary").click()
    page.wait_for_url(lambda url: "/confirm-email/" not in url)
    if "/login/" in page.url:
        visitor.sign_in(LEK.email, LEK.password)
    page.wait_for_url("**/start/new/")
    page.locator("main input[name=name]").fill("Lek and daughters")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/lek-and-daughters/**")


def sign_up(visitor: Surfer, newcomer: Newcomer) -> None:
    page = visitor.page
    page.fill("input[name=name]", "Nok Newcomer")
    page.fill("input[name=email]", newcomer.email)
    page.fill("input[name=password1]", newcomer.password)
    page.fill("input[name=password2]", newcomer.password)
    page.get_by_role("button", name="Create an account").click()


def open_safe(surfer: Surfer, path: str) -> None:
    """After signing in; the first of the pages of second factors asks for the password once more."""
    surfer.sign_in(NOK.email, NOK.password)
    surfer.go(path)
    surfer.reauthenticate(NOK.password)
    surfer.page.wait_for_url(f"**{path}")


def test_a_second_factor_and_its_recovery_codes(meet: Meet) -> None:
    nok = meet()
    page = nok.page
    open_safe(nok, "/account/2fa/totp/activate/")
    secret = page.input_value("#authenticator_secret")
    page.fill("input[name=code]", totp(secret, time.time()))
    page.locator("main form button.primary").click()
    page.wait_for_url("**/recovery-codes/**")
    nok.go("/account/2fa/recovery-codes/")
    assert look(page, "en", "mfa_view_recovery_codes") == []
    codes = re.findall(r"\b[0-9a-f]{8}\b", page.locator("main").inner_html())
    assert len(codes) >= 8
    for path, name in (("recovery-codes/generate/", "mfa_generate_recovery_codes"), ("totp/deactivate/", "mfa_totp")):
        nok.go(f"/account/2fa/{path}")
        assert look(page, "en", name) == []

    again = meet()
    again.sign_in(NOK.email, NOK.password)
    assert "/2fa/authenticate/" in again.page.url
    assert look(again.page, "en", "mfa_authenticate") == []
    again.page.locator("input[name=code]").first.fill(codes[0])
    again.page.locator("input[name=code]").first.press("Enter")
    again.page.wait_for_url(lambda url: "/account/" not in url)

    nok.go("/account/2fa/totp/deactivate/")
    page.locator("main form button").last.click()
    page.wait_for_url("**/account/2fa/")


def totp(secret: str, now: float) -> str:
    """RFC 6238 with SHA-1, 30 s and six digits, as authenticator apps do it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(now) // 30), hashlib.sha1)
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_a_passkey_is_added_and_signs_in(meet: Meet) -> None:
    nok = meet()
    page = nok.page
    wire = nok.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    open_safe(nok, "/account/2fa/webauthn/add/")
    if (name := page.locator("main input[name=name]")).count():
        name.fill("Phone")
    page.locator("main input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    nok.go("/account/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Passkey")
    for link in ("Rename", "Remove"):
        page.get_by_role("link", name=link).click()
        assert look(page, "en", f"mfa_webauthn_{link.lower()}") == []
        page.go_back()

    nok.context.clear_cookies()
    nok.go("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(rf"{SIAM}/"))
    assert nok.complaints() == []
