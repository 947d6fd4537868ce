import logging

import pytest

from tests.sweep.rows import World, plant_world


@pytest.fixture
def world(db: None, caplog: pytest.LogCaptureFixture) -> World:
    # Thousands of refusals are what is wanted here; keeping the log of each costs more than the request.
    caplog.set_level(logging.CRITICAL, "django")
    return plant_world()
