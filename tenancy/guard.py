"""The database's side of the promise: refuse unscoped queries on tenant tables, refuse to start on a strong role."""

import re
from functools import cache

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tenancy import scope

# Read before a tenant is known, under a policy of their own (see tenancy/seal.py).
OPEN_TABLES = {"tenancy_membership"}


@cache
def _tenant_tables():
    from tenancy.models import TenantModel

    names = {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)} - OPEN_TABLES
    return re.compile(r'"(' + "|".join(sorted(names)) + r')"')


def refuse_unscoped(execute, sql, params, many, context):
    """An execute wrapper that raises NoTenant when a tenant table is touched outside a scope."""
    if not scope.is_open() and scope.filtering.get() and isinstance(sql, str):
        head = sql.lstrip()[:6].upper()
        if head in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"} or head.startswith("WITH"):
            found = _tenant_tables().search(sql)
            if found:
                raise scope.NoTenant(f"query on {found.group(1)} outside a tenant scope")
    return execute(sql, params, many, context)


def watch(connection, **kwargs):
    """connection_created receiver: every connection carries the wrapper once."""
    if refuse_unscoped not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_unscoped)


def role_faults(connection):
    """Why the connected role must not serve: an empty list means it is weak enough."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, superuser, bypass = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')"
            " AND (pg_has_role(current_user, c.relowner, 'USAGE') OR has_table_privilege(c.oid, 'TRUNCATE'))"
        )
        strong_tables = cursor.fetchone()[0]
    faults = []
    if superuser:
        faults.append(f"role {name} is a superuser")
    if bypass:
        faults.append(f"role {name} bypasses row-level security")
    if strong_tables:
        faults.append(f"role {name} owns or may truncate {strong_tables} tables")
    return faults


def refuse_strong_role(connection):
    """Raise ImproperlyConfigured unless the web and worker role is as weak as it must be."""
    faults = role_faults(connection)
    if faults:
        raise ImproperlyConfigured(
            "; ".join(faults)
            + f". Serve as the restricted role ({settings.APP_DATABASE_ROLE}); only migrations run as the owner."
        )
