"""Runs long jobs: finds the handler, keeps the lease alive, ends the job well or badly."""

import logging
import threading
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.utils.module_loading import autodiscover_modules

from documents import leases
from documents.actions import jobs
from tenancy import scope
from tenancy.problems import Refused

log = logging.getLogger(__name__)
_handlers = {}


def handler(kind):
    """Register `make(job, progress)` as what does the jobs of a kind; write it in an app's tasks.py, which workers import.

    It is called outside any transaction, so that the screen sees it advance: open `scope.tenant(job.tenant_id)` to read,
    close it again before anything slow, and say `progress(done, total)` between the steps. It returns a function without
    arguments that keeps what was made and returns the result; that one runs in the transaction that ends the job, and
    only if no other worker has taken the job meanwhile. Raise Refused with a Chinese sentence for what no retry can mend.
    """

    def register(make):
        if _handlers.setdefault(kind, make) is not make:
            raise ValueError(f"two handlers for jobs of the kind {kind!r}")
        return make

    return register


def run(*, tenant_id, job_id, now):
    """Do the job if it waits for a worker; True when this call finished it. `now` is the clock."""
    with scope.tenant(tenant_id):
        job = jobs.claim(job_id, at=now())
    if job is None:
        return False
    try:
        with _heartbeat(job, now):
            keep = _handler_of(job.kind)(job, _progress(job, now))
        with scope.tenant(tenant_id):
            jobs.finish(job, keep, at=now())
        return True
    except jobs.Superseded:
        log.warning("job %s: another worker took it from attempt %s", job.pk, job.attempt)
    except Refused as refusal:
        _end_badly(jobs.fail, job, str(refusal), now)
    except Exception as error:
        log.exception("job %s failed on attempt %s", job.pk, job.attempt)
        _end_badly(jobs.give_back, job, f"{type(error).__name__}: {error}", now)
    return False


def _handler_of(kind):
    if kind not in _handlers:
        autodiscover_modules("tasks")  # outside a worker nobody has imported them yet
    return _handlers[kind]


def _end_badly(end, job, reason, now):
    try:
        with scope.tenant(job.tenant_id):
            end(job, reason, at=now())
    except jobs.Superseded:
        log.warning("job %s: another worker took it from attempt %s", job.pk, job.attempt)


def _progress(job, now):
    def progress(done, total):
        with scope.tenant(job.tenant_id):
            jobs.report(job, done=done, total=total, at=now())

    return progress


@contextmanager
def _heartbeat(job, now):
    """Renew the lease from beside the work: one step may take longer than the lease."""
    stopped = threading.Event()

    def beat():
        try:
            while not stopped.wait(leases.LEASE.total_seconds() / 4):
                try:
                    with scope.tenant(job.tenant_id):
                        jobs.renew(job, at=now())
                except DatabaseError:
                    log.warning("job %s: the lease could not be renewed", job.pk, exc_info=True)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"job-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
