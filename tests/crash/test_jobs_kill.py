"""Jobs under real threads and real processes: asked for by many at once, and killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from documents import tasks
from documents.actions import jobs
from documents.models import Job, Snapshot
from tenancy import clock, scope
from tests.cast import at, make_cast

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
THREADS = 8


def wait_until(claim, seconds=40):
    for _ in range(seconds * 10):
        if claim():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def bureau():
    return make_cast()


def test_eight_threads_that_ask_at_once_get_one_job(bureau):
    barrier = Barrier(THREADS)

    def ask(_):
        try:
            with scope.acting(bureau.agency_manager):
                barrier.wait()
                return jobs.ask("crash.count", "2024-10", "月报", {}, by=bureau.agency_manager, at=at()).pk
        finally:
            connection.close()

    for _ in range(5):
        with ThreadPoolExecutor(THREADS) as pool:
            assert len(set(pool.map(ask, range(THREADS)))) == 1
    with scope.tenant(bureau.tenant.pk):
        assert Job.objects.count() == 1


def test_eight_workers_that_claim_at_once_are_one_winner(bureau):
    with scope.tenant(bureau.tenant.pk):
        job = jobs.ask("crash.count", "2024-10", "月报", {}, by=None, at=at())
    barrier = Barrier(THREADS)

    def claim(_):
        try:
            with scope.tenant(bureau.tenant.pk):
                barrier.wait()
                return jobs.claim(job.pk, at=at()) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(claim, range(THREADS))) == [False] * (THREADS - 1) + [True]


@pytest.fixture
def worker(tmp_path):
    """worker() starts a Celery worker on the test's database and broker; all that are left are killed afterwards."""
    database = connection.settings_dict
    host = f"{database['HOST']}" if database["HOST"] else ""
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={host}&assume_role={settings.APP_DATABASE_ROLE}"
    if database["PORT"]:
        url += f"&port={database['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "DATABASE_POOL": "0",
        "PYTHONWARNINGS": "ignore",
    }
    started = []

    def start():
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-I",
            "tests.crash.worker",
            "-c",
            "1",
            "-l",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
        log = (tmp_path / f"worker{len(started)}.log").open("w+")
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        started.append((process, log))
        if not wait_until(lambda: "worker is up" in (tmp_path / f"worker{len(started) - 1}.log").read_text()):
            raise AssertionError((tmp_path / f"worker{len(started) - 1}.log").read_text())
        return process

    yield start
    for process, log in started:
        kill(process)
        log.close()


def kill(process):
    """kill -9 of the worker and its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_the_job_of_a_killed_worker_is_done_once_by_another(bureau, worker, tmp_path):
    log = tmp_path / "attempts"
    first = worker()
    with scope.tenant(bureau.tenant.pk):
        job = jobs.ask("crash.count", "2024-10", "月报", {"log": str(log)}, by=None, at=clock.now())

    def row():
        with scope.tenant(bureau.tenant.pk):
            return Job.objects.get(pk=job.pk)

    assert wait_until(lambda: row().done == 1), "the first worker did not start the job"
    kill(first)
    worker()
    tasks.recover_jobs()
    time.sleep(1)
    assert (row().state, row().attempt) == ("running", 1), "a lease that still runs must not be broken"

    with scope.tenant(bureau.tenant.pk):  # eighty seconds pass
        Job.objects.update(lease_until=clock.now())
    for _ in range(3):
        tasks.recover_jobs()
    assert wait_until(lambda: row().state == "done"), row().error
    tasks.recover_jobs()
    time.sleep(1)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["1", "2"]
    with scope.tenant(bureau.tenant.pk):
        made = Snapshot.objects.get(kind="crash")
    assert (row().attempt, row().result) == (2, {"snapshot": str(made.pk)})
