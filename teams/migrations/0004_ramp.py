import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0003_fiscal_calendar"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="ramp",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)]),
                blank=True,
                default=list,
                size=24,
                verbose_name="Ramp of new members",
            ),
        ),
        migrations.AddField(
            model_name="organizationevent",
            name="ramp",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)]),
                blank=True,
                default=list,
                size=24,
                verbose_name="Ramp of new members",
            ),
        ),
    ]
