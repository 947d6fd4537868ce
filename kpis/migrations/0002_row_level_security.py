from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
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
    ]
