from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0003_mark_stale_by_trigger")]

    operations = [
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
    ]
