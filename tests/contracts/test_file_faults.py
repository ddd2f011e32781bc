"""A wrong file is refused with every fault at once: its line, its place, what is wrong, and what mends it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.contract_file import check, load
from contracts import contract_file
from contracts.models import Contract, Label, PriceLine
from services import contract_section
from tenancy.problems import Refused
from tests.cast import at
from tests.contracts.conftest import MTG04


def line_of(text, sought):
    """The number of the first line that holds `sought`."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if sought in line)


# The whole section of the model file, from its name to its last line.
PARAMETERS = re.search(r"^parameters:\n(?:  .*\n)*  .*", MTG04.read_text(encoding="utf-8"), re.MULTILINE).group()
# What is replaced, what by, then: the text that stands on the fault's line, its path, message and mend.
WRONG = [
    ("  lot: 04包", "  lott: 04包", "lott: 04包", "contract.lott", "没有“lott”这一项", "是否为 lot"),
    ("  code: MTG04\n", "", "contract:", "contract.code", "缺合同代号（code）", "补上"),
    ("  amount: 554816.00", "  amount: 554,816.00元", "amount: 554,816", "contract.amount", "合同价款应为金额，现为 “554,816.00元”", "写成 30800.00，不加逗号和单位"),
    ("  amount: 554816.00", "  amount: 554816.001", "amount: 554816.001", "contract.amount", "合同价款最多两位小数", "精确到分"),
    ("  signed_on: 2024-04-18", "  signed_on: 2024-13-18", "signed_on: 2024-13-18", "contract.signed_on", "签订日期应为日期，现为 “2024-13-18”", "写成 2024-11-30"),
    ("  state: active", "  state: signed", "state: signed", "contract.state", "状态不能是 “signed”", "可用：draft、active"),
    ("  lot: 04包", "  lot: 04", "  lot: 04", "contract.lot", "包号应为文字，现为 “4”", "给它加上引号"),
    ("  lot: 04包", "  lot:", "  lot:", "contract.lot", "包号未填", "填上，或删去这一行"),
    ("    amount: 338800", "    amount: 338801", "amount: 338801", "price_lines[3].amount", "合价 338,801.00 不等于 154 × 2,200.00 = 338,800.00", "改合价、数量或单价"),
    ("伍拾伍万肆仟捌佰壹拾陆元整", "伍拾伍万肆仟捌佰壹拾元整", "amount_in_words: 伍拾伍万", "contract.amount_in_words", "大写金额与 554,816.00 不符", "应为 伍拾伍万肆仟捌佰壹拾陆元整"),
    ("  amount: 554816.00", "  amount: 554818.00", "amount: 554818", "contract.amount", "合同价款 554,818.00 不等于价款明细合计 554,816.00，差 2.00", "改合同价款或明细"),
    ("    share: 0.30", "    share: 0.25", "payment_terms:", "payment_terms", "各期比例合计 95.00%，应为 100%", "改各期 share"),
    ("    share: 0.30", "    share: 30%", "share: 30%", "payment_terms[2].share", "比例应为 0 到 1 之间的小数，现为 “30%”", "70% 写成 0.70"),
    ("    amount: 388371.20", "    amount: 388371.00", "amount: 388371.00", "payment_terms[1].amount", "金额 388,371.00 不等于合同价款的 70.00%", "应为 388,371.20"),
    ("    due_from: acceptance_passed", "    due_from: report_accepted", "due_from: report", "payment_terms[2].due_from", "起算“report_accepted”不在付款条件中", "改为其中之一：indicators_complete、documents_delivered、acceptance_passed"),
    ("  ends_on: 2025-04-17", "  ends_on: 2024-04-17", "ends_on: 2024-04-17", "contract.ends_on", "服务期止早于服务期起（2024-04-17 早于 2024-04-18）", "改其中一个日期"),
    ("  awarded_on: 2024-04-01", "  awarded_on: 2024-05-01", "  signed_on: 2024-04-18", "contract.signed_on", "签订日期早于成交通知日期（2024-04-18 早于 2024-05-01）", "改其中一个日期"),
    ("{title: 社区活动, starts_on: 2024-06-01, ends_on: 2025-01-31", "{title: 社区活动, starts_on: 2024-06-01, ends_on: 2024-01-31", "title: 社区活动, starts_on", "phases[社区活动].ends_on", "止于 2024-01-31，早于起 2024-06-01", "改其中一个日期"),
    ("code: MTG04-D02", "code: MTG04-D01", "摸排发现对象纳入台账", "deadlines[MTG04-D01].code", "MTG04-D01 与第 {突发困难纳入台账} 行重复", "改为另一个，或删去一条"),
    ("step: case.plan", "step: case.assessment", "case.assessment, title: 服务计划", "deadlines[MTG04-D06].step", "环节 case.assessment 已由第 {case.assessment, title: 预估} 行计时", "一个环节只有一个期限"),
    ("within: 6, until: 12", "within: 6, until: 6", "until: 6", "deadlines[MTG04-D08].until", "最迟 6 应大于期限 6", "改 within 或 until"),
    ("    indicator: MTG04-11", "    indicator: MTG04-29", "indicator: MTG04-29", "price_lines[4].indicator", "没有指标 MTG04-29", "改为 indicators 中的 id"),
    ("kind: closing_report, title: 结项验收报告, result", "kind: final_report, title: 结项验收报告, result", "kind: final_report", "required_documents[final_report].kind", "final_report 没有中文名称", "在 labels.document 中写上"),
    ("    default: deadline", "    default: annex", "default: annex", "readings[A-01].default", "默认“annex”不在可选处理中", "改为其中之一：deadline、phases"),
    ("    about: [price_lines.5]", "    about: [prices.5]", "about: [prices.5]", "readings[A-09].about", "涉及的“prices.5”不在文件中", "写成 节名 或 节名.代号"),
    ("    photo: 照片", "    photo: [照片]", "  paper:", "labels.paper", "paper中 “photo” 的名称应为 1 至 60 字", "写成 photo: 照片"),
    ("      军庄镇: [杨坨社区", "      军庄镇: 杨坨社区 #", "  districts:", "areas.districts", "区、街道（乡镇）、社区（村）应按区、街道（乡镇）、社区（村）三级列出", "写成 区名: {街道名: [社区名, …]}"),
    ("price_lines:\n  - no: 1", "price_lines:\n  no: 1\nx:\n  - no: 1", "price_lines:", "price_lines", "价款明细应为列表，现为 “{'no': 1}”", "每条以“- ”开头"),
    ("format: 1", "format: 2", "format: 2", "format", "格式版本 2 不认识", "改为 1"),
    ("  lot: 04包", "  lot: 04包\n  lot: 05包", "lot: 05包", "contract.lot", "同一项写了两次", "删去一处"),
    ("\nparameters:", "\nhours: [{kind: sermon, per: row, hours: 2}]\nparameters:", "hours:", "hours[sermon].kind", "没有活动类型 sermon", "改为 activity_kinds 中的 code"),
    ("\nparameters:", "\nhours: [{kind: event, per: person, hours: 2}]\nparameters:", "hours:", "hours[event].per", "计算不能是 “person”", "可用：row、minutes、participants"),
    ("  starts_on: 2024-04-18", "  starts_on: [2024-04-18", "ends_on: 2025-04-17", "", "读到这里读不下去", "核对缩进、冒号后的空格、括号和引号"),
    ("gate: {participants: {ge: 30, le: 50}}", "gate: {participantz: {ge: 30, le: 50}}", "participantz", "indicators[MTG04-12].gate", "没有字段“participantz”", "词义见 docs/algorithms/indicators.md"),
    ("    part_of: MTG04-12", "    part_of: MTG04-99", "part_of: MTG04-99", "indicators[MTG04-13].part_of", "没有指标“MTG04-99”，或互相包含", "词义见 docs/algorithms/indicators.md"),
    ("  ends_on: 2025-04-17", "  ends_on: 2025-04-17\n  term: {months: 11}", "ends_on: 2025-04-17", "contract.ends_on", "服务期止 2025-04-17，不是服务期起 2024-04-18 后的 11 个月", "应为 2025-03-17；或改 term.months"),
    ("\npenalties:", "\nevaluations: [{code: E1, title: 末期, stage: final, scheme: score}]\npenalties:", "evaluations:", "evaluations[E1].scheme", "按分数评定的须有满分（full_marks），其他方式不写", "补上或删去 full_marks"),
    ("\npenalties:", "\nevaluations: [{code: E1, title: 末期, stage: final, scheme: pass_fail, pass: {min: 80}}]\npenalties:", "evaluations:", "evaluations[E1].pass", "应为比较，如 {ge: 80}", "可用：ge、gt、le、lt、eq"),
    ("\npenalties:", "\nevaluations: [{code: E1, title: 中期, stage: midterm, scheme: pass_fail, consequences: [{title: 不合格, effects: [rectify]}]}]\npenalties:", "evaluations:", "evaluations[E1].consequences[不合格]", "没有写明什么结果带来这一后果", "写上 score、result 或 reminders"),
    ("\npenalties:", "\nevaluations: [{code: E1, title: 中期, stage: midterm, scheme: pass_fail, consequences: [{title: 不合格, result: failed, effects: [extend]}]}]\npenalties:", "evaluations:", "evaluations[E1].consequences[不合格].effects", "extend 与 months 应同时写", "补上或删去 months"),
    ("\npenalties:", "\nevaluations: [{code: E1, title: 中期, stage: midterm, scheme: pass_fail, consequences: [{title: 不合格, result: failed, effects: [fine]}]}]\npenalties:", "evaluations:", "evaluations[E1].consequences[不合格].effects", "后果应从中选取一项或几项，现为 “['fine']”", "可用：continue、pay、hold_payment、rectify、re_evaluate、extend、cancel_payment、terminate、debar"),
    ("\nphases:", "\ncost_shares: [{title: 实施, share: 0.67}, {title: 管理, share: 0.32}]\nphases:", "cost_shares:", "cost_shares", "费用构成合计 99.00%，应为 100%", "改各项 share"),
    ("  - code: training", "  - {code: home_survey, label: 又一次}\n  - code: training", "label: 又一次", "activity_kinds[home_survey].code", "home_survey 与第 {- code: home_survey} 行重复", "改为另一个，或删去一条"),
    ("triggers: [contract_signed]", "triggers: [contract_sealed]", "contract_sealed", "payment_terms[1].triggers", "没有付款条件“contract_sealed”", "可用：acceptance_passed、annual_passed、contract_signed、documents_delivered、final_passed、indicators_complete、midterm_passed、served_3_months、served_6_months、term_over"),
    ("modes: [[home, 入户], [phone, 电话访谈]]", "modes: [home, phone]", "modes: [home, phone]", "activity_kinds[home_survey].modes", "方式应成对写：代号和名称", "写成 [[home, 入户], [phone, 电话]]"),
    (PARAMETERS, "parameters: 3", "parameters: 3", "parameters", "约定参数应由若干项组成，现为 “3”", "每项一行，写成“名: 值”"),
    ("  provider: {name", "  other: {name", "parties:", "parties.provider", "履行中的合同缺乙方（provider）", "补上，或把 state 改为 draft"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sought", "path", "message", "mend"), WRONG)
def test_a_wrong_file_is_told_its_line_field_and_mend(mtg04, old, new, sought, path, message, mend):
    assert old in mtg04
    text = mtg04.replace(old, new, 1)
    message = re.sub(r"(?<=第 )\{(.+)\}", lambda other: str(line_of(text, other[1])), message)
    told = [(fault.line, fault.path, fault.message, fault.mend) for fault in check(text)]
    assert (line_of(text, sought), path, message, mend) in told


def test_all_faults_come_at_once_and_in_order(mtg04):
    text = (
        mtg04.replace("  lot: 04包", "  lott: 04包")
        .replace("    amount: 338800", "    amount: 1")
        .replace("code: MTG04-P2", "code: MTG04-P1")
        .replace("2024-08-31, clause", "2024-07-31, clause")
    )
    faults = check(text)
    assert [fault.path for fault in faults] == [
        "contract.lott",
        "contract.amount",
        "price_lines[3].amount",
        "phases[前期总结、纠偏和督导培训].ends_on",
        "penalties[MTG04-P1].code",
    ]
    assert str(faults[0]) == f"第 {line_of(text, '  lott: ')} 行 contract.lott：没有“lott”这一项。是否为 lot"


def test_a_phase_after_the_deadline_must_be_spoken_of_in_a_reading(mtg04):
    text = mtg04.replace(
        "about: [contract.delivery_deadline, phases, payment_terms]", "about: [contract.delivery_deadline]"
    )
    assert {fault.path for fault in check(text)} == {
        f"phases[{title}].ends_on"
        for title in ("回访工作", "个案服务", "小组活动", "社区活动", "整理材料、结项验收报告")
    }


def test_the_library_file_has_no_fault(mtg04):
    assert check(mtg04) == []


def test_a_draft_may_leave_open_what_was_not_agreed_yet():
    text = "format: 1\ncontract: {code: X1, title: 社工站运营, short_title: 社工站}\nparties: {purchaser: {name: 青河区民政局}}\n"
    assert check(text) == []


def test_a_bureau_is_told_what_it_does_not_know(act, mtg04):
    faults = check(mtg04)
    assert faults[0].message == "甲方“北京市门头沟区民政局”未登记"
    assert faults[0].mend == "先登记该组织，或用 --purchaser 写明已登记的名称"
    assert [fault.message for fault in faults].count("本单位没有地区“香峪村”") == 1
    assert len(faults) == 2 + 1 + 3 + 40


def test_a_wrong_file_changes_nothing(mentougou, mtg04):
    with pytest.raises(Refused) as refused:
        load(mtg04.replace("    amount: 338800", "    amount: 338801"), by=mentougou.contract_manager, at=at())
    assert refused.value.message == "合同文件有 2 处错误，没有载入"
    assert [fault.path for fault in refused.value.problems] == ["contract.amount", "price_lines[3].amount"]
    assert (Contract.objects.filter(code="MTG04").count(), PriceLine.objects.count(), Label.objects.count()) == (
        0,
        0,
        0,
    )


SCALARS = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.dates() | st.text(max_size=5)
VALUES = (
    SCALARS
    | st.lists(SCALARS, max_size=3)
    | st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)
    | st.lists(st.dictionaries(st.sampled_from(["no", "code", "kind"]), SCALARS), max_size=2)
)


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, 10**6), value=VALUES)
def test_whatever_stands_in_a_file_it_is_told_and_never_raises(place, value):
    document = contract_file.read(MTG04.read_text(encoding="utf-8"))
    path = list(document.lines)[place % len(document.lines)]
    holder = document.data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    contract_section.check(contract_file.check(document))
    assert all(str(fault).startswith("第 ") for fault in document.faults)
