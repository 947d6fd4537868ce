"""The product's settings with short times, so that the suite need not wait for what takes minutes in production.

In the environment CHAOS_DEFECT names a protection that is switched off (`tests.chaos.defects`), and CHAOS_CLOCK says by
how many seconds a process's clock is wrong.
"""

import datetime as dt

from smartgoals.settings import *  # noqa: F403
from smartgoals.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.ChaosConfig"]

EMAIL_TIMEOUT = 1
MAIL_LEASE_S = 20
MAIL_RUN_S = 3.0
MAIL_BACKOFF = [dt.timedelta(seconds=seconds) for seconds in (1, 1, 2, 4)]
MAIL_DOUBT_WAIT = dt.timedelta(seconds=2)
READY_SWEEP_AGE = dt.timedelta(seconds=6)
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10

_EVERY = {"sweep-reminders": 2.0, "send-mail": 1.0, "refresh-rollups": 1.0}
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": _EVERY.get(name, entry["schedule"])} for name, entry in CELERY_BEAT_SCHEDULE.items()
}
