from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0007_mark_standings"),
        ("kpis", "0009_unique_keys_apart"),
        ("teams", "0004_ramp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FurtherForecast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("probability", models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ("expected", models.DecimalField(decimal_places=14, max_digits=38, null=True)),
                ("low", models.DecimalField(decimal_places=14, max_digits=38, null=True)),
                ("high", models.DecimalField(decimal_places=14, max_digits=38, null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="GoalKpi",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "target_type",
                    models.CharField(
                        choices=[
                            ("increase_to", "increase_to"),
                            ("decrease_to", "decrease_to"),
                            ("stay_at_or_above", "stay_at_or_above"),
                            ("stay_at_or_below", "stay_at_or_below"),
                        ],
                        max_length=16,
                        verbose_name="Target type",
                    ),
                ),
                (
                    "baseline",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="From"),
                ),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="To"),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1"),
                        max_digits=6,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="Weight",
                    ),
                ),
                ("closing_value", models.DecimalField(blank=True, decimal_places=14, max_digits=38, null=True)),
                ("closing_attainment", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="GoalKpiEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "target_type",
                    models.CharField(
                        choices=[
                            ("increase_to", "increase_to"),
                            ("decrease_to", "decrease_to"),
                            ("stay_at_or_above", "stay_at_or_above"),
                            ("stay_at_or_below", "stay_at_or_below"),
                        ],
                        max_length=16,
                        verbose_name="Target type",
                    ),
                ),
                (
                    "baseline",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="From"),
                ),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="To"),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1"),
                        max_digits=6,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="Weight",
                    ),
                ),
                ("closing_value", models.DecimalField(blank=True, decimal_places=14, max_digits=38, null=True)),
                ("closing_attainment", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="goal",
            name="own_attainment",
            field=models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="own_weight",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="own_attainment",
            field=models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="own_weight",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
        ),
        migrations.AddField(
            model_name="turn",
            name="further",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="turnevent",
            name="further",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(
                condition=models.Q(("own_weight", None), ("own_weight__gt", 0), _connector="OR"),
                name="own_kpi_has_weight",
            ),
        ),
        migrations.AddField(
            model_name="furtherforecast",
            name="organization",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.organization"
            ),
        ),
        migrations.AddField(
            model_name="goalkpi",
            name="goal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="further", to="goals.goal"
            ),
        ),
        migrations.AddField(
            model_name="goalkpi",
            name="kpi",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kpis.kpi"),
        ),
        migrations.AddField(
            model_name="goalkpi",
            name="organization",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.organization"
            ),
        ),
        migrations.AddField(
            model_name="furtherforecast",
            name="further",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="forecast", to="goals.goalkpi"
            ),
        ),
        migrations.AddField(
            model_name="targetrevision",
            name="further",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="goals.goalkpi"
            ),
        ),
        migrations.AddField(
            model_name="targetrevisionevent",
            name="further",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="goals.goalkpi",
            ),
        ),
        migrations.AddField(
            model_name="goalkpievent",
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
            model_name="goalkpievent",
            name="kpi",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="kpis.kpi",
            ),
        ),
        migrations.AddField(
            model_name="goalkpievent",
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
            model_name="goalkpievent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="goals.goalkpi",
            ),
        ),
        migrations.AddConstraint(
            model_name="goalkpi",
            constraint=models.UniqueConstraint(fields=("goal", "kpi"), name="kpi_once_in_a_goal"),
        ),
        migrations.AddConstraint(
            model_name="goalkpi",
            constraint=models.CheckConstraint(condition=models.Q(("weight__gt", 0)), name="further_kpi_has_weight"),
        ),
        migrations.AddConstraint(
            model_name="goalkpi",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("baseline", models.F("target")), ("target_type__in", ["increase_to", "decrease_to"]), _negated=True
                ),
                name="further_target_differs_from_baseline",
            ),
        ),
        *tenant_policies(["goals_goalkpi", "goals_goalkpievent", "goals_furtherforecast"]),
    ]
