"""What a browser keeps for the time without a connection."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_page_speaks_both_languages_and_knows_nobody(cast: Cast) -> None:
    stranger, bob = Client().get("/offline/"), cast.client(cast.bob).get("/offline/")
    text = bob.content.decode()
    assert "No connection" in text
    assert "ไม่มีการเชื่อมต่อ" in text
    assert text == stranger.content.decode()
    assert "Bob" not in text
    assert "csrf" not in text
    assert not stranger.cookies


def test_only_the_worker_may_work_above_its_folder() -> None:
    allowed = {
        name: Client().get(staticfiles_storage.url(name)).get("Service-Worker-Allowed", "")
        for name in ("js/worker.js", "js/app.js")
    }
    assert allowed == {"js/worker.js": "/", "js/app.js": ""}
