from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        post_migrate.connect(_install_triggers_and_grant, sender=self)


def _install_triggers_and_grant(**kwargs: Any) -> None:
    import pgtrigger

    from teams.grants import grant_application_role, is_owner

    # Emptying the tables between tests sends the signal too, as the role that can grant nothing.
    if is_owner():
        pgtrigger.install()
        grant_application_role()
