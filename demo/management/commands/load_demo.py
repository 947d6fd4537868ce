import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo import loading
from demo.sign_ins import give_password


class Command(BaseCommand):
    help = "Load the demo organizations with a year of entries, once. The sign-ins' password comes from DEMO_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="take them away first, with all that was changed")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's sign-ins are known to everyone, so they are not for production.")
        if loading.is_loaded() and not options["fresh"]:
            self.stdout.write("The demo is there already. --fresh starts over.")
            if settings.DEMO_PASSWORD and give_password(settings.DEMO_PASSWORD):
                self.stdout.write("Its sign-ins have the password of DEMO_PASSWORD now.")
            return
        if not settings.DEMO_PASSWORD:
            raise CommandError("Set DEMO_PASSWORD to the password that the demo's sign-ins are to have.")
        started = time.monotonic()
        loading.remove()
        loaded = loading.load(password=settings.DEMO_PASSWORD, now=timezone.now())
        self.stdout.write(
            f"Loaded {loaded.members} members, {loaded.entries} entries and {loaded.goals} goals"
            f" in {time.monotonic() - started:.1f} s."
        )
