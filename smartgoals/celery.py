"""The Celery application. Tasks carry no content: the database row is the queue, a task only wakes a worker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartgoals.settings")

app = Celery("smartgoals")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
