"""Invitations, from the admin's form to the new member's first page."""

import datetime as dt
import uuid

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from teams.actions import invitations as actions
from teams.invitations import address_of, find, hash_of, token_of
from teams.models import Invitation, Member, TeamMembership, User
from teams.tenancy import tenant
from tests.cast import PASSWORD, Cast


def invite(cast: Cast, **sent: object) -> None:
    form = {"email": "Eve@example.com", "name": "Eve", "role": "rep", "team": cast.north.pk}
    answer = cast.client(cast.dan).post("/acme/people/invite/", form | {"request_id": str(uuid.uuid4())} | sent)
    assert answer.status_code == 302


def last(cast: Cast) -> Invitation:
    with tenant(cast.acme.pk):
        found: Invitation = Invitation.objects.latest("pk")
    return found


def page_of(invitation: Invitation) -> str:
    return f"/invitation/{token_of(invitation)}/"


def user(email: str) -> User:
    return User.objects.create_user(email=email, password=PASSWORD, name=email.partition("@")[0].title())


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_secret_is_derived_and_only_its_hash_is_stored(cast: Cast) -> None:
    invite(cast)
    invitation = last(cast)
    token = token_of(invitation)
    assert invitation.token_hash == hash_of(token) != token
    found = find(token)
    assert found == invitation
    assert token_of(found) == token
    assert address_of(invitation).endswith(f"/invitation/{token}/")
    assert find("nonsense") is None


def test_an_invitation_makes_a_member_and_lives_seven_days(cast: Cast) -> None:
    request_id = str(uuid.uuid4())
    for _ in range(2):
        invite(cast, request_id=request_id)
    with tenant(cast.acme.pk):
        [invitation] = Invitation.objects.all()
        eve = Member.objects.get(name="Eve")
        assert TeamMembership.objects.get(member=eve).team == cast.north
    assert (eve.user, eve.email, eve.role) == (None, "eve@example.com", "rep")
    assert invitation.expires_at - invitation.created_at == pytest.approx(
        dt.timedelta(days=7), abs=dt.timedelta(minutes=1)
    )
    assert "eve@example.com" in cast.client(cast.dan).get("/acme/people/").content.decode()


def test_a_new_person_signs_up_without_a_second_mail_and_joins(cast: Cast) -> None:
    invite(cast)
    browser = Client()
    page = page_of(last(cast))
    assert "Join Acme" in browser.get(page).content.decode()
    to_sign_up = browser.post(page)
    assert to_sign_up["Location"] == "/account/signup/?email=eve%40example.com"
    answer = browser.post(
        "/account/signup/",
        {"name": "Eve", "email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == page
    assert browser.post(page)["Location"] == "/acme/"
    with tenant(cast.acme.pk):
        eve = Member.objects.get(name="Eve")
    assert eve.user is not None
    assert eve.user.email == "eve@example.com"
    assert last(cast).accepted_at is not None


def test_who_has_an_account_signs_in_and_joins_the_second_organization(cast: Cast) -> None:
    invite(cast, email="charlie@example.com", name="Charlie")
    invitation = last(cast)
    browser = Client()
    answer = browser.post(page_of(invitation))
    assert answer["Location"].startswith("/account/login/?next=")
    charlie = cast.client(cast.charlie)
    assert "Accept" in charlie.get(page_of(invitation)).content.decode()
    for _ in range(2):
        assert charlie.post(page_of(invitation))["Location"] == "/acme/"
    assert cast.charlie.user is not None
    assert len(Member.of_user(cast.charlie.user, timezone.now())) == 2
    chooser = charlie.get("/start/").content.decode()
    assert "Acme" in chooser
    assert "Globex" in chooser


def test_the_address_must_be_the_accounts_own_or_confirmed(cast: Cast) -> None:
    invite(cast)
    invitation = last(cast)
    other = user("other@example.com")
    browser = signed_in(other)
    assert "You are signed in as other@example.com" in browser.get(page_of(invitation)).content.decode()
    assert browser.post(page_of(invitation)).status_code == 403
    address = EmailAddress.objects.create(user=other, email="eve@example.com", verified=False)
    assert browser.post(page_of(invitation)).status_code == 403
    address.verified = True
    address.save()
    assert browser.post(page_of(invitation)).status_code == 302


def test_an_existing_row_without_an_account_is_joined(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        nok = Member.objects.create(name="Nok", role="manager")
    dan = cast.client(cast.dan)
    sent = {"email": "nok@example.com", "request_id": str(uuid.uuid4())}
    assert dan.post(f"/acme/people/{nok.pk}/invite/", sent).status_code == 302
    browser = signed_in(user("nok@example.com"))
    assert browser.post(page_of(last(cast))).status_code == 302
    with tenant(cast.acme.pk):
        joined = Member.objects.get(name="Nok")
    assert joined.user is not None
    assert joined.role == "manager"


def test_a_second_invitation_ends_the_first(cast: Cast) -> None:
    invite(cast)
    first = last(cast)
    dan = cast.client(cast.dan)
    assert dan.post(f"/acme/people/invitations/{first.pk}/resend/").status_code == 302
    second = last(cast)
    assert second != first
    closed = Client().get(page_of(first))
    assert closed.status_code == 410
    assert "was withdrawn" in closed.content.decode()
    assert dan.post(f"/acme/people/invitations/{first.pk}/resend/").status_code == 404
    assert dan.post(f"/acme/people/invitations/{second.pk}/revoke/").status_code == 302
    assert Client().get(page_of(second)).status_code == 410


def test_an_invitation_ends_by_time_and_by_use(cast: Cast) -> None:
    invite(cast)
    invitation = last(cast)
    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        late = Client().get(page_of(invitation))
        assert late.status_code == 410
        assert "has expired" in late.content.decode()
        assert Client().post(page_of(invitation)).status_code == 410
    eve = signed_in(user("eve@example.com"))
    assert eve.post(page_of(invitation)).status_code == 302
    used = Client().get(page_of(invitation))
    assert used.status_code == 410
    assert "has been used" in used.content.decode()
    assert eve.get(page_of(invitation))["Location"] == "/acme/"


def test_unknown_secrets(cast: Cast) -> None:
    for token in ("x", "%00", "é", "0" * 64):
        assert Client().get(f"/invitation/{token}/").status_code == 404


def test_whom_one_cannot_invite(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    form = {"email": "bob@example.com", "name": "Bob", "role": "rep", "team": "", "request_id": str(uuid.uuid4())}
    answer = dan.post("/acme/people/invite/", form)
    assert answer.status_code == 422
    assert "a member already" in answer.content.decode()
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.vera.pk).update(role="admin")
    answer = cast.client(cast.vera).post("/acme/people/invite/", form | {"email": "x@example.com", "role": "owner"})
    assert answer.status_code == 422
    assert 'id="id_role_error"' in answer.content.decode()


def test_who_is_a_member_under_another_address_is_told(cast: Cast) -> None:
    invite(cast, email="robert@example.com", name="Robert")
    assert cast.bob.user is not None
    EmailAddress.objects.create(user=cast.bob.user, email="robert@example.com", verified=True)
    answer = cast.client(cast.bob).post(page_of(last(cast)))
    assert answer.status_code == 422
    assert "a member of Acme already" in answer.content.decode()
    assert last(cast).accepted_at is None


def test_leaving_withdraws_the_invitation(cast: Cast) -> None:
    invite(cast)
    with tenant(cast.acme.pk):
        eve = Member.objects.get(name="Eve")
    sent = {"left_on": "2026-01-01"}
    assert cast.client(cast.dan).post(f"/acme/people/{eve.pk}/let-go/", sent).status_code == 302
    assert last(cast).revoked_at is not None


def test_accepting_needs_an_open_invitation_whoever_calls(cast: Cast) -> None:
    invite(cast)
    invitation = last(cast)
    with tenant(cast.acme.pk):
        actions.revoke(invitation, now=timezone.now())
    with pytest.raises(ValidationError):
        actions.accept(invitation, user=user("eve@example.com"), now=timezone.now())
