"""One tenant at a time. A query outside a scope raises; inside, PostgreSQL filters every tenant table by row-level security.

`acting(membership)` serves people, `tenant(tenant_id)` serves tasks and commands. Both open a transaction, because the
database's setting is transaction-local: a session-level setting would survive the return of a pooled connection.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction


class NoTenant(Exception):
    """A tenant table was touched outside a scope."""


@dataclass(frozen=True)
class Scope:
    tenant_id: int
    account_id: int | None = None


_scope: ContextVar[Scope | None] = ContextVar("fuyue_scope", default=None)
# Tests switch the Python half off to prove that the database alone is enough.
filtering: ContextVar[bool] = ContextVar("fuyue_filtering", default=True)


def current():
    """The open scope; raises NoTenant when there is none."""
    scope = _scope.get()
    if scope is None:
        raise NoTenant("no tenant scope is open: use tenancy.scope.acting() or tenancy.scope.tenant()")
    return scope


def is_open():
    return _scope.get() is not None


@contextmanager
def _opened(scope, *, read_only=False):
    outer = _scope.get()
    if outer is not None and outer.tenant_id != scope.tenant_id:
        raise NoTenant("another tenant's scope is already open")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.tenant_id', %s, true), set_config('app.account_id', %s, true)",
                [str(scope.tenant_id), str(scope.account_id or "")],
            )
            if read_only and outer is None:
                cursor.execute("SET TRANSACTION READ ONLY")
        token = _scope.set(scope)
        try:
            yield scope
        finally:
            _scope.reset(token)
        if outer is None and connection.savepoint_ids:
            # An outer transaction (a test's) goes on after us: never let the setting leak into it. Our own transaction takes
            # it along when it ends, and after an error the rollback restores it.
            _clear(("app.tenant_id", "app.account_id"))


def _clear(names):
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT set_config(%s, '', true)", [name])


def acting(membership, *, read_only=False):
    """Open the membership's tenant for its account. `read_only` makes PostgreSQL refuse writes (GET requests)."""
    return _opened(Scope(membership.tenant_id, membership.account_id), read_only=read_only)


def entering(tenant_id, account_id, *, read_only=False):
    """Open a tenant for an account whose membership is still to be looked up inside."""
    return _opened(Scope(tenant_id, account_id), read_only=read_only)


def tenant(tenant_id):
    """Open a tenant for the system itself: tasks, commands, sign-in."""
    return _opened(Scope(tenant_id))


@contextmanager
def account(account_id):
    """Let one account read its own memberships in all tenants, before a tenant is chosen."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.account_id', %s, true)", [str(account_id)])
        yield
        _clear(("app.account_id",))
