import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from teams.tenancy import tenant_policies

# A forecast is of a goal or of one line of a scorecard, whose mark is its goal's.
MARK_FORECASTS = """
CREATE FUNCTION mark_standing_of_forecast() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO goals_standingmark (organization_id, goal_id)
    SELECT DISTINCT changed.organization_id, coalesce(changed.goal_id, line.goal_id)
    FROM changed LEFT JOIN goals_goalkpi line ON line.id = changed.further_id
    WHERE coalesce(changed.goal_id, line.goal_id) IS NOT NULL;
    RETURN NULL;
END $$;
"""
COLUMNS = "organization_id, further_id, day, made_at, probability, expected, low, high"
# What is deferred is checked before the tables are changed further.
BRING_FORECASTS = """
INSERT INTO goals_goalforecast (COLUMNS) SELECT COLUMNS FROM goals_furtherforecast;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
TAKE_FORECASTS = """
INSERT INTO goals_furtherforecast (COLUMNS)
SELECT COLUMNS FROM goals_goalforecast WHERE further_id IS NOT NULL;
DELETE FROM goals_goalforecast WHERE further_id IS NOT NULL;
DELETE FROM goals_storedstanding WHERE further_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# What was stored of a scorecard was the whole; the clock stores its lines.
FORGET_WHOLES = """
DELETE FROM goals_storedstanding WHERE goal_id IN (SELECT id FROM goals_goal WHERE own_weight IS NOT NULL);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
OPERATIONS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def watch(table: str, operation: str, function: str) -> str:
    return (
        f"CREATE TRIGGER mark_standings_{operation.lower()} AFTER {operation} ON {table}"
        f" REFERENCING {OPERATIONS[operation]} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
    )


def unwatch(table: str, operation: str) -> str:
    return f"DROP TRIGGER mark_standings_{operation.lower()} ON {table};"


FORECASTS, LINES = "goals_goalforecast", "goals_goalkpi"


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0009_what_is_typed"),
        ("teams", "0005_leaderboards"),
    ]

    operations = [
        migrations.RunSQL(FORGET_WHOLES, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="milestone", name="one_milestone_per_day"),
        migrations.AddField(
            model_name="goalforecast",
            name="further",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="forecast",
                to="goals.goalkpi",
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="further",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="goals.goalkpi"
            ),
        ),
        migrations.AddField(
            model_name="milestoneevent",
            name="further",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="goals.goalkpi",
            ),
        ),
        migrations.AddField(
            model_name="storedstanding",
            name="further",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="stored", to="goals.goalkpi"
            ),
        ),
        migrations.AlterField(
            model_name="goalforecast",
            name="goal",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="forecast", to="goals.goal"
            ),
        ),
        migrations.AlterField(
            model_name="storedstanding",
            name="goal",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="stored", to="goals.goal"
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("goal", "further", "date"), name="one_milestone_per_day", nulls_distinct=False
            ),
        ),
        migrations.RunSQL(MARK_FORECASTS, "DROP FUNCTION mark_standing_of_forecast();"),
        *(
            migrations.RunSQL(
                unwatch(FORECASTS, operation) + watch(FORECASTS, operation, "mark_standing_of_forecast"),
                unwatch(FORECASTS, operation) + watch(FORECASTS, operation, "mark_standing_of_goal"),
            )
            for operation in OPERATIONS
        ),
        *(
            migrations.RunSQL(watch(LINES, operation, "mark_standing_of_goal"), unwatch(LINES, operation))
            for operation in OPERATIONS
        ),
        migrations.RunSQL(BRING_FORECASTS.replace("COLUMNS", COLUMNS), TAKE_FORECASTS.replace("COLUMNS", COLUMNS)),
        migrations.AddConstraint(
            model_name="goalforecast",
            constraint=models.CheckConstraint(
                condition=Q(("goal", None), ("further", None), _connector="XOR"), name="forecast_is_of_one_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="storedstanding",
            constraint=models.CheckConstraint(
                condition=Q(("goal", None), ("further", None), _connector="XOR"), name="standing_is_of_one_line"
            ),
        ),
        # The other way round: the table that comes back is walled in again.
        *(
            migrations.RunSQL(policy.reverse_sql or "", policy.sql)
            for policy in tenant_policies(["goals_furtherforecast"])
        ),
        migrations.DeleteModel(name="FurtherForecast"),
    ]
