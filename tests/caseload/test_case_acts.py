"""Beside and after the stages: sessions that count, the supervisor's review, referrals, follow-ups, reopening, crisis."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions import cases, papers, referrals, reopening, reviews
from caseload.actions.sessions import note_session_papers
from caseload.casefile.sheets import sheet
from caseload.models import Case, CaseFollowUp, CaseMove, CasePaper, CaseReferral, CaseReview
from caseload.rules import cases as rules
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.caseload.conftest import carry_out, filed, hand_in, opened, to_closed
from tests.caseload.filled import LONG, required, whole
from tests.cast import at

LATER = "2025-01-20 10:00"  # more than six months after the plan of 2024-06-03


def refused(act, **known):
    with pytest.raises(Refused) as told:
        act(**known)
    return [told.value.message, *map(str, told.value.problems)]


# --- sessions -------------------------------------------------------------------------------------------------------
def asks_for(cast, sessions, direct):
    cast.contract.parameters = {"case_sessions": sessions, "case_direct_sessions": direct}
    cast.contract.save()


@pytest.mark.parametrize(
    ("sessions", "direct", "gaps"),
    [
        (4, 2, ["过程记录 4 次，少 1 次；其中直接服务 2 次，少 1 次"]),
        (5, 2, ["过程记录 5 次；其中直接服务 2 次，少 1 次"]),
        (4, 3, ["过程记录 4 次，少 1 次；其中直接服务 3 次"]),
        (5, 3, []),
    ],
)
def test_closing_needs_the_contracts_number_of_verified_sessions(ledger, case, sessions, direct, gaps):
    asks_for(ledger, 5, 3)
    case = carry_out(ledger, opened(ledger, case))
    note_session_papers(
        case, [], sessions=sessions, direct=direct, by=ledger.quality_control, at=at("2024-07-01 11:00")
    )
    assert queries.stage_gaps(case, "submit_closure", on=date(2024, 7, 2)) == gaps


def test_a_refused_closure_names_sessions_beside_all_other_gaps(ledger, case):
    asks_for(ledger, 5, 3)
    case = opened(ledger, case)
    told = refused(filed, cast=ledger, case=case, verb="submit_closure", on=date(2024, 7, 2), moment="2024-07-02 10:00")
    assert told == [
        "还不能提交", "未完成预估", "未签订计划和协议", "未完成评估", "过程记录 0 次，少 5 次；其中直接服务 0 次，少 3 次",
        "缺个案工作预估表、个案工作计划表、个案服务协议、过程记录表、评估记录表、满意度调查表、照片",
    ]  # fmt: skip
    assert CasePaper.objects.filter(kind="closure").count() == 0


# --- the supervisor's review ----------------------------------------------------------------------------------------
def review(cast, case, moment=LATER, **known):
    known = {"decision": "continue", "opinion": LONG, "next_on": date(2025, 4, 20), "by": cast.supervisor} | known
    return reviews.review_case(case, on=at(moment).date(), at=at(moment), **known)


def clock(case, on):
    return next(due for due in queries.case_deadlines(case, on=on) if due.step == "case.supervisor_review")


def planned(cast, case):
    case = filed(cast, opened(cast, case), "complete_assessment", date(2024, 5, 28), "2024-06-03 10:00")
    return filed(cast, case, "sign_plan", date(2024, 6, 3), "2024-06-03 10:00")


def test_a_case_past_six_months_is_not_closed_before_its_supervisor_has_reviewed_it(ledger, case):
    case = carry_out(ledger, opened(ledger, case), moment="2024-07-01 10:00")
    Case.objects.filter(pk=case.pk).update(
        evaluated_on=None, papers=[kind for kind in case.papers if kind != "evaluation"]
    )
    case.refresh_from_db()
    case = filed(ledger, case, "complete_evaluation", date(2025, 1, 17), LATER)
    assert (clock(case, at(LATER).date()).due, clock(case, at(LATER).date()).overdue) == (date(2024, 12, 3), 33)
    closing = {"cast": ledger, "case": case, "verb": "submit_closure", "on": at(LATER).date(), "moment": LATER}
    assert refused(filed, **closing) == ["还不能提交", "2024-12-03 前应由督导审核，尚未审核"]
    kept = review(ledger, case, decision="close", next_on=None)
    assert (kept.due_on, kept.opinion.reveal(), kept.decision) == (date(2024, 12, 3), LONG, "close")
    case.refresh_from_db()
    assert rules.review_due(queries.case_deadlines(case, on=at(LATER).date())) is None
    assert filed(**closing).state == "closure_submitted"


def test_a_review_starts_the_next_clock_at_the_day_that_it_names_but_never_later_than_the_limit(ledger, case):
    case = planned(ledger, case)
    review(ledger, case, moment="2024-11-20 10:00", next_on=date(2025, 2, 20))
    case.refresh_from_db()
    assert (clock(case, date(2025, 1, 6)).start, clock(case, date(2025, 1, 6)).due) == (
        date(2024, 11, 20),
        date(2025, 2, 20),
    )
    review(ledger, case, next_on=date(2026, 1, 20))
    case.refresh_from_db()
    assert clock(case, date(2025, 2, 3)).due == date(2025, 7, 20)


def test_an_intervention_that_ends_in_time_needs_no_review(ledger, case):
    case = carry_out(ledger, opened(ledger, case))
    found = clock(case, date(2025, 3, 3))
    assert (found.done_on, found.overdue) == (date(2024, 6, 30), 0)


def test_a_review_is_refused_with_everything_that_is_missing_and_by_everybody_but_the_agencys_supervisor(ledger, case):
    case = planned(ledger, case)
    assert refused(review, cast=ledger, case=case, decision="", opinion=" ", next_on=date(2024, 12, 1)) == [
        "还不能提交审核", "未选审核决定", "未写审核意见", "下次审核须在本次审核之后",
    ]  # fmt: skip
    assert refused(review, cast=ledger, case=case, next_on=None) == ["还不能提交审核", "继续介入的，须定下次审核日期"]
    for stranger in (
        ledger.social_worker,
        ledger.quality_control,
        ledger.subdistrict_officer,
        ledger.rivals["social_worker"],
    ):
        assert refused(review, cast=ledger, case=case, by=stranger) == ["只有承办机构督导可以督导审核"]
    Case.objects.filter(pk=case.pk).update(worker=ledger.supervisor)
    assert refused(review, cast=ledger, case=case) == ["自己负责的个案须由其他督导审核"]
    assert CaseReview.objects.count() == 0


def test_what_is_due_for_review_comes_in_the_order_of_its_days(ledger, case):
    case = planned(ledger, case)
    rows = queries.reviews_due(ledger.supervisor, on=date(2024, 12, 4))
    assert [(row.case, row.due.due, row.due.overdue) for row in rows] == [(case, date(2024, 12, 3), 1)]
    assert queries.reviews_due(ledger.rivals["social_worker"], on=date(2024, 12, 4)) == []


# --- referral -------------------------------------------------------------------------------------------------------
REFERRAL = {"to": "区心理咨询中心", "consent": "同意", "material": "个案摘要"}
DAY = "2024-07-02 10:00"


def refer(cast, case, **known):
    answers = required("referral", **REFERRAL | known)
    return papers.file_form(case, "referral", answers=answers, on=at(DAY).date(), by=cast.social_worker, at=at(DAY))


def test_a_referral_of_an_open_case_waits_for_its_street_and_then_for_the_receiver(ledger, case):
    case = opened(ledger, case)
    refer(ledger, case)
    waiting = queries.awaiting_decision(ledger.subdistrict_officer, on=date(2024, 7, 4))
    assert [(row.case, row.subject, row.age) for row in waiting] == [(case, "referral", 2)]
    case.refresh_from_db()
    referral = referrals.approve_referral(case, by=ledger.subdistrict_officer, at=at("2024-07-04 10:00"))
    assert (referral.state, referral.decided_by, case.state) == ("sent", ledger.subdistrict_officer, "open")
    done = referrals.note_referral_answer(
        referral, received=True, outcome="已接收，经办人甲", on=date(2024, 7, 8), by=ledger.social_worker, at=at("2024-07-08 10:00")
    )  # fmt: skip
    assert (done.state, done.outcome.reveal(), done.answered_on) == ("received", "已接收，经办人甲", date(2024, 7, 8))
    made = sheet(case, referral.paper, list(queries.case_history(case)))
    printed = dict(made.sections)["接收情况和结果"]
    assert made.opinion.startswith("批准转介。")
    assert printed == [("结果", "对方已接收", "答复日期", "2024-07-08"), ("接收情况", "已接收，经办人甲", "open")]
    verbs = list(CaseMove.objects.filter(case=case).values_list("verb", flat=True))[-3:]
    assert verbs == ["submit_referral", "approve_referral", "note_referral_answer"]


def test_a_returned_referral_is_asked_for_anew_and_one_waits_at_a_time(ledger, case):
    case = opened(ledger, case)
    refer(ledger, case)
    with pytest.raises(Refused, match="这份个案已有转介待批"):
        refer(ledger, case)
    case.refresh_from_db()
    officer = {"by": ledger.subdistrict_officer, "at": at("2024-07-03 10:00")}
    assert refused(referrals.return_referral, case=case, reason=" ", **officer) == ["写明原因"]
    referrals.return_referral(case, reason="写明移交材料", **officer)
    case.refresh_from_db()
    refer(ledger, case)
    case.refresh_from_db()
    referrals.withdraw_referral(case, by=ledger.social_worker, at=at("2024-07-03 11:00"))
    assert list(CaseReferral.objects.values_list("state", flat=True)) == ["returned", "withdrawn"]
    assert queries.case_papers(case).filter(kind="referral").count() == 2


def test_nobody_is_referred_against_their_will_or_by_half_a_form(ledger, case):
    case = opened(ledger, case)
    assert refused(refer, cast=ledger, case=case, consent="不同意") == [
        "还不能申请转介",
        "服务对象（监护人）不同意，不能转介",
    ]
    assert refused(refer, cast=ledger, case=case, to="") == ["还不能提交", "个案转介记录表未填：接收机构"]
    assert (CaseReferral.objects.count(), CasePaper.objects.filter(kind="referral").count()) == (0, 0)


def test_a_case_that_waits_for_a_referral_is_not_closed(ledger, case):
    case = carry_out(ledger, opened(ledger, case))
    refer(ledger, case)
    assert queries.stage_gaps(case, "submit_closure", on=date(2024, 7, 2)) == ["转介待街道（乡镇）审批"]


def test_somebody_who_is_not_taken_in_is_referred_at_once(ledger, case):
    case = cases.refuse_intake(
        hand_in(ledger, case), reason="不属于服务范围", by=ledger.subdistrict_officer, at=at("2024-05-15 10:00")
    )
    refer(ledger, case)
    referral = CaseReferral.objects.get()
    assert (referral.state, referral.needs_approval, Case.objects.get().state) == ("sent", False, "refused")


def test_the_database_lets_no_open_case_be_referred_without_a_decision(ledger, case):
    refer(ledger, opened(ledger, case))
    with pytest.raises(IntegrityError, match="casereferral_decided"), transaction.atomic():
        CaseReferral.objects.update(state="sent")


# --- follow-up and reopening ----------------------------------------------------------------------------------------
def visit(cast, case, moment="2024-09-04 10:00", **says):
    answers = (
        required("follow_up", special="没有", reopen="否", **says)
        if "special" not in says
        else required("follow_up", **says)
    )
    return papers.file_form(
        case, "follow_up", answers=answers, on=at(moment).date(), by=cast.social_worker, at=at(moment)
    )


def test_follow_ups_come_one_after_the_other_each_with_the_next_day(ledger, case):
    case = to_closed(ledger, case)
    visit(ledger, case, next_on="2024-12-04")
    visit(ledger, case, "2024-12-04 10:00", next_on="2025-03-04")
    rows = list(queries.follow_ups_of(case).values_list("visited_on", "next_on", "is_special"))
    assert rows == [(date(2024, 9, 4), date(2024, 12, 4), False), (date(2024, 12, 4), date(2025, 3, 4), False)]
    case.refresh_from_db()
    assert (case.next_follow_up_on, case.state) == (date(2025, 3, 4), "closed")
    assert list(queries.case_papers(case).filter(kind="follow_up").values_list("version", flat=True)) == [1, 2]


def test_a_follow_up_before_the_closure_or_with_days_out_of_order_is_refused(ledger, case):
    case = to_closed(ledger, case)
    assert refused(visit, cast=ledger, case=case, moment="2024-07-03 10:00", next_on="2024-07-01") == [
        "还不能提交", "个案 2024-07-04 结案，回访不得更早", "下次回访须在本次回访之后",
    ]  # fmt: skip
    assert CaseFollowUp.objects.count() == 0


@pytest.mark.parametrize(
    ("says", "alarms"),
    [
        ({"special": "没有", "reopen": "否"}, []),
        ({"special": "有", "event": LONG, "reported": "是", "reopen": "否"}, []),
        ({"special": "有", "event": LONG, "reported": "否", "reopen": "是"}, ["2024-09-04 回访遇特殊情况或危机事件，尚未上报街道（乡镇）", "2024-09-04 回访认为需要重新开案"]),
    ],
)  # fmt: skip
def test_a_crisis_met_on_a_follow_up_stands_until_it_was_reported(ledger, case, says, alarms):
    case = to_closed(ledger, case)
    visit(ledger, case, **says)
    assert rules.follow_up_alarms(queries.follow_ups_of(case)) == alarms


def reopen(cast, case, **known):
    known = {"reason": "再次失业", "worker": cast.social_worker, "identified_on": date(2024, 9, 5)} | known
    return reopening.reopen_case(case, by=cast.social_worker, at=at("2024-09-05 10:00"), **known)


def test_a_closed_case_is_reopened_as_a_new_one_that_names_it_with_the_former_intake_as_a_draft(ledger, case):
    case = to_closed(ledger, case)
    again = reopen(ledger, case)
    assert (again.number, again.state, again.source, again.reopens) == ("QH01-GA-0002", "draft", "重新开案", case)
    assert queries.reopened_as(case) == again
    draft = queries.answers_of(queries.case_drafts(again)["intake"])
    assert (draft["problems"], "community_opinion" in draft) == ("失业在家，无人照料", False)
    assert list(queries.to_follow_up(Case.objects.all())) == []
    with pytest.raises(Refused, match="该服务对象在本合同下已有未结个案"):
        reopen(ledger, case)
    assert (Case.objects.count(), CaseMove.objects.filter(verb="reopen").count()) == (2, 1)


def test_a_reopening_that_was_withdrawn_leaves_the_former_case_to_be_followed_up(ledger, case):
    case = to_closed(ledger, case)
    cases.withdraw_case(reopen(ledger, case), reason="不需要", by=ledger.social_worker, at=at("2024-09-06 10:00"))
    assert (queries.reopened_as(case), list(queries.to_follow_up(Case.objects.all()))) == (None, [case])
    assert reopen(ledger, case).number == "QH01-GA-0003"


# --- crisis ---------------------------------------------------------------------------------------------------------
def first_contact(case, on):
    return next(
        (due.due, due.overdue) for due in queries.case_deadlines(case, on=on) if due.step == "case.first_contact"
    )


def test_a_crisis_raised_before_the_first_contact_leaves_two_working_days_for_it(ledger, case):
    worker = {"by": ledger.social_worker, "at": at("2024-05-08 10:00")}
    assert first_contact(case, date(2024, 5, 8)) == (date(2024, 5, 17), 0)
    case = cases.raise_crisis(case, on=date(2024, 5, 8), reason="突发疾病", **worker)
    assert first_contact(case, date(2024, 5, 13)) == (date(2024, 5, 10), 2)
    assert CaseMove.objects.get(verb="raise_crisis").reason == "突发疾病"
    assert refused(cases.raise_crisis, case=case, on=date(2024, 5, 8), reason="又", **worker) == ["已是危机个案"]


def test_a_crisis_raised_late_gives_no_more_time_than_there_was(ledger, case):
    worker = {"by": ledger.social_worker, "at": at("2024-05-17 10:00")}
    case = cases.raise_crisis(case, on=date(2024, 5, 16), reason="突发疾病", **worker)
    assert first_contact(case, date(2024, 5, 17)) == (date(2024, 5, 17), 0)


def test_a_crisis_on_a_running_case_starts_a_clock_of_its_own_and_leaves_the_first_contact_as_it_was(ledger, case):
    case = opened(ledger, case)
    worker = {"by": ledger.social_worker, "at": at("2024-06-03 10:00")}
    before = first_contact(case, date(2024, 6, 3))
    case = cases.raise_crisis(case, on=date(2024, 6, 3), reason="离家出走", **worker)
    assert first_contact(case, date(2024, 6, 3)) == before
    found = next(due for due in queries.case_deadlines(case, on=date(2024, 6, 6)) if due.step == "case.crisis_contact")
    assert (found.due, found.overdue, found.is_open) == (date(2024, 6, 5), 1, True)
    case = cases.note_crisis_contact(case, on=date(2024, 6, 4), by=ledger.social_worker, at=at("2024-06-06 10:00"))
    assert (case.crisis_met_on, queries.case_deadlines(case, on=date(2024, 6, 6))[1].overdue) == (date(2024, 6, 4), 0)


# --- who may --------------------------------------------------------------------------------------------------------
def test_a_rival_an_officer_and_quality_control_do_not_do_the_workers_acts(ledger, case):
    case = opened(ledger, case)
    events = AuditEvent.objects.count()
    for stranger in (
        ledger.rivals["social_worker"],
        ledger.subdistrict_officer,
        ledger.quality_control,
        ledger.contract_manager,
    ):
        who = {"by": stranger, "at": at("2024-06-03 10:00")}
        for act, known in (
            (cases.raise_crisis, {"on": date(2024, 6, 3), "reason": "因"}),
            (cases.set_goals, {"goals": []}),
            (papers.file_form, {"kind": "process", "answers": whole("process"), "on": date(2024, 6, 3)}),
            (
                papers.file_stage,
                {"verb": "complete_assessment", "answers": {"assessment": whole("assessment")}, "on": date(2024, 6, 3)},
            ),
        ):
            assert refused(act, case=case, **known, **who)[0].startswith("只有承办机构办理个案的人可以")
    assert AuditEvent.objects.count() == events
