from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.reminders.sink import Sink, running_sink


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real relay, and mail goes to it."""
    with running_sink() as relay:
        settings.EMAIL_BACKEND = "reminders.relay.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 1
        settings.DEFAULT_FROM_EMAIL = "SmartGoals <goals@example.org>"
        yield relay
