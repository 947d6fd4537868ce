"""Mail that is held back stays, and leaves when it may."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from reminders import holds, outbox
from reminders.models import Home, Kind, Message, RefusedAddress
from reminders.outbox import enqueue
from reminders.sending import send_due
from teams.models import Organization
from teams.tenancy import tenant
from tests.cast import Cast
from tests.reminders.sink import Sink

LETTER = {"subject": "s", "text": "t", "html": "h", "language": "en"}
State = Message.State
DAY = dt.timedelta(days=1)


def put(organization: Organization, address: str, age: dt.timedelta = dt.timedelta(minutes=1)) -> int:
    enqueue(
        key=f"account:{address}",
        kind=Kind.ACCOUNT,
        address=address,
        payload=LETTER,
        due_at=timezone.now() - age,
        organization=organization,
    )
    with tenant(organization.pk):
        return Message.objects.get(address=address).pk


def state(organization: Organization, pk: int) -> str:
    with tenant(organization.pk):
        return Message.objects.get(pk=pk).state


def test_one_organizations_mail_is_held_and_the_others_goes_out(cast: Cast, sink: Sink) -> None:
    put(cast.acme, "a@example.com")
    put(cast.globex, "g@example.com")
    dan = cast.client(cast.dan)
    for _time in range(2):
        assert dan.post("/acme/delivery/hold/").status_code == 302
    assert "Dan has held" in dan.get("/acme/delivery/").content.decode()
    assert send_due() == 1
    assert sink.recipients == ["g@example.com"]
    # Not even by a sender that had its list before.
    assert outbox.claim(cast.acme.pk) == []
    for _time in range(2):
        dan.post("/acme/delivery/hold/", {"release": "1"})
    assert send_due() == 1
    assert sink.recipients == ["g@example.com", "a@example.com"]


def test_only_admins_hold(cast: Cast) -> None:
    assert cast.client(cast.bob).post("/acme/delivery/hold/").status_code == 403
    assert cast.client(cast.charlie).post("/acme/delivery/hold/").status_code == 404


@pytest.fixture
def restored(cast: Cast) -> Cast:
    """The database is a copy of one on another server."""
    holds.settle_down()
    assert not holds.all_mail_is_held()
    Home.objects.update(database="7000000000000000000/16384")
    return cast


def test_a_restored_database_starts_held(restored: Cast, sink: Sink) -> None:
    pk = put(restored.acme, "a@example.com")
    # Starting the new release does not end it.
    holds.settle_down()
    assert send_due() == 0
    assert state(restored.acme, pk) == State.PENDING
    assert "restored from a copy" in restored.client(restored.dan).get("/acme/delivery/").content.decode()


@pytest.mark.parametrize(("given", "sent"), [([], 1), (["--even-old"], 2)])
def test_letting_go_drops_what_is_old(restored: Cast, sink: Sink, given: list[str], sent: int) -> None:
    old, new = put(restored.acme, "old@example.com", DAY * 2), put(restored.globex, "new@example.com")
    said = StringIO()
    call_command("release_mail", *given, stdout=said)
    assert f"Dropped as too old: {2 - sent}" in said.getvalue()
    assert send_due() == sent
    assert state(restored.globex, new) == State.SENT
    assert state(restored.acme, old) == (State.LAPSED if sent == 1 else State.SENT)


def test_letting_go_of_what_is_not_held_drops_nothing(cast: Cast) -> None:
    pk = put(cast.acme, "old@example.com", DAY * 2)
    said = StringIO()
    call_command("release_mail", stdout=said)
    assert "not restored" in said.getvalue()
    assert state(cast.acme, pk) == State.PENDING


def dead(cast: Cast, **changes: object) -> int:
    pk = put(cast.acme, "bob@example.com")
    with tenant(cast.acme.pk):
        Message.objects.update(kind=Kind.DEADLINE, state=State.DEAD, attempts=25, doubts=2, **changes)
    return pk


def test_a_mail_that_was_given_up_gets_all_its_attempts_again(cast: Cast) -> None:
    pk = dead(cast, expires_at=timezone.now() + DAY)
    client = cast.client(cast.dan)
    assert f"/acme/delivery/{pk}/resend/" in client.get("/acme/delivery/").content.decode()
    assert client.post(f"/acme/delivery/{pk}/resend/").status_code == 302
    with tenant(cast.acme.pk):
        found = Message.objects.get(pk=pk)
    assert (found.state, found.attempts, found.doubts, found.first_tried_at) == (State.PENDING, 0, 0, None)
    # A second press finds nothing that was given up.
    client.post(f"/acme/delivery/{pk}/resend/")
    assert state(cast.acme, pk) == State.PENDING


def test_what_is_of_no_more_use_stays_dead(cast: Cast) -> None:
    pk = dead(cast, expires_at=timezone.now() - DAY)
    client = cast.client(cast.dan)
    assert "No longer of use" in client.get("/acme/delivery/").content.decode()
    client.post(f"/acme/delivery/{pk}/resend/")
    assert state(cast.acme, pk) == State.DEAD


def test_nothing_is_sent_again_to_an_address_that_was_refused(cast: Cast) -> None:
    pk = dead(cast)
    RefusedAddress.objects.create(address="bob@example.com", answer="550 5.1.1")
    client = cast.client(cast.dan)
    assert f"/acme/delivery/{pk}/resend/" not in client.get("/acme/delivery/").content.decode()
    client.post(f"/acme/delivery/{pk}/resend/")
    assert state(cast.acme, pk) == State.DEAD


def test_resending_is_for_admins_of_the_organization(cast: Cast) -> None:
    pk = dead(cast)
    assert cast.client(cast.bob).post(f"/acme/delivery/{pk}/resend/").status_code == 403
    assert cast.client(cast.charlie).post(f"/globex/delivery/{pk}/resend/").status_code == 404
    assert state(cast.acme, pk) == State.DEAD


def test_all_mail_is_held_by_the_environment(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_HOLD = True
    assert holds.all_mail_is_held()
    assert "All mail is held back" in cast.client(cast.dan).get("/acme/delivery/").content.decode()
