from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self) -> None:
        post_migrate.connect(_settle_down, sender=self)


def _settle_down(**_kwargs: Any) -> None:
    from reminders import holds

    holds.settle_down()
