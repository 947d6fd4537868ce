import pytest

from tests.api.stage import Stage, make_stage


@pytest.fixture
def stage(db: None) -> Stage:
    """Programs of Acme's people and KPIs for them."""
    return make_stage()
