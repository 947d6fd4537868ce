import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0004_tree_guard"),
        ("kpis", "0005_rollups_without_second_checks"),
        ("teams", "0004_ramp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="goal",
            name="commit",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Commit"),
        ),
        migrations.AddField(
            model_name="goal",
            name="compounds",
            field=models.BooleanField(default=False, verbose_name="Compounding"),
        ),
        migrations.AddField(
            model_name="goal",
            name="growth",
            field=models.DecimalField(
                blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="Change each time"
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="growth_base",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="helped",
            field=models.CharField(blank=True, max_length=500, verbose_name="What helped"),
        ),
        migrations.AddField(
            model_name="goal",
            name="hindered",
            field=models.CharField(blank=True, max_length=500, verbose_name="What hindered"),
        ),
        migrations.AddField(
            model_name="goal",
            name="looked_back_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="previous",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="followers",
                to="goals.goal",
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="repeats",
            field=models.CharField(
                blank=True,
                choices=[("weekly", "every week"), ("monthly", "every month"), ("quarterly", "every quarter")],
                max_length=9,
                verbose_name="Repeats",
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="stretch",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Stretch"),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="commit",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Commit"),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="compounds",
            field=models.BooleanField(default=False, verbose_name="Compounding"),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="growth",
            field=models.DecimalField(
                blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="Change each time"
            ),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="growth_base",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="helped",
            field=models.CharField(blank=True, max_length=500, verbose_name="What helped"),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="hindered",
            field=models.CharField(blank=True, max_length=500, verbose_name="What hindered"),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="looked_back_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="previous",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="goals.goal",
            ),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="repeats",
            field=models.CharField(
                blank=True,
                choices=[("weekly", "every week"), ("monthly", "every month"), ("quarterly", "every quarter")],
                max_length=9,
                verbose_name="Repeats",
            ),
        ),
        migrations.AddField(
            model_name="goalevent",
            name="stretch",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="Stretch"),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("previous__isnull", False), models.Q(("outcome", "dropped"), _negated=True)),
                fields=("organization", "previous"),
                name="one_goal_follows",
            ),
        ),
    ]
