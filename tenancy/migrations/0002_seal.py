"""Puts up the walls of this app's tables, and the chain of the audit trail."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from tenancy.seal import GrantPlainTables, SealTenantTables

# The text of an event that its hash covers. Any later change of a column breaks the chain at that event.
CANONICAL = """
    concat_ws('|', e.tenant_id, e.seq, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.account_id,
              e.membership_id, e.actor, e.action, e.object_type, e.object_id, e.object_label, e.outcome,
              array_to_string(e.fields_seen, ','), e.detail::text, e.prev)
"""

CHAIN = f"""
CREATE FUNCTION tenancy_audit_hash(e tenancy_auditevent) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT encode(sha256(convert_to({CANONICAL}, 'UTF8')), 'hex') $$;

-- SECURITY DEFINER: the web role may not write the head, only this trigger does. The head's row lock orders the events.
CREATE FUNCTION tenancy_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head tenancy_audithead;
BEGIN
  INSERT INTO tenancy_audithead (id, tenant_id, seq, hash) VALUES (gen_random_uuid(), NEW.tenant_id, 0, '')
    ON CONFLICT (tenant_id) DO NOTHING;
  SELECT * INTO head FROM tenancy_audithead WHERE tenant_id = NEW.tenant_id FOR UPDATE;
  NEW.seq := head.seq + 1;
  NEW.prev := head.hash;
  NEW.hash := tenancy_audit_hash(NEW);
  UPDATE tenancy_audithead SET seq = NEW.seq, hash = NEW.hash WHERE tenant_id = NEW.tenant_id;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_chain BEFORE INSERT ON tenancy_auditevent FOR EACH ROW EXECUTE FUNCTION tenancy_audit_chain();

CREATE FUNCTION tenancy_audit_immutable() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER audit_immutable BEFORE UPDATE OR DELETE ON tenancy_auditevent
  FOR EACH ROW EXECUTE FUNCTION tenancy_audit_immutable();

-- Every event that does not follow from the one before it, or whose content changed; and the head, if the tail was cut.
CREATE FUNCTION tenancy_audit_faults() RETURNS TABLE (seq bigint) LANGUAGE sql STABLE AS $$
  SELECT c.seq FROM (
    SELECT e.seq, e.hash, e.prev, tenancy_audit_hash(e) AS should,
           lag(e.hash, 1, '') OVER w AS before, lag(e.seq, 1, 0::bigint) OVER w AS seq_before
      FROM tenancy_auditevent e WINDOW w AS (ORDER BY e.seq)) c
   WHERE c.hash <> c.should OR c.prev <> c.before OR c.seq <> c.seq_before + 1
  UNION ALL
  SELECT h.seq FROM tenancy_audithead h
   WHERE h.hash IS DISTINCT FROM coalesce((SELECT e.hash FROM tenancy_auditevent e ORDER BY e.seq DESC LIMIT 1), '')
$$;
"""

UNDO = """
DROP FUNCTION tenancy_audit_faults();
DROP TRIGGER audit_immutable ON tenancy_auditevent;
DROP TRIGGER audit_chain ON tenancy_auditevent;
DROP FUNCTION tenancy_audit_immutable();
DROP FUNCTION tenancy_audit_chain();
DROP FUNCTION tenancy_audit_hash(tenancy_auditevent);
"""

# 三员分立: the two administrators that watch each other hold no other role in the tenant.
SEPARATE = """
CREATE FUNCTION tenancy_separate_roles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM tenancy_membership m
              WHERE m.tenant_id = NEW.tenant_id AND m.account_id = NEW.account_id AND m.id <> NEW.id AND m.is_active
                AND m.role <> NEW.role
                AND (m.role IN ('system_admin', 'audit_admin') OR NEW.role IN ('system_admin', 'audit_admin'))) THEN
    RAISE EXCEPTION 'separate roles' USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_separate_roles';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER separate_roles BEFORE INSERT OR UPDATE ON tenancy_membership
  FOR EACH ROW WHEN (NEW.is_active) EXECUTE FUNCTION tenancy_separate_roles();
"""
UNDO_SEPARATE = "DROP TRIGGER separate_roles ON tenancy_membership; DROP FUNCTION tenancy_separate_roles();"


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
    ]
    operations = [
        BtreeGistExtension(),
        SealTenantTables(append_only=["AuditEvent"], read_only=["AuditHead"]),
        GrantPlainTables("sessions", "contenttypes", "auth", "axes"),
        migrations.RunSQL(CHAIN, UNDO),
        migrations.RunSQL(SEPARATE, UNDO_SEPARATE),
    ]
