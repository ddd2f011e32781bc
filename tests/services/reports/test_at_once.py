"""A report asked for by several at the same instant comes out once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from documents.models import Job, Snapshot
from services.actions import reports as actions
from services.models import MonthlyReport
from tenancy import scope
from tenancy.problems import Refused
from tests.cast import make_cast
from tests.services.reports.arranged import JUNE, TOLD_AT, written

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
THREADS = 6


@pytest.fixture
def bureau():
    return make_cast()


def at_once(member, act):
    """What each of the threads got: the act's answer, or the refusal's words."""
    barrier = Barrier(THREADS)

    def one(_):
        try:
            with scope.acting(member):
                barrier.wait()
                return act()
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_drafted_at_once_it_is_one_report(bureau):
    ids = at_once(bureau.agency_manager, lambda: actions.draft_report(bureau.contract, JUNE, by=None, at=TOLD_AT).pk)
    with scope.tenant(bureau.tenant.pk):
        assert set(ids) == {MonthlyReport.objects.get().pk}


def test_handed_in_at_once_it_is_one_round_with_one_snapshot_and_one_job(bureau):
    with scope.tenant(bureau.tenant.pk):
        report = written(bureau, actions.draft_report(bureau.contract, JUNE, by=None, at=TOLD_AT))
    answers = at_once(
        bureau.agency_manager,
        lambda: (
            actions.submit_report(
                MonthlyReport.objects.select_related("contract").get(pk=report.pk), by=bureau.agency_manager, at=TOLD_AT
            ).round
        ),
    )
    assert answers.count(1) == 1
    assert len([answer for answer in answers if isinstance(answer, str)]) == THREADS - 1
    with scope.tenant(bureau.tenant.pk):
        assert (MonthlyReport.objects.get().round, Snapshot.objects.count(), Job.objects.count()) == (1, 1, 1)
