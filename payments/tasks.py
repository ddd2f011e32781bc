"""What workers and the beat do for money: check every open milestone, every night."""

from celery import shared_task

from contracts.models import Contract
from payments.actions.milestones import check_contract
from tenancy import clock, scope
from tenancy.models import Tenant


@shared_task
def check_milestones(*, tenant_id, contract_id):
    """Check one contract's open milestones; running it again only checks again. Returns how many."""
    with scope.tenant(tenant_id):
        return check_contract(Contract.objects.get(pk=contract_id), at=clock.now())


@shared_task
def check_all_milestones():
    """Every night: the open milestones of every contract that was ever at work, each contract in a task of its own. Returns how many contracts."""
    asked = 0
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            contracts = Contract.objects.filter(
                state__in=["active", "closed", "terminated"], milestones__state="open"
            ).distinct()
            ids = [str(pk) for pk in contracts.order_by().values_list("pk", flat=True)]
        for contract_id in ids:
            check_milestones.delay(tenant_id=tenant_id, contract_id=contract_id)
        asked += len(ids)
    return asked
