import django.db.models.deletion
from django.db import migrations, models

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0008_goals_of_several_kpis"),
        ("teams", "0004_ramp"),
    ]

    operations = [
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
        *tenant_policies(["goals_unfinished"]),
    ]
