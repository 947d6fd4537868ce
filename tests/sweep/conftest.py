import logging

import pytest
from django.template import Context, Template

from tests.sweep.rows import World, plant_world


@pytest.fixture
def world(db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> World:
    # Thousands of refusals are what is wanted here; keeping the log of each costs more than the request.
    caplog.set_level(logging.CRITICAL, "django")
    # Django's tests keep a copy of every template's context, down to each icon; here only the answers are looked at.
    monkeypatch.setattr(Template, "_render", _rendered)
    return plant_world()


def _rendered(template: Template, context: Context) -> str:
    """As a template does outside of tests."""
    return str(template.nodelist.render(context))
