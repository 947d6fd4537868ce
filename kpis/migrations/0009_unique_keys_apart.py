from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0008_row_level_security_of_rates")]

    operations = [
        migrations.RemoveConstraint(model_name="entry", name="one_entry_per_request"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("request_id__isnull", False)),
                fields=("organization", "request_id"),
                name="one_entry_per_request",
            ),
        ),
        migrations.RemoveConstraint(model_name="entry", name="one_entry_per_external_id"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id__isnull", False)),
                fields=("organization", "source", "kpi", "external_id"),
                name="one_entry_per_external_id",
            ),
        ),
    ]
