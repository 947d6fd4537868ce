from django.db import migrations, models

NAMES = {"organization": "Leaderboards in all teams", "team": "Leaderboard"}


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0004_ramp"),
    ]

    operations = [
        migrations.AddField(
            model_name=f"{model}{suffix}",
            name="leaderboard",
            field=models.BooleanField(verbose_name=name, default=False, db_default=False),
        )
        for model, name in NAMES.items()
        for suffix in ("", "event")
    ]
