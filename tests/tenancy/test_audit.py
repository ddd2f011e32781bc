"""The audit trail is append-only and shows any change, cut or reordering."""

import pytest
from django.db import ProgrammingError, connection, transaction

from tenancy import audit
from tenancy.models import AuditEvent
from tests.cast import at


def as_owner(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE tenancy_auditevent DISABLE TRIGGER audit_immutable")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE tenancy_auditevent ENABLE TRIGGER audit_immutable")
        cursor.execute("SET ROLE fuyue_app")


def test_events_of_a_tenant_are_numbered_and_chained(act):
    first = audit.record("a", by=act.social_worker, at=at())
    second = audit.record("b", by=act.social_worker, at=at())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.seq, second.prev) == (first.seq + 1, first.hash)
    assert audit.broken_links() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tenancy_auditevent SET action = 'x'",
        "DELETE FROM tenancy_auditevent",
        "TRUNCATE tenancy_auditevent",
        "UPDATE tenancy_audithead SET seq = 0",
    ],
)
def test_the_web_role_cannot_change_the_trail(act, sql):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE tenancy_auditevent SET action = 'nothing' WHERE seq = 2",
        "DELETE FROM tenancy_auditevent WHERE seq = 2",
        "DELETE FROM tenancy_auditevent WHERE seq = (SELECT max(seq) FROM tenancy_auditevent)",
        "UPDATE tenancy_auditevent SET seq = -seq WHERE seq IN (2, 3)",
    ],
)
def test_what_the_owner_changes_is_found(act, tamper):
    for name in "abc":
        audit.record(name, by=act.social_worker, at=at())
    as_owner(tamper)
    assert audit.broken_links() != []
    assert AuditEvent.objects.exists()
