"""Drafted once, written without losing a word, frozen when handed in."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from documents.actions import snapshots
from documents.models import Job, Snapshot
from services import tasks
from services.actions import records
from services.actions import reports as actions
from services.models import MonthlyReport
from services.reporting.figures import collect
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.services.reports.arranged import JUNE, TEXTS, TOLD_AT, by_code, handed_in, inside, written


def test_every_month_that_is_over_gets_one_report_however_often_it_is_drafted(cast):
    with inside(cast):
        first = actions.draft_due_reports(at=at("2024-04-01 01:30"))
        again = actions.draft_due_reports(at=at("2024-04-01 01:31"))
        assert [row.month for row in first] == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
        assert again == []
        assert [row.due_on for row in first] == [
            date(2024, 2, 5),
            date(2024, 3, 5),
            date(2024, 4, 7),
        ]  # 5 April is a holiday, Sunday the 7th a made-up working day
        assert AuditEvent.objects.filter(action="report.draft").count() == 3


def test_a_contract_that_is_not_at_work_gets_none(cast):
    with inside(cast):
        type(cast.contract).objects.update(state="closed")
        assert actions.draft_due_reports(at=at("2024-04-01 01:30")) == []


def test_the_nightly_task_goes_through_every_bureau(cast, strangers):
    tasks.draft_monthly_reports()
    tasks.draft_monthly_reports()
    for bureau in (cast, strangers):
        with inside(bureau):
            assert MonthlyReport.objects.count() == 6


@pytest.mark.parametrize("month", [date(2024, 7, 1), date(2023, 12, 1), date(2024, 6, 2)])
def test_a_month_that_is_not_over_or_outside_the_term_is_refused(act, month):
    with pytest.raises(Refused, match="还没有过完"):
        actions.draft_report(act.contract, month, by=None, at=TOLD_AT)


def test_the_database_refuses_a_second_report_of_a_month(cast, report):
    with inside(cast), pytest.raises(IntegrityError, match="monthlyreport_once"), transaction.atomic():
        MonthlyReport.objects.create(contract=cast.contract, month=JUNE, created_at=TOLD_AT)


def test_words_are_kept_as_they_are_typed(cast, report):
    with inside(cast):
        kept = written(cast, report)
        assert (kept.version, kept.problems, kept.next_month) == (2, TEXTS["problems"], "补齐签到表")
        kept = actions.save_texts(kept, version=2, by=cast.quality_control, at=TOLD_AT, highlight="一例")
        assert (kept.version, kept.problems, kept.highlight) == (3, TEXTS["problems"], "一例")


def test_writing_over_somebody_elses_words_is_told_and_loses_nothing(cast, report):
    with inside(cast):
        actions.save_texts(report, version=1, by=cast.quality_control, at=TOLD_AT, problems="质控写的")
        with pytest.raises(Conflict, match="别人刚改过这份月报"):
            actions.save_texts(report, version=1, by=cast.agency_manager, at=TOLD_AT, problems="主管写的")
        assert MonthlyReport.objects.get(pk=report.pk).problems == "质控写的"


def test_the_same_words_sent_twice_are_no_conflict(cast, report):
    with inside(cast):
        for _ in range(2):
            actions.save_texts(report, version=1, by=cast.agency_manager, at=TOLD_AT, **TEXTS)
        assert MonthlyReport.objects.get(pk=report.pk).version == 2


def test_a_text_may_not_be_endless(cast, report):
    with inside(cast), pytest.raises(Refused) as refusal:
        written(cast, report, problems="长" * 6001)
    assert refusal.value.problems == ["“问题与措施”超过 6000 字"]


@pytest.mark.parametrize("who", ["social_worker", "contract_manager", "rival"])
def test_only_the_agency_that_performs_the_contract_writes(cast, report, who):
    by = cast.rivals["agency_manager"] if who == "rival" else cast.members[who]
    with inside(cast), pytest.raises(Refused, match="只有承接本合同的机构"):
        actions.save_texts(report, version=1, by=by, at=TOLD_AT, problems="x")


def test_a_report_without_its_words_is_refused_with_everything_that_is_missing(cast, report):
    with inside(cast):
        with pytest.raises(Refused) as refusal:
            actions.submit_report(report, by=cast.agency_manager, at=TOLD_AT)
        assert refusal.value.problems == ["“问题与措施”未填", "“下月计划”未填"]
        assert (Snapshot.objects.count(), Job.objects.count()) == (0, 0)


def test_handing_in_freezes_the_figures_and_asks_for_the_files(cast, report):
    with inside(cast):
        expected = collect(report)
        handed = handed_in(cast, report)
        data = handed.snapshot.data
        assert (handed.state, handed.round, handed.submitted_at) == ("submitted", 1, TOLD_AT)
        assert {name: data[name] for name in expected} == expected
        assert (data["texts"], data["round"]) == (TEXTS, 1)
        assert snapshots.verify(handed.snapshot)
        assert [move.verb for move in handed.moves.all()] == ["draft", "submit"]
        assert Job.objects.get().key == f"{handed.pk}:1"


def test_handed_in_twice_at_once_it_is_one_round(cast, report):
    with inside(cast):
        ready = written(cast, report)
        first = actions.submit_report(MonthlyReport.objects.get(pk=ready.pk), by=cast.agency_manager, at=TOLD_AT)
        with pytest.raises(Refused):
            actions.submit_report(ready, by=cast.agency_manager, at=TOLD_AT)
        assert (MonthlyReport.objects.get(pk=first.pk).round, Snapshot.objects.count(), Job.objects.count()) == (
            1,
            1,
            1,
        )


def test_what_changes_after_handing_in_does_not_change_what_was_handed_in(cast, report, scene):
    with inside(cast):
        handed = handed_in(cast, report)
        records.return_record(scene.other, reason="补签到表", by=cast.quality_control, at=TOLD_AT)
        assert by_code(Snapshot.objects.get(pk=handed.snapshot_id).data)["EV"]["value"] == "3"
        assert by_code(collect(handed))["EV"]["value"] == "2"


def test_the_database_refuses_a_handed_in_report_without_figures(cast, report):
    with inside(cast), pytest.raises(IntegrityError, match="monthlyreport_frozen"), transaction.atomic():
        MonthlyReport.objects.filter(pk=report.pk).update(state="submitted", submitted_at=TOLD_AT)
