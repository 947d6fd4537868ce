"""Lets the mail of a restored database leave."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reminders import holds


class Command(BaseCommand):
    help = "Let mail leave from a database that was restored. What has been due for more than a day is dropped first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--even-old", action="store_true", help="drop nothing, however long it has been due")

    def handle(self, *args: Any, even_old: bool, **options: Any) -> None:
        if not holds.is_restored():
            self.stdout.write("This database was not restored from another one: nothing is held back for that.")
            return
        dropped = holds.let_go(even_old=even_old)
        self.stdout.write(f"Mail leaves from here. Dropped as too old: {dropped}")
