"""Freezing figures: whatever is decided, printed or paid rests on a snapshot that nobody can change."""

from django.db import transaction

from documents import canonical
from documents.models import Snapshot
from tenancy import audit


@transaction.atomic
def freeze(kind, data, *, by, at):
    """Keep `data` as it is now, in canonical form with its SHA-256; returns the Snapshot.

    `kind` says what was frozen ("monthly_report", "eligibility" …). Decimals, days, moments and ids become text; floats
    are refused with TypeError. Snapshots can't be changed or deleted: the database role may only insert and read them.
    """
    data = canonical.plain(data)
    snapshot = Snapshot.objects.create(kind=kind, data=data, digest=canonical.digest(data), frozen_at=at, frozen_by=by)
    audit.record("snapshot.frozen", by=by, at=at, target=snapshot, kind=kind, digest=snapshot.digest)
    return snapshot


def verify(snapshot):
    """Whether the figures still are those that were frozen."""
    return canonical.digest(snapshot.data) == snapshot.digest
