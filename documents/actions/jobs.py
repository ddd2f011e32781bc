"""Long work: asked for once, held by one worker at a time, finished once.

The row is the truth. A worker holds a job by its attempt number: whoever lost the lease can neither report nor finish.
"""

from celery import current_app
from django.db import transaction
from django.db.models import F, Q

from documents import canonical, leases
from documents.models import Job
from tenancy import audit, scope


class Superseded(Exception):
    """Another worker has taken the job; whatever this one made must not be kept."""


@transaction.atomic
def ask(kind, key, label, arguments, *, by, at):
    """Ask for work, and return its Job; however often the same (kind, key) is asked for, there is one job and one result.

    `kind` names a handler (documents.jobs.handler), `label` is what people read, `arguments` holds ids only. A job that
    failed frees its key. Workers are woken after the commit; when the broker is down the sweeper does it.
    """
    asked = Job(kind=kind, key=key, label=label, arguments=canonical.plain(arguments), asked_by=by, asked_at=at)
    Job.objects.bulk_create([asked], ignore_conflicts=True)
    job = Job.objects.exclude(state=leases.FAILED).get(kind=kind, key=key)
    if job.pk == asked.pk:
        audit.record("job.asked", by=by, at=at, target=job, kind=kind, key=key)
        _wake_after_commit(job.pk)
    return job


@transaction.atomic
def claim(job_id, *, at):
    """Take a job that waits, or whose worker is silent; returns it with its new attempt, or None when there is nothing to take."""
    waits = Q(state=leases.QUEUED) & (Q(lease_until=None) | Q(lease_until__lte=at))
    silent = Q(state=leases.RUNNING, lease_until__lte=at)
    won = Job.objects.filter(waits | silent, pk=job_id, attempt__lt=leases.ATTEMPTS).update(
        state=leases.RUNNING, attempt=F("attempt") + 1, lease_until=at + leases.LEASE, started_at=at, done=0, total=0
    )
    return Job.objects.get(pk=job_id) if won else None


@transaction.atomic
def renew(job, *, at):
    """Say that the worker still lives; False when another one has taken the job."""
    return bool(_held(job).update(lease_until=at + leases.LEASE))


@transaction.atomic
def report(job, *, done, total, at):
    """Say how far the work is, for the screen, and renew the lease; raises Superseded when another worker has the job."""
    if not _held(job).update(done=min(done, total), total=total, lease_until=at + leases.LEASE):
        raise Superseded


@transaction.atomic
def finish(job, keep, *, at):
    """Keep what was made and end the job in one transaction, unless another worker has taken it (Superseded).

    `keep` writes the result and returns it as a dict of plain values; result["links"] lists what people may open:
    {"label", "route", "pk"}.
    """
    if _held(job).select_for_update().first() is None:
        raise Superseded
    result = canonical.plain(keep())
    _move(job, "finish", result=result, error="", done=F("total"), lease_until=None, finished_at=at)
    audit.record("job.done", by=None, at=at, target=job, kind=job.kind, attempt=job.attempt)


@transaction.atomic
def give_back(job, reason, *, at):
    """After an unexpected failure: rest and try again, or give up after the last attempt. `reason` goes to the trail."""
    if leases.may_try_again(job.attempt):
        told = leases.RETRYING.format(attempt=job.attempt)
        _move(job, "give_back", error=told, lease_until=at + leases.pause_after(job.attempt))
        audit.record(
            "job.retry", by=None, at=at, target=job, outcome="failed", attempt=job.attempt, reason=reason[:200]
        )
    else:
        told = leases.GIVEN_UP.format(attempts=job.attempt, number=leases.number_of(job.pk))
        fail(job, told, reason=reason, at=at)


@transaction.atomic
def fail(job, told, *, at, reason=""):
    """End the job without a result; `told` is the Chinese sentence on the screen."""
    _move(job, "fail", error=told[:400], lease_until=None, finished_at=at)
    audit.record(
        "job.failed", by=None, at=at, target=job, outcome="failed", attempt=job.attempt, reason=(reason or told)[:200]
    )


@transaction.atomic
def recover(*, at):
    """Put right what crashed workers and a forgetful broker left: give up what was tried enough, announce the rest again.

    Returns how many jobs were announced. May run as often as one likes, anywhere.
    """
    unheard = Q(state=leases.QUEUED, lease_until=None, asked_at__lte=at - leases.UNHEARD)
    late = Q(state__in=[leases.QUEUED, leases.RUNNING], lease_until__lte=at)
    announced = 0
    for job in Job.objects.filter(unheard | late).select_for_update(skip_locked=True, of=("self",)):
        if job.state == leases.RUNNING and not leases.may_try_again(job.attempt):
            give_back(job, "the worker went silent", at=at)
        else:
            _wake_after_commit(job.pk)
            announced += 1
    return announced


def _held(job):
    return Job.objects.filter(pk=job.pk, state=leases.RUNNING, attempt=job.attempt)


def _move(job, verb, **changes):
    """Compare-and-set by state and attempt; every other worker's claim has raised the attempt."""
    sources, goal = leases.MOVES[verb]
    if not Job.objects.filter(pk=job.pk, attempt=job.attempt, state__in=sources).update(state=goal, **changes):
        raise Superseded


def _wake_after_commit(job_id):
    tenant_id = scope.current().tenant_id
    # Robust: when the broker does not answer the job simply waits for the sweeper.
    transaction.on_commit(lambda: _wake(tenant_id, job_id), robust=True)


def _wake(tenant_id, job_id):
    arguments = {"tenant_id": tenant_id, "job_id": str(job_id)}
    current_app.send_task("documents.tasks.run_job", kwargs=arguments, retry=False)
