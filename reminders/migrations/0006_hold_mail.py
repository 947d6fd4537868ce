import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from teams.tenancy import tenant_policies

_WHO_WAITS = """
CREATE OR REPLACE FUNCTION organizations_with_mail() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$
        SELECT organization_id FROM reminders_message m
        WHERE due_at <= clock_timestamp()
          AND (state = 'pending' OR state = 'sending' AND lease_until < clock_timestamp()) {unheld}
        GROUP BY organization_id ORDER BY min(due_at)
    $$;
CREATE OR REPLACE FUNCTION oldest_unsent_message() RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$SELECT min(due_at) FROM reminders_message m WHERE state IN ('pending', 'sending') {unheld}$$;
"""
_UNHELD = "AND NOT EXISTS (SELECT FROM reminders_hold h WHERE h.organization_id = m.organization_id)"
# What Prometheus is told: numbers over all tenants and nothing else.
_IN_NUMBERS = """
CREATE FUNCTION mail_in_numbers(OUT waiting bigint, OUT sent_last_hour bigint, OUT dead bigint, OUT holds bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$
        SELECT
            (SELECT count(*) FROM reminders_message
             WHERE state IN ('pending', 'sending') AND due_at <= clock_timestamp()),
            (SELECT count(*) FROM reminders_message
             WHERE state = 'sent' AND sent_at > clock_timestamp() - interval '1 hour'),
            (SELECT count(*) FROM reminders_message WHERE state = 'dead'),
            (SELECT count(*) FROM reminders_hold)
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0005_what_was_read"),
        ("teams", "0004_ramp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Home",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("database", models.CharField(max_length=60)),
                ("since", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("state", "sent")), fields=["sent_at"], name="message_sent"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "dead")), fields=["organization", "created_at"], name="message_dead"
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="held_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="teams.member"
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="organization",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="home",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="one_home"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(fields=("organization",), name="one_hold_per_organization"),
        ),
        *tenant_policies(["reminders_hold"]),
        migrations.RunSQL(_WHO_WAITS.format(unheld=_UNHELD), _WHO_WAITS.format(unheld="")),
        migrations.RunSQL(_IN_NUMBERS, "DROP FUNCTION mail_in_numbers();"),
    ]
