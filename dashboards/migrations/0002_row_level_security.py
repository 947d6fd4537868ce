from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    # Not the links themselves: they find the tenant.
    dependencies = [("dashboards", "0001_share_links")]

    operations = [*tenant_policies(["dashboards_shareview", "dashboards_sharelinkevent"])]
