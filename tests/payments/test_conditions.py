"""The explained check: facts in, conditions out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from payments.rules import check as checks
from payments.rules import conditions as rules
from payments.rules import facts

PEOPLE = facts.People("周砚秋", "许星河", "沈知夏", "何木兰", "顾明灯")
GROUPS = facts.IndicatorFact("11", "专业小组", "附件1 第4项", "6 个", "5", "behind", False, "差 1 个，军庄镇")
INVOICE = facts.InvoiceFact("24110000000000000001", D("166444.80"), "同心社工服务中心", "青河区民政局")
FACTS = facts.Facts(
    contract="C", milestone="M", clause="第五条第二款第2项", amount=D("166444.80"), contract_amount=D("554816.00"), paid_before=D("388371.20"),
    triggers=("indicators_complete", "documents_delivered", "acceptance_passed"), invoice_order="with", buyer="青河区民政局", seller="同心社工服务中心",
    signed="2024-04-18", indicators=(replace(GROUPS, is_met=True, actual="6", missing="", status="met"),), papers=(facts.PaperFact("closing", "结项报告", "附件2", 1, 1),),
    acceptance=facts.AcceptanceFact("passed", "2024-12-06 通过"), invoice=INVOICE, people=PEOPLE,
)  # fmt: skip


YEAR = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
MIDTERM = facts.EvaluationFact("中期绩效评估", "商务要求第2条", "合格")


def lines(**changes):
    """(code, verdict, missing, mender) of every condition."""
    return {
        row.code: (row.verdict, row.missing, row.mender) for row in rules.check(replace(FACTS, **changes)).conditions
    }


def test_everything_in_order_is_met():
    check = rules.check(FACTS)
    assert (check.result, [row.code for row in check.conditions]) == (
        "met",
        ["indicator.11", "paper.closing", "acceptance", "invoice", "ceiling"],
    )
    assert all((row.verdict, row.missing, row.mender) == ("met", "", "") for row in check.conditions)


def test_one_subdistrict_short_of_a_group_is_told_with_number_place_and_mender():
    check = rules.check(replace(FACTS, indicators=(GROUPS,)))
    assert check.result == "unmet"
    assert check.gaps == ["专业小组：差 1 个，军庄镇"]
    assert check.open[0] == checks.Condition(
        "indicator.11", "全部工作完成", "专业小组", "附件1 第4项", "6 个", "5", "unmet", "差 1 个，军庄镇", "许星河"
    )


@pytest.mark.parametrize(
    ("changes", "code", "line"),
    [
        (
            {"indicators": (replace(GROUPS, waits_for_check=True),)},
            "indicator.11",
            ("unmet", "差 1 个，军庄镇", "何木兰"),
        ),
        (
            {"indicators": (replace(GROUPS, status="missing_parameter", missing="缺参数：时限"),)},
            "indicator.11",
            ("unknown", "缺参数：时限", "周砚秋"),
        ),
        ({"indicators": ()}, "work", ("unknown", "合同还没有登记影响付款的指标", "周砚秋")),
        (
            {"papers": (facts.PaperFact("closing", "结项报告", "", 1, 0),)},
            "paper.closing",
            ("unmet", "差 1 份", "许星河"),
        ),
        (
            {"papers": (facts.PaperFact("closing", "结项报告", "", 1, 0, delivered=1),)},
            "paper.closing",
            ("unmet", "差 1 份", "周砚秋"),
        ),
        (
            {"papers": (facts.PaperFact("case", "典型案例", "", 15, 12, delivered=2),)},
            "paper.case",
            ("unmet", "差 3 份", "许星河"),
        ),
        ({"papers": ()}, "paper", ("unknown", "合同还没有列明正式成果", "周砚秋")),
        (
            {"acceptance": facts.AcceptanceFact("none")},
            "acceptance",
            ("unmet", "须全部工作完成、成果提交后由乙方申请", "许星河"),
        ),
        (
            {"acceptance": facts.AcceptanceFact("requested", "第 1 轮")},
            "acceptance",
            ("unmet", "甲方安排评审日期和专家", "周砚秋"),
        ),
        (
            {"acceptance": facts.AcceptanceFact("scheduled", "", ("温如玉",))},
            "acceptance",
            ("unmet", "专家签名后登记结论", "周砚秋"),
        ),
        ({"acceptance": facts.AcceptanceFact("failed")}, "acceptance", ("unmet", "修改后重新申请", "许星河")),
        ({"invoice": None}, "invoice", ("unmet", "须为 166,444.80 元，购买方为青河区民政局", "沈知夏")),
        (
            {"invoice": replace(INVOICE, amount=D("166444.00"))},
            "invoice",
            ("unmet", "价税合计 166,444.00 元，应为 166,444.80 元", "沈知夏"),
        ),
        (
            {"invoice": replace(INVOICE, buyer="青河民政局")},
            "invoice",
            ("unmet", "购买方写作“青河民政局”，应为“青河区民政局”", "沈知夏"),
        ),
        (
            {"invoice": replace(INVOICE, seller="同心")},
            "invoice",
            ("unmet", "销售方写作“同心”，应为“同心社工服务中心”", "沈知夏"),
        ),
        ({"paid_before": D("388371.21")}, "ceiling", ("unmet", "超出 0.01 元", "周砚秋")),
        ({"unpaid_before": ("首付款 70%",)}, "previous", ("unmet", "首付款 70%未付", "顾明灯")),
        (
            {"triggers": ("evaluation_above",)},
            "trigger.evaluation_above",
            ("unknown", "这一条件要在合同里写成系统能核对的条件", "周砚秋"),
        ),
        (
            {"triggers": ("contract_signed",), "signed": ""},
            "contract_signed",
            ("unmet", "合同未签订或不在履行中", "周砚秋"),
        ),
        (
            {"triggers": ("contract_signed",), "is_active": False},
            "contract_signed",
            ("unmet", "合同未签订或不在履行中", "周砚秋"),
        ),
        ({"triggers": ("contract_signed",)}, "contract_signed", ("met", "", "")),
        (
            {"triggers": ("served_6_months",), **YEAR, "on": date(2025, 6, 30)},
            "served.6",
            ("unmet", "2025-06-30 后", "周砚秋"),
        ),
        ({"triggers": ("served_6_months",), **YEAR, "on": date(2025, 7, 1)}, "served.6", ("met", "", "")),
        ({"triggers": ("term_over",), **YEAR, "on": date(2025, 12, 31)}, "term", ("unmet", "2025-12-31 后", "周砚秋")),
        ({"triggers": ("term_over",), **YEAR, "on": date(2026, 1, 1)}, "term", ("met", "", "")),
        ({"triggers": ("term_over",)}, "term", ("unknown", "合同的服务期还没有登记", "周砚秋")),
        ({"triggers": ("midterm_passed",)}, "evaluation.midterm", ("unknown", "合同没有登记这项评估", "周砚秋")),
        (
            {"triggers": ("midterm_passed",), "evaluations": {"midterm": MIDTERM}},
            "evaluation.midterm",
            ("unmet", "甲方组织评估并登记结论", "周砚秋"),
        ),
        (
            {"triggers": ("midterm_passed",), "evaluations": {"midterm": replace(MIDTERM, is_passed=False)}},
            "evaluation.midterm",
            ("unmet", "整改后重新评估", "许星河"),
        ),
        (
            {"triggers": ("midterm_passed",), "evaluations": {"midterm": replace(MIDTERM, is_passed=True)}},
            "evaluation.midterm",
            ("met", "", ""),
        ),
    ],
)
def test_every_condition_says_what_is_missing_and_who_mends_it(changes, code, line):
    assert lines(**changes)[code] == line


READING = facts.ReadingFact(
    "A-01", "完成时限与进度计划不一致", "第五条写 11-30，附件2 排到 2025-03", "", ("以 2024-11-30 为准", "以附件2 为准")
)


def test_a_clause_that_nobody_has_read_yet_is_unknown_and_stops_the_payment():
    check = rules.check(replace(FACTS, readings=(READING,)))
    assert (check.result, check.gaps) == (
        "unknown",
        ["完成时限与进度计划不一致：请甲方选定：以 2024-11-30 为准；或以附件2 为准"],
    )
    decided = rules.check(
        replace(FACTS, readings=(replace(READING, decided="以 2024-11-30 为准（周砚秋 2024-11-21）"),))
    )
    assert decided.result == "met"


def test_unmet_outweighs_unknown():
    assert rules.check(replace(FACTS, readings=(READING,), invoice=None)).result == "unmet"


def test_an_invoice_is_no_condition_where_the_contract_does_not_ask_for_it():
    assert "invoice" not in lines(invoice_order="after", invoice=None)


def test_the_same_facts_have_the_same_digest_and_remarks_do_not_change_it():
    noted = replace(
        FACTS, indicators=(replace(FACTS.indicators[0], note="3 条待审核", evidence=facts.Link("看明细", "x", "1")),)
    )
    assert rules.check(noted).digest == rules.check(FACTS).digest
    assert (
        rules.check(replace(FACTS, indicators=(replace(FACTS.indicators[0], actual="7"),))).digest
        != rules.check(FACTS).digest
    )


def test_a_condition_comes_back_from_its_stored_form():
    for condition in rules.check(replace(FACTS, readings=(READING,))).conditions:
        assert checks.restored(condition.stored()) == condition


def test_changes_are_told_with_what_was_and_what_is():
    before = rules.check(FACTS).frozen()["conditions"]
    after = rules.check(replace(FACTS, indicators=(GROUPS,), unpaid_before=("首付款",))).frozen()["conditions"]
    assert checks.changes(before, after) == ["前期款项已付：新增条件", "专业小组：6 → 5"]
    assert checks.changes(after, before) == ["前期款项已付：不再是条件", "专业小组：5 → 6"]
