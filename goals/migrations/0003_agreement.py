import uuid

import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0002_row_level_security"),
        ("kpis", "0005_rollups_without_second_checks"),
        ("teams", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("countered", "Counter-proposal"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("said", "Said"),
                        ],
                        max_length=9,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="Your words")),
                ("target", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("deadline", models.DateField(blank=True, null=True)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["made_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="TurnEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("countered", "Counter-proposal"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("said", "Said"),
                        ],
                        max_length=9,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="Your words")),
                ("target", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("deadline", models.DateField(blank=True, null=True)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="goal",
            name="agreed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="effort_hours",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="Effort in hours"
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="waits_for",
            field=models.CharField(
                blank=True, choices=[("owner", "The owner"), ("leader", "The manager")], max_length=6
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="waits_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="agreed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="effort_hours",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="Effort in hours"
            ),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="waits_for",
            field=models.CharField(
                blank=True, choices=[("owner", "The owner"), ("leader", "The manager")], max_length=6
            ),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="waits_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="goal",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("proposed", "Proposed"),
                    ("agreed", "Agreed"),
                    ("running", "Running"),
                    ("closed", "Closed"),
                ],
                default="draft",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="goalevent",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("proposed", "Proposed"),
                    ("agreed", "Agreed"),
                    ("running", "Running"),
                    ("closed", "Closed"),
                ],
                default="draft",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "proposed"), ("waits_for__gt", ""), ("waits_since__isnull", False)),
                    models.Q(models.Q(("state", "proposed"), _negated=True), ("waits_for", ""), ("waits_since", None)),
                    _connector="OR",
                ),
                name="proposed_goals_wait_for_a_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(
                condition=models.Q(("effort_hours", None), ("effort_hours__gte", 0), _connector="OR"),
                name="effort_from_zero",
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="goal",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="goals.goal"),
        ),
        migrations.AddField(
            model_name="turn",
            name="member",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="teams.member"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="organization",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.organization"
            ),
        ),
        migrations.AddField(
            model_name="turnevent",
            name="goal",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="goals.goal",
            ),
        ),
        migrations.AddField(
            model_name="turnevent",
            name="member",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="teams.member",
            ),
        ),
        migrations.AddField(
            model_name="turnevent",
            name="organization",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="teams.organization",
            ),
        ),
        migrations.AddField(
            model_name="turnevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="goals.turn",
            ),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(fields=["organization", "goal"], name="turn_by_goal"),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(fields=("organization", "request_id"), name="one_turn_per_request"),
        ),
        *tenant_policies(["goals_turn", "goals_turnevent"]),
    ]
