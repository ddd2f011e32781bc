"""A case goes through its stages by the acts only, leaves history, and the database refuses what the guide forbids."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from caseload import queries
from caseload.actions import cases, papers
from caseload.models import Case, CaseMove, CasePaper
from tenancy import audit
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import INTAKE, carry_out, filed, hand_in, make_case, opened, to_closed, to_closure
from tests.cast import at


def test_a_case_from_the_day_it_was_found_to_its_closure(ledger, case):
    assert (case.number, case.state) == ("QH01-GA-0001", "draft")
    case = to_closed(ledger, case)
    assert (case.state, case.opened_on, case.closed_on) == ("closed", date(2024, 5, 15), date(2024, 7, 4))
    assert case.approvals == ["closure_subdistrict", "intake_subdistrict"]
    assert case.papers == [
        "agreement",
        "assessment",
        "closure",
        "evaluation",
        "intake",
        "photo",
        "plan",
        "process",
        "satisfaction",
    ]
    assert case.closure_summary.reveal() == "目标达成，商定结案"
    assert list(queries.case_history(case).values_list("verb", flat=True)) == [
        "start", "note_first_contact", "submit_intake", "approve_intake", "complete_assessment", "sign_plan", "file_process", "add_paper", "add_paper",
        "complete_evaluation", "submit_closure", "approve_closure",
    ]  # fmt: skip
    assert audit.broken_links() == []


def test_submitting_a_closure_lists_everything_that_is_missing_at_once(ledger, case):
    case = opened(ledger, case)
    with pytest.raises(Refused) as refused:
        papers.file_stage(case, "submit_closure", answers={}, on=date(2024, 6, 3), by=ledger.social_worker, at=at("2024-06-03 10:00"))  # fmt: skip
    assert refused.value.problems == [
        "未完成预估", "未签订计划和协议", "未完成评估",
        "缺个案工作预估表、个案工作计划表、个案服务协议、过程记录表、评估记录表、满意度调查表、照片", "个案工作结案报告未填：结案原因、结案意见",
    ]  # fmt: skip


def test_a_contract_may_ask_for_other_papers_at_closure(ledger, case):
    ledger.contract.parameters = {"case_closure_papers": ["intake", "list_confirmation"]}
    ledger.contract.save()
    case = carry_out(ledger, opened(ledger, case))
    with pytest.raises(Refused) as refused:
        filed(ledger, case, "submit_closure", date(2024, 7, 2), "2024-07-02 10:00")
    assert refused.value.problems == ["缺服务名单确认表"]


def test_a_form_enters_the_file_whole_or_as_the_signed_copy_of_a_whole_one(ledger, case):
    worker = {"filled_on": date(2024, 5, 20), "by": ledger.social_worker, "at": at("2024-05-20 10:00")}
    case = opened(ledger, case)
    for kind in ("assessment", "process", "referral", "intake"):
        with pytest.raises(Refused, match="须逐项填写"):
            cases.add_case_paper(case, kind=kind, data={"text": "在档"}, **worker)
    assert Case.objects.get().papers == ["intake"]


@pytest.mark.parametrize("verb", ["approve_intake", "return_intake", "refuse_intake"])
def test_only_the_officer_of_the_cases_own_street_decides(ledger, case, verb):
    case = hand_in(ledger, case)
    Case.objects.filter(pk=case.pk).update(street=ledger.streets["石桥街道"])
    case.refresh_from_db()
    for stranger in (ledger.subdistrict_officer, ledger.contract_manager, ledger.social_worker):
        with pytest.raises(Refused, match="只有石桥街道的主管部门可以审批"):
            getattr(cases, verb)(case, reason="无", by=stranger, at=at("2024-05-15 10:00"))


@pytest.mark.parametrize("verb", ["return_intake", "refuse_intake"])
def test_sending_an_intake_back_needs_a_reason(ledger, case, verb):
    case = hand_in(ledger, case)
    with pytest.raises(Refused, match="写明原因"):
        getattr(cases, verb)(case, reason="  ", by=ledger.subdistrict_officer, at=at("2024-05-15 10:00"))
    assert Case.objects.get().state == "intake_submitted"


def test_a_returned_intake_comes_again_with_its_history(ledger, case):
    case = hand_in(ledger, case)
    case = cases.return_intake(case, reason="请补本人签名", by=ledger.subdistrict_officer, at=at("2024-05-14 10:00"))
    assert case.state == "draft"
    case = filed(ledger, case, "submit_intake", date(2024, 5, 16), "2024-05-16 10:00", says=INTAKE)
    assert (case.state, case.handed_on) == ("intake_submitted", date(2024, 5, 16))
    assert list(CaseMove.objects.filter(verb="return_intake").values_list("reason", flat=True)) == ["请补本人签名"]
    assert CasePaper.objects.filter(case=case, kind="intake").count() == 2


def test_a_refused_intake_ends_the_case_and_frees_the_person_for_another(ledger, family, case):
    case = cases.refuse_intake(
        hand_in(ledger, case), reason="不属于服务范围，转残联", by=ledger.subdistrict_officer, at=at("2024-05-15 10:00")
    )
    assert case.state == "refused"
    assert make_case(ledger, family).number == "QH01-GA-0002"


def test_a_refused_closure_asks_for_a_new_plan_whose_clock_runs_from_that_day(ledger, case):
    case = cases.refuse_closure(
        to_closure(ledger, case), reason="每周外出未达成", by=ledger.subdistrict_officer, at=at("2024-07-03 10:00")
    )
    assert (case.state, case.planned_on, case.evaluated_on) == ("open", None, None)
    plan = next(due for due in queries.case_deadlines(case, on=date(2024, 7, 3)) if due.step == "case.plan")
    assert (plan.start, plan.due, plan.is_open) == (date(2024, 7, 3), date(2024, 7, 10), True)
    case = filed(ledger, case, "sign_plan", date(2024, 7, 8), "2024-07-08 10:00")
    assert (case.planned_on, case.begun_on) == (date(2024, 7, 8), date(2024, 6, 3))


def test_a_person_has_one_unfinished_case_under_a_contract(ledger, family, case):
    with pytest.raises(Refused, match="该服务对象在本合同下已有未结个案"):
        make_case(ledger, family)


def test_stages_keep_their_order(ledger, case):
    case, moment = opened(ledger, case), "2024-06-03 10:00"
    with pytest.raises(Refused) as refused:
        filed(ledger, case, "sign_plan", date(2024, 6, 3), moment)
    assert refused.value.problems == ["先完成预估"]
    with pytest.raises(Refused, match="预估不得早于批准接案"):
        filed(ledger, case, "complete_assessment", date(2024, 5, 14), moment)
    case = filed(ledger, case, "complete_assessment", date(2024, 5, 20), moment)
    with pytest.raises(Refused) as refused:
        filed(ledger, case, "complete_assessment", date(2024, 5, 21), moment)
    assert refused.value.problems == ["预估已于 2024-05-20 完成"]


def test_acts_on_what_somebody_else_has_moved_conflict(ledger, case):
    case = hand_in(ledger, case)
    twin = Case.objects.get()
    cases.approve_intake(case, by=ledger.subdistrict_officer, at=at("2024-05-15 10:00"))
    with pytest.raises(Conflict, match="刚被别人处理过，现在是“介入中”"):
        cases.return_intake(twin, reason="补", by=ledger.subdistrict_officer, at=at("2024-05-15 10:00"))
    assert CaseMove.objects.filter(verb__in=["approve_intake", "return_intake"]).count() == 1


@pytest.mark.parametrize("verb", ["approve_intake", "approve_closure"])
def test_acts_out_of_turn_are_refused_in_words(ledger, case, verb):
    with pytest.raises(Refused, match="个案现在是“待接案”，不能批准"):
        getattr(cases, verb)(case, by=ledger.subdistrict_officer, at=at("2024-05-15 10:00"))


def test_a_closed_case_takes_no_more_papers(ledger, case):
    case = to_closed(ledger, case)
    worker = {"filled_on": date(2024, 7, 5), "by": ledger.social_worker, "at": at("2024-07-05 10:00")}
    with pytest.raises(Refused, match="个案现在是“已结案”，不能补材料"):
        cases.add_case_paper(case, kind="photo", data={"text": "补"}, **worker)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "open", "opened_on": date(2024, 5, 7), "first_contact_on": date(2024, 5, 7)},
        {"state": "open", "approvals": ["intake_subdistrict"], "first_contact_on": date(2024, 5, 7)},
        {
            "state": "closed",
            "opened_on": date(2024, 5, 7),
            "approvals": ["intake_subdistrict"],
            "first_contact_on": date(2024, 5, 7),
            "closed_on": date(2024, 6, 1),
            "closure_reason": "goals_met",
        },
        {"state": "intake_submitted", "first_contact_on": date(2024, 5, 7)},
        {"state": "intake_submitted", "handed_on": date(2024, 5, 7)},
        {
            "state": "closure_submitted",
            "opened_on": date(2024, 5, 7),
            "approvals": ["intake_subdistrict"],
            "first_contact_on": date(2024, 5, 7),
            "handed_on": date(2024, 6, 1),
        },
        {"first_contact_on": date(2024, 5, 1)},
        {"crisis_on": date(2024, 5, 8)},
        {"direct_sessions": 1},
        {"next_review_on": date(2024, 12, 1)},
        {"assessed_on": date(2024, 5, 8)},
        {"opened_on": date(2024, 5, 8), "planned_on": date(2024, 5, 9)},
        {"opened_on": date(2024, 5, 8), "assessed_on": date(2024, 5, 9), "evaluated_on": date(2024, 5, 9)},
    ],
)
def test_the_database_refuses_states_that_no_act_reaches(ledger, case, wrong):
    with pytest.raises(IntegrityError, match="case_"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**wrong)


def test_a_cases_history_can_neither_be_changed_nor_deleted(ledger, case):
    for act in (lambda: CaseMove.objects.update(reason="x"), lambda: CaseMove.objects.filter(case=case).delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()


def test_every_act_leaves_one_event_in_the_trail_without_personal_words(ledger, case):
    hand_in(ledger, case)
    events = AuditEvent.objects.filter(object_id=case.pk)
    assert list(events.values_list("action", flat=True)) == [
        "case.started",
        "case.note_first_contact",
        "case.submit_intake",
    ]
    assert not any("许星河" in str(event.detail) + event.object_label for event in events)
