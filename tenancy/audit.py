"""The audit trail: append-only, in the same transaction as the act, chained by a trigger (see migration 0003)."""

from django.db import connection

from tenancy import scope
from tenancy.models import AuditEvent


def record(action, *, by, at, target=None, outcome="done", fields_seen=(), **detail):
    """Write one event for the open tenant.

    `by` is the acting membership, or None for the system itself. `detail` holds names, numbers and reasons, never
    personal values; `fields_seen` holds the names of personal fields that were shown.
    """
    event = _event(action, target, detail, by=by, at=at, outcome=outcome, fields_seen=list(fields_seen))
    event.save(force_insert=True)
    return event


def record_all(events, *, by, at):
    """Write the events of one act on many rows, in order: (action, target, detail) each."""
    AuditEvent.objects.bulk_create(
        [_event(action, target, detail, by=by, at=at) for action, target, detail in events], batch_size=2000
    )


def _event(action, target, detail, *, by, at, **more):
    return AuditEvent(
        at=at,
        account_id=by.account_id if by else None,
        membership=by,
        actor=f"{by.account.name}（{by.get_role_display()}）" if by else "系统",
        action=action,
        object_type=target._meta.label_lower if target is not None else "",
        object_id=target.pk if target is not None else None,
        object_label=str(target)[:160] if target is not None else "",
        detail=detail,
        **more,
    )


def history(target):
    """The events of one object, oldest first."""
    return AuditEvent.objects.filter(object_id=target.pk).select_related("account")


def broken_links():
    """The sequence numbers at which the open tenant's chain does not verify; empty means it is whole."""
    scope.current()
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM tenancy_audit_faults()")
        return [row[0] for row in cursor.fetchall()]
