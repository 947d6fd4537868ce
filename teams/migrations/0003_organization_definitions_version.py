from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0002_row_level_security")]

    operations = [
        migrations.AddField(
            "organization",
            "definitions_version",
            models.PositiveBigIntegerField(default=0, db_default=0, editable=False),
        ),
    ]
