"""What other systems deliver through the API: all of it has one source, whoever's token brings it.

So a token may be replaced by a colleague's without a value being stored twice, and an external id may belong to an
entry of somebody whom the present token's member does not lead: that one is refused.
"""

from collections.abc import Sequence

from django.db import connection

from api.requests import ApiRequest
from kpis.access import may_log_for
from kpis.bulk import Name
from kpis.models import Entry
from teams.tenancy import current_organization_id

SOURCE = "api"


def one_delivery_at_a_time() -> None:
    """Until the transaction ends: what was found stored is then what will be updated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('api', %s))", [current_organization_id()])


def delivered(names: Sequence[Name]) -> dict[Name, Entry]:
    """Entries that were delivered before, by KPI and external id. One query."""
    wanted = set(names)
    found = Entry.objects.filter(
        source=SOURCE, kpi__in={kpi for kpi, _id in wanted}, external_id__in={name for _kpi, name in wanted}
    )
    rows = {(entry.kpi_id, entry.external_id): entry for entry in found}
    return {name: rows[name] for name in wanted & rows.keys()}


def undeliverable(names: Sequence[Name], request: ApiRequest) -> set[Name]:
    """Those that name an entry which is not this member's to change."""
    me, reach = request.member, request.reach
    return {name for name, entry in delivered(names).items() if not may_log_for(me, reach, entry.member_id)}
