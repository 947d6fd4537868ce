"""What Prometheus reads: the state of mail, of the clock and of the totals, asked of the database at each scrape.

Nothing is counted in the processes: all of them would have to be asked, and each forgets when it ends.
"""

import datetime as dt
import hmac
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reminders import delivery, heartbeat, holds
from smartgoals.health import age_of_oldest


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """404 where no token is set up, 401 without the right one."""
    if not settings.METRICS_TOKEN:
        raise Http404
    wanted, given = f"Bearer {settings.METRICS_TOKEN}", request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        return HttpResponse("a bearer token is needed\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class Database(Collector):
    """Everything that stands in rows."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        mail = delivery.in_numbers()
        yield _gauge("mail_waiting", "Messages that are due and not sent, those held back included", mail.waiting)
        yield _gauge("mail_sent_last_hour", "Messages that the relay took in the last hour", mail.sent_last_hour)
        yield _gauge("mail_dead", "Messages that were given up and not sent again", mail.dead)
        yield _gauge("mail_held", "1 while all mail is held back", int(holds.all_mail_is_held()))
        yield _gauge("mail_held_organizations", "Organizations whose mail is held back", mail.holds)
        yield _age("mail_oldest_unsent_seconds", "Age of the oldest due message not held back", "oldest_unsent_message")
        yield _age("rollups_oldest_stale_seconds", "Age of the oldest total that waits", "oldest_stale_rollup")
        ages = GaugeMetricFamily(
            "smartgoals_task_age_seconds", "Time since the clock's task was last done", labels=["task"]
        )
        for task, age in heartbeat.ages().items():
            ages.add_metric([task], age.total_seconds())
        yield ages


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"smartgoals_{name}", meaning, value=value)


def _age(name: str, meaning: str, function: str) -> GaugeMetricFamily:
    """0 where nothing waits."""
    return _gauge(name, meaning, (age_of_oldest(function) or dt.timedelta(0)).total_seconds())


REGISTRY = CollectorRegistry()
REGISTRY.register(Database())
