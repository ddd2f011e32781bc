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


# Whatever counts, and under which contract it does: see docs/algorithms/indicators.md.
COUNTED = (
    "services_servicerecord",
    "services_answer",
    "services_deliverable",
    "services_incident",
    "services_clock",
    "services_indicator",
    "caseload_case",
    "caseload_group",
    "caseload_registerentry",
    "contracts_staffpost",
)
# At commit, when the tenant's audit chain is held already: taken earlier, the lock could wait in a ring with it. Once for each
# contract and transaction; without a measurement there is nothing to mark.
MARK = """
CREATE FUNCTION services_mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    contract uuid := COALESCE(NEW.contract_id, OLD.contract_id);
    tenant bigint := COALESCE(NEW.tenant_id, OLD.tenant_id);
    marked text := COALESCE(current_setting('app.marked', true), '');
    acting text := COALESCE(current_setting('app.tenant_id', true), '');
BEGIN
    IF position(contract::text IN marked) = 0 THEN
        -- By the commit the scope is closed; the row's own tenant is the one that may be marked.
        PERFORM set_config('app.tenant_id', tenant::text, true);
        UPDATE services_measurement SET changes = changes + 1 WHERE tenant_id = tenant AND contract_id = contract;
        PERFORM set_config('app.tenant_id', acting, true);
        PERFORM set_config('app.marked', left(contract || ' ' || marked, 4000), true);
    END IF;
    RETURN NULL;
END $$
"""


def marking(table):
    """The trigger that tells a contract's stored measurement that something has changed."""
    return migrations.RunSQL(
        f'CREATE CONSTRAINT TRIGGER "{table}_marks" AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION services_mark_changed()",
        f'DROP TRIGGER "{table}_marks" ON "{table}"',
    )


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0001_initial"),
        ("caseload", "0002_seal"),
        ("contracts", "0002_seal"),
        ("documents", "0002_seal"),
        ("tenancy", "0002_seal"),
    ]
    operations = [
        SealTenantTables(
            append_only=[
                "CareLineMove",
                "ClearedDuplicate",
                "ClockMove",
                "FollowUpMove",
                "IncidentMove",
                "RecordMove",
                "ReportMove",
                "SeizedItemMove",
            ]
        ),
        *map(
            statistics,
            [
                "services_servicerecord",
                "services_answer",
                "services_deliverable",
                "services_incident",
                "services_clock",
            ],
        ),
        migrations.RunSQL(MARK, "DROP FUNCTION services_mark_changed()"),
        *map(marking, COUNTED),
    ]
