import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0005_next_and_levels"),
        ("reminders", "0003_find_waiting_mail"),
        ("teams", "0004_ramp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="message",
            name="digest",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="folded",
                to="reminders.message",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
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
                    ("escalation", "A goal of your people is past its deadline"),
                    ("digest", "Daily digest"),
                    ("weekly", "Weekly digest of your teams"),
                    ("invitation", "Invitations"),
                    ("account", "Account mails"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="preference",
            name="kind",
            field=models.CharField(
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
                    ("escalation", "A goal of your people is past its deadline"),
                    ("digest", "Daily digest"),
                    ("weekly", "Weekly digest of your teams"),
                    ("invitation", "Invitations"),
                    ("account", "Account mails"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("digest", None), ("state", "folded")),
                fields=["organization", "member"],
                name="message_to_fold",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("digest__isnull", False)), fields=["digest"], name="message_by_digest"
            ),
        ),
        migrations.AddField(
            model_name="laststatus",
            name="goal",
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="goals.goal"),
        ),
        migrations.AddField(
            model_name="laststatus",
            name="organization",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.organization"
            ),
        ),
        migrations.AddField(
            model_name="organizationswitch",
            name="organization",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.organization"
            ),
        ),
        migrations.AddField(
            model_name="rhythm",
            name="member",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="rhythm", to="teams.member"
            ),
        ),
        migrations.AddField(
            model_name="rhythm",
            name="organization",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.organization"
            ),
        ),
        migrations.AddIndex(
            model_name="laststatus",
            index=models.Index(fields=["organization", "worse_at"], name="status_by_turn"),
        ),
        migrations.AddConstraint(
            model_name="organizationswitch",
            constraint=models.UniqueConstraint(fields=("organization", "kind"), name="one_switch_per_organization"),
        ),
        migrations.AddConstraint(
            model_name="rhythm",
            constraint=models.CheckConstraint(
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
            ),
        ),
        *tenant_policies(["reminders_laststatus", "reminders_organizationswitch", "reminders_rhythm"]),
    ]
