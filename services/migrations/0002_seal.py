"""Puts up the walls of this app's tenant tables: row-level security, composite keys, grants."""

from django.db import migrations

from tenancy.seal import SealTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0001_initial"),
        ("caseload", "0002_seal"),
        ("contracts", "0002_seal"),
        ("documents", "0002_seal"),
        ("tenancy", "0002_seal"),
    ]
    operations = [SealTenantTables()]
