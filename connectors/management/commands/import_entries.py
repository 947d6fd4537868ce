"""`manage.py import_entries FILE --organization SLUG --mapping MAPPING [--create-members] [--dry-run]`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connectors.actions import import_table
from connectors.mapping import MappingError, load
from connectors.table import TableError
from teams.models import Organization


class Command(BaseCommand):
    help = "Bring entries in from a CSV file. Repeating it adds nothing. Exit status 1 if a row was refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--mapping", required=True, help="a YAML or JSON file, or the name of a ready mapping")
        parser.add_argument("--create-members", action="store_true", help="make missing members, teams and managers")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organization “{options['organization']}”.")
        try:
            report = import_table(
                organization,
                options["file"],
                load(options["mapping"]),
                refuse=lambda line, reason: self.stderr.write(f"line {line}: {reason}"),
                create_members=options["create_members"],
                dry_run=options["dry_run"],
            )
        except (MappingError, TableError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{report.rows} rows: {report.added} entries added, {report.updated} updated, "
            f"{report.unchanged} unchanged, {report.refused} rows refused; {report.members_created} members, "
            f"{report.teams_created} teams and {report.kpis_added} KPIs made"
            + (" (dry run: nothing stored)" if options["dry_run"] else "")
        )
        if report.refused:
            raise SystemExit(1)
