from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        post_migrate.connect(_grant, sender=self)


def _grant(**kwargs: Any) -> None:
    from teams.grants import grant_application_role, is_owner

    # Emptying the tables between tests sends the signal too, as the role that can grant nothing.
    if is_owner():
        grant_application_role()
