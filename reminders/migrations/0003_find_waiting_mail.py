from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reminders", "0002_row_level_security")]

    operations = [
        # Whose mail waits, so that the sender need not ask every organization: their ids and nothing else.
        migrations.RunSQL(
            """
            CREATE FUNCTION organizations_with_mail() RETURNS SETOF bigint
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
                AS $$
                    SELECT organization_id FROM reminders_message
                    WHERE due_at <= clock_timestamp()
                      AND (state = 'pending' OR state = 'sending' AND lease_until < clock_timestamp())
                    GROUP BY organization_id ORDER BY min(due_at)
                $$;
            """,
            "DROP FUNCTION organizations_with_mail();",
        ),
    ]
