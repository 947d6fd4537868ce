import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # What an installation from before the first release has run instead.
    replaces = [
        ("reminders", "0004_kinds_and_rhythms"),
        ("reminders", "0005_what_was_read"),
        ("reminders", "0007_calendar_feeds"),
        ("reminders", "0009_ask_how_it_goes"),
    ]

    initial = True

    dependencies = [
        ("goals", "0004_mark_standings"),
        ("teams", "0002_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RefusedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, unique=True)),
                ("answer", models.TextField()),
                ("refused_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Home",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("database", models.CharField(max_length=60)),
                ("since", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_home")],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("request_id", models.UUIDField(null=True)),
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
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.team"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "member"], name="feed_by_member")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "request_id"), name="one_feed_per_request")
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_at", models.DateTimeField(auto_now_add=True)),
                (
                    "held_by",
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
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("organization",), name="one_hold_per_organization")],
            },
        ),
        migrations.CreateModel(
            name="LastStatus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "judged",
                    models.CharField(
                        blank=True,
                        choices=[("on_track", "on_track"), ("at_risk", "at_risk"), ("off_track", "off_track")],
                        max_length=9,
                    ),
                ),
                ("worse_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField()),
                (
                    "goal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="goals.goal"
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
                "indexes": [models.Index(fields=["organization", "worse_at"], name="status_by_turn")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=250, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deadline", "A goal's deadline comes near"),
                            ("overdue", "A goal is past its deadline"),
                            ("milestone", "A milestone comes near"),
                            ("action", "An action is due"),
                            ("check_in", "A check-in is due"),
                            ("at_risk", "A goal turns to at risk or off track"),
                            ("assigned", "A goal or an action is yours now"),
                            ("proposed", "A goal is proposed to you"),
                            ("countered", "An offer is answered by another one"),
                            ("answered", "An offer of yours is accepted or declined"),
                            ("nudge", "Somebody who leads you asks about a goal of yours"),
                            ("escalation", "A goal of your people is past its deadline"),
                            ("digest", "Daily digest"),
                            ("weekly", "Weekly digest of your teams"),
                            ("invitation", "Invitations"),
                            ("account", "Account mails"),
                        ],
                        max_length=12,
                    ),
                ),
                ("address", models.EmailField(max_length=254)),
                ("payload", models.JSONField(default=dict)),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("dead", "Given up"),
                            ("lapsed", "Lapsed"),
                            ("folded", "In a digest"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("doubts", models.PositiveSmallIntegerField(default=0)),
                ("first_tried_at", models.DateTimeField(null=True)),
                ("token", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "digest",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="folded",
                        to="reminders.message",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.member"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.organization",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("digest", None), ("state", "folded")),
                        fields=["organization", "member"],
                        name="message_to_fold",
                    ),
                    models.Index(
                        condition=models.Q(("digest__isnull", False)), fields=["digest"], name="message_by_digest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "sending"])),
                        fields=["due_at", "id"],
                        name="message_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "sending"])),
                        fields=["organization", "due_at", "id"],
                        name="message_waiting_by_tenant",
                    ),
                    models.Index(fields=["organization", "state"], name="message_by_state"),
                    models.Index(fields=["member", "due_at"], name="message_of_member"),
                    models.Index(condition=models.Q(("state", "sent")), fields=["sent_at"], name="message_sent"),
                    models.Index(
                        condition=models.Q(("state", "dead")),
                        fields=["organization", "created_at"],
                        name="message_dead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganizationSwitch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deadline", "A goal's deadline comes near"),
                            ("overdue", "A goal is past its deadline"),
                            ("milestone", "A milestone comes near"),
                            ("action", "An action is due"),
                            ("check_in", "A check-in is due"),
                            ("at_risk", "A goal turns to at risk or off track"),
                            ("assigned", "A goal or an action is yours now"),
                            ("proposed", "A goal is proposed to you"),
                            ("countered", "An offer is answered by another one"),
                            ("answered", "An offer of yours is accepted or declined"),
                            ("nudge", "Somebody who leads you asks about a goal of yours"),
                            ("escalation", "A goal of your people is past its deadline"),
                            ("digest", "Daily digest"),
                            ("weekly", "Weekly digest of your teams"),
                            ("invitation", "Invitations"),
                            ("account", "Account mails"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_on", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
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
                    models.UniqueConstraint(fields=("organization", "kind"), name="one_switch_per_organization")
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deadline", "A goal's deadline comes near"),
                            ("overdue", "A goal is past its deadline"),
                            ("milestone", "A milestone comes near"),
                            ("action", "An action is due"),
                            ("check_in", "A check-in is due"),
                            ("at_risk", "A goal turns to at risk or off track"),
                            ("assigned", "A goal or an action is yours now"),
                            ("proposed", "A goal is proposed to you"),
                            ("countered", "An offer is answered by another one"),
                            ("answered", "An offer of yours is accepted or declined"),
                            ("nudge", "Somebody who leads you asks about a goal of yours"),
                            ("escalation", "A goal of your people is past its deadline"),
                            ("digest", "Daily digest"),
                            ("weekly", "Weekly digest of your teams"),
                            ("invitation", "Invitations"),
                            ("account", "Account mails"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_on", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="preferences", to="teams.member"
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
                "constraints": [models.UniqueConstraint(fields=("member", "kind"), name="one_switch_per_kind")],
            },
        ),
        migrations.CreateModel(
            name="Rhythm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mails",
                    models.CharField(
                        choices=[
                            ("each", "One mail for each message"),
                            ("daily", "One mail a day, on my working days"),
                            ("none", "No mails: I look at the page"),
                        ],
                        default="each",
                        max_length=5,
                    ),
                ),
                ("weekly", models.BooleanField(default=False)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rhythm", to="teams.member"
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from", None), ("quiet_until", None)),
                            models.Q(
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="quiet_hours_have_both_ends",
                    )
                ],
            },
        ),
    ]
