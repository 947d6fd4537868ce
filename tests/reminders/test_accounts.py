"""Account mails: through the outbox, in the person's language, telling strangers nothing."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client, RequestFactory

from reminders.account_words import _LETTERS, _NOTICES
from reminders.accounts import AccountAdapter
from reminders.models import Kind, Message
from reminders.sending import send_due
from teams.models import User
from tests.cast import PASSWORD, Cast

SIGN_UP = {"name": "Nok", "email": "nok@example.com", "password1": PASSWORD, "password2": PASSWORD}


def waiting() -> Message:
    return Message.objects.get(state=Message.State.PENDING)


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/\S+)", text)
    assert found
    return found[1]


def test_signing_up_waits_for_the_confirmation(db: None) -> None:
    client = Client(headers={"accept-language": "th"})
    assert client.post("/account/signup/", SIGN_UP).status_code == 302
    message = waiting()
    assert (message.kind, message.address, message.organization_id) == (Kind.ACCOUNT, "nok@example.com", None)
    assert message.payload["language"] == "th"
    assert mail.outbox == []
    assert send_due() == 1
    (sent,) = mail.outbox
    assert sent.to == ["nok@example.com"]
    assert "List-Unsubscribe" not in sent.extra_headers
    assert client.get(link_in(str(sent.body))).status_code == 200


def test_a_password_is_reset_by_the_link(cast: Cast) -> None:
    assert Client().post("/account/password/reset/", {"email": "bob@example.com"}).status_code == 302
    send_due()
    (sent,) = mail.outbox
    client = Client()
    form = client.get(link_in(str(sent.body)), follow=True)
    new = "a wholly different sentence"
    answer = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert User.objects.get(email="bob@example.com").check_password(new)
    # The secret went out and is kept nowhere.
    assert not Message.objects.exclude(state="pending").exclude(payload={}).exists()


def test_a_stranger_learns_nothing(cast: Cast) -> None:
    known = Client().post("/account/password/reset/", {"email": "bob@example.com"})
    unknown = Client().post("/account/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert Message.objects.count() == 2


def test_signing_up_with_a_taken_address_tells_its_owner_only(cast: Cast) -> None:
    known = Client().post("/account/signup/", {**SIGN_UP, "email": "bob@example.com"})
    fresh = Client().post("/account/signup/", SIGN_UP)
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert Message.objects.get(address="bob@example.com").payload["subject"] == "You already have an account"


def test_the_mail_speaks_the_language_of_the_account(cast: Cast) -> None:
    User.objects.filter(email="bob@example.com").update(language="th")
    Client(headers={"accept-language": "en"}).post("/account/password/reset/", {"email": "bob@example.com"})
    assert waiting().payload["language"] == "th"


def test_a_new_password_is_told(cast: Cast) -> None:
    new = "a wholly different sentence"
    client = cast.client(cast.bob)
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    letter = waiting().payload
    assert letter["subject"] == "Your password was changed"
    assert "127.0.0.1" in letter["text"]


CONTEXT = {
    "email": "bob@example.com",
    "activate_url": "http://testserver/a",
    "password_reset_url": "http://testserver/b",
    "signup_url": "http://testserver/c",
    "from_email": "old@example.com",
    "to_email": "new@example.com",
    "deleted_email": "old@example.com",
    "ip": "203.0.113.7",
    "user_agent": "<script>",
}


@pytest.mark.parametrize("name", sorted({*_LETTERS, *_NOTICES}))
def test_every_mail_has_a_subject_a_text_and_a_page(cast: Cast, name: str) -> None:
    when = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
    AccountAdapter(RequestFactory().get("/")).send_mail(name, "bob@example.com", {**CONTEXT, "timestamp": when})
    letter = waiting().payload
    assert len(letter["subject"]) > 5
    assert letter["subject"] in letter["text"]
    assert "<script>" not in letter["html"]
    assert "None" not in letter["text"]
