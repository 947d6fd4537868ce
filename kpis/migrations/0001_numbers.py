from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # What an installation from before the first release has run instead.
    replaces = [
        ("kpis", "0005_rollups_without_second_checks"),
        ("kpis", "0006_read_rollups_from_the_index"),
        ("kpis", "0007_currencies"),
        ("kpis", "0009_unique_keys_apart"),
    ]

    initial = True

    dependencies = [
        ("teams", "0002_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                ("day", models.DateField(verbose_name="From")),
                ("rate", models.DecimalField(decimal_places=12, max_digits=24, verbose_name="Rate")),
                ("set_at", models.DateTimeField(auto_now=True)),
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
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "currency", "day"), include=("rate",), name="one_rate_per_day"
                    ),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="rate_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="rate_of_a_currency"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRateEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                ("day", models.DateField(verbose_name="From")),
                ("rate", models.DecimalField(decimal_places=12, max_digits=24, verbose_name="Rate")),
                ("set_at", models.DateTimeField(auto_now=True)),
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
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="kpis.exchangerate",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Kpi",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
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
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Value")),
                (
                    "currency",
                    models.CharField(blank=True, db_default="", default="", max_length=3, verbose_name="Currency"),
                ),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Amount"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                ("is_split", models.BooleanField(default=False)),
                ("source", models.CharField(default="manual", max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=200, null=True)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("currency", ""), _negated=True),
                        fields=["organization", "currency", "date"],
                        name="entry_converted",
                    ),
                    models.Index(
                        condition=models.Q(("is_split", False), ("voided_at", None)),
                        fields=["organization", "kpi", "member", "date"],
                        include=("id", "value"),
                        name="entry_by_key",
                    ),
                    models.Index(
                        condition=models.Q(("is_split", True), ("voided_at", None)),
                        fields=["organization", "kpi", "date"],
                        name="entry_split",
                    ),
                    models.Index(fields=["organization", "member", "date"], name="entry_by_member"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("request_id__isnull", False)),
                        fields=("organization", "request_id"),
                        name="one_entry_per_request",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id__isnull", False)),
                        fields=("organization", "source", "kpi", "external_id"),
                        name="one_entry_per_external_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", None), ("currency", "")),
                            models.Q(("amount__isnull", False), ("currency__gt", "")),
                            _connector="OR",
                        ),
                        name="amount_has_a_currency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("corrected", "Corrected"),
                            ("withdrawn", "Withdrawn"),
                            ("restored", "Restored"),
                            ("redelivered", "Updated by its source"),
                            ("reconverted", "Converted anew"),
                        ],
                        max_length=11,
                    ),
                ),
                ("old_date", models.DateField()),
                ("old_value", models.DecimalField(decimal_places=6, max_digits=24)),
                ("new_date", models.DateField()),
                ("new_value", models.DecimalField(decimal_places=6, max_digits=24)),
                ("old_currency", models.CharField(blank=True, db_default="", default="", max_length=3)),
                ("old_amount", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("new_currency", models.CharField(blank=True, db_default="", default="", max_length=3)),
                ("new_amount", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="kpis.entry"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="EntryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Value")),
                (
                    "currency",
                    models.CharField(blank=True, db_default="", default="", max_length=3, verbose_name="Currency"),
                ),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Amount"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                ("is_split", models.BooleanField(default=False)),
                ("source", models.CharField(default="manual", max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=200, null=True)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
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
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="kpis.entry",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="KpiEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
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
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="kpis.kpi",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Rollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("total", models.DecimalField(decimal_places=14, default=Decimal("0"), max_digits=38)),
                ("weight", models.DecimalField(decimal_places=8, default=Decimal("0"), max_digits=24)),
                ("closing", models.DecimalField(decimal_places=14, max_digits=38)),
                (
                    "kpi",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kpis.kpi",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.member",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
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
                ("day", models.DateField()),
                ("marked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kpi",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kpis.kpi",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.member",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "kpi", "member", "day"], name="stale_by_key")],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("share", models.DecimalField(decimal_places=8, max_digits=9)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credits", to="teams.member"
                    ),
                ),
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
    ]
