"""A real Celery worker with one extra kind of job, which stops half-way on its first attempt until somebody kills it.

celery -A config worker --include tests.crash.worker
"""

import os
import time
from pathlib import Path

from celery.signals import worker_process_init

from documents import jobs
from documents.actions import snapshots


@worker_process_init.connect
def say(**kwargs):
    print("worker is up", flush=True)


@jobs.handler("crash.count")
def count(job, progress):
    log = Path(job.arguments["log"])
    with log.open("a") as lines:
        lines.write(f"{job.attempt} {os.getpid()}\n")
    progress(1, 2)
    if job.attempt == 1:
        time.sleep(300)

    def keep():
        made = snapshots.freeze("crash", {"attempt": job.attempt}, by=None, at=job.asked_at)
        return {"snapshot": made.pk}

    return keep
