"""Destroying stored files for good: the row stays as a tombstone, so that what points to it still counts; the content goes."""

from django.core.files.storage import default_storage
from django.db import transaction

from documents.models import StoredFile
from tenancy import audit

NAME = "已销毁"


@transaction.atomic
def forget(ids, *, by, at):
    """Blank the rows of the files; returns the paths of their contents, to be removed when the transaction stands."""
    rows = list(StoredFile.objects.select_for_update().filter(pk__in=ids).exclude(path=""))
    paths = [path for row in rows for path in (row.path, row.thumbnail_path) if path]
    StoredFile.objects.filter(pk__in=[row.pk for row in rows]).update(
        name=NAME, sha256="", path="", thumbnail_path="", size=0, width=None, height=None, taken_at=None
    )
    if rows:
        audit.record("file.forgotten", by=by, at=at, files=len(rows))
    return paths


def remove(paths):
    """Remove the contents from the storage; doing it again does no harm."""
    for path in paths:
        default_storage.delete(path)
