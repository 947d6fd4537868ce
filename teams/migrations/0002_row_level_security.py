from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_people")]

    operations = [
        *tenant_policies(
            [
                "teams_team",
                "teams_teammembership",
                "teams_holiday",
                "teams_leave",
                "teams_memberevent",
                "teams_teamevent",
                "teams_teammembershipevent",
            ]
        ),
        # The organization's own history: written when it is created, before it can be anyone's tenant.
        migrations.RunSQL(
            """
            ALTER TABLE teams_organizationevent ENABLE ROW LEVEL SECURITY;
            CREATE POLICY tenant_reads ON teams_organizationevent FOR SELECT
                USING (pgh_obj_id = (SELECT nullif(current_setting('app.organization', true), '')::bigint));
            CREATE POLICY anyone_adds ON teams_organizationevent FOR INSERT WITH CHECK (true);
            """,
            """
            DROP POLICY tenant_reads ON teams_organizationevent;
            DROP POLICY anyone_adds ON teams_organizationevent;
            ALTER TABLE teams_organizationevent DISABLE ROW LEVEL SECURITY;
            """,
        ),
    ]
