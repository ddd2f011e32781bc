"""Work of the services app that nobody waits for: ids in, the tenant opened, one action called, twice is once."""

from celery import shared_task

from contracts.models import Contract
from services.actions.indicators import store_measurement
from tenancy import clock, scope
from tenancy.models import Tenant


@shared_task
def remeasure(*, tenant_id, contract_id):
    """Store a contract's measurement again, after something that counts has changed."""
    with scope.tenant(tenant_id):
        contract = Contract.objects.filter(pk=contract_id).first()
        if contract is not None:
            store_measurement(contract, on=clock.today(), at=clock.now())


@shared_task
def measure_all_contracts():
    """Every night: one measurement of every contract at work, each in a task of its own."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            contracts = list(Contract.objects.filter(state=Contract.State.ACTIVE).values_list("pk", flat=True))
        for contract_id in contracts:
            remeasure.delay(tenant_id=tenant_id, contract_id=str(contract_id))
