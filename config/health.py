"""/livez: this process answers. /readyz: everything it needs is there and as safe as it must be.

The pages say which check failed, never why: the reason goes to the log.
"""

import logging
import uuid

from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenancy import guard
from tenancy.models import TenantModel

log = logging.getLogger(__name__)


class NotReady(Exception):
    """One check's finding, for the log."""


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _role():
    faults = guard.role_faults(connection)
    if faults:
        raise NotReady("; ".join(faults))


def _walls():
    """Row-level security is enabled and forced on every tenant table."""
    tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind IN ('r', 'p') AND relrowsecurity AND relforcerowsecurity"
        )
        open_tables = tables - {name for (name,) in cursor.fetchall()}
    if open_tables:
        raise NotReady("row-level security is not forced on " + ", ".join(sorted(open_tables)))


def _migrations():
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} migrations are not applied, first {waiting[0][0]}")


def _cache():
    word = uuid.uuid4().hex
    cache.set("readyz", word, 10)
    if cache.get("readyz") is None:
        raise NotReady("the cache forgets")


def _storage():
    """A file can be written and removed; asked at most twice a minute, since object storage counts requests."""
    if cache.get("readyz-storage"):
        return
    name = default_storage.save(f"readyz/{uuid.uuid4().hex}", ContentFile(b"ready"))
    default_storage.delete(name)
    cache.set("readyz-storage", True, 30)


CHECKS = {
    "database": _database,
    "role": _role,
    "row_level_security": _walls,
    "migrations": _migrations,
    "cache": _cache,
    "storage": _storage,
}


@require_safe
@never_cache
def livez(request):
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    answers = {name: _passes(name, check) for name, check in CHECKS.items()}
    ready = all(answers.values())
    return JsonResponse(
        {"ready": ready, "checks": {name: "ok" if good else "failed" for name, good in answers.items()}},
        status=200 if ready else 503,
    )


def _passes(name, check):
    try:
        check()
    except Exception as reason:  # whatever it is, the answer is "not ready"
        log.error("readyz: %s: %s", name, reason)
        return False
    return True
