from django.db import migrations

# Whatever reads KPI definitions may keep them for as long as this number of the organization stands. The database
# counts on, so no road to the definitions can forget it.
COUNT = """
CREATE FUNCTION count_definitions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE teams_organization SET definitions_version = definitions_version + 1
    WHERE id IN (SELECT organization_id FROM changed);
    RETURN NULL;
END $$;
CREATE TRIGGER count_definitions_insert AFTER INSERT ON kpis_kpi
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_definitions();
CREATE TRIGGER count_definitions_update AFTER UPDATE ON kpis_kpi
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_definitions();
CREATE TRIGGER count_definitions_delete AFTER DELETE ON kpis_kpi
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_definitions();
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0003_mark_stale_by_trigger"), ("teams", "0003_organization_definitions_version")]

    operations = [
        migrations.RunSQL(
            COUNT,
            """
            DROP TRIGGER count_definitions_insert ON kpis_kpi;
            DROP TRIGGER count_definitions_update ON kpis_kpi;
            DROP TRIGGER count_definitions_delete ON kpis_kpi;
            DROP FUNCTION count_definitions();
            """,
        )
    ]
