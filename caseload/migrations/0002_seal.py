"""Puts up the walls of this app's tenant tables: row-level security, composite keys, grants."""

from django.db import migrations

from tenancy.seal import SealTenantTables


def statistics(table):
    """Tells the planner that tenant and contract go together: else it expects a fraction of a contract's rows."""
    name = f"{table}_tenant_contract"
    return migrations.RunSQL(
        f'CREATE STATISTICS "{name}" (dependencies, ndistinct) ON tenant_id, contract_id FROM "{table}"',
        f'DROP STATISTICS "{name}"',
    )


class Migration(migrations.Migration):
    dependencies = [
        ("caseload", "0001_initial"),
        ("contracts", "0002_seal"),
        ("documents", "0002_seal"),
        ("tenancy", "0002_seal"),
    ]
    operations = [
        SealTenantTables(
            append_only=[
                "CaseFollowUp",
                "CaseMove",
                "CaseReview",
                "DisclosureMove",
                "ErasureMove",
                "FileTransferLine",
                "FileTransferMove",
                "SampledCase",
                "StayMove",
                "Tracing",
            ]
        ),
        *map(statistics, ["caseload_case", "caseload_group", "caseload_registerentry"]),
    ]
