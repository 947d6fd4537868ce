from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [("kpis", "0007_currencies")]

    operations = [*tenant_policies(["kpis_exchangerate", "kpis_exchangerateevent"])]
