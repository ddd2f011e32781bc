"""Accepted or returned by the bureau; what changes afterwards is told as a correction."""

from datetime import date

import pytest

from documents.models import Job
from services.actions import records
from services.actions import reports as actions
from services.models import MonthlyReport, ReportMove
from services.queries import reports as queries
from services.reporting.figures import collect
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.services.reports.arranged import TOLD_AT, by_code, handed_in, inside, returned


def test_a_return_is_drafted_from_what_differs_and_comes_again_as_the_next_round(cast, handed, scene):
    with inside(cast):
        records.return_record(scene.other, reason="补签到表", by=cast.quality_control, at=TOLD_AT)
        check = queries.check(handed, queries.moves_of(handed))
        assert [(row.subject, row.part, row.old, row.new) for row in check.differences] == [
            ("社区活动", "累计", 3, 2),
            ("社区活动", "本月", 2, 1),
            ("社区活动", "石桥街道", 1, 0),
            ("社区活动", "本月记录", 3, 2),
            ("社区活动", "参加", 88, 48),
        ]
        assert check.is_whole
        back = returned(cast, handed, reason="“社区活动”累计请改为 2")
        assert (back.state, back.mend_by, back.return_reason) == (
            "returned",
            date(2024, 7, 8),
            "“社区活动”累计请改为 2",
        )
        again = handed_in(cast, back, when=at("2024-07-05 09:00"))
        assert (again.round, by_code(again.snapshot.data)["EV"]["value"]) == (2, "2")
        changes, texts = queries.changes_since_last_round(queries.moves_of(again))
        assert next((row.part, row.old, row.new) for row in changes) == ("累计", 3, 2)
        assert texts == []
        assert Job.objects.count() == 2


def test_an_acceptance_keeps_what_was_known_to_differ(cast, handed, scene):
    with inside(cast):
        records.return_record(scene.other, reason="补签到表", by=cast.quality_control, at=TOLD_AT)
        taken = actions.accept_report(handed, by=cast.contract_manager, at=TOLD_AT, remark=queries.remark_on(handed))
        assert taken.state == "accepted"
        assert ReportMove.objects.get(verb="accept").reason.startswith(
            "接收时 5 处与记录不一致：“社区活动”累计 3 → 2 场；"
        )


@pytest.mark.parametrize(
    "decide",
    [lambda report, by: actions.accept_report(report, by=by, at=TOLD_AT), lambda report, by: returned_by(report, by)],
)
@pytest.mark.parametrize("who", ["agency_manager", "bureau_leader", "bureau_finance"])
def test_only_the_bureaus_reviewers_decide(cast, handed, who, decide):
    with inside(cast), pytest.raises(Refused, match="只有甲方经办人和科室负责人"):
        decide(handed, cast.members[who])


def returned_by(report, by):
    return actions.return_report(report, reason="x", mend_by=date(2024, 7, 8), by=by, at=TOLD_AT)


@pytest.mark.parametrize(
    ("reason", "mend_by", "told"),
    [(" ", date(2024, 7, 8), "退回须写明要改什么"), ("改", date(2024, 7, 1), "修改期限不得早于今天")],
)
def test_a_return_says_what_and_by_when(cast, handed, reason, mend_by, told):
    with inside(cast), pytest.raises(Refused, match=told):
        actions.return_report(handed, reason=reason, mend_by=mend_by, by=cast.contract_manager, at=TOLD_AT)


def test_two_reviewers_at_once_are_one_decision(cast, handed):
    with inside(cast):
        seen = MonthlyReport.objects.select_related("contract").get(pk=handed.pk)
        actions.accept_report(handed, by=cast.section_chief, at=TOLD_AT)
        with pytest.raises(Conflict):
            returned(cast, seen)


def test_an_accepted_report_is_closed(cast, handed):
    with inside(cast):
        taken = actions.accept_report(handed, by=cast.contract_manager, at=TOLD_AT)
        for act in (
            lambda: returned(cast, taken),
            lambda: actions.submit_report(taken, by=cast.agency_manager, at=TOLD_AT),
        ):
            with pytest.raises(Refused, match="已接收"):
                act()


def test_what_changes_after_acceptance_is_told_once_in_the_next_report(cast, handed, scene):
    with inside(cast):
        actions.accept_report(handed, by=cast.contract_manager, at=TOLD_AT)
        records.return_record(
            scene.other, reason="人数不足，质控改判", by=cast.quality_control, at=at("2024-07-20 10:00")
        )
        july = actions.draft_report(cast.contract, date(2024, 7, 1), by=None, at=at("2024-08-01 01:30"))
        told = collect(july)["corrections"]
        assert [(row["month"], row["code"], row["before"], row["after"], row["reason"]) for row in told] == [
            ("2024-06-01", "EV", "3", "2", "提交后退回 1 条")
        ]
        handed_in(cast, july, when=at("2024-08-02 09:00"))
        august = actions.draft_report(cast.contract, date(2024, 8, 1), by=None, at=at("2024-09-01 01:30"))
        assert collect(august)["corrections"] == []


def test_a_report_that_is_not_accepted_needs_no_correction(cast, handed, scene):
    with inside(cast):
        records.return_record(scene.other, reason="改判", by=cast.quality_control, at=at("2024-07-20 10:00"))
        july = actions.draft_report(cast.contract, date(2024, 7, 1), by=None, at=at("2024-08-01 01:30"))
        assert collect(july)["corrections"] == []
