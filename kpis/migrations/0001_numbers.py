from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("teams", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Kpi",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="The name in formulas, for example won_deals.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]*$", "Use small letters, digits and _, beginning with a letter."
                            )
                        ],
                        verbose_name="Code",
                    ),
                ),
                ("catalogue_key", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="Name")),
                ("note", models.TextField(blank=True, verbose_name="What exactly is counted")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("money", "Money"),
                            ("count", "Count"),
                            ("percent", "Percent"),
                            ("ratio", "Ratio"),
                            ("duration", "Duration in hours"),
                        ],
                        default="count",
                        max_length=8,
                        verbose_name="Unit",
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="Decimals shown")),
                (
                    "direction",
                    models.CharField(
                        choices=[("higher", "Higher is better"), ("lower", "Lower is better")],
                        default="higher",
                        max_length=6,
                        verbose_name="Direction",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sum", "Sum: a flow, such as revenue or calls"),
                            ("average", "Average: weighted by the number of entries"),
                            ("last", "Last value: a stock, such as customers"),
                        ],
                        max_length=7,
                        verbose_name="Aggregation",
                    ),
                ),
                ("formula", models.CharField(blank=True, max_length=500, verbose_name="Formula")),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("daily", "Every day"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                        ],
                        default="daily",
                        max_length=9,
                        verbose_name="Recorded",
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "code"), name="one_kpi_per_code"),
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_kpi_per_request"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("aggregation", ""), ("formula__gt", "")),
                            models.Q(("aggregation__gt", ""), ("formula", "")),
                            _connector="OR",
                        ),
                        name="kpi_has_aggregation_or_formula",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("catalogue_key", ""), ("name", ""), _negated=True), name="kpi_has_a_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KpiEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="kpis.kpi",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="The name in formulas, for example won_deals.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]*$", "Use small letters, digits and _, beginning with a letter."
                            )
                        ],
                        verbose_name="Code",
                    ),
                ),
                ("catalogue_key", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="Name")),
                ("note", models.TextField(blank=True, verbose_name="What exactly is counted")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("money", "Money"),
                            ("count", "Count"),
                            ("percent", "Percent"),
                            ("ratio", "Ratio"),
                            ("duration", "Duration in hours"),
                        ],
                        default="count",
                        max_length=8,
                        verbose_name="Unit",
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="Decimals shown")),
                (
                    "direction",
                    models.CharField(
                        choices=[("higher", "Higher is better"), ("lower", "Lower is better")],
                        default="higher",
                        max_length=6,
                        verbose_name="Direction",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sum", "Sum: a flow, such as revenue or calls"),
                            ("average", "Average: weighted by the number of entries"),
                            ("last", "Last value: a stock, such as customers"),
                        ],
                        max_length=7,
                        verbose_name="Aggregation",
                    ),
                ),
                ("formula", models.CharField(blank=True, max_length=500, verbose_name="Formula")),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("daily", "Every day"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                        ],
                        default="daily",
                        max_length=9,
                        verbose_name="Recorded",
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="kpis.kpi",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="teams.member",
                    ),
                ),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Value")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                ("is_split", models.BooleanField(default=False)),
                ("source", models.CharField(default="manual", max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=200, null=True)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_split", False), ("voided_at", None)),
                        fields=["organization", "kpi", "member", "date"],
                        include=("value",),
                        name="entry_covering",
                    ),
                    models.Index(
                        condition=models.Q(("is_split", True), ("voided_at", None)),
                        fields=["organization", "kpi", "date"],
                        name="entry_split",
                    ),
                    models.Index(fields=["organization", "member", "date"], name="entry_by_member"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_entry_per_request"),
                    models.UniqueConstraint(
                        fields=("organization", "source", "kpi", "external_id"), name="one_entry_per_external_id"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="kpis.entry",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="kpis.kpi",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="teams.member",
                    ),
                ),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Value")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                ("is_split", models.BooleanField(default=False)),
                ("source", models.CharField(default="manual", max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=200, null=True)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="credits", to="kpis.entry"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credits", to="teams.member"
                    ),
                ),
                ("share", models.DecimalField(decimal_places=8, max_digits=9)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "member"], name="credit_by_member")],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "member"), name="one_credit_per_member"),
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="share_is_a_part"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="kpis.entry"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("corrected", "Corrected"),
                            ("withdrawn", "Withdrawn"),
                            ("restored", "Restored"),
                            ("redelivered", "Updated by its source"),
                        ],
                        max_length=11,
                    ),
                ),
                ("old_date", models.DateField()),
                ("old_value", models.DecimalField(decimal_places=6, max_digits=24)),
                ("new_date", models.DateField()),
                ("new_value", models.DecimalField(decimal_places=6, max_digits=24)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Rollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="kpis.kpi"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.member"
                    ),
                ),
                ("day", models.DateField()),
                ("total", models.DecimalField(decimal_places=14, default=Decimal("0"), max_digits=38)),
                ("weight", models.DecimalField(decimal_places=8, default=Decimal("0"), max_digits=24)),
                ("closing", models.DecimalField(decimal_places=14, max_digits=38)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "kpi", "member", "day"),
                        include=("total", "weight", "closing"),
                        name="one_rollup",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaleRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="kpis.kpi"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.member"
                    ),
                ),
                ("day", models.DateField()),
                ("marked_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "kpi", "member", "day"], name="stale_by_key")],
            },
        ),
    ]
