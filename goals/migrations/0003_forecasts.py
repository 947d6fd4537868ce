import django.db.models.deletion
from django.db import migrations, models

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0001_people"),
        ("goals", "0002_row_level_security"),
    ]

    operations = [
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="forecast", to="goals.goal"
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
                "indexes": [models.Index(fields=["organization", "made_at"], name="forecast_by_age")],
            },
        ),
        *tenant_policies(["goals_goalforecast"]),
    ]
