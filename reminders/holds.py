"""What keeps mail in the outbox: a switch for the server, one for each organization, and a database that was restored.

A restored backup believes that reminders are still to be sent which went out long ago. Therefore a database knows its
own name on its own server, and one that finds another name in its rows holds all mail until a person lets go.
"""

import datetime as dt

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from reminders.models import Hold, Home, Message
from reminders.outbox import rows_of
from teams.models import Member, Organization

WORTH_SENDING = dt.timedelta(hours=24)


def all_mail_is_held() -> bool:
    return settings.EMAIL_HOLD or is_restored()


def is_restored() -> bool:
    """Whether the rows come from another database than the one they are in. Not so before anything was written down."""
    written = Home.objects.values_list("database", flat=True).first()
    return written is not None and written != this_database()


def this_database() -> str:
    """The server's own number, made when its files were, and the database's on it. A copy by dump has another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier || '/' || oid FROM pg_control_system(), pg_database"
            " WHERE datname = current_database()"
        )
        found: str = cursor.fetchone()[0]
    return found


def settle_down() -> None:
    """After each migration: a new database writes down its name, a restored one keeps the old one and so its mail."""
    # Migrating backwards ends here too, where there is no table any more.
    if Home._meta.db_table in connection.introspection.table_names():
        Home.objects.get_or_create(pk=1, defaults={"database": this_database()})


def let_go(*, even_old: bool = False, now: dt.datetime | None = None) -> int:
    """The mail of this database may leave from now on. What has been due for more than a day lapses first, unless
    `even_old`; how many that were.
    """
    lapsed = 0
    if not even_old:
        before = (now or timezone.now()) - WORTH_SENDING
        for organization_id in [None, *Organization.objects.values_list("pk", flat=True)]:
            with rows_of(organization_id):
                old = Message.objects.filter(organization=organization_id, due_at__lt=before)
                waiting = old.filter(state__in=[Message.State.PENDING, Message.State.SENDING])
                lapsed += waiting.update(state=Message.State.LAPSED, token=None, lease_until=None)
    Home.objects.update_or_create(pk=1, defaults={"database": this_database(), "since": Now()})
    return lapsed


def hold_of(organization: Organization) -> Hold | None:
    """Needs the organization's tenant, as the two below do."""
    return Hold.objects.select_related("held_by").filter(organization=organization).first()


def hold(organization: Organization, by: Member) -> None:
    """Twice is once; who did it first is kept."""
    Hold.objects.get_or_create(organization=organization, defaults={"held_by": by})


def release(organization: Organization) -> None:
    Hold.objects.filter(organization=organization).delete()
