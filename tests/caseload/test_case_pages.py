"""A case through its pages, and the subdistrict's decisions."""

import pytest

from caseload.actions import papers
from caseload.models import Case
from tenancy import clock, scope
from tests.caseload.conftest import carry_out, make_case, make_household, opened
from tests.caseload.everything import address
from tests.caseload.filled import required

LONG = "长期独居，邻里少往来"
GOAL = {"g-TOTAL_FORMS": "1", "g-INITIAL_FORMS": "0", "g-0-title": "每周外出", "g-0-before": "0 次", "g-0-now": "2 次", "g-0-target": "2 次"}  # fmt: skip
INTAKE = {
    "willing": "愿意",
    "problems": LONG,
    "needs": LONG,
    "opinion": "建议接案",
    "community_opinion": "同意，社区主任",
}
ASSESSMENT = dict.fromkeys(("physical", "psychological", "social", "strengths", "urgent"), LONG)
PLAN = {"aim": LONG, "model": "任务中心", "steps": LONG, "evaluation": LONG, "signed_by": "本人", **GOAL}
EVALUATION = {"change": LONG, "attained": LONG, "process": LONG, "conclusion": "建议结案", **GOAL}


def test_a_worker_carries_a_case_through_its_pages(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        case = make_case(cast, make_household(cast, name="何木兰"))
    file = {**file, "case": case}

    def sent(member, name, **data):
        return sign_in(member).post(address(file, name), data).status_code

    worker, officer = cast.social_worker, cast.subdistrict_officer
    assert sent(worker, "note_first_contact", on="2024-05-08") == 302
    assert sent(worker, "submit_intake", **INTAKE) == 302
    assert sent(officer, "approve") == 302
    with scope.tenant(cast.tenant.pk):
        today = str(Case.objects.get(pk=case.pk).opened_on)
    assert sent(worker, "complete_assessment", on=today, **ASSESSMENT) == 302
    assert sent(worker, "sign_plan", on=today, **PLAN) == 302
    with scope.tenant(cast.tenant.pk):
        papers.file_form(Case.objects.get(pk=case.pk), "process", answers=required("process"), on=clock.today(), by=worker, at=clock.now())  # fmt: skip
    for kind in ("photo", "satisfaction"):
        assert sent(worker, "add_case_paper", kind=kind, filled_on=today, text=LONG) == 302
    assert sent(worker, "complete_evaluation", on=today, **EVALUATION) == 302
    assert sent(worker, "set_case_system_no", system_no="JZ-01") == 302
    assert sent(worker, "submit_closure", reason="goals_met", summary=LONG) == 302
    assert sent(officer, "approve", reason="") == 302
    with scope.tenant(cast.tenant.pk):
        done = Case.objects.get(pk=case.pk)
        assert (done.state, done.goals[0]["now"], done.system_no) == ("closed", "2 次", "JZ-01")


def test_a_closure_that_lacks_papers_is_refused_on_its_own_page(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        case = carry_out(cast, opened(cast, make_case(cast, make_household(cast, name="何木兰"))))
        Case.objects.filter(pk=case.pk).update(papers=["intake"])
    answer = sign_in(cast.social_worker).post(
        address({**file, "case": case}, "submit_closure"), {"reason": "goals_met", "summary": "结案"}
    )
    assert (answer.status_code, "缺个案工作预估表、个案工作计划表" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("name", ["return", "refuse"])
def test_sending_back_without_a_reason_says_so_and_decides_nothing(file, sign_in, name):
    answer = sign_in(file["cast"].subdistrict_officer).post(address(file, name), {"reason": " "})
    assert (answer.status_code, "写明原因" in answer.content.decode()) == (422, True)
    with scope.tenant(file["cast"].tenant.pk):
        assert Case.objects.get().state == "closure_submitted"


def test_deciding_twice_is_told_as_a_conflict(file, sign_in):
    client = sign_in(file["cast"].subdistrict_officer)
    assert client.post(address(file, "approve")).status_code == 302
    again = client.post(address(file, "approve"))
    assert (again.status_code, "个案现在是“已结案”" in again.content.decode()) == (409, True)
    assert "没有等你审批的个案" in client.get(address(file, "approvals")).content.decode()
