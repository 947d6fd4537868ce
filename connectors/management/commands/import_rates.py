"""`manage.py import_rates FILE --organization SLUG`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connectors.rates import import_rates
from connectors.table import TableError
from teams.models import Organization


class Command(BaseCommand):
    help = (
        "Bring exchange rates in from a CSV file with the columns currency, day and rate. Repeating it adds nothing. "
        "Exit status 1 if a line was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, metavar="SLUG")

    def handle(self, *_args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organization “{options['organization']}”.")
        refused = []

        def refuse(line: int, reason: str) -> None:
            refused.append(line)
            self.stderr.write(f"line {line}: {reason}")

        try:
            done = import_rates(organization, options["file"], refuse=refuse)
        except TableError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{done.added} rates added, {done.corrected} corrected, {done.unchanged} unchanged, "
            f"{len(refused)} lines refused; {done.reconverted} entries converted anew"
        )
        if refused:
            raise SystemExit(1)
