"""The database's own catalog: every tenant table has its walls, and the restricted role holds no right that it shouldn't."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from tenancy.models import TenantModel

pytestmark = pytest.mark.django_db
TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
# What is decided, paid, entered or told stays as it was: the role that serves people may add to these and read them.
APPEND_ONLY = {
    "caseload.CaseFollowUp",
    "caseload.CaseMove",
    "caseload.CaseReview",
    "caseload.DisclosureMove",
    "caseload.ErasureMove",
    "caseload.FileTransferLine",
    "caseload.FileTransferMove",
    "caseload.SampledCase",
    "caseload.StayMove",
    "caseload.Tracing",
    "contracts.AmendmentMove",
    "contracts.TermChange",
    "contracts.Termination",
    "documents.Snapshot",
    "evaluations.AcceptanceMove",
    "evaluations.BreachMove",
    "evaluations.ConsequenceMove",
    "evaluations.InquiryMove",
    "evaluations.LeadChangeMove",
    "evaluations.PurchaserRatingMove",
    "evaluations.Questionnaire",
    "evaluations.RectificationMove",
    "evaluations.RoundMove",
    "evaluations.SampledFile",
    "evaluations.ScoreMove",
    "evaluations.SpotCheckMove",
    "evaluations.SurveyMove",
    "evaluations.SurveyResponse",
    "evaluations.SurveyVoid",
    "payments.Approval",
    "payments.LedgerEntry",
    "payments.Payment",
    "payments.RequestMove",
    "services.CareLineMove",
    "services.ClearedDuplicate",
    "services.ClockMove",
    "services.FollowUpMove",
    "services.IncidentMove",
    "services.RecordMove",
    "services.ReportMove",
    "services.SeizedItemMove",
    "tenancy.AuditEvent",
}
READ_ONLY = {"tenancy.AuditHead"}


def rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_every_table_with_a_tenant_is_a_tenant_model():
    having = {
        name
        for (name,) in rows(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id'"
        )
    }
    assert having == {model._meta.db_table for model in TENANT_MODELS}


def test_every_tenant_table_is_sealed():
    sealed = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity"
            " AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 1"
        )
    }
    assert {model._meta.db_table for model in TENANT_MODELS} - sealed == set()


def test_no_policy_writes_outside_the_open_tenant():
    checks = rows("SELECT DISTINCT pg_get_expr(polwithcheck, polrelid) FROM pg_policy")
    assert checks == [
        (
            "(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint AS \"nullif\"))",
        )
    ]


def test_every_key_to_a_tenant_table_carries_the_tenant():
    known = set(
        rows(
            "SELECT r.relname, t.relname, (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(no, n)"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.no)"
            " FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid"
            " WHERE c.contype = 'f' AND cardinality(c.conkey) = 2 AND c.convalidated"
        )
    )
    wanted = {
        (model._meta.db_table, field.remote_field.model._meta.db_table, f"tenant_id,{field.column}")
        for model in TENANT_MODELS
        for field in model._meta.local_fields
        if field.is_relation and issubclass(field.remote_field.model, TenantModel)
    }
    assert wanted - known == set()


def test_no_tenant_model_has_a_hidden_table_of_pairs():
    """A table that Django makes for many-to-many has no tenant column, so no wall."""
    assert [
        field
        for model in TENANT_MODELS
        for field in model._meta.local_many_to_many
        if field.remote_field.through._meta.auto_created
    ] == []


def test_every_unique_constraint_of_a_tenant_table_starts_with_the_tenant():
    """Without the tenant, a refusal would tell of another bureau's rows. What is random, like an id, tells nothing."""
    indexes = rows(
        "SELECT t.relname, i.relname, (SELECT attname FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = x.indkey[0]), x.indnkeyatts"
        " FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid"
        " WHERE (x.indisunique OR x.indisexclusion) AND t.relname = ANY(%s)",
        [model._meta.db_table for model in TENANT_MODELS],
    )
    ids = {
        (model._meta.db_table, field.column)
        for model in TENANT_MODELS
        for field in model._meta.local_fields
        if field.primary_key or field.is_relation
    }
    ids.add(("tenancy_invitation", "token_digest"))
    assert [
        (table, name) for table, name, first, _ in indexes if first != "tenant_id" and (table, first) not in ids
    ] == []


def test_the_restricted_role_changes_nothing_that_is_final():
    held = {}
    for model in TENANT_MODELS:
        rights = rows(
            "SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) p"
            " WHERE has_table_privilege(%s, %s, p)",
            settings.APP_DATABASE_ROLE,
            model._meta.db_table,
        )
        held[model._meta.label] = {name for (name,) in rights}
    assert {label for label, rights in held.items() if rights == {"SELECT", "INSERT"}} == APPEND_ONLY
    assert {label for label, rights in held.items() if rights == {"SELECT"}} == READ_ONLY
    others = {label: rights for label, rights in held.items() if label not in APPEND_ONLY | READ_ONLY}
    assert {
        label: rights for label, rights in others.items() if rights != {"SELECT", "INSERT", "UPDATE", "DELETE"}
    } == {}


def test_no_column_of_what_is_final_may_be_changed():
    tables = [apps.get_model(label)._meta.db_table for label in APPEND_ONLY | READ_ONLY]
    writable = rows(
        "SELECT DISTINCT table_name FROM information_schema.column_privileges"
        " WHERE privilege_type = 'UPDATE' AND grantee IN (%s, 'PUBLIC') AND table_name = ANY(%s)",
        settings.APP_DATABASE_ROLE,
        tables,
    )
    assert writable == []


def test_the_restricted_role_is_bound_by_the_walls():
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s",
        settings.APP_DATABASE_ROLE,
    ) == [(False, False, False, False)]
    owned = rows(
        "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = %s",
        settings.APP_DATABASE_ROLE,
    )
    assert owned == []


def test_nothing_looks_around_the_walls():
    """A view reads as its owner, a materialised view has no policies, a definer's function with a loose path is anybody's."""
    views = rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')")
    definers = rows(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')"
    )
    assert views == []
    # The trail's chain, and the blanking of append-only rows while an erasure that two people decided is carried out.
    known = ["caseload_blank", "tenancy_audit_chain"]
    assert sorted(definers) == [(name, ["search_path=public, pg_temp"]) for name in known]
