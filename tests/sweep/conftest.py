import logging
from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.sweep.rows import World, plant_world


@pytest.fixture
def world(db: None, caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    # Thousands of refusals are what is wanted here; keeping the log of each costs more than the request.
    caplog.set_level(logging.CRITICAL, "django")
    with override_settings(USERSESSIONS_TRACK_ACTIVITY=False):
        yield plant_world()
