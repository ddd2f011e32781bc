"""Puts up the walls of this app's tenant tables, and makes the database the last judge of every yuan."""

from django.db import migrations

from tenancy.seal import SealTenantTables

# Each function refuses with the name of a constraint; payments/actions/refusals.py has the words for it.
REFUSE = "RAISE EXCEPTION '{0}' USING ERRCODE = 'check_violation', CONSTRAINT = '{0}';"

APPROVAL = f"""
CREATE FUNCTION payments_approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE r payments_paymentrequest;
BEGIN
  SELECT * INTO r FROM payments_paymentrequest WHERE id = NEW.request_id;
  IF NEW.account_id IS DISTINCT FROM (SELECT m.account_id FROM tenancy_membership m WHERE m.id = NEW.by_id) THEN
    {REFUSE.format("approval_own_account")}
  END IF;
  IF NEW.account_id = (SELECT m.account_id FROM tenancy_membership m WHERE m.id = r.submitted_by_id) THEN
    {REFUSE.format("approval_not_submitter")}
  END IF;
  IF NEW.run <> r.run OR r.state IS DISTINCT FROM (CASE NEW.step WHEN 'check' THEN 'submitted' WHEN 'review' THEN 'checked'
      WHEN 'approve' THEN 'reviewed' WHEN 'pay' THEN 'approved' END) THEN
    {REFUSE.format("approval_order")}
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_guard BEFORE INSERT ON payments_approval FOR EACH ROW EXECUTE FUNCTION payments_approval_guard();
"""

# A request advances only on an approval of this run; what has ended never moves again.
REQUEST = f"""
CREATE FUNCTION payments_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked text := CASE NEW.state WHEN 'checked' THEN 'check' WHEN 'reviewed' THEN 'review' WHEN 'approved' THEN 'approve' END;
BEGIN
  IF OLD.state IN ('paid', 'returned', 'withdrawn') THEN
    {REFUSE.format("paymentrequest_ended")}
  END IF;
  IF asked IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payments_approval a
      WHERE a.request_id = NEW.id AND a.run = NEW.run AND a.step = asked AND a.decision = 'approved') THEN
    {REFUSE.format("paymentrequest_needs_approval")}
  END IF;
  IF NEW.state = 'paid' AND NOT EXISTS (SELECT 1 FROM payments_payment p WHERE p.request_id = NEW.id) THEN
    {REFUSE.format("paymentrequest_needs_payment")}
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER request_guard BEFORE UPDATE ON payments_paymentrequest
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION payments_request_guard();
"""

# The contract's row lock puts payments in order, so that the sum sees every payment before this one.
PAYMENT = f"""
CREATE FUNCTION payments_payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total numeric; r payments_paymentrequest; m payments_milestone;
BEGIN
  SELECT c.amount INTO total FROM contracts_contract c WHERE c.id = NEW.contract_id FOR UPDATE;
  SELECT * INTO r FROM payments_paymentrequest WHERE id = NEW.request_id;
  SELECT * INTO m FROM payments_milestone WHERE id = NEW.milestone_id;
  IF r.state IS DISTINCT FROM 'approved' OR (SELECT count(DISTINCT a.account_id) FROM payments_approval a
      WHERE a.request_id = r.id AND a.run = r.run AND a.decision <> 'returned' AND (a.step <> 'pay' OR a.by_id = NEW.by_id)) <> 4 THEN
    {REFUSE.format("payment_four_people")}
  END IF;
  IF r.milestone_id <> m.id OR m.contract_id <> NEW.contract_id OR NEW.amount <> m.amount OR NEW.amount <> r.amount THEN
    {REFUSE.format("payment_as_approved")}
  END IF;
  IF NEW.amount + (SELECT coalesce(sum(p.amount), 0) FROM payments_payment p WHERE p.contract_id = NEW.contract_id) > coalesce(total, 0) THEN
    {REFUSE.format("payment_within_contract")}
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_guard BEFORE INSERT ON payments_payment FOR EACH ROW EXECUTE FUNCTION payments_payment_guard();

-- It runs at the end of the transaction, when the setting that row-level security reads may be gone: the row knows its tenant.
CREATE FUNCTION payments_payment_booked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
  PERFORM set_config('app.tenant_id', NEW.tenant_id::text, true);
  IF NOT EXISTS (SELECT 1 FROM payments_ledgerentry l WHERE l.payment_id = NEW.id) THEN
    {REFUSE.format("payment_booked")}
  END IF;
  PERFORM set_config('app.tenant_id', before, true);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_booked AFTER INSERT ON payments_payment DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION payments_payment_booked();

CREATE FUNCTION payments_contract_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW.amount, 0) < (SELECT coalesce(sum(p.amount), 0) FROM payments_payment p WHERE p.contract_id = NEW.id) THEN
    {REFUSE.format("payment_within_contract")}
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contract_not_below_paid BEFORE UPDATE ON contracts_contract
  FOR EACH ROW WHEN (OLD.amount IS DISTINCT FROM NEW.amount) EXECUTE FUNCTION payments_contract_guard();

CREATE FUNCTION payments_milestone_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'paid' THEN
    {REFUSE.format("milestone_paid_is_final")}
  END IF;
  IF NEW.state = 'paid' AND NOT EXISTS (SELECT 1 FROM payments_payment p WHERE p.milestone_id = NEW.id) THEN
    {REFUSE.format("milestone_needs_payment")}
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER milestone_guard BEFORE UPDATE ON payments_milestone FOR EACH ROW EXECUTE FUNCTION payments_milestone_guard();
"""

LEDGER = f"""
CREATE FUNCTION payments_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last payments_ledgerentry;
BEGIN
  SELECT * INTO last FROM payments_ledgerentry l WHERE l.contract_id = NEW.contract_id ORDER BY l.no DESC LIMIT 1;
  IF NEW.no <> coalesce(last.no, 0) + 1 OR NEW.balance <> coalesce(last.balance, 0) + NEW.amount THEN
    {REFUSE.format("ledgerentry_follows")}
  END IF;
  IF NEW.kind = 'payment' AND NOT EXISTS (SELECT 1 FROM payments_payment p
      WHERE p.id = NEW.payment_id AND p.contract_id = NEW.contract_id AND p.amount = -NEW.amount) THEN
    {REFUSE.format("ledgerentry_of_payment")}
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_guard BEFORE INSERT ON payments_ledgerentry FOR EACH ROW EXECUTE FUNCTION payments_ledger_guard();
"""

UNDO = """
DROP TRIGGER ledger_guard ON payments_ledgerentry; DROP FUNCTION payments_ledger_guard();
DROP TRIGGER milestone_guard ON payments_milestone; DROP FUNCTION payments_milestone_guard();
DROP TRIGGER contract_not_below_paid ON contracts_contract; DROP FUNCTION payments_contract_guard();
DROP TRIGGER payment_booked ON payments_payment; DROP FUNCTION payments_payment_booked();
DROP TRIGGER payment_guard ON payments_payment; DROP FUNCTION payments_payment_guard();
DROP TRIGGER request_guard ON payments_paymentrequest; DROP FUNCTION payments_request_guard();
DROP TRIGGER approval_guard ON payments_approval; DROP FUNCTION payments_approval_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
        ("contracts", "0002_seal"),
        ("documents", "0002_seal"),
        ("tenancy", "0002_seal"),
    ]
    operations = [
        SealTenantTables(append_only=["Approval", "Payment", "LedgerEntry", "RequestMove"]),
        migrations.RunSQL(APPROVAL + REQUEST + PAYMENT + LEDGER, UNDO),
    ]
