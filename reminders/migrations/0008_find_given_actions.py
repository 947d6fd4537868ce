from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reminders", "0007_calendar_feeds"), ("goals", "0007_mark_standings")]

    operations = [
        # The sweep asks every few seconds which actions were given to somebody of late.
        migrations.RunSQL(
            "CREATE INDEX action_event_by_time ON goals_actionevent (organization_id, pgh_created_at);",
            "DROP INDEX action_event_by_time;",
        ),
    ]
