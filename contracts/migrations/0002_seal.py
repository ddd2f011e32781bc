"""Puts up the walls of this app's tenant tables: row-level security, composite keys, grants."""

from django.db import migrations

from tenancy.seal import SealTenantTables


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("documents", "0002_seal"), ("tenancy", "0002_seal")]
    operations = [SealTenantTables(append_only=["AmendmentMove", "TermChange", "Termination"])]
