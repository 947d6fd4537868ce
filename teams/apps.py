from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        post_migrate.connect(_install_triggers_and_grant, sender=self)


def _install_triggers_and_grant(plan: Sequence[tuple[Any, bool]] = (), **_more: Any) -> None:
    import pgtrigger

    from teams.grants import grant_application_role, is_owner

    # On the way back the tables are older than the models, or gone: what is left keeps its triggers and rights.
    is_way_back = any(backwards for _migration, backwards in plan)
    # Emptying the tables between tests sends the signal too, as the role that can grant nothing.
    if not is_way_back and is_owner():
        pgtrigger.install()
        grant_application_role()
