"""What the outbox forgets, and what it must not."""

import datetime as dt
from typing import Any

import pytest
from celery.exceptions import Ignore
from django.utils import timezone
from pytest_django import Settings

from reminders.heartbeat import beat
from reminders.keeping import ENDED, forget_ended
from reminders.models import Kind, Message
from reminders.tasks import forget_old_mail
from teams.tenancy import tenant
from tests.cast import Cast

State = Message.State
CUT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
BEFORE, AFTER = CUT - dt.timedelta(seconds=1), CUT


def put(cast: Cast, key: str, **given: Any) -> Message:
    row = {"state": State.SENT, "due_at": BEFORE, "organization": cast.acme, "member": cast.bob, **given}
    return Message.objects.create(key=key, kind=Kind.DEADLINE, address="bob@example.com", **row)


def keys() -> set[str]:
    return set(Message.objects.values_list("key", flat=True))


@pytest.mark.parametrize("state", State.values)
def test_what_ended_before_is_forgotten(cast: Cast, state: str) -> None:
    with tenant(cast.acme.pk):
        put(cast, "old", state=state)
        put(cast, "new", state=state, due_at=AFTER)
        assert forget_ended(CUT) == (1 if state in ENDED else 0)
        assert keys() == ({"new"} if state in ENDED else {"old", "new"})


def test_a_digest_stays_with_the_last_of_its_messages(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        digest = put(cast, "digest")
        put(cast, "told", state=State.FOLDED, digest=digest)
        late = put(cast, "told late", state=State.FOLDED, digest=digest, due_at=AFTER)
        forget_ended(CUT)
        assert keys() == {"digest", "told late"}
        late.refresh_from_db()
        assert late.digest == digest
        forget_ended(CUT + dt.timedelta(days=1))
        assert keys() == set()


def test_of_many_none_is_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reminders.keeping.AT_ONCE", 2)
    with tenant(cast.acme.pk):
        for number in range(5):
            put(cast, f"{number}")
        assert forget_ended(CUT) == 5


def test_once_a_day_of_all_organizations_and_of_account_mails(cast: Cast, settings: Settings) -> None:
    settings.MAIL_KEPT_DAYS = 60
    long_ago = timezone.now() - dt.timedelta(days=61)
    put(cast, "account", organization=None, member=None, due_at=long_ago)
    for organization in (cast.acme, cast.globex):
        with tenant(organization.pk):
            put(cast, f"{organization.pk}", organization=organization, member=None, due_at=long_ago)
    forget_old_mail()
    assert keys() == set()
    for organization in (cast.acme, cast.globex):
        with tenant(organization.pk):
            assert keys() == set()
    beat(forget_old_mail.name)
    with pytest.raises(Ignore):
        forget_old_mail()
