"""What the clock does with numbers."""

import logging

from celery import shared_task

from kpis.rollups import organizations_to_refresh, refresh_all

logger = logging.getLogger(__name__)

# A large import in one organization must not keep the others waiting: it goes on with the next tick.
BATCHES_EACH = 20


@shared_task  # type: ignore[untyped-decorator]
def refresh_rollups() -> None:
    for organization_id in organizations_to_refresh():
        try:
            refresh_all(organization_id, batches=BATCHES_EACH)
        except Exception:
            # What is wrong with one organization's rollups stays stale there, and is tried again.
            logger.exception("rollups of organization %s could not be refreshed", organization_id)
