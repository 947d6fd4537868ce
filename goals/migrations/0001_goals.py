import uuid
from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

import goals.stored


class Migration(migrations.Migration):
    # What an installation from before the first release has run instead.
    replaces = [
        ("goals", "0003_agreement"),
        ("goals", "0005_next_and_levels"),
        ("goals", "0006_stored_standings"),
        ("goals", "0008_goals_of_several_kpis"),
        ("goals", "0009_what_is_typed"),
        ("goals", "0010_each_line_of_a_scorecard"),
    ]

    initial = True

    dependencies = [
        ("kpis", "0003_mark_stale_by_trigger"),
        ("teams", "0002_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement", models.CharField(max_length=300, verbose_name="What we will do")),
                ("why", models.CharField(blank=True, max_length=500, verbose_name="Why it matters")),
                (
                    "target_type",
                    models.CharField(
                        choices=[
                            ("increase_to", "Increase to"),
                            ("decrease_to", "Decrease to"),
                            ("stay_at_or_above", "Stay at or above"),
                            ("stay_at_or_below", "Stay at or below"),
                        ],
                        default="increase_to",
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
                ("start", models.DateField(blank=True, null=True, verbose_name="Start")),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="Deadline")),
                (
                    "weight",
                    models.DecimalField(decimal_places=2, default=Decimal("1"), max_digits=6, verbose_name="Weight"),
                ),
                ("own_weight", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                (
                    "commit",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Commit"),
                ),
                (
                    "stretch",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Stretch"),
                ),
                (
                    "effort_hours",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="Effort in hours"
                    ),
                ),
                (
                    "state",
                    models.CharField(
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
                (
                    "repeats",
                    models.CharField(
                        blank=True,
                        choices=[("weekly", "every week"), ("monthly", "every month"), ("quarterly", "every quarter")],
                        max_length=9,
                        verbose_name="Repeats",
                    ),
                ),
                (
                    "growth",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="Change each time"
                    ),
                ),
                ("compounds", models.BooleanField(default=False, verbose_name="Compounding")),
                ("growth_base", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                (
                    "waits_for",
                    models.CharField(
                        blank=True, choices=[("owner", "The owner"), ("leader", "The manager")], max_length=6
                    ),
                ),
                ("waits_since", models.DateTimeField(blank=True, null=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("achieved", "Achieved"), ("missed", "Missed"), ("dropped", "Dropped")],
                        max_length=8,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_value", models.DecimalField(blank=True, decimal_places=14, max_digits=38, null=True)),
                ("closing_attainment", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("own_attainment", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("close_note", models.CharField(blank=True, max_length=500, verbose_name="What helped, what hindered")),
                ("helped", models.CharField(blank=True, max_length=500, verbose_name="What helped")),
                ("hindered", models.CharField(blank=True, max_length=500, verbose_name="What hindered")),
                ("looked_back_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                    "kpi",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
                        to="kpis.kpi",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="goals.goal",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="followers",
                        to="goals.goal",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "member", "state"], name="goal_by_member"),
                    models.Index(fields=["organization", "team", "state"], name="goal_by_team"),
                    models.Index(fields=["organization", "state", "deadline"], name="goal_by_deadline"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("own_weight", None), ("own_weight__gt", 0), _connector="OR"),
                        name="own_kpi_has_weight",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("member", None), ("team", None), _connector="OR"), name="goal_has_one_owner"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("deadline__isnull", False),
                                ("kpi__isnull", False),
                                ("start__isnull", False),
                                ("target__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="only_drafts_are_incomplete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start", None), ("deadline", None), ("start__lte", models.F("deadline")), _connector="OR"
                        ),
                        name="goal_starts_before_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("baseline", models.F("target")),
                            ("target_type__in", ["increase_to", "decrease_to"]),
                            _negated=True,
                        ),
                        name="target_differs_from_baseline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__gt", ""), ("state", "closed")),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("outcome", "")),
                            _connector="OR",
                        ),
                        name="closed_goals_have_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "proposed"), ("waits_for__gt", ""), ("waits_since__isnull", False)),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True), ("waits_for", ""), ("waits_since", None)
                            ),
                            _connector="OR",
                        ),
                        name="proposed_goals_wait_for_a_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effort_hours", None), ("effort_hours__gte", 0), _connector="OR"),
                        name="effort_from_zero",
                    ),
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_goal_per_request"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("previous__isnull", False), models.Q(("outcome", "dropped"), _negated=True)
                        ),
                        fields=("organization", "previous"),
                        name="one_goal_follows",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="What")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="From")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="To")),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="Hours"),
                ),
                (
                    "cost_planned",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Planned cost"
                    ),
                ),
                (
                    "cost_actual",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Actual cost"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("todo", "To do"), ("doing", "Under way"), ("done", "Done"), ("dropped", "Dropped")],
                        default="todo",
                        max_length=7,
                        verbose_name="State",
                    ),
                ),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="actions",
                        to="teams.member",
                        verbose_name="Who",
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="goals.goal"
                    ),
                ),
            ],
            options={
                "ordering": [models.OrderBy(models.F("starts_on"), nulls_last=True), "pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "goal"], name="action_by_goal")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on", None),
                            ("ends_on", None),
                            ("starts_on__lte", models.F("ends_on")),
                            _connector="OR",
                        ),
                        name="action_starts_before_it_ends",
                    ),
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_action_per_request"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                (
                    "confidence",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="Confidence",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="Note")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="teams.member"
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="check_ins", to="goals.goal"
                    ),
                ),
            ],
            options={
                "ordering": ["-date", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "goal", "date"], name="check_in_by_goal")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("confidence__range", (0, 10))), name="confidence_from_0_to_10"
                    ),
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_check_in_per_request"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("title", models.CharField(max_length=200, verbose_name="What")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="From")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="To")),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="Hours"),
                ),
                (
                    "cost_planned",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Planned cost"
                    ),
                ),
                (
                    "cost_actual",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Actual cost"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("todo", "To do"), ("doing", "Under way"), ("done", "Done"), ("dropped", "Dropped")],
                        default="todo",
                        max_length=7,
                        verbose_name="State",
                    ),
                ),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="teams.member",
                        verbose_name="Who",
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
                        to="goals.action",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GoalEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("statement", models.CharField(max_length=300, verbose_name="What we will do")),
                ("why", models.CharField(blank=True, max_length=500, verbose_name="Why it matters")),
                (
                    "target_type",
                    models.CharField(
                        choices=[
                            ("increase_to", "Increase to"),
                            ("decrease_to", "Decrease to"),
                            ("stay_at_or_above", "Stay at or above"),
                            ("stay_at_or_below", "Stay at or below"),
                        ],
                        default="increase_to",
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
                ("start", models.DateField(blank=True, null=True, verbose_name="Start")),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="Deadline")),
                (
                    "weight",
                    models.DecimalField(decimal_places=2, default=Decimal("1"), max_digits=6, verbose_name="Weight"),
                ),
                ("own_weight", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                (
                    "commit",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Commit"),
                ),
                (
                    "stretch",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Stretch"),
                ),
                (
                    "effort_hours",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="Effort in hours"
                    ),
                ),
                (
                    "state",
                    models.CharField(
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
                (
                    "repeats",
                    models.CharField(
                        blank=True,
                        choices=[("weekly", "every week"), ("monthly", "every month"), ("quarterly", "every quarter")],
                        max_length=9,
                        verbose_name="Repeats",
                    ),
                ),
                (
                    "growth",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="Change each time"
                    ),
                ),
                ("compounds", models.BooleanField(default=False, verbose_name="Compounding")),
                ("growth_base", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                (
                    "waits_for",
                    models.CharField(
                        blank=True, choices=[("owner", "The owner"), ("leader", "The manager")], max_length=6
                    ),
                ),
                ("waits_since", models.DateTimeField(blank=True, null=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("achieved", "Achieved"), ("missed", "Missed"), ("dropped", "Dropped")],
                        max_length=8,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_value", models.DecimalField(blank=True, decimal_places=14, max_digits=38, null=True)),
                ("closing_attainment", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("own_attainment", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("close_note", models.CharField(blank=True, max_length=500, verbose_name="What helped, what hindered")),
                ("helped", models.CharField(blank=True, max_length=500, verbose_name="What helped")),
                ("hindered", models.CharField(blank=True, max_length=500, verbose_name="What hindered")),
                ("looked_back_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                    "kpi",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="kpis.kpi",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="goals.goal",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "abstract": False,
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
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="further", to="goals.goal"
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kpis.kpi"),
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
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("goal", "kpi"), name="kpi_once_in_a_goal"),
                    models.CheckConstraint(condition=models.Q(("weight__gt", 0)), name="further_kpi_has_weight"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("baseline", models.F("target")),
                            ("target_type__in", ["increase_to", "decrease_to"]),
                            _negated=True,
                        ),
                        name="further_target_differs_from_baseline",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoalForecast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("probability", models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ("expected", models.DecimalField(decimal_places=14, max_digits=38, null=True)),
                ("low", models.DecimalField(decimal_places=14, max_digits=38, null=True)),
                ("high", models.DecimalField(decimal_places=14, max_digits=38, null=True)),
                (
                    "goal",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="forecast", to="goals.goal"
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
                    "further",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecast",
                        to="goals.goalkpi",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "made_at"], name="forecast_by_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("goal", None), ("further", None), _connector="XOR"),
                        name="forecast_is_of_one_line",
                    )
                ],
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
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
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
                        to="goals.goalkpi",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="Milestone")),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Expected value")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                (
                    "further",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="goals.goalkpi",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="milestones", to="goals.goal"
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
                "ordering": ["date", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("goal", "further", "date"), name="one_milestone_per_day", nulls_distinct=False
                    ),
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_milestone_per_request"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MilestoneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="Milestone")),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Expected value")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                (
                    "further",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goalkpi",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
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
                        to="goals.milestone",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StandingMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kpi", models.BigIntegerField(null=True)),
                ("member", models.BigIntegerField(null=True)),
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="goals.goal",
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
                "indexes": [models.Index(fields=["organization", "id"], name="mark_by_organization")],
            },
        ),
        migrations.CreateModel(
            name="StoredStanding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "not_started"),
                            ("achieved", "achieved"),
                            ("missed", "missed"),
                            ("dropped", "dropped"),
                            ("outdated", "outdated"),
                            ("on_track", "on_track"),
                            ("at_risk", "at_risk"),
                            ("off_track", "off_track"),
                        ],
                        max_length=11,
                    ),
                ),
                ("target", goals.stored.Unrounded()),
                ("window_start", models.DateField(null=True)),
                ("window_end", models.DateField(null=True)),
                ("value", goals.stored.Unrounded()),
                ("expected", goals.stored.Unrounded()),
                ("progress", goals.stored.Unrounded()),
                ("attainment", goals.stored.Unrounded()),
                ("pace", goals.stored.Unrounded()),
                ("pace_before", goals.stored.Unrounded()),
                ("tick", goals.stored.Unrounded()),
                ("needed_per_working_day", goals.stored.Unrounded()),
                ("doing_per_week", goals.stored.Unrounded()),
                ("elapsed", goals.stored.Unrounded()),
                ("days_left", models.IntegerField(default=0)),
                ("periods_held", models.PositiveIntegerField(null=True)),
                ("periods_full", models.PositiveIntegerField(null=True)),
                ("so_far", goals.stored.Unrounded()),
                ("last_entry_on", models.DateField(null=True)),
                ("spark", django.contrib.postgres.fields.ArrayField(base_field=goals.stored.Unrounded(), size=None)),
                ("said_confidence", models.PositiveSmallIntegerField(null=True)),
                ("said_on", models.DateField(null=True)),
                ("said_note", models.CharField(blank=True, max_length=1000)),
                (
                    "further",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stored",
                        to="goals.goalkpi",
                    ),
                ),
                (
                    "goal",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="stored", to="goals.goal"
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
                "indexes": [models.Index(fields=["organization", "day"], name="standing_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("goal", None), ("further", None), _connector="XOR"),
                        name="standing_is_of_one_line",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="From")),
                ("old_target", models.DecimalField(decimal_places=6, max_digits=24)),
                ("new_target", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="New target")),
                ("reason", models.CharField(max_length=500, verbose_name="Reason")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("revised_at", models.DateTimeField(auto_now_add=True)),
                (
                    "further",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="goals.goalkpi",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="goals.goal"
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
                    "revised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["effective_on", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_revision_per_request")
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetRevisionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("effective_on", models.DateField(verbose_name="From")),
                ("old_target", models.DecimalField(decimal_places=6, max_digits=24)),
                ("new_target", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="New target")),
                ("reason", models.CharField(max_length=500, verbose_name="Reason")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("revised_at", models.DateTimeField(auto_now_add=True)),
                (
                    "further",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goalkpi",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
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
                        to="goals.targetrevision",
                    ),
                ),
                (
                    "revised_by",
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
                ("further", models.JSONField(blank=True, default=dict)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("made_at", models.DateTimeField()),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="goals.goal"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="teams.member"
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
                "ordering": ["made_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "goal"], name="turn_by_goal")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_turn_per_request")
                ],
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
                ("further", models.JSONField(blank=True, default=dict)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("made_at", models.DateTimeField()),
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
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
                        to="goals.turn",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Unfinished",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("request_id", models.UUIDField()),
                ("words", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.member"),
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
                "ordering": ["-saved_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("member", "request_id"), name="one_unfinished_per_form")
                ],
            },
        ),
    ]
