"""The list of sessions: true at once where something changed, and otherwise written now and then."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def writes(cast: Cast, client: Any, **headers: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/acme/", headers=headers).status_code == 200
    return [found["sql"] for found in captured.captured_queries if found["sql"].startswith(("INSERT", "UPDATE"))]


def test_a_session_is_written_down_once_and_then_left_alone(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        client = cast.client(cast.bob)
        assert any("usersessions" in sql for sql in writes(cast, client))
        assert writes(cast, client) == []
    assert UserSession.objects.get(user=cast.bob.user).last_seen_at == NOW


def test_after_some_minutes_it_is_seen_again(cast: Cast) -> None:
    client = cast.client(cast.bob)
    with time_machine.travel(NOW, tick=False):
        writes(cast, client)
    later = NOW + dt.timedelta(seconds=settings.SESSION_SEEN_EVERY_S)
    with time_machine.travel(later, tick=False):
        assert len(writes(cast, client)) == 2  # the session and its row in the list
    assert UserSession.objects.get(user=cast.bob.user).last_seen_at == later


def test_a_session_ends_a_week_after_signing_in_however_much_it_is_used(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        client = cast.client(cast.bob)
    for hours in (1, 3 * 24, 6 * 24, 7 * 24 - 1):
        with time_machine.travel(NOW + dt.timedelta(hours=hours), tick=False):
            assert writes(cast, client), "a use that is written down"
    with time_machine.travel(NOW + dt.timedelta(days=7, hours=1, seconds=1), tick=False):
        assert client.get("/acme/").status_code == 302
        assert cast.client(cast.bob).get("/acme/").status_code == 200


def test_another_browser_is_told_at_once(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        client = cast.client(cast.bob)
        writes(cast, client)
        writes(cast, client, user_agent="Somebody else's browser")
    assert UserSession.objects.get(user=cast.bob.user).user_agent == "Somebody else's browser"
