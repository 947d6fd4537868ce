from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_outbox")]

    operations = [
        *tenant_policies(
            [
                "reminders_preference",
                "reminders_laststatus",
                "reminders_organizationswitch",
                "reminders_rhythm",
                "reminders_hold",
            ]
        ),
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
    ]
