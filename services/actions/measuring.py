"""Asks for a contract's indicators to be measured again after something that counts has changed."""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper

from celery import current_app
from django.db import connection, transaction

from tenancy import scope

_asleep: ContextVar[bool] = ContextVar("fuyue_measuring_asleep", default=False)


@contextmanager
def asleep():
    """Wake nothing inside: for a load of months of records, which measures once at its end."""
    token = _asleep.set(True)
    try:
        yield
    finally:
        _asleep.reset(token)


def measure_again(contract_id):
    """Wake the measurement after the commit, once however much changed in it.

    A broker that doesn't answer costs nothing: the nightly run catches up.
    """
    if _asleep.get():
        return
    arguments = {"tenant_id": scope.current().tenant_id, "contract_id": str(contract_id)}
    if not any(_is_for(waiting[1], arguments) for waiting in connection.run_on_commit):
        transaction.on_commit(update_wrapper(partial(_wake, arguments), _wake), robust=True)


def _is_for(waiting, arguments):
    """Whether a waiting callback will wake the same measurement. It is dropped only when what asks now is rolled back, too."""
    return isinstance(waiting, partial) and waiting.func is _wake and waiting.args == (arguments,)


def _wake(arguments):
    current_app.send_task("services.tasks.remeasure", kwargs=arguments, retry=False)
