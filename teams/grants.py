"""What the role that web and workers run as may do. Set anew after every migration."""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pghistory.models import Event


def event_tables() -> list[str]:
    """The audit's tables: the application may add to them and read them, never change or empty them."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, Event) and model._meta.managed and not model._meta.proxy
    )


def is_owner() -> bool:
    """Whether this connection's role may hand out rights on the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'django_migrations'")
        row = cursor.fetchone()
    return row is None or bool(row[0])


def grant_application_role() -> None:
    """Create the role if it is missing and give it just what it needs. Needs the owner's connection."""
    role = connection.ops.quote_name(settings.APP_ROLE)
    call_command("createcachetable", verbosity=0)
    statements = [
        f"""DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$""",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
        *(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {role}"
            for table in event_tables()
        ),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
