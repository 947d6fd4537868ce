from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The day's last value is the one with the highest id: with it in the index, no row need be looked up."""

    dependencies = [("kpis", "0005_rollups_without_second_checks")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["organization", "kpi", "member", "date"],
                include=["id", "value"],
                condition=Q(voided_at=None, is_split=False),
                name="entry_by_key",
            ),
        ),
        migrations.RemoveIndex(model_name="entry", name="entry_covering"),
    ]
