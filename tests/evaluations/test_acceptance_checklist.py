"""Acceptance with a checklist: every item judged, what was wanting answered in the next round, and the agency's appeal."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contracts.models import PenaltyRule, RequiredDocument
from evaluations.actions import acceptance as actions
from evaluations.actions import acceptance_appeal as appeals
from evaluations.models import Acceptance, AcceptanceAppeal, AcceptanceExpert, Scheme, SchemeVersion
from evaluations.queries import checklist as queries
from evaluations.rules import checklist as rules
from tenancy import audit, clock, scope
from tenancy.problems import Conflict, Refused
from tests.cast import at

DAY, ON_DAY = date(2024, 12, 6), at("2024-12-06 10:00")
FITS, WRONG = {"fits": True, "note": ""}, {"fits": False, "note": "缺两份签到表"}
SCHEME = {
    "code": "checklist",
    "title": "验收清单",
    "scoring": "pass_fail",
    "full_marks": 0,
    "parties": [{"code": "panel", "title": "专家评审组", "side": "evaluator", "weight": "1", "aggregate": "mean", "least": 1}],
    "dimensions": [
        {"title": "成果", "items": [{"code": "1", "title": "结项报告", "kind": "pass_fail", "standard": "附件2 二（四）", "facts": ["closing_report"]}]},
        {"title": "档案", "items": [{"code": "2", "title": "小组档案", "kind": "pass_fail"}]},
    ],
}  # fmt: skip


@pytest.fixture
def listed(act):
    """The contract has an adopted checklist."""
    scheme = Scheme.objects.create(
        contract=act.contract, evaluation="acceptance", code="checklist", title="验收清单", created_at=at()
    )
    definition = {name: value for name, value in SCHEME.items() if name != "full_marks"}
    SchemeVersion.objects.create(
        scheme=scheme, no=1, definition=definition, state="adopted", digest="c" * 64, made_at=at(), adopted_at=at()
    )
    RequiredDocument.objects.create(contract=act.contract, kind="closing_report", title="结项报告", is_result=True)
    return act


def ask(cast, when="2024-12-02 09:00", **said):
    said = {"statement": "报告随后补交", **said}
    return actions.request_acceptance(cast.contract, by=cast.agency_manager, at=at(when), **said)


def schedule(cast, acceptance, held_on=DAY, when="2024-12-03 09:00"):
    return actions.schedule(
        acceptance, held_on=held_on, place="", experts=[cast.expert], lead=cast.expert, by=cast.contract_manager, at=at(when)
    )  # fmt: skip


def sign(cast, acceptance, verdicts, *, agrees=True, opinion="", when=ON_DAY):
    return actions.sign(acceptance, agrees=agrees, opinion=opinion, verdicts=verdicts, by=cast.expert, at=when)


@pytest.fixture
def scheduled(listed):
    listed.round = schedule(listed, ask(listed))
    return listed


@pytest.fixture
def failed(scheduled):
    sign(scheduled, scheduled.round, {"1": FITS, "2": WRONG}, agrees=False, opinion="档案不全")
    scheduled.round = actions.conclude(
        scheduled.round, result="failed", opinion="补齐小组档案", rework_until=date(2024, 12, 16), by=scheduled.contract_manager, at=ON_DAY
    )  # fmt: skip
    return scheduled


def test_the_checklist_is_fixed_when_the_experts_are_called(scheduled):
    assert [item.code for item in queries.items_of(scheduled.round)] == ["1", "2"]


def test_every_item_is_judged_and_what_does_not_fit_has_its_reason(scheduled):
    with pytest.raises(Refused, match="还有 1 项没有意见：2"):
        sign(scheduled, scheduled.round, {"1": FITS})
    with pytest.raises(Refused, match="2 小组档案：不符合的须写明原因"):
        sign(scheduled, scheduled.round, {"1": FITS, "2": {"fits": False, "note": " "}}, opinion="同意")
    with pytest.raises(Refused, match="有 1 项不符合，仍同意通过的须写明理由"):
        sign(scheduled, scheduled.round, {"1": FITS, "2": WRONG})
    with pytest.raises(Refused, match="评审清单里没有 9"):
        sign(scheduled, scheduled.round, {"1": FITS, "2": FITS, "9": FITS})
    sign(scheduled, scheduled.round, {"1": FITS, "2": WRONG}, opinion="不影响验收")
    assert AcceptanceExpert.objects.get().verdicts == {"1": FITS, "2": WRONG}
    assert audit.history(scheduled.round)[2].detail["wanting"] == ["2"]


def test_verdicts_are_final_with_the_signature(scheduled):
    sign(scheduled, scheduled.round, {"1": FITS, "2": FITS})
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        AcceptanceExpert.objects.update(verdicts={"1": FITS, "2": WRONG})


def test_a_round_without_a_checklist_takes_no_verdicts(act):
    acceptance = schedule(act, ask(act))
    with pytest.raises(Refused, match="评审清单里没有 1"):
        sign(act, acceptance, {"1": FITS})
    sign(act, acceptance, {})
    assert AcceptanceExpert.objects.get().verdicts == {}


def test_the_facts_of_each_item_are_kept_with_the_conclusion(failed):
    assert failed.round.moves.get(verb="fail").detail == {
        "gaps": ["结项报告：差 1 份"],
        "facts": {"1": [["结项报告", "已接收 0 / 1，差 1 份", False]], "2": []},
    }


def test_the_next_request_answers_every_item_that_was_wanting(failed):
    with pytest.raises(Refused, match="上一轮不符合的 2 小组档案：须写明怎样修改"):
        ask(failed, "2024-12-16 09:00", rework={"2": " "})
    again = ask(failed, "2024-12-16 09:00", rework={"2": "已补两份", "1": "无关"})
    assert (again.round, again.rework) == (2, {"2": "已补两份"})
    assert queries.wanting(queries.round_before(again)) == [
        rules.Wanting("2", "小组档案", (("温如玉", "缺两份签到表"),))
    ]


@pytest.mark.parametrize(
    ("asked", "on", "told"),
    [
        (None, date(2024, 12, 16), ""),
        (None, date(2024, 12, 17), "修改期限 2024-12-16 已过，还没有重新申请"),
        ("2024-12-16 18:00", date(2024, 12, 20), ""),
        ("2024-12-17 09:00", date(2024, 12, 20), "修改期限 2024-12-16，2024-12-17 才重新申请"),
    ],
)
def test_late_rework_makes_the_agency_liable(failed, asked, on, told):
    failed.contract.terms = {"acceptance": {"steps": [{"title": "修改", "clause": "第九条第三款"}]}}
    failed.contract.save()
    rule = PenaltyRule.objects.create(contract=failed.contract, code="P4", title="未按期修改", clause="第九条第三款")
    PenaltyRule.objects.create(contract=failed.contract, code="P5", title="转让", clause="第七条第九款")
    if asked:
        ask(failed, asked, rework={"2": "已补"})
    failed.round.contract.refresh_from_db()
    assert queries.liability(failed.round, on=on) == (told, [rule] if told else [])


def test_a_second_failure_makes_the_agency_liable(failed):
    again = schedule(
        failed, ask(failed, "2024-12-16 09:00", rework={"2": "已补"}), DAY.replace(day=18), "2024-12-16 10:00"
    )
    sign(failed, again, {"1": FITS, "2": WRONG}, agrees=False, opinion="仍缺", when=at("2024-12-18 10:00"))
    again = actions.conclude(
        again, result="failed", opinion="仍缺", rework_until=date(2024, 12, 30), by=failed.contract_manager, at=at("2024-12-18 11:00")
    )  # fmt: skip
    assert queries.liability(again, on=DAY.replace(day=18))[0] == "修改后第 2 轮仍未通过评审"
    assert queries.liability(failed.round, on=DAY.replace(day=18))[0] == ""


def test_the_agency_appeals_once_and_the_bureau_answers_once(failed):
    made = appeals.appeal(failed.round, words="签到表在附件三", by=failed.agency_manager, at=at("2024-12-09 09:00"))
    with pytest.raises(Refused, match="这一轮的申述意见已提交"):
        appeals.appeal(failed.round, words="再说一次", by=failed.agency_manager, at=at("2024-12-09 10:00"))
    with pytest.raises(Refused, match="须写明答复"):
        appeals.reply_appeal(made, reply=" ", by=failed.contract_manager, at=at("2024-12-10 09:00"))
    answered = appeals.reply_appeal(made, reply="附件三缺页", by=failed.contract_manager, at=at("2024-12-10 09:00"))
    assert (answered.words, answered.reply, answered.replied_by) == ("签到表在附件三", "附件三缺页", failed.contract_manager)  # fmt: skip
    with pytest.raises(Conflict, match="这份申述已答复"):
        appeals.reply_appeal(made, reply="改", by=failed.contract_manager, at=at("2024-12-11 09:00"))
    for change in ({"words": "改了"}, {"reply": "改了"}):
        with pytest.raises(IntegrityError, match="final"), transaction.atomic():
            AcceptanceAppeal.objects.update(**change)
    assert Acceptance.objects.get().result == "failed"


def test_only_the_agency_appeals_and_only_against_a_failure(failed, scheduled):
    with pytest.raises(Refused, match="申述意见由乙方提出"):
        appeals.appeal(failed.round, words="不公", by=failed.rivals["agency_manager"], at=at("2024-12-09 09:00"))
    assert rules.appeal_problem(result="passed", words="不公", has_appeal=False, has_later_round=False) == "未通过的结论才有申述"  # fmt: skip
    ask(failed, "2024-12-16 09:00", rework={"2": "已补"})
    with pytest.raises(Refused, match="已重新申请验收"):
        appeals.appeal(failed.round, words="不公", by=failed.agency_manager, at=at("2024-12-16 10:00"))


# --- pages ------------------------------------------------------------------------------------------------------------
def address(cast, name, pk):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, "pk": pk})


@pytest.fixture
def on_the_day(scheduled, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: ON_DAY)
    return scheduled


def test_an_expert_signs_item_by_item_and_the_agency_sees_it_after_the_conclusion(on_the_day, sign_in):
    cast, pk = on_the_day, on_the_day.round.pk
    page = sign_in(cast.expert).get(address(cast, "acceptance", pk)).content.decode()
    assert [text in page for text in ("1 结项报告", "已接收 0 / 1，差 1 份", 'name="fits-2"')] == [True] * 3
    entered = {"agrees": "0", "opinion": "档案不全", "fits-1": "1", "fits-2": "0", "note-2": ""}
    refused = sign_in(cast.expert).post(address(cast, "sign", pk), entered)
    told = refused.content.decode()
    assert (refused.status_code, "不符合的须写明原因" in told, "档案不全" in told) == (400, True, True)
    signed = sign_in(cast.expert).post(address(cast, "sign", pk), entered | {"note-2": "缺签到表"})
    assert signed.status_code == 302
    shown = [
        "缺签到表" in sign_in(member).get(address(cast, "acceptance", pk)).content.decode()
        for member in (cast.contract_manager, cast.expert, cast.agency_manager)
    ]
    assert shown == [True, True, False]
    with scope.tenant(cast.tenant.pk):
        actions.conclude(
            cast.round, result="failed", opinion="补", rework_until=date(2024, 12, 16), by=cast.contract_manager, at=ON_DAY
        )  # fmt: skip
    page = sign_in(cast.agency_manager).get(address(cast, "acceptance", pk)).content.decode()
    assert ("缺签到表" in page, "提交申述" in page) == (True, True)
    assert sign_in(cast.agency_manager).post(address(cast, "appeal", pk), {"words": "已附"}).status_code == 302
    again = sign_in(cast.agency_manager).get(reverse("evaluations:request_acceptance", kwargs={"tenant": cast.tenant.slug, "pk": cast.contract.pk}))  # fmt: skip
    assert 'name="rework-2"' in again.content.decode()
