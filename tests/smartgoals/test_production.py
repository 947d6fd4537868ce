"""What must not be there in production."""

import os
import subprocess
import sys

_ASK = """
import django
django.setup()
from django.conf import settings
from django.urls import NoReverseMatch, reverse
print(settings.EMAIL_BACKEND)
try:
    print(reverse("reminders:mailbox"))
except NoReverseMatch:
    print("no mailbox")
"""


def test_production_sends_mail_and_shows_none() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMAIL_", "SMARTGOALS_"))}
    given = {
        "SMARTGOALS_ENV": "production",
        "SECRET_KEY": "x" * 60,
        "DJANGO_SETTINGS_MODULE": "smartgoals.settings",
        "DATABASE_URL": "postgresql://nobody@localhost/nothing",
    }
    said = subprocess.run(
        [sys.executable, "-c", _ASK], env={**kept, **given}, capture_output=True, text=True, check=True
    )
    assert said.stdout.split("\n")[:2] == ["reminders.relay.EmailBackend", "no mailbox"]
