"""Says whether every rollup is what its entries say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kpis.rollups import Difference, differences, mark_stale, rebuild, refresh_all
from teams.models import Organization
from teams.tenancy import tenant

SHOWN = 20


class Command(BaseCommand):
    help = "Compare all rollups with the entries; exit status 1 where any differs and was not repaired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="only this organization")
        parser.add_argument("--repair", action="store_true", help="recompute what differs")
        parser.add_argument(
            "--rebuild", action="store_true", help="make all rollups anew from the entries, then compare"
        )

    def handle(self, *args: Any, organization: str | None, repair: bool, **options: Any) -> None:
        wanted = Organization.objects.order_by("slug")
        if organization:
            wanted = wanted.filter(slug=organization)
            if not wanted:
                raise CommandError(f"There is no organization with the address {organization!r}.")
        if options["rebuild"]:
            for each in wanted:
                rebuild(each.pk)
                self.stdout.write(f"{each.slug}: rebuilt")
        wrong = sum(self.verify(each, repair) for each in wanted)
        if wrong:
            raise CommandError(f"{wrong} rollups differ from the entries.", returncode=1)
        self.stdout.write("All rollups are right.")

    def verify(self, organization: Organization, repair: bool) -> int:
        """How many rollups are wrong when it is done."""
        with tenant(organization.pk):
            found = differences()
        self.report(organization, found)
        if not found or not repair:
            return len(found)
        with tenant(organization.pk):
            mark_stale(found)
        refresh_all(organization.pk, wait=True)
        with tenant(organization.pk):
            left = len(differences())
        self.stdout.write(f"{organization.slug}: {len(found) - left} repaired")
        return left

    def report(self, organization: Organization, found: list[Difference]) -> None:
        for each in found[:SHOWN]:
            self.stdout.write(
                f"{organization.slug}: KPI {each.kpi_id}, member {each.member_id}, {each.day}:"
                f" (total, weight, closing) is {_text(each.stored)}, should be {_text(each.expected)}"
            )
        if len(found) > SHOWN:
            self.stdout.write(f"{organization.slug}: and {len(found) - SHOWN} more")


def _text(figures: tuple[Any, ...]) -> str:
    return "missing" if figures[1] is None else "(" + ", ".join(f"{figure.normalize():f}" for figure in figures) + ")"
