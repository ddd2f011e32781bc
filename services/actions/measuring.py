"""Asks for a contract's indicators to be measured again after something that counts has changed."""

from celery import current_app
from django.db import transaction

from tenancy import scope


def measure_again(contract_id):
    """Wake the measurement after the commit. A broker that doesn't answer costs nothing: the nightly run catches up."""
    arguments = {"tenant_id": scope.current().tenant_id, "contract_id": str(contract_id)}
    transaction.on_commit(lambda: _wake(arguments), robust=True)


def _wake(arguments):
    current_app.send_task("services.tasks.remeasure", kwargs=arguments, retry=False)
