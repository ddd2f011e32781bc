"""What workers and the beat do for papers: run a job, and recover what crashed."""

from celery import shared_task

from documents import jobs
from documents.actions.jobs import recover
from tenancy import clock, scope
from tenancy.models import Tenant


@shared_task
def run_job(*, tenant_id, job_id):
    jobs.run(tenant_id=tenant_id, job_id=job_id, now=clock.now)


@shared_task
def recover_jobs():
    """Every 30 seconds: with the lease a crashed job runs again within two minutes, whatever the broker remembers."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            recover(at=clock.now())
