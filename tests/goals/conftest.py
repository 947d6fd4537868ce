"""Goal stories play on the Monday of the cast."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.cast import NOW


@pytest.fixture
def monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
