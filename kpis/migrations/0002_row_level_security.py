from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    # What an installation from before the first release has run instead.
    replaces = [
        ("kpis", "0004_find_stale_organizations"),
        ("kpis", "0008_row_level_security_of_rates"),
    ]
    dependencies = [("kpis", "0001_numbers")]

    operations = [
        *tenant_policies(
            [
                "kpis_kpi",
                "kpis_entry",
                "kpis_credit",
                "kpis_entrychange",
                "kpis_rollup",
                "kpis_stalerollup",
                "kpis_kpievent",
                "kpis_entryevent",
                "kpis_exchangerate",
                "kpis_exchangerateevent",
            ]
        ),
        # What the health page must see across tenants, and nothing else of it.
        migrations.RunSQL(
            """
            CREATE FUNCTION oldest_stale_rollup() RETURNS timestamptz
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
                AS 'SELECT min(marked_at) FROM kpis_stalerollup';
            """,
            "DROP FUNCTION oldest_stale_rollup();",
        ),
        # What the worker must see across tenants to know where it is needed: organizations' ids, nothing of their
        # rows. It hops from one organization to the next along the index instead of reading every mark.
        migrations.RunSQL(
            """
            CREATE FUNCTION organizations_with_stale_rollups() RETURNS SETOF bigint
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
                AS $$
                WITH RECURSIVE found AS (
                    (SELECT organization_id FROM kpis_stalerollup ORDER BY organization_id LIMIT 1)
                    UNION ALL
                    SELECT (
                        SELECT s.organization_id FROM kpis_stalerollup s
                        WHERE s.organization_id > found.organization_id ORDER BY s.organization_id LIMIT 1
                    )
                    FROM found WHERE found.organization_id IS NOT NULL
                )
                SELECT organization_id FROM found WHERE organization_id IS NOT NULL
                $$;
            """,
            "DROP FUNCTION organizations_with_stale_rollups();",
        ),
        # A queue: most of its rows are dead at any time, and a batch should not wade through them.
        migrations.RunSQL(
            "ALTER TABLE kpis_stalerollup SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)",
            "ALTER TABLE kpis_stalerollup RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)",
        ),
    ]
