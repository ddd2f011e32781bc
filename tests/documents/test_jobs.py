"""A job is asked for once, held by one worker, tried three times, finished once."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from documents import jobs as runner
from documents import leases, tasks
from documents.actions import jobs
from documents.models import Job
from tenancy import audit, clock, scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at

NOW = at("2024-11-18 17:20")


def later(**time):
    return NOW + timedelta(**time)


def ask(cast, key="one", when=NOW, by=None):
    return jobs.ask("test.sum", key, "求和", {"numbers": [1, 2]}, by=by or cast.agency_manager, at=when)


@pytest.fixture
def handled(monkeypatch):
    """Register a handler for this test: handled(function)."""

    def register(make):
        monkeypatch.setattr(runner, "_handlers", {"test.sum": make})

    return register


def run(cast, job, when=NOW):
    return runner.run(tenant_id=cast.tenant.pk, job_id=job.pk, now=lambda: when)


def reread(cast, job):
    with scope.tenant(cast.tenant.pk):
        return Job.objects.get(pk=job.pk)


def asked(cast, **options):
    with scope.tenant(cast.tenant.pk):
        return ask(cast, **options)


# --- asking ---------------------------------------------------------------------------------------------------------


def test_asking_twice_gives_the_same_job(act):
    first, second = ask(act), ask(act, when=later(minutes=5))
    assert (first.pk, Job.objects.count()) == (second.pk, 1)
    assert [event.action for event in audit.history(first)] == ["job.asked"]


def test_another_key_is_another_job(act):
    assert ask(act, "one").pk != ask(act, "two").pk


def test_a_finished_job_is_not_done_again(cast, handled):
    handled(lambda job, progress: dict)
    job = asked(cast)
    assert run(cast, job)
    assert asked(cast).pk == job.pk


def test_a_failed_job_may_be_asked_for_again(act):
    first = ask(act)
    Job.objects.filter(pk=first.pk).update(state="failed")
    assert ask(act).pk != first.pk


def test_the_database_refuses_a_second_open_job(act):
    first = ask(act)
    with pytest.raises(IntegrityError, match="job_once"), transaction.atomic():
        Job.objects.create(kind=first.kind, key=first.key, label="求和", asked_at=NOW)


def test_the_same_key_in_another_bureau_is_another_job(cast, strangers):
    mine, theirs = asked(cast), asked(strangers)
    assert mine.pk != theirs.pk


def test_workers_are_woken_after_the_commit_and_a_silent_broker_does_no_harm(
    cast, django_capture_on_commit_callbacks, monkeypatch, caplog
):
    sent = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda name, **options: sent.append((name, options)))
    with django_capture_on_commit_callbacks(execute=True):
        job = asked(cast)
        assert sent == []
    assert sent == [
        ("documents.tasks.run_job", {"kwargs": {"tenant_id": cast.tenant.pk, "job_id": str(job.pk)}, "retry": False})
    ]


# --- running --------------------------------------------------------------------------------------------------------


def test_a_job_runs_outside_a_transaction_and_keeps_its_result(cast, handled):
    def add(job, progress):
        assert not scope.is_open()
        progress(1, 2)
        total = sum(job.arguments["numbers"])
        return lambda: {"sum": total, "links": [{"label": "PDF", "route": "x", "pk": "1"}]}

    handled(add)
    job = asked(cast)
    assert run(cast, job)
    done = reread(cast, job)
    assert (done.state, done.result["sum"], done.attempt, done.done, done.total) == ("done", 3, 1, 2, 2)
    assert (done.lease_until, done.finished_at) == (None, NOW)


def test_progress_can_be_read_while_the_work_goes_on_and_renews_the_lease(cast, handled):
    seen = []

    def work(job, progress):
        progress(3, 9)
        row = reread(cast, job)
        seen.append((row.state, row.done, row.total, row.lease_until))
        return dict

    handled(work)
    run(cast, asked(cast))
    assert seen == [("running", 3, 9, NOW + leases.LEASE)]


def test_a_job_is_taken_by_one_worker_only(act):
    job = ask(act)
    assert jobs.claim(job.pk, at=NOW).attempt == 1
    assert jobs.claim(job.pk, at=later(seconds=79)) is None


def test_the_job_of_a_silent_worker_is_taken_over_and_the_old_worker_is_fenced_off(act):
    job = ask(act)
    old = jobs.claim(job.pk, at=NOW)
    new = jobs.claim(job.pk, at=later(seconds=80))
    assert (old.attempt, new.attempt) == (1, 2)
    assert not jobs.renew(old, at=later(seconds=81))
    with pytest.raises(jobs.Superseded):
        jobs.report(old, done=1, total=2, at=later(seconds=81))
    kept = []
    with pytest.raises(jobs.Superseded), transaction.atomic():
        jobs.finish(old, lambda: kept.append(1) or {}, at=later(seconds=81))
    assert kept == []
    jobs.finish(new, lambda: {"by": 2}, at=later(seconds=82))
    assert Job.objects.get(pk=job.pk).result == {"by": 2}


def test_a_worker_that_lost_its_job_in_the_middle_stops_and_changes_nothing(cast, handled, caplog):
    def work(job, progress):
        with scope.tenant(cast.tenant.pk):
            assert jobs.claim(job.pk, at=later(seconds=200)).attempt == 2
        progress(1, 2)
        raise AssertionError("it should have stopped")

    handled(work)
    job = asked(cast)
    assert not run(cast, job)
    row = reread(cast, job)
    assert (row.state, row.attempt, row.done) == ("running", 2, 0)


def test_what_is_kept_is_undone_when_keeping_fails(cast, handled):
    def work(job, progress):
        def keep():
            Job.objects.create(kind="x", key="x", label="x", asked_at=NOW)
            raise RuntimeError("disk full")

        return keep

    handled(work)
    job = asked(cast)
    assert not run(cast, job)
    with scope.tenant(cast.tenant.pk):
        assert not Job.objects.filter(kind="x").exists()
    assert reread(cast, job).state == "queued"


# --- failing --------------------------------------------------------------------------------------------------------


def broken(job, progress):
    raise ZeroDivisionError("7 / 0")


def test_an_unexpected_failure_is_tried_three_times_and_then_told(cast, handled, caplog):
    caplog.set_level(logging.CRITICAL)
    handled(broken)
    job = asked(cast)
    times = []
    moment = NOW
    for _ in range(4):
        run(cast, job, moment)
        row = reread(cast, job)
        times.append((row.state, row.attempt, row.lease_until and row.lease_until - moment))
        moment += timedelta(seconds=40)
    assert times == [
        ("queued", 1, timedelta(seconds=10)),
        ("queued", 2, timedelta(seconds=20)),
        ("failed", 3, None),
        ("failed", 3, None),
    ]
    number = job.pk.hex[-8:].upper()
    assert reread(cast, job).error == f"试了 3 次都没有完成。请再生成一次；仍不成功时把编号 {number} 告诉系统管理员"
    with scope.tenant(cast.tenant.pk):
        assert [event.action for event in audit.history(job)] == ["job.asked", "job.retry", "job.retry", "job.failed"]
        assert AuditEvent.objects.get(action="job.failed").detail["reason"] == "ZeroDivisionError: 7 / 0"


def test_a_job_that_rests_is_not_taken_before_its_time(cast, handled, caplog):
    caplog.set_level(logging.CRITICAL)
    handled(broken)
    job = asked(cast)
    run(cast, job)
    with scope.tenant(cast.tenant.pk):
        assert jobs.claim(job.pk, at=later(seconds=9)) is None
        assert jobs.claim(job.pk, at=later(seconds=10)).attempt == 2


def test_a_refusal_is_not_retried(cast, handled):
    def refuse(job, progress):
        raise Refused("月报还没有提交", ["先提交月报"])

    handled(refuse)
    job = asked(cast)
    run(cast, job)
    row = reread(cast, job)
    assert (row.state, row.attempt, row.error) == ("failed", 1, "月报还没有提交；先提交月报")


def test_two_handlers_for_one_kind_are_a_mistake_of_the_programmer(monkeypatch):
    monkeypatch.setattr(runner, "_handlers", {})
    runner.handler("test.sum")(broken)
    with pytest.raises(ValueError, match="two handlers"):
        runner.handler("test.sum")(lambda job, progress: dict)


def test_a_worker_that_lost_its_job_can_not_end_it_badly_either(act):
    job = ask(act)
    old = jobs.claim(job.pk, at=NOW)
    jobs.claim(job.pk, at=later(seconds=80))
    for end in (jobs.give_back, jobs.fail):
        with pytest.raises(jobs.Superseded), transaction.atomic():
            end(old, "太迟", at=later(seconds=81))
    assert (Job.objects.get(pk=job.pk).state, Job.objects.get(pk=job.pk).attempt) == ("running", 2)


# --- the sweeper ----------------------------------------------------------------------------------------------------


@pytest.fixture
def woken(monkeypatch):
    ids = []
    monkeypatch.setattr(jobs, "_wake_after_commit", ids.append)
    return ids


def test_a_job_that_nobody_heard_of_is_announced_again_after_half_a_minute(act, woken):
    job = ask(act)
    woken.clear()
    assert (jobs.recover(at=later(seconds=29)), woken) == (0, [])
    assert (jobs.recover(at=later(seconds=30)), woken) == (1, [job.pk])


def test_the_job_of_a_dead_worker_is_announced_when_its_lease_is_over(act, woken):
    job = ask(act)
    jobs.claim(job.pk, at=NOW)
    woken.clear()
    assert jobs.recover(at=later(seconds=79)) == 0
    assert (jobs.recover(at=later(seconds=80)), woken) == (1, [job.pk])


def test_a_job_that_kills_its_worker_three_times_is_given_up(act, woken):
    job = ask(act)
    for number in range(3):
        assert jobs.claim(job.pk, at=later(seconds=100 * number)).attempt == number + 1
    assert jobs.claim(job.pk, at=later(seconds=300)) is None
    assert jobs.recover(at=later(seconds=300)) == 0
    assert Job.objects.get(pk=job.pk).state == "failed"


def test_finished_and_failed_jobs_are_left_alone(act, woken):
    jobs.finish(jobs.claim(ask(act, "done").pk, at=NOW), dict, at=NOW)
    jobs.fail(jobs.claim(ask(act, "bad").pk, at=NOW), "没有数据", at=NOW)
    woken.clear()
    assert (jobs.recover(at=later(days=9)), woken) == (0, [])


def test_the_sweeper_goes_through_every_bureau(cast, strangers, monkeypatch):
    woken = []
    monkeypatch.setattr(jobs, "_wake_after_commit", lambda pk: woken.append((scope.current().tenant_id, pk)))
    monkeypatch.setattr(clock, "now", lambda: later(minutes=5))
    mine, theirs = asked(cast), asked(strangers)
    woken.clear()
    tasks.recover_jobs()
    assert sorted(woken) == sorted([(cast.tenant.pk, mine.pk), (strangers.tenant.pk, theirs.pk)])


# --- what the screen says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "words"),
    [
        (0, 9, 10, ""),
        (6, 9, 40, "约 20 秒"),
        (1, 9, 40, "约 6 分钟"),
        (9, 9, 40, "约 5 秒"),
        (3, 9, 1, "约 5 秒"),
        (1, 2, 90, "约 90 秒"),
        (1, 2, 91, "约 2 分钟"),
        (0, 0, 10, ""),
    ],
)
def test_the_time_left_follows_the_pace_so_far(done, total, elapsed, words):
    assert (
        leases.time_left_words(leases.seconds_left(done=done, total=total, elapsed=timedelta(seconds=elapsed))) == words
    )


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ("queued", "", "可以离开本页，完成后回到这里取。"),
        ("queued", "第 1 次没有完成，稍后自动再试", "第 1 次没有完成，稍后自动再试。可以离开本页，完成后回到这里取。"),
        ("running", "", "可以离开本页，完成后回到这里取。还要约 20 秒。"),
        ("done", "", ""),
        ("failed", "月报还没有提交", "月报还没有提交"),
    ],
)
def test_a_job_says_what_one_may_do_meanwhile(state, error, words):
    job = SimpleNamespace(state=state, error=error, done=6, total=9, started_at=NOW)
    assert leases.told(job, now=later(seconds=40)) == words


def fragment(client, cast, job):
    return client.get(reverse("documents:job", kwargs={"tenant": cast.tenant.slug, "pk": job.pk}))


def test_the_row_of_an_open_job_asks_for_itself_every_second(cast, sign_in):
    job = asked(cast)
    with scope.tenant(cast.tenant.pk):
        jobs.report(jobs.claim(job.pk, at=clock.now()), done=6, total=9, at=clock.now())
    page = fragment(sign_in(cast.agency_manager), cast, job).content.decode()
    assert f'hx-get="/qinghe/files/jobs/{job.pk}/" hx-trigger="every 1s"' in page
    assert "6 / 9 步" in page


def test_the_row_of_a_finished_job_stops_asking_and_links_to_the_result(cast, sign_in):
    job = asked(cast)
    with scope.tenant(cast.tenant.pk):
        result = {"links": [{"label": "打开", "route": "documents:job", "pk": job.pk}]}
        jobs.finish(jobs.claim(job.pk, at=NOW), lambda: result, at=NOW)
    page = fragment(sign_in(cast.agency_manager), cast, job).content.decode()
    assert "hx-get" not in page
    assert f'href="/qinghe/files/jobs/{job.pk}/">打开</a>' in page


@pytest.mark.parametrize(
    ("who", "code"), [("agency_manager", 200), ("social_worker", 200), ("contract_manager", 404), ("expert", 404)]
)
def test_only_the_askers_organisation_sees_a_job(cast, sign_in, who, code):
    assert fragment(sign_in(cast.members[who]), cast, asked(cast)).status_code == code


def test_a_rival_agency_and_another_bureau_see_no_job(cast, strangers, sign_in):
    job = asked(cast)
    assert fragment(sign_in(cast.rivals["agency_manager"]), cast, job).status_code == 404
    assert fragment(sign_in(strangers.agency_manager), strangers, job).status_code == 404


def test_a_job_of_the_system_itself_belongs_to_nobody(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        job = jobs.ask("test.sum", "nightly", "求和", {}, by=None, at=NOW)
    assert fragment(sign_in(cast.agency_manager), cast, job).status_code == 404
