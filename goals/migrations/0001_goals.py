import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kpis", "0001_numbers"),
        ("teams", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Goal",
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
                ("statement", models.CharField(max_length=300, verbose_name="What we will do")),
                ("why", models.CharField(blank=True, max_length=500, verbose_name="Why it matters")),
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
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
                        to="teams.team",
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
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("running", "Running"), ("closed", "Closed")],
                        default="draft",
                        max_length=8,
                    ),
                ),
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
                ("close_note", models.CharField(blank=True, max_length=500, verbose_name="What helped, what hindered")),
                ("version", models.PositiveIntegerField(default=1)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
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
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_goal_per_request"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoalEvent",
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
                        to="goals.goal",
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
                ("statement", models.CharField(max_length=300, verbose_name="What we will do")),
                ("why", models.CharField(blank=True, max_length=500, verbose_name="Why it matters")),
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
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("running", "Running"), ("closed", "Closed")],
                        default="draft",
                        max_length=8,
                    ),
                ),
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
                ("close_note", models.CharField(blank=True, max_length=500, verbose_name="What helped, what hindered")),
                ("version", models.PositiveIntegerField(default=1)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TargetRevision",
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="goals.goal"
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="From")),
                ("old_target", models.DecimalField(decimal_places=6, max_digits=24)),
                ("new_target", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="New target")),
                ("reason", models.CharField(max_length=500, verbose_name="Reason")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                (
                    "revised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("revised_at", models.DateTimeField(auto_now_add=True)),
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
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="goals.targetrevision",
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
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="From")),
                ("old_target", models.DecimalField(decimal_places=6, max_digits=24)),
                ("new_target", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="New target")),
                ("reason", models.CharField(max_length=500, verbose_name="Reason")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
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
                ("revised_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Milestone",
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="milestones", to="goals.goal"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="Milestone")),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Expected value")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                "ordering": ["date", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("goal", "date"), name="one_milestone_per_day"),
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
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="goals.milestone",
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
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="Milestone")),
                ("date", models.DateField(verbose_name="Date")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="Expected value")),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="check_ins", to="goals.goal"
                    ),
                ),
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
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="teams.member"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
            name="Action",
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="goals.goal"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="What")),
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
            name="ActionEvent",
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
                        to="goals.action",
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
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="goals.goal",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="What")),
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GoalForecast",
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
                    "goal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="forecast", to="goals.goal"
                    ),
                ),
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
                "indexes": [models.Index(fields=["organization", "made_at"], name="forecast_by_age")],
            },
        ),
    ]
