from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    # Not the tokens themselves: they find the tenant.
    dependencies = [("api", "0001_tokens")]

    operations = [*tenant_policies(["api_tokenuse"])]
