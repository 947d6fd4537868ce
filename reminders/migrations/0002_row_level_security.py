from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_outbox")]

    operations = [
        *tenant_policies(["reminders_preference"]),
        # Account mails belong to no organization and are seen only where no tenant is set.
        migrations.RunSQL(
            """
            ALTER TABLE reminders_message ENABLE ROW LEVEL SECURITY;
            CREATE POLICY tenant ON reminders_message USING (
                organization_id IS NOT DISTINCT FROM
                    (SELECT nullif(current_setting('app.organization', true), '')::bigint)
            );
            """,
            """
            DROP POLICY tenant ON reminders_message;
            ALTER TABLE reminders_message DISABLE ROW LEVEL SECURITY;
            """,
        ),
        # What the health page must see across tenants, and nothing else of it.
        migrations.RunSQL(
            """
            CREATE FUNCTION oldest_unsent_message() RETURNS timestamptz
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
                AS $$SELECT min(due_at) FROM reminders_message WHERE state IN ('pending', 'sending')$$;
            """,
            "DROP FUNCTION oldest_unsent_message();",
        ),
    ]
