import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartgoals.settings")

application = get_wsgi_application()
# The views are loaded before the server's workers part, and not by each of them at its first visitor.
get_resolver().url_patterns  # noqa: B018
# What is there now stays: collections need not look through it again and again, and the workers go on sharing it.
gc.collect()
gc.freeze()
