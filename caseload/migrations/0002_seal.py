"""Puts up the walls of this app's tenant tables: row-level security, composite keys, grants."""

from django.conf import settings
from django.db import migrations

from tenancy.seal import SealTenantTables


def statistics(table):
    """Tells the planner that tenant and contract go together: else it expects a fraction of a contract's rows."""
    name = f"{table}_tenant_contract"
    return migrations.RunSQL(
        f'CREATE STATISTICS "{name}" (dependencies, ndistinct) ON tenant_id, contract_id FROM "{table}"',
        f'DROP STATISTICS "{name}"',
    )


# Rows of append-only tables lose their words when a file is destroyed, and only then: while an erasure that two people decided
# is being carried out (its counts are not written yet). SECURITY DEFINER, because nobody else may change such a row.
BLANK = f"""
CREATE FUNCTION caseload_blank(p_erasure uuid, p_table text, p_ids uuid[], p_sealed text[], p_words text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE col text;
BEGIN
  IF p_table !~ '^(caseload|services)_' OR NOT EXISTS (
    SELECT FROM caseload_erasure WHERE id = p_erasure AND state = 'done' AND decided_by_id <> proposed_by_id AND counts = '{{}}'
  ) THEN
    RAISE EXCEPTION 'no erasure is being carried out' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOREACH col IN ARRAY p_sealed LOOP
    EXECUTE format('UPDATE %I SET %I = NULL WHERE id = ANY($1)', p_table, col) USING p_ids;
  END LOOP;
  FOREACH col IN ARRAY p_words LOOP
    EXECUTE format('UPDATE %I SET %I = $2 WHERE id = ANY($1) AND length(%I) > 0', p_table, col, col) USING p_ids, '已销毁';
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION caseload_blank FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caseload_blank TO "{settings.APP_DATABASE_ROLE}";
"""


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
        migrations.RunSQL(BLANK, "DROP FUNCTION caseload_blank"),
        *map(statistics, ["caseload_case", "caseload_group", "caseload_registerentry"]),
    ]
