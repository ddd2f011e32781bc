"""The nine forms of a case: asked as data, kept as drafts, filed whole, printed as paper and bound into one file."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from caseload import queries
from caseload.actions import papers
from caseload.forms import CaseForm
from caseload.models import Case, CasePaper
from caseload.rules import cases as rules
from caseload.rules import forms
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.caseload.conftest import carry_out, make_case, make_household, opened, to_closed
from tests.caseload.everything import NAME, NUMBER, PHONE, address
from tests.caseload.filled import LONG, whole
from tests.cast import at


# --- the forms as data ----------------------------------------------------------------------------------------------
def test_the_forms_have_the_titles_that_the_contract_names():
    assert [form.title for form in forms.FORMS.values()] == [
        "接案记录表", "个案工作预估表", "个案工作计划表", "个案服务协议", "个案工作过程记录表", "个案工作评估记录表", "个案工作结案报告", "个案转介记录表", "个案跟进/回访记录", "服务对象满意度调查表",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", list(forms.FORMS))
def test_a_form_asks_nothing_twice_and_condition_names_a_question_of_its_own(kind):
    names = [field.name for field in forms.FORMS[kind].fields]
    assert len(names) == len(set(names))
    assert [field.name for field in forms.FORMS[kind].fields if field.when and field.when[0] not in names] == []
    assert kind in rules.PAPERS


@pytest.mark.parametrize("kind", list(forms.FORMS))
def test_a_whole_form_lacks_nothing_and_an_empty_one_names_every_required_question(kind):
    required = [field.label for field in forms.FORMS[kind].fields if field.required and not field.when]
    assert forms.gaps(kind, whole(kind)) == []
    assert forms.gaps(kind, {}) == required


def test_a_question_that_hangs_on_another_is_asked_only_then():
    assert forms.gaps("follow_up", {"mode": "电话", "status": LONG, "special": "没有", "reopen": "否"}) == []
    assert forms.gaps("follow_up", {"mode": "电话", "status": LONG, "special": "有", "reopen": "否"}) == [
        "情况说明",
        "已上报街道（乡镇）",
    ]
    assert forms.answers("agreement", {"signed_by": "本人", "guardian": "许某"}) == {"signed_by": "本人"}


def test_an_older_answer_without_a_question_is_still_told():
    sections, others = forms.told("process", {"content": LONG, "次数": "3"})
    assert others == [("次数", "3")]
    assert [text for _, lines in sections for field, text in lines if field.name == "content"] == [LONG]


# --- filing ---------------------------------------------------------------------------------------------------------
def test_filing_an_incomplete_intake_lists_everything_at_once(ledger, case):
    with pytest.raises(Refused) as refused:
        papers.file_stage(case, "submit_intake", answers={"intake": {"willing": "愿意"}}, on=date(2024, 5, 13), by=ledger.social_worker, at=at("2024-05-13 10:00"))  # fmt: skip
    assert refused.value.problems == [
        "未登记初步接触日期",
        "接案记录表未填：困境和问题、初步需求、专业意见、社区居（村）委会意见",
    ]
    assert list(CasePaper.objects.filter(case=case)) == []


def test_plan_and_agreement_are_filed_together_or_not_at_all(ledger, case):
    case = opened(ledger, case)
    worker = {"by": ledger.social_worker, "at": at("2024-06-03 10:00")}
    with pytest.raises(Refused) as refused:
        papers.file_stage(case, "sign_plan", answers={"plan": whole("plan")}, on=date(2024, 6, 3), **worker)
    assert refused.value.problems == ["先完成预估", "个案服务协议未填：协议由谁签字"]
    case = papers.file_stage(case, "complete_assessment", answers={"assessment": whole("assessment")}, on=date(2024, 6, 3), **worker)  # fmt: skip
    both = {"plan": whole("plan"), "agreement": whole("agreement")}
    case = papers.file_stage(case, "sign_plan", answers=both, on=date(2024, 6, 3), **worker)
    kinds = set(queries.case_papers(case).values_list("kind", flat=True))
    assert (case.planned_on, kinds) == (date(2024, 6, 3), {"intake", "assessment", "plan", "agreement"})


def test_a_revised_plan_is_a_second_version_with_its_reason_and_the_first_stays(ledger, case):
    worker = {"by": ledger.social_worker, "at": at("2024-07-01 10:00")}
    case = carry_out(ledger, opened(ledger, case))
    without = {name: text for name, text in whole("plan").items() if name != "revision"}
    with pytest.raises(Refused) as refused:
        papers.file_form(case, "plan", answers=without, on=date(2024, 7, 1), **worker)
    assert refused.value.problems == ["未写修订原因"]
    papers.file_form(case, "plan", answers=whole("plan", aim="再就业"), on=date(2024, 7, 1), **worker)
    plans = queries.case_papers(case).filter(kind="plan")
    assert [(plan.version, queries.answers_of(plan)["aim"]) for plan in plans] == [(1, "就业"), (2, "再就业")]
    assert case.planned_on == date(2024, 6, 3)


def test_after_the_end_only_a_follow_up_is_filed(ledger, case):
    case = to_closed(ledger, case)
    worker = {"on": date(2024, 8, 1), "by": ledger.social_worker, "at": at("2024-08-01 10:00")}
    with pytest.raises(Refused, match="只能填跟进/回访记录"):
        papers.file_form(case, "process", answers=whole("process"), **worker)
    assert papers.file_form(case, "follow_up", answers=whole("follow_up"), **worker).version == 1


# --- drafts ---------------------------------------------------------------------------------------------------------
def test_a_draft_is_kept_once_proves_nothing_and_goes_when_the_form_is_filed(ledger, case):
    case = opened(ledger, case)
    worker = {"by": ledger.social_worker, "at": at("2024-05-20 10:00")}
    for text in ("初稿", "第二稿"):
        papers.keep_draft(case, answers={"process": {"content": text, "next": " "}}, on=date(2024, 5, 20), **worker)
    draft = queries.case_drafts(case)["process"]
    assert (queries.answers_of(draft), CasePaper.objects.filter(is_draft=True).count()) == ({"content": "第二稿"}, 1)
    assert "process" not in Case.objects.get(pk=case.pk).papers
    assert list(queries.case_papers(case).values_list("kind", flat=True)) == ["intake"]
    papers.file_form(case, "process", answers=whole("process"), on=date(2024, 5, 20), **worker)
    assert queries.case_drafts(case) == {}


def test_only_those_who_handle_the_case_keep_drafts_and_print(ledger, case):
    for member in (ledger.contract_manager, ledger.rivals["social_worker"]):
        with pytest.raises(Refused, match="只有办理这份个案的人"):
            papers.keep_draft(case, answers={"intake": {}}, on=date(2024, 5, 20), by=member, at=at("2024-05-20 10:00"))
        with pytest.raises(Refused, match="只有办理这份个案的人"):
            papers.note_printed(case, ["intake"], by=member, at=at("2024-05-20 10:00"))
    assert AuditEvent.objects.filter(action__in=["case.draft_kept", "case.file_printed"]).count() == 0


# --- on screen --------------------------------------------------------------------------------------------------------
@pytest.fixture
def going(file):
    """A case that is open, in a world with everything."""
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        case = opened(cast, make_case(cast, make_household(cast, name="何木兰"), problem="失业在家"))
    return {**file, "case": case}


def test_the_assessment_page_names_all_that_is_missing_and_keeps_what_was_typed(going, sign_in):
    client = sign_in(going["cast"].social_worker)
    answer = client.post(address(going, "complete_assessment"), {"on": "2024-05-20", "physical": LONG})
    text = answer.content.decode()
    assert (answer.status_code, "有 4 处要改" in text, LONG in text) == (422, True, True)


def test_a_draft_comes_back_on_the_page_and_is_shown_on_the_case(going, sign_in):
    client = sign_in(going["cast"].social_worker)
    sent = client.post(
        address(going, "complete_assessment"), {"on": "2024-05-20", "physical": "膝关节疼痛", "draft": "1"}
    )
    assert sent.status_code == 302
    assert "膝关节疼痛" in client.get(address(going, "complete_assessment")).content.decode()
    page = client.get(address(going, "case")).content.decode()
    assert ("草稿 05-20" in page, "膝关节疼痛" in page) == (True, False)


def test_a_draft_and_a_known_problem_are_not_shown_to_a_colleague_who_does_not_handle_the_case(going, sign_in):
    cast = going["cast"]
    sign_in(cast.social_worker).post(address(going, "complete_assessment"), {"physical": "膝关节疼痛", "draft": "1"})
    with scope.tenant(cast.tenant.pk):
        Case.objects.filter(pk=going["case"].pk).update(worker=cast.supervisor)
    text = sign_in(cast.social_worker).get(address(going, "complete_assessment")).content.decode()
    assert ("膝关节疼痛" in text, "失业在家" in text) == (False, False)


def test_a_session_form_is_filed_from_its_page(going, sign_in):
    client = sign_in(going["cast"].social_worker)
    answer = client.post(address(going, "case_form") + "?kind=process", {"on": "2024-05-20", **whole("process")})
    assert answer.status_code == 302
    assert client.get(address(going, "case_form") + "?kind=intake").status_code == 404
    with scope.tenant(going["cast"].tenant.pk):
        assert queries.case_papers(going["case"]).filter(kind="process").count() == 1


# --- on paper ---------------------------------------------------------------------------------------------------------
def text_of(answer):
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, [page.extract_text() for page in reader.pages]


def test_a_form_is_printed_with_its_table_masks_opinion_and_lines_to_sign(file, sign_in):
    with scope.tenant(file["cast"].tenant.pk):
        paper = queries.case_papers(file["case"]).get(kind="intake")
    answer = sign_in(file["cast"].social_worker).post(address({**file, "paper": paper}, "print_paper"))
    _, pages = text_of(answer)
    printed = "".join("".join(pages).split())
    said = {word: word in printed for word in ("接案记录表", NAME, "失业在家，无人照料", "批准接案", "街道（乡镇）主管部门（盖章）", NUMBER, PHONE)}  # fmt: skip
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert said == {**dict.fromkeys(said, True), NUMBER: False, PHONE: False}


def test_a_file_is_not_printed_for_those_who_only_see_the_list(file, sign_in):
    for role in ("contract_manager", "section_chief", "auditor", "bureau_leader"):
        client = sign_in(file["cast"].members[role])
        assert client.post(address(file, "print_paper")).status_code == 404


def test_choices_that_do_not_fit_beside_each_other_on_a_phone_stand_below_each_other():
    shown = {bound.name: look for _, fields in CaseForm(kinds=["process"]).sections() for bound, look in fields}
    assert {name: shown[name] for name in ("direct", "mode", "adjust", "content")} == {"direct": "", "mode": "list", "adjust": "", "content": ""}  # fmt: skip
