import datetime as dt
import os

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    """Takes a protection out of the running program, or moves its clock, before it begins to work."""

    name = "tests.chaos"

    def ready(self) -> None:
        if clock := int(os.environ.get("CHAOS_CLOCK", "0")):
            import time_machine

            now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=clock)
            time_machine.travel(now, tick=True).start()
        if defect := os.environ.get("CHAOS_DEFECT"):
            from tests.chaos.defects import DEFECTS

            DEFECTS[defect]()
