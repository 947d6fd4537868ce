"""What Prometheus is told, and who may ask."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from reminders import holds
from reminders.heartbeat import beat
from reminders.models import Kind, Message
from reminders.outbox import enqueue
from teams.models import Organization
from teams.tenancy import tenant
from tests.cast import Cast

TOKEN = "a token for this test"


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read() -> dict[str, float]:
    """Name of the metric, with its task where it has one, to its value."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return dict(_samples(answer.content.decode()))


def _samples(text: str) -> Iterator[tuple[str, float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield sample.name.removeprefix("smartgoals_") + "".join(sample.labels.values()), sample.value


@pytest.mark.parametrize("given", ["", "Bearer ", f"Bearer {TOKEN} ", f"bearer {TOKEN}", f"Basic {TOKEN}", "Bearer ก"])
def test_without_the_token_nothing_is_said(db: None, given: str) -> None:
    answer = Client().get("/metrics", headers={"Authorization": given} if given else {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert b"smartgoals" not in answer.content


@pytest.mark.parametrize("given", ["", "Bearer "])
def test_without_a_token_set_up_there_is_no_such_page(db: None, settings: Settings, given: str) -> None:
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": given} if given else {}).status_code == 404


def put(organization: Organization, key: str, **changes: object) -> None:
    due_at = timezone.now() - dt.timedelta(minutes=10)
    enqueue(key=key, kind=Kind.DEADLINE, address="b@example.com", payload={}, due_at=due_at, organization=organization)
    with tenant(organization.pk):
        Message.objects.filter(key=key).update(**changes)


def test_numbers_over_all_organizations(cast: Cast) -> None:
    beat("reminders.tasks.sweep")
    now = timezone.now()
    put(cast.acme, "waits")
    put(cast.globex, "waits too")
    put(cast.globex, "not yet", due_at=now + dt.timedelta(hours=1))
    put(cast.acme, "sent", state=Message.State.SENT, sent_at=now)
    put(cast.acme, "sent long ago", state=Message.State.SENT, sent_at=now - dt.timedelta(hours=2))
    put(cast.globex, "dead", state=Message.State.DEAD)
    found = read()
    assert found["mail_waiting"] == 2
    assert found["mail_sent_last_hour"] == 1
    assert found["mail_dead"] == 1
    assert (found["mail_held"], found["mail_held_organizations"]) == (0, 0)
    assert 600 <= found["mail_oldest_unsent_seconds"] < 660
    assert found["rollups_oldest_stale_seconds"] == 0
    assert 0 <= found["task_age_secondsreminders.tasks.sweep"] < 60


def test_what_is_held_back_is_not_late(cast: Cast, settings: Settings) -> None:
    put(cast.acme, "waits")
    with tenant(cast.acme.pk):
        holds.hold(cast.acme, cast.dan)
    found = read()
    assert (found["mail_waiting"], found["mail_held_organizations"], found["mail_held"]) == (1, 1, 0)
    assert found["mail_oldest_unsent_seconds"] == 0
    settings.EMAIL_HOLD = True
    assert read()["mail_held"] == 1
