"""Puts up the walls of this app's tenant tables, and makes signatures and conclusions final."""

from django.db import migrations

from tenancy.seal import SealTenantTables

# A payment rests on a signature and a conclusion: neither may change afterwards, nor may an expert who signed vanish.
FINAL = """
CREATE FUNCTION evaluations_signature_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a signature is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptanceexpert_final';
END $$;
CREATE TRIGGER signature_is_final BEFORE UPDATE OR DELETE ON evaluations_acceptanceexpert
  FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION evaluations_signature_is_final();

CREATE FUNCTION evaluations_conclusion_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a conclusion is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptance_final';
END $$;
CREATE TRIGGER conclusion_is_final BEFORE UPDATE OR DELETE ON evaluations_acceptance
  FOR EACH ROW WHEN (OLD.state = 'concluded') EXECUTE FUNCTION evaluations_conclusion_is_final();

-- Passed needs the expert group's signatures (合同第九条第四款).
CREATE FUNCTION evaluations_pass_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM evaluations_acceptanceexpert e WHERE e.acceptance_id = NEW.id)
     OR EXISTS (SELECT 1 FROM evaluations_acceptanceexpert e WHERE e.acceptance_id = NEW.id AND e.signed_at IS NULL) THEN
    RAISE EXCEPTION 'passed without signatures' USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptance_signed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pass_is_signed BEFORE UPDATE ON evaluations_acceptance
  FOR EACH ROW WHEN (NEW.result = 'passed') EXECUTE FUNCTION evaluations_pass_is_signed();
"""
UNDO = """
DROP TRIGGER pass_is_signed ON evaluations_acceptance; DROP FUNCTION evaluations_pass_is_signed();
DROP TRIGGER conclusion_is_final ON evaluations_acceptance; DROP FUNCTION evaluations_conclusion_is_final();
DROP TRIGGER signature_is_final ON evaluations_acceptanceexpert; DROP FUNCTION evaluations_signature_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0001_initial"),
        ("contracts", "0002_seal"),
        ("documents", "0002_seal"),
        ("tenancy", "0002_seal"),
    ]
    operations = [SealTenantTables(append_only=["AcceptanceMove", "ScoreMove"]), migrations.RunSQL(FINAL, UNDO)]
