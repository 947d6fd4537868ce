from django.db import migrations

# The database itself marks what a statement touched, so no road to the entries can forget it: forms, imports, an
# administrator's own SQL. Per statement, not per row: an import of thousands of rows marks each key once.
MARK_BY_ENTRY = """
CREATE FUNCTION mark_stale_by_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_stalerollup (organization_id, kpi_id, member_id, day, marked_at)
        SELECT DISTINCT organization_id, kpi_id, member_id, date, now() FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_stalerollup (organization_id, kpi_id, member_id, day, marked_at)
        SELECT organization_id, kpi_id, member_id, date, now() FROM old_rows
        UNION
        SELECT e.organization_id, e.kpi_id, c.member_id, e.date, now()
        FROM old_rows e JOIN kpis_credit c ON c.entry_id = e.id;
    ELSE
        INSERT INTO kpis_stalerollup (organization_id, kpi_id, member_id, day, marked_at)
        SELECT organization_id, kpi_id, member_id, date, now()
        FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) e
        UNION
        SELECT e.organization_id, e.kpi_id, c.member_id, e.date, now()
        FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) e
        JOIN kpis_credit c ON c.entry_id = e.id
        WHERE e.is_split;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mark_stale_insert AFTER INSERT ON kpis_entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_by_entry();
CREATE TRIGGER mark_stale_update AFTER UPDATE ON kpis_entry
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_by_entry();
CREATE TRIGGER mark_stale_delete AFTER DELETE ON kpis_entry
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_by_entry();
"""

MARK_BY_CREDIT = """
CREATE FUNCTION mark_stale_by_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_stalerollup (organization_id, kpi_id, member_id, day, marked_at)
        SELECT DISTINCT e.organization_id, e.kpi_id, c.member_id, e.date, now()
        FROM new_rows c JOIN kpis_entry e ON e.id = c.entry_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_stalerollup (organization_id, kpi_id, member_id, day, marked_at)
        SELECT DISTINCT e.organization_id, e.kpi_id, c.member_id, e.date, now()
        FROM old_rows c JOIN kpis_entry e ON e.id = c.entry_id;
    ELSE
        INSERT INTO kpis_stalerollup (organization_id, kpi_id, member_id, day, marked_at)
        SELECT DISTINCT e.organization_id, e.kpi_id, c.member_id, e.date, now()
        FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) c JOIN kpis_entry e ON e.id = c.entry_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mark_stale_insert AFTER INSERT ON kpis_credit
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_by_credit();
CREATE TRIGGER mark_stale_update AFTER UPDATE ON kpis_credit
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_by_credit();
CREATE TRIGGER mark_stale_delete AFTER DELETE ON kpis_credit
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_by_credit();
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(
            MARK_BY_ENTRY,
            """
            DROP TRIGGER mark_stale_insert ON kpis_entry;
            DROP TRIGGER mark_stale_update ON kpis_entry;
            DROP TRIGGER mark_stale_delete ON kpis_entry;
            DROP FUNCTION mark_stale_by_entry();
            """,
        ),
        migrations.RunSQL(
            MARK_BY_CREDIT,
            """
            DROP TRIGGER mark_stale_insert ON kpis_credit;
            DROP TRIGGER mark_stale_update ON kpis_credit;
            DROP TRIGGER mark_stale_delete ON kpis_credit;
            DROP FUNCTION mark_stale_by_credit();
            """,
        ),
    ]
