from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self) -> None:
        from reminders import bounces
        from reminders.feeds import end_feeds
        from teams.signals import membership_ends

        post_migrate.connect(_settle_down, sender=self)
        membership_ends.connect(end_feeds)
        bounces.listen()


def _settle_down(**_kwargs: Any) -> None:
    from reminders import holds

    holds.settle_down()
